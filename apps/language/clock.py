"""Times of day as they are said and as they are heard. Pure.

"Seven" is a time with two meanings: it stays one until the words say which half of the day, or the opening
hours leave only one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from apps.language import numbers
from apps.language.corrections import MOVING, Mention, meant
from apps.language.text import words

Half = Literal["am", "pm"]
Span = tuple[time, time]
"""Open from, until; a closing at or before the opening is on the next day."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock on the wall shows."""

    hour: int
    """1 to 12"""
    minute: int = 0
    half: Half | None = None
    """None: it was not said."""

    @property
    def ways(self) -> tuple[time, ...]:
        """The times of day it can mean: one, or the morning's and the evening's."""
        morning, evening = time(self.hour % 12, self.minute), time(self.hour % 12 + 12, self.minute)
        return {"am": (morning,), "pm": (evening,)}.get(self.half or "", (morning, evening))


_NAMED = {
    "noon": Clock(12, 0, "pm"), "midday": Clock(12, 0, "pm"), "mediodia": Clock(12, 0, "pm"),
    "midnight": Clock(12, 0, "am"), "medianoche": Clock(12, 0, "am"),
}  # fmt: skip
_PAST, _TO = {"past", "after"}, {"to", "till", "til", "before", "of"}
_NOUGHTS = {"oh", "o", "zero"}
_LEADS_TO_PEOPLE = {"for", "of", "be", "are", "we're", "para"}
_WITHIN = {"in", "de", "por", "la"}
_INTO = {"in", "at", "on", "the", "this", "for", "de", "por", "la"}
_QUARTERS = {"half": 30, "quarter": 15, "media": 30, "cuarto": 15}
_LEADS = {"at", "by", "until", "till", "las"}
HEDGES = {"around", "about", "maybe", "say", "roughly", "approximately"}
"""Before a time, and just as well before how many."""
_CLOSING = {"", "for", "on", "please", "if", "and", "then", "with", "thanks"}
"""What may follow a time that only a hedge announces: "about two things" is none."""
_MORNING, _EVENING = {"morning", "breakfast"}, {"afternoon", "evening", "dinner", "supper", "tarde"}
_NIGHT, _NOON = {"tonight", "night", "midnight", "noche"}, {"lunch", "brunch", "lunchtime", "noon", "midday"}
_PARTS = _MORNING | _EVENING | _NIGHT | _NOON
_COUNTED = {
    "people", "person", "persons", "guest", "guests", "adult", "adults", "kids", "children", "of", "us", "personas",
    "diners", "seats", "folks", "top", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month",
    "months", "dollars", "bucks", "cents", "percent", "%", "inch", "dozen", "past", "hundred",
}  # fmt: skip
"""What stands behind a number that is no time."""
_COLON = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")
_DOT = re.compile(r"([0-9]{1,2})\.([0-9]{2})")
_RUN = re.compile(r"([0-9]{1,2})([0-9]{2})")


def of(at: time) -> Clock:
    return Clock(at.hour % 12 or 12, at.minute, "am" if at.hour < 12 else "pm")


def say(at: time) -> str:
    """ "five oh seven p m" """
    hour, half = numbers.say(at.hour % 12 or 12), "a m" if at.hour < 12 else "p m"
    minute = f" {'oh ' if at.minute < 10 else ''}{numbers.say(at.minute)}" if at.minute else ""
    return f"{hour}{minute} {half}"


def heard(text: str) -> Clock | None:
    """The time that these words say is one: "at 7", "half past seven", "7.30 pm", "noon"; "four people" has none."""
    return among(words(text))[0]


def answered(text: str) -> Clock | None:
    """The time in an answer to "what time?", where a bare number is one as well: "seven", "make it 8"."""
    return answered_among(words(text))[0]


def among(found: Sequence[str]) -> tuple[Clock | None, set[int]]:
    """As `heard`, and the places of the words that speak of times. What is no letter or digit among the words
    stands for what has been understood already."""
    said: list[_Shape] = []
    for shape in _shapes(found):
        if _says_so(found, shape) or (said and _takes_back(found, shape)):
            said.append(shape)
    return _chosen(found, [shape for shape in said if not shape.people] or said)


def answered_among(found: Sequence[str]) -> tuple[Clock | None, set[int]]:
    """As `answered`, and the places of the words that speak of times."""
    bare = [one for one in _shapes(found) if _at(found, one.start - 1) != "of"]
    alone = [one for one in bare if _at(found, one.start - 1) != "for"]
    said = among(found)
    return said if said[1] else _chosen(found, alone or bare)


