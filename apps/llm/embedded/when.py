"""Party, day and time of a booking in what was heard, as far as they were said. Pure; now is an argument."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from apps.language import numbers
from apps.language.text import words

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DIAS = ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"]
_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
]  # fmt: skip
_MESES = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre",
]  # fmt: skip
_PEOPLE = {
    "people", "persons", "person", "guests", "guest", "adults", "personas", "of", "diners", "seats", "folks", "us",
    "top",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a booking so far."""

    party: int | None = None
    day: date | None = None
    clock: time | None = None


def read(text: str, *, now: datetime, before: Wish, asked: str = "", hours: Sequence[Any] = ()) -> Wish:
    """The wish after these words. `asked` is what was just asked ("party", "day", "clock"): a bare number
    answers that."""
    found = words(text)
    taken: set[int] = set()
    day = _day(found, now, taken) or before.day
    clock = _clock(found, taken, asked=asked, day=day or now.date(), hours=hours, said=" ".join(found))
    party = _party(found, taken, asked=asked)
    return Wish(party or before.party, day, clock or before.clock)


def gather(said: Sequence[str], *, facts: Mapping[str, Any] | None) -> Wish | None:
    """What is wanted, from everything that was said about it; None before the time at the restaurant is known."""
    try:
        now = datetime.fromisoformat(str((facts or {}).get("now")))
    except ValueError:
        return None
    known = Wish()
    for each in said:
        known = read(each, now=now, before=known, asked=lacking(known), hours=(facts or {}).get("hours") or ())
    return known


def lacking(known: Wish) -> str:
    """What is asked next: "party", "day", "clock", or nothing."""
    if known.party is None:
        return "party"
    if known.day is None:
        return "day"
    return "clock" if known.clock is None else ""


def _party(found: list[str], taken: set[int], *, asked: str) -> int | None:
    said = " ".join(found)
    if re.search(r"\b(the two of us|my wife and i|my husband and i|me and my (wife|husband|friend|date))\b", said):
        return 2
    if re.search(r"\b(just me|by myself|only me|for myself)\b", said):
        return 1
    for place in range(len(found)):
        read_number = numbers.read(found, start=place)
        if read_number is None or place in taken or read_number[0] > 500:
            continue
        value, used = read_number
        before = found[place - 1] if place else ""
        after = found[place + used] if place + used < len(found) else ""
        led = before in ("for", "of", "para", "be", "are", "we're") and found[max(0, place - 2)] != "at"
        if after in _PEOPLE or (led and not _is_clock_word(after)) or (asked == "party" and value > 0):
            return value
    return None


def _is_clock_word(word: str) -> bool:
    return word in ("pm", "am", "p", "a", "o'clock", "oclock", "thirty", "fifteen", "tonight", "tomorrow")


def _day(found: list[str], now: datetime, taken: set[int]) -> date | None:
    today = now.date()
    said = " ".join(found)
    if "day after tomorrow" in said or "pasado manana" in said:
        return today + timedelta(days=2)
    if re.search(r"\b(tomorrow|manana)\b", said) and not re.search(r"por la manana|de la manana", said):
        return today + timedelta(days=1)
    if re.search(r"\b(today|tonight|this evening|this afternoon|hoy|esta noche)\b", said):
        return today
    for place, word in enumerate(found):
        for names in (_MONTHS, _MESES):
            if word in names and (word != "may" or place + 1 < len(found)):
                made = _in_month(found, place, names.index(word) + 1, today, taken)
                if made:
                    return made
        slashed = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})", word)
        if slashed:
            return _next_such(today, int(slashed.group(1)), int(slashed.group(2)))
        for days in (_DAYS, _DIAS):
            if word.rstrip("s") in days or word in days:
                weekday = days.index(word if word in days else word.rstrip("s"))
                ahead = (weekday - today.weekday()) % 7
                if place and found[place - 1] in ("next", "proximo") and ahead < 7 - today.weekday():
                    ahead += 7
                return today + timedelta(days=ahead)
    ordinal = re.search(r"\bthe (\w+)( \w+)?", said)
    for place, word in enumerate(found):
        read_ordinal = numbers.read_ordinal(found, start=place)
        if read_ordinal and ordinal and place and found[place - 1] == "the" and 1 <= read_ordinal[0] <= 31:
            taken.update(range(place, place + read_ordinal[1]))
            month = today.month if read_ordinal[0] >= today.day else today.month % 12 + 1
            return _next_such(today, month, read_ordinal[0])
        del word
    return None


