"""Digits the many ways people say them, for tests of who has to understand them."""

from __future__ import annotations

from hypothesis import strategies as st

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
HOMOPHONES = {"2": ["to", "too"], "4": ["for"], "8": ["ate"], "0": ["oh", "o"]}
HEARD_AS = {word for words in HOMOPHONES.values() for word in words}


@st.composite
def spoken(draw: st.DrawFn, number: str) -> str:
    """Alone, doubled, in pairs, the nought as zero or oh, written here and there, misspelled among others."""
    said: list[str] = []
    place = 0
    while place < len(number):
        digit, rest = number[place], number[place:]
        name = DIGITS[int(digit)]
        same = len(rest) - len(rest.lstrip(digit))
        ways = [(name, 1), (name, 1), (digit, 1)]
        if same >= 2:
            ways.append((f"double {name}", 2))
        if same >= 3:
            ways += [(f"triple {name}", 3), (f"treble {name}", 3)]
        if same >= 4:
            ways.append((f"quadruple {name}", 4))
        if digit == "1" and len(rest) > 1:
            ways.append((TEENS[int(rest[1])], 2))
        if digit in "23456789" and len(rest) > 1:
            tens = TENS[int(digit) - 2]
            if rest[1] != "0":
                ways.append((f"{tens} {DIGITS[int(rest[1])]}", 2))
            elif len(rest) == 2:  # "twenty" and a digit are one number
                ways.append((tens, 2))
        if len(rest) == 3 and digit != "0" and rest[1:] == "00":
            ways.append((f"{name} hundred", 3))
        if digit in HOMOPHONES and 0 < place < len(number) - 1 and said[-1] not in HEARD_AS:
            ways += [(word, 1) for word in HOMOPHONES[digit]]
        word, taken = draw(st.sampled_from(ways))
        said.append(word)
        place += taken
    between = st.sampled_from([" ", " ", ", ", " - ", ". ", " uh ", ", and then "])
    return said[0] + "".join(draw(between) + word for word in said[1:])