def with_half(clock: Clock, text: str) -> Clock:
    """The same time, in the half of the day that these words name, if they do: "in the evening", "p m"."""
    found = words(text)
    if clock.half is None and "i" not in found:  # who says "I am" names no half
        named = {half for place in range(len(found)) if (half := _written_half(found, place)[0])}
        if len(named) == 1:
            return replace(clock, half=named.pop())
    return _in_part(clock, found)


def _in_part(clock: Clock, found: Sequence[str]) -> Clock:
    """The same time, in the part of the day that is named anywhere, but neither in "good evening" nor in "I called
    this morning"."""
    named = set()
    for place in range(len(found)):
        greets = _at(found, place - 1) == "good"
        tells = "called" in found[:place] and _at(found, place - 1) == "this"
        half = None if greets or tells else _part(found, place, hour=clock.hour)
        named |= {half} if half else set()
    return replace(clock, half=named.pop()) if clock.half is None and len(named) == 1 else clock


def settle(clock: Clock, spans: Sequence[Span]) -> time | None:
    """The time that was meant: what was said, else the only half of the day in which the restaurant is open.

    None when it is open in both or in neither: then only the caller knows.
    """
    if clock.half is not None:
        return clock.ways[0]
    fitting = [at for at in clock.ways if any(_holds(span, at) for span in spans)]
    return fitting[0] if len(fitting) == 1 else None


def on(day: date, at: time, spans: Sequence[Span]) -> datetime:
    """That time on that day, without a zone. After midnight it is the night of that day, where the restaurant is
    still open then: "Friday at 12:30" is on Saturday for a bar that closes at one."""
    same_day = any(opens <= at and (at < closes or closes <= opens) for opens, closes in spans)
    late = not same_day and any(_holds(span, at) for span in spans)
    return datetime.combine(day, at) + timedelta(days=1 if late else 0)


def _holds(span: Span, at: time) -> bool:
    opens, closes = span
    return opens <= at < closes if opens < closes else at >= opens or at < closes


# ---- heard ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """Words that have the shape of a time."""

    clock: Clock
    start: int
    end: int
    sure: bool
    """Nothing else has it."""
    people: bool = False
    """It may be a party all the same: "for four in the evening"."""


def _chosen(found: Sequence[str], shapes: Sequence[_Shape]) -> tuple[Clock | None, set[int]]:
    chosen = meant(found, [Mention(one.clock, one.start, one.end) for one in shapes])
    return (_in_part(chosen, found) if chosen else None), {at for one in shapes for at in range(one.start, one.end)}


def _shapes(found: Sequence[str]) -> list[_Shape]:
    shapes: list[_Shape] = []
    place = 0
    while place < len(found):
        shape = _shape(found, place)
        if shape is None:
            place += 1
            continue
        shape = _with_part(found, shape)
        if _at(found, shape.end) not in _COUNTED or shape.sure:
            shapes.append(shape)
        place = shape.end
    return shapes


def _with_part(found: Sequence[str], shape: _Shape) -> _Shape:
    """The same with the half of the day that is said behind it; "for four tonight" are people."""
    place = shape.end + (_at(found, shape.end) == "ish")
    half, end = _half_at(found, place, hour=shape.clock.hour)
    led = shape.sure or _at(found, shape.start - 1) in _LEADS | HEDGES or _at(found, place) != "for"
    if half is None or shape.clock.half is not None or not led:  # "two for dinner" are people
        return shape
    people = not shape.sure and _at(found, shape.start - 1) in _LEADS_TO_PEOPLE and not _written_half(found, place)[0]
    if people and not (_at(found, place) in _WITHIN or tuple(found[place : place + 2]) == ("at", "night")):
        return shape
    return _Shape(replace(shape.clock, half=half), shape.start, end, True, people)


def _says_so(found: Sequence[str], shape: _Shape) -> bool:
    if shape.sure or found[shape.end - 1].endswith("ish") or _at(found, shape.end) in ("ish", "sharp"):
        return True
    before, after = _at(found, shape.start - 1), _at(found, shape.end)
    if before == "to" and MOVING & set(found[: shape.start]):  # "move it to eight"
        return after in _CLOSING
    if before in HEDGES | {"like"} and _at(found, shape.start - 2) in _LEADS:
        return True
    if before in HEDGES | {"after", "before"}:
        people = after == "for" and shape.end + 1 < len(found) and _shape(found, shape.end + 1)
        return not people and (after in _CLOSING or not after[0].isalnum())
    return before in _LEADS | _PARTS or (before == "la" and shape.clock.hour == 1)


