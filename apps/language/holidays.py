"""Days that people call by name: which words name one, and when it is in a year. Pure.

The days on which restaurants of the United States are asked for tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

Rule = Callable[[int], date]
"""The day in a year."""


def _each(month: int, day: int) -> Rule:
    return lambda year: date(year, month, day)


def _nth(nth: int, weekday: int, month: int) -> Rule:
    """The nth such weekday (Monday is 0) of a month."""
    return lambda year: _on_or_after(date(year, month, 1), weekday) + timedelta(days=7 * (nth - 1))


def _last(weekday: int, month: int) -> Rule:
    """The last such weekday of a month of 31 days."""
    return lambda year: _on_or_after(date(year, month, 25), weekday)


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _easter(year: int) -> date:
    """The anonymous Gregorian computus (Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    leaps, kept = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * kept + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


MONDAY, THURSDAY, SUNDAY = 0, 3, 6
_RULES: dict[tuple[str, ...], Rule] = {
    ("christmas", "eve"): _each(12, 24),
    ("christmas", "day"): _each(12, 25),
    ("christmas",): _each(12, 25),
    ("boxing", "day"): _each(12, 26),
    ("new", "years", "eve"): _each(12, 31),
    ("new", "year", "eve"): _each(12, 31),
    ("new", "years", "day"): _each(1, 1),
    ("new", "years"): _each(1, 1),
    ("valentines", "day"): _each(2, 14),
    ("valentine", "day"): _each(2, 14),
    ("valentines",): _each(2, 14),
    ("saint", "patricks", "day"): _each(3, 17),
    ("st", "patricks", "day"): _each(3, 17),
    ("cinco", "de", "mayo"): _each(5, 5),
    ("independence", "day"): _each(7, 4),
    ("halloween",): _each(10, 31),
    ("easter", "sunday"): _easter,
    ("easter", "monday"): lambda year: _easter(year) + timedelta(days=1),
    ("easter",): _easter,
    ("good", "friday"): lambda year: _easter(year) - timedelta(days=2),
    ("mothers", "day"): _nth(2, SUNDAY, 5),
    ("fathers", "day"): _nth(3, SUNDAY, 6),
    ("memorial", "day"): _last(MONDAY, 5),
    ("labor", "day"): _nth(1, MONDAY, 9),
    ("thanksgiving", "day"): _nth(4, THURSDAY, 11),
    ("thanksgiving",): _nth(4, THURSDAY, 11),
}
LONGEST = max(len(name) for name in _RULES)


def read(found: Sequence[str], *, start: int = 0) -> tuple[Rule, int] | None:
    """The holiday that these words name from `start` on, and how many words it took: "new year's eve"."""
    plain = [word.replace("'", "") for word in found[start : start + LONGEST]]
    for used in range(len(plain), 0, -1):
        rule = _RULES.get(tuple(plain[:used]))
        if rule:
            return rule, used
    return None


def next_one(rule: Rule, *, today: date) -> date:
    """Its next day, today included."""
    this_year = rule(today.year)
    return this_year if this_year >= today else rule(today.year + 1)
