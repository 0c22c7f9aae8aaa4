"""How words sound, in the recogniser's phones: from its dictionary, else from espeak's phonemes."""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import pocketsphinx

from apps.voice.tts import espeak


def _listed(words: str) -> list[str]:
    return words.split()


_VOICE: Final = espeak.Voice(name="en-us")
_PHONES: Final = (
    ("t͡ʃ", "CH"), ("d͡ʒ", "JH"), ("tʃ", "CH"), ("dʒ", "JH"), ("aɪɚ", "AY ER"), ("aɪə", "AY AH"),
    ("aɪ", "AY"), ("aʊ", "AW"), ("eɪ", "EY"), ("oʊ", "OW"), ("əʊ", "OW"), ("ɔɪ", "OY"),
    ("ɑːɹ", "AA R"), ("ɔːɹ", "AO R"), ("oːɹ", "AO R"), ("ɪɹ", "IH R"), ("ɛɹ", "EH R"), ("ʊɹ", "UH R"),
    ("iː", "IY"), ("uː", "UW"), ("ɑː", "AA"), ("ɔː", "AO"), ("oː", "OW"), ("ɜː", "ER"), ("ɚ", "ER"),
    ("ɝ", "ER"), ("əl", "AH L"), ("ə", "AH"), ("ɐ", "AH"), ("ʌ", "AH"), ("æ", "AE"), ("ɛ", "EH"),
    ("e", "EH"), ("ɪ", "IH"), ("ᵻ", "IH"), ("i", "IY"), ("u", "UW"), ("ʊ", "UH"), ("ɑ", "AA"),
    ("ɒ", "AA"), ("ɔ", "AO"), ("o", "OW"), ("a", "AA"), ("ŋ", "NG"), ("ʃ", "SH"), ("ʒ", "ZH"),
    ("θ", "TH"), ("ð", "DH"), ("ɹ", "R"), ("r", "R"), ("ɾ", "T"), ("ʔ", "T"), ("ɡ", "G"), ("g", "G"),
    ("j", "Y"), ("h", "HH"), ("x", "K"), ("b", "B"), ("d", "D"), ("f", "F"), ("k", "K"), ("l", "L"),
    ("m", "M"), ("n", "N"), ("p", "P"), ("s", "S"), ("t", "T"), ("v", "V"), ("w", "W"), ("z", "Z"),
    ("y", "IY"), ("ɲ", "N Y"), ("β", "B"), ("ɣ", "G"),
)  # fmt: skip
_SMALL: Final = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS: Final = _listed("twenty thirty forty fifty sixty seventy eighty ninety")


def words(text: str) -> list[str]:
    """The text as the recogniser spells it: lower case, no accents, digits as words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("&", " and "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    plain = re.sub(r"\d+", lambda match: f" {_number(int(match[0]))} ", plain)
    return [word for word in (raw.strip("'") for raw in re.findall(r"[a-z']+", plain)) if word]


def _number(value: int) -> str:
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10 - 2] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    return " ".join(_SMALL[int(digit)] for digit in str(value))


@functools.cache
def _dictionary() -> dict[str, tuple[str, ...]]:
    known: dict[str, list[str]] = {}
    path = os.path.join(pocketsphinx.get_model_path(), "en-us", "cmudict-en-us.dict")
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            word, phones = line.rstrip("\n").split(" ", 1)
            known.setdefault(word.split("(")[0], []).append(phones)
    return {word: tuple(phones) for word, phones in known.items()}


def phones_of_ipa(ipa: str) -> str:
    """espeak's phonemes as phones of the acoustic model; what has no phone is left out."""
    rest = re.sub("[ˈˌ̩ ]", "", ipa)
    found = []
    while rest:
        for symbol, phones in _PHONES:
            if rest.startswith(symbol):
                found.append(phones)
                rest = rest[len(symbol) :]
                break
        else:
            rest = rest[1:]
    return " ".join(found)


def all_known(sentence: str) -> bool:
    """Whether the recogniser's own dictionary has every word of it."""
    return _dictionary().keys() >= set(sentence.split())


def of(word: str, *, respelled: str = "") -> tuple[str, ...]:
    """Every way to say the word; `respelled` is the menu's own hint ("nyoki")."""
    ways = list(_dictionary().get(word, ()))
    if respelled:
        ways.insert(0, " ".join(filter(None, map(_guess, words(respelled)))))
    # Dishes have foreign names, and people read them as they are spelled as often as they should be said.
    if not ways or len(word) > 6:
        ways.append(phones_of_ipa(espeak.ipa(word, voice=_VOICE)))
    ways += [f"{way.removesuffix(' AH')} ER" for way in ways if way.endswith(" AH")]  # "tuna-r-roll"
    return tuple(dict.fromkeys(filter(None, ways)))


def _guess(word: str) -> str:
    known = _dictionary().get(word)
    return known[0] if known else phones_of_ipa(espeak.ipa(word, voice=_VOICE))


def lines(vocabulary: Iterable[str], *, hints: dict[str, str]) -> list[str]:
    """The recogniser's dictionary for this vocabulary, one pronunciation a line."""
    made = []
    for word in sorted(set(vocabulary)):
        for number, phones in enumerate(of(word, respelled=hints.get(word, "")), 1):
            made.append(f"{word if number == 1 else f'{word}({number})'} {phones}")
    return made