def _takes_back(found: Sequence[str], shape: _Shape) -> bool:
    """A bare number in the place of the time before it: "at seven, no, eight"."""
    before = tuple(found[max(0, shape.start - 2) : shape.start])
    return before == ("make", "it") or before[-1:] in (("no",), ("sorry",), ("actually",), ("mean",), ("or",))


def _shape(found: Sequence[str], start: int) -> _Shape | None:
    """The time that begins here, if these words have its shape."""
    if found[start] in _NAMED:
        return _Shape(_NAMED[found[start]], start, start + 1, True)
    return _turned(found, start) or _written(found, start) or _military(found, start) or _spoken(found, start)


def _turned(found: Sequence[str], start: int) -> _Shape | None:
    """Minutes past or to an hour: "half past seven", "a quarter to 8", "ten minutes past six", "half nine"."""
    minutes, place, sure = _minutes(found, start)
    turn, halves = _at(found, place), _at(found, place - 1) == "half"
    if not minutes or turn not in (_PAST if halves else _PAST | _TO):
        return _half_nine(found, start)
    hour = _hour(found, place + 1)
    if hour is None or _at(found, hour.end) in _COUNTED:
        return None
    if turn in _PAST:
        return _Shape(Clock(hour.value, minutes, hour.half), start, hour.end, sure)
    half, end = _written_half(found, hour.end)
    half = half or hour.half
    if half and hour.value == 12:  # before noon is in the morning
        half = "am" if half == "pm" else "pm"
    clock = Clock(_hour_before(hour.value), 60 - minutes, half)
    return _Shape(clock, start, end, sure and (turn != "of" or found[place - 1] == "quarter"))


def _hour_before(hour: int) -> int:
    return (hour - 2) % 12 + 1


def _half_nine(found: Sequence[str], start: int) -> _Shape | None:
    """As the British say half past nine."""
    hour = _hour(found, start + 1) if found[start] == "half" else None
    return _Shape(Clock(hour.value, 30, hour.half), start, hour.end, False) if hour else None


def _minutes(found: Sequence[str], start: int) -> tuple[int, int, bool]:
    """How many, where the words go on, and whether it is sure that they are minutes: "five to six" may be people."""
    place = start + (found[start] == "a")
    if _at(found, place) in _QUARTERS:
        return _QUARTERS[found[place]], place + 1, True
    read = _number(found, start)
    if read is None or not 1 <= read[0] <= 59:
        return 0, start, False
    end = start + read[1]
    named = _at(found, end) in ("minute", "minutes")
    return read[0], end + named, named or _at(found, end) == "past" or read[0] in (20, 25)


@dataclass(frozen=True, slots=True)
class _Hour:
    value: int
    """1 to 12"""
    half: Half | None
    end: int


def _hour(found: Sequence[str], place: int) -> _Hour | None:
    """The hour that minutes are counted from."""
    word = _at(found, place)
    if word in _NAMED:
        return _Hour(12, _NAMED[word].half, place + 1)
    read = _number(found, place)
    if read is None or not 1 <= read[0] <= 12:
        return None
    end = place + read[1]
    return _Hour(read[0], None, end + _o_clock(found, end))


def _written(found: Sequence[str], start: int) -> _Shape | None:
    """ "7:30" and "19:30" are times; "7.30" and "730" look like one."""
    for pattern, sure in ((_COLON, True), (_DOT, False), (_RUN, False)):
        digits = pattern.fullmatch(found[start])
        if digits and int(digits[1]) < 24 and int(digits[2]) < 60:
            end = start + 1 + (_at(found, start + 1) in ("hours", "h", "hrs"))
            return _Shape(_clocked(int(digits[1]), int(digits[2])), start, end, sure or end > start + 1)
    return None