def _in_month(found: list[str], place: int, month: int, today: date, taken: set[int]) -> date | None:
    for start in (place + 1, place + 2, place - 1, place - 2, place - 3):
        if not 0 <= start < len(found):
            continue
        value = numbers.read_ordinal(found, start=start) or numbers.read(found, start=start)
        if value and 1 <= value[0] <= 31 and (start > place or start + value[1] in (place, place - 1)):
            taken.update(range(start, start + value[1]))
            return _next_such(today, month, value[0])
    return None


def _next_such(today: date, month: int, day: int) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            made = date(year, month, day)
        except ValueError:
            continue
        if made >= today:
            return made
    return None


def _clock(found: list[str], taken: set[int], *, asked: str, day: date, hours: Sequence[Any], said: str) -> time | None:
    if re.search(r"\b(noon|midday|mediodia)\b", said):
        return time(12)
    if re.search(r"\bmidnight\b", said):
        return time(0)
    for place, word in enumerate(found):
        if place in taken:
            continue
        written = re.fullmatch(r"(\d{1,2}):(\d{2})", word)
        if written and int(written.group(1)) < 24 and int(written.group(2)) < 60:
            taken.add(place)
            return _half(int(written.group(1)), int(written.group(2)), found, place + 1, day, hours, said)
        past = _past(found, place, taken)
        if past is not None:
            return _half(past[0], past[1], found, past[2], day, hours, said)
        value = numbers.read(found, start=place)
        if value is None or not 1 <= value[0] <= 23:
            if value is not None and 100 <= value[0] <= 2359 and value[0] % 100 < 60 and found[place].isdigit():
                taken.add(place)
                return _half(value[0] // 100, value[0] % 100, found, place + 1, day, hours, said)
            continue
        hour, after = value[0], place + value[1]
        before = found[place - 1] if place else ""
        minute_read = numbers.read(found, start=after)
        minute = 0
        if minute_read and minute_read[0] in (15, 30, 45, 10, 20, 40, 50, 5) and after not in taken:
            minute, after = minute_read[0], after + minute_read[1]
        following = found[after] if after < len(found) else ""
        marked = following in ("pm", "am", "p", "a", "o'clock", "oclock", "ish") or before in (
            "at", "around", "about", "by", "las", "la", "until", "say", "maybe",
        )  # fmt: skip
        if following in _PEOPLE and minute == 0:
            continue
        if marked or minute or (asked == "clock" and before not in ("of",)):
            taken.update(range(place, after))
            return _half(hour, minute, found, after, day, hours, said)
    return None


def _past(found: list[str], place: int, taken: set[int]) -> tuple[int, int, int] | None:
    """ "half past seven", "quarter to eight"."""
    if found[place] in ("half", "quarter") and found[place + 1 : place + 2] in (["past"], ["to"], ["after"], ["till"]):
        value = numbers.read(found, start=place + 2)
        if value and 1 <= value[0] <= 12:
            minutes = 30 if found[place] == "half" else 15
            taken.update(range(place, place + 2 + value[1]))
            if found[place + 1] in ("to", "till"):
                return (value[0] - 1 or 12), 60 - minutes, place + 2 + value[1]
            return value[0], minutes, place + 2 + value[1]
    return None


def _half(hour: int, minute: int, found: list[str], after: int, day: date, hours: Sequence[Any], said: str) -> time:
    """Morning or evening: as said, else as the opening hours allow, else evening."""
    following = found[after : after + 2]
    if hour > 12 or hour == 0:
        return time(hour % 24, minute)
    if following[:1] == ["am"] or following == ["a", "m"] or re.search(r"\b(morning|breakfast)\b", said):
        return time(hour % 12, minute)
    evening = time(hour % 12 + 12, minute)
    if following[:1] == ["pm"] or following == ["p", "m"]:
        return evening
    if re.search(r"\b(tonight|evening|dinner|night|afternoon|noche|tarde)\b", said):
        return evening
    morning = time(hour % 12, minute)
    fits = [clock for clock in (morning, evening) if _open(clock, day, hours)]
    return fits[0] if len(fits) == 1 else evening


def _open(clock: time, day: date, hours: Sequence[Any]) -> bool:
    name = _DAYS[day.weekday()]
    for span in hours:
        if not isinstance(span, dict) or str(span.get("day", "")).lower() != name:
            continue
        opens, closes, at = str(span.get("opens", "")), str(span.get("closes", "")), f"{clock:%H:%M}"
        if opens <= at < closes or (closes <= opens and (at >= opens or at < closes)):
            return True
    return False
