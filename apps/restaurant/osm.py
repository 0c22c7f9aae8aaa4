"""Opening hours as OpenStreetMap and many web sites write them ("Mo-Fr 10:00-22:00; Tu off"), read into a `Week`.

Specification: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. Read are weekdays, times past
midnight, dates with a year, and `off`; a later rule takes the place of an earlier one on its days. Public and
school holidays are no dates, so they are left out and said; whatever else cannot be read is refused. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from apps.restaurant.hours import Span, Week

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_MINUTES = 24 * 60
_TIME = r"\d{1,2}:\d{2}"
_TIMES = re.compile(rf"{_TIME}\s*-\s*{_TIME}(?:\s*,\s*{_TIME}\s*-\s*{_TIME})*")
_DAY = rf"(?:{'|'.join(DAYS)})"
_WEEKDAYS = re.compile(rf"{_DAY}(?:\s*-\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*-\s*{_DAY})?)*\b")
_DATE = rf"(\d{{4}})\s+({'|'.join(MONTHS)})\w*(?:\s+(\d{{1,2}}))?(?!:)\b"
_DATES = re.compile(rf"{_DATE}(?:\s*-\s*{_DATE})?")
_HOLIDAYS = re.compile(r"\b(ph|sh)\b")

Minutes = tuple[int, int]
"""From, until, in minutes after midnight; until may lie on the next day."""


class Unreadable(ValueError):
    """The part of the text that is not understood, as a sentence."""


@dataclass(frozen=True, slots=True)
class _Rule:
    days: tuple[int, ...]
    dates: tuple[date, date] | None
    times: tuple[Minutes, ...]
    """Empty: all day."""
    off: bool


def read(text: str, *, timezone: str, first: date, days: int = 731) -> tuple[Week, tuple[str, ...]]:
    """The hours, and what was left out. Rules with dates count from `first` for so many days. `Unreadable` names
    what cannot be understood."""
    weekly: dict[int, tuple[Minutes, ...]] = {}
    special: dict[date, tuple[Minutes, ...]] = {}
    notes: list[str] = []
    parts = [part for each in text.lower().split(";") if (part := each.strip())]
    if not parts:
        raise Unreadable("There are no hours in it.")
    for part in parts:
        rule = _rule(part, notes)
        if rule is None:
            continue
        if rule.dates is None:
            for day in rule.days:
                weekly[day] = _after(rule, weekly.get(day, ()))
            continue
        for moment in _within(rule, first, days):
            special[moment] = _after(rule, special.get(moment, weekly.get(moment.weekday(), ())))
    return Week(
        timezone=timezone,
        weekly={day: _spans(times) for day, times in weekly.items() if times},
        special={day: _spans(times) for day, times in special.items()},
    ), tuple(notes)


def _rule(part: str, notes: list[str]) -> _Rule | None:
    rest, days, dates = part, tuple(range(7)), None
    if _HOLIDAYS.search(rest):
        notes.append(f"“{part}”: holidays are no dates here; enter them as special days.")
        rest = re.sub(r"^\s*,|,\s*$", "", _HOLIDAYS.sub("", rest)).strip(" ,")
        if not _WEEKDAYS.search(rest):
            return None
    if rest == "24/7":
        return _Rule(days, None, (), off=False)
    if found := _DATES.search(rest):
        dates, rest = _dates(found), _without(rest, found)
    times: tuple[Minutes, ...] = ()
    if found := _TIMES.search(rest):
        times, rest = tuple(_minutes(each) for each in found[0].split(",")), _without(rest, found)
    if found := _WEEKDAYS.search(rest):
        days, rest = tuple(_weekdays(found[0])), _without(rest, found)
    word = rest.strip(" :,")
    if word not in ("", "off", "closed", "open"):
        raise Unreadable(f"“{word}” in “{part}” is not understood.")
    if not times and dates is None and found is None and not word:
        raise Unreadable(f"“{part}” is not understood.")
    return _Rule(days, dates, times, off=word in ("off", "closed"))


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}".strip()


def _minutes(span: str) -> Minutes:
    begins, ends = (int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d+):(\d+)", span))
    if begins >= DAY_MINUTES or ends > 2 * DAY_MINUTES or re.search(r":[6-9]", span):
        raise Unreadable(f"“{span.strip()}” are no times.")
    return begins, ends if ends > begins else ends + DAY_MINUTES


def _weekdays(text: str) -> Iterator[int]:
    for part in text.split(","):
        begins, _, ends = (each.strip() for each in part.partition("-"))
        first, last = DAYS.index(begins), DAYS.index(ends or begins)
        yield from (day % 7 for day in range(first, last + 1 if last >= first else last + 8))


def _dates(found: re.Match[str]) -> tuple[date, date]:
    year, month, day, year_2, month_2, day_2 = found.groups()
    first = _date(year, month, day or "1")
    if year_2 is None:
        return first, first if day else _month_end(first)
    last = _date(year_2, month_2, day_2 or "1")
    return first, last if day_2 else _month_end(last)


def _date(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        raise Unreadable(f"{day} {month} {year} is no date.") from None


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _within(rule: _Rule, first: date, days: int) -> Iterator[date]:
    assert rule.dates is not None
    day, last = max(rule.dates[0], first), min(rule.dates[1], first + timedelta(days=days))
    while day <= last:
        if day.weekday() in rule.days:
            yield day
        day += timedelta(days=1)


def _after(rule: _Rule, before: Sequence[Minutes]) -> tuple[Minutes, ...]:
    """The times of a day once this rule was applied to it."""
    if not rule.off:
        return rule.times or ((0, DAY_MINUTES),)
    if not rule.times:
        return ()
    left = list(before)
    for begins, ends in rule.times:
        left = [piece for one in left for piece in _cut(one, begins, ends)]
    return tuple(left)


def _cut(one: Minutes, begins: int, ends: int) -> Iterator[Minutes]:
    if one[0] < min(one[1], begins):
        yield one[0], min(one[1], begins)
    if max(one[0], ends) < one[1]:
        yield max(one[0], ends), one[1]


def _spans(times: Sequence[Minutes]) -> tuple[Span, ...]:
    return tuple(Span(_clock(begins), _clock(ends)) for begins, ends in sorted(times))


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