def _military(found: Sequence[str], start: int) -> _Shape | None:
    """ "nineteen hundred", "oh eight hundred hours", "oh eight thirty"."""
    nought = found[start] in _NOUGHTS
    read = _number(found, start + nought)
    among_digits = nought and start and _number(found, start - 1)  # of a phone number
    if read is None or among_digits or found[start + nought].isdecimal():
        return None
    value, end = read[0], start + nought + read[1]
    if nought and 0 < value < 10:  # a hundred, or minutes
        rest = _number(found, end)
        value, end = (value * 100 + rest[0], end + rest[1]) if rest and 10 <= rest[0] < 60 else (-1, end)
    if value % 100 >= 60 or not (1000 <= value < 2400 or (nought and 100 <= value < 1000)):
        return None
    named = _at(found, end) in ("hours", "hrs")
    return _Shape(of(time(value // 100, value % 100)), start, end + named, named or nought)


def _spoken(found: Sequence[str], start: int) -> _Shape | None:
    """An hour, and minutes if they follow: "seven", "seven thirty", "seven oh five", "siete y media"."""
    read = _number(found, start)
    if read is None or not 1 <= read[0] <= 23:
        return None
    hour, end = read[0], start + read[1]
    if o_clock := _o_clock(found, end):
        return _Shape(_clocked(hour, 0), start, end + o_clock, True)
    quarters = _QUARTERS.get(_at(found, end + 1), 0)
    if quarters and _at(found, end) == "y":
        return _Shape(_clocked(hour, quarters), start, end + 2, True)
    if quarters and _at(found, end) == "menos":
        return _Shape(Clock(_hour_before(hour), 60 - quarters), start, end + 2, True)
    nought = _at(found, end) in _NOUGHTS
    rest = _number(found, end + nought)
    if rest and rest[0] < 60 and (rest[0] < 10) == nought:
        after = end + nought + rest[1]
        alone = _number(found, after) is None and (start == 0 or _number(found, start - 1) is None)
        spelled = not (found[start].isdecimal() or found[end + nought].isdecimal())
        sure = alone and spelled and (nought or rest[0] % 5 == 0) and _at(found, after) not in _COUNTED
        return _Shape(_clocked(hour, rest[0]), start, after, sure)
    digits = rest and _number(found, end + rest[1])  # "call me at five one two …"
    return None if digits else _Shape(_clocked(hour, 0), start, end, False)


def _clocked(hour: int, minute: int) -> Clock:
    """From 1 to 12 nothing says which half; 0 and 13 to 23 do."""
    return Clock(hour, minute) if 1 <= hour <= 12 else of(time(hour, minute))


def _o_clock(found: Sequence[str], place: int) -> int:
    """How many words say o'clock here."""
    return 2 if tuple(found[place : place + 2]) == ("o", "clock") else int(_at(found, place) in ("o'clock", "oclock"))


def _number(found: Sequence[str], place: int) -> tuple[int, int] | None:
    """A plain number, neither "a couple" nor "a dozen", and how many words it took; "sevenish" is seven."""
    if place >= len(found) or found[place] in ("a", "half", "couple", "pair", "dozen"):
        return None
    if found[place] == "once" and _at(found, place - 1) == "las":
        return 11, 1
    read = numbers.read([found[place].removesuffix("ish"), *found[place + 1 : place + 5]])
    return read if read and "dozen" not in found[place : place + read[1]] else None


def _half_at(found: Sequence[str], place: int, *, hour: int) -> tuple[Half | None, int]:
    """The half of the day that is said here, and where the words go on: "pm", "a m", "in the evening", "at night"."""
    half, end = _written_half(found, place)
    if half:
        return half, end
    while _at(found, place) in _INTO:
        place += 1
    if _at(found, place + 1)[:1].isdecimal() or _number(found, place + 1):  # "for three at evening 5:30"
        return None, place
    return _part(found, place, hour=hour), place + 1


def _written_half(found: Sequence[str], place: int) -> tuple[Half | None, int]:
    two = tuple(found[place : place + 2])
    if two in (("a", "m"), ("p", "m")):
        return ("am" if two[0] == "a" else "pm"), place + 2
    if _at(found, place) in ("am", "pm", "p"):
        return ("am" if found[place] == "am" else "pm"), place + 1
    return None, place


def _part(found: Sequence[str], place: int, *, hour: int) -> Half | None:
    """Which half the part of the day that is said here is in; at night and at noon that depends on the hour."""
    part = _at(found, place)
    if part in _NIGHT:
        return "am" if hour == 12 or hour < 5 else "pm"
    if part in _NOON:
        return "am" if hour in (9, 10, 11) else "pm"
    if part in _MORNING or (part == "manana" and _at(found, place - 1) == "la"):
        return "am"
    return "pm" if part in _EVENING else None


def _at(found: Sequence[str], place: int) -> str:
    return found[place] if 0 <= place < len(found) else ""
