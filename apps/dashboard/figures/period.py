"""Which days somebody wants figures of: a usual period, a month, or from one day to another. Pure but for texts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.voice import figures

USUAL = "7"
LENGTHS = {"today": 1, "7": 7, "28": 28}
MONTHS_BACK = 13


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are counted, and those before them that they are compared with."""

    days: figures.Days
    before: figures.Days
    chosen: str
    """A key of LENGTHS, a month as `2026-11`, or empty: days of one's own."""
    today: date

    @property
    def title(self) -> str:
        if self.chosen == "today":
            return _("Today")
        if self.chosen in LENGTHS:
            return _("Last %(number)s days") % {"number": LENGTHS[self.chosen]}
        if self.chosen:
            return date_format(self.days.first, "F Y")
        return _("Days of your own")

    @property
    def span(self) -> str:
        return _span(self.days)

    def compared(self) -> str:
        """Which days these are, and which they are compared with."""
        said = {"days": _span(self.days), "before": _span(self.before)}
        if self.is_open:
            return _("%(days)s so far, compared with %(before)s") % said
        return _("%(days)s, compared with %(before)s") % said

    def without_comparison(self) -> str:
        said = {"days": _span(self.days)}
        if self.is_open:
            return _("%(days)s so far; nothing was counted in the days before") % said
        return _("%(days)s; nothing was counted in the days before") % said

    @property
    def is_open(self) -> bool:
        """Whether more may still come."""
        return self.days.last >= self.today


def of(asked: Mapping[str, str], *, today: date, timezone: str) -> Period:
    """What was asked for; `figures.Refusal` when it makes no sense."""
    if asked.get("from") or asked.get("to"):
        return _own(asked.get("from", ""), asked.get("to", ""), today=today, timezone=timezone)
    if asked.get("month"):
        return _month(asked["month"], today=today, timezone=timezone)
    return usual(asked.get("period", USUAL), today=today, timezone=timezone)


def usual(name: str, *, today: date, timezone: str) -> Period:
    """One of LENGTHS, today included; seven days for any other name."""
    chosen = name if name in LENGTHS else USUAL
    first = today - timedelta(days=LENGTHS[chosen] - 1)
    return _with_before(figures.between(first, today, timezone=timezone), chosen=chosen, today=today)


def months(today: date) -> list[tuple[str, str]]:
    """The latest months as they are asked for and as they are called, newest first."""
    found, first = [], today.replace(day=1)
    for _each in range(MONTHS_BACK):
        found.append((f"{first:%Y-%m}", date_format(first, "F Y")))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _own(first: str, last: str, *, today: date, timezone: str) -> Period:
    try:
        days = figures.between(date.fromisoformat(first), date.fromisoformat(last), timezone=timezone)
    except ValueError:
        raise figures.Refusal(_("Give the first and the last day.")) from None
    return _with_before(days, chosen="", today=today)


def _month(named: str, *, today: date, timezone: str) -> Period:
    try:
        first = date.fromisoformat(f"{named}-01")
    except ValueError:
        raise figures.Refusal(_("Give a month as 2026-11.")) from None
    last = first.replace(day=monthrange(first.year, first.month)[1])
    days = figures.between(first, last, timezone=timezone)
    earlier = first - timedelta(days=1)
    before = figures.Days(earlier.replace(day=1), earlier, timezone)
    return Period(days, before, f"{first:%Y-%m}", today)


def _with_before(days: figures.Days, *, chosen: str, today: date) -> Period:
    length = days.last - days.first + timedelta(days=1)
    before = figures.Days(days.first - length, days.first - timedelta(days=1), days.timezone)
    return Period(days, before, chosen, today)


def _span(days: figures.Days) -> str:
    """As people say it: 14 to 20 November."""
    last = date_format(days.last, "j F Y")
    if days.first == days.last:
        return last
    if (days.first.year, days.first.month) == (days.last.year, days.last.month):
        first = date_format(days.first, "j")
    elif days.first.year == days.last.year:
        first = date_format(days.first, "j F")
    else:
        first = date_format(days.first, "j F Y")
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
