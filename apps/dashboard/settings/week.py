"""The week as it stands in its form: what was written for each day, what is wrong with it, a picture of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.dashboard.settings import wording
from apps.restaurant import hours
from apps.restaurant.hours import DAY_MINUTES, Span

Weekly = Mapping[int, Sequence[Span]]
MOST_SPANS = 10


@dataclass(frozen=True, slots=True)
class Row:
    """From when until when, as it was written."""

    opens: str = ""
    closes: str = ""
    fault: str = ""
    is_focused: bool = False
    """It was just added."""

    @property
    def is_overnight(self) -> bool:
        return bool(self.opens and self.closes and self.closes <= self.opens)


@dataclass(frozen=True, slots=True)
class Day:
    weekday: int
    is_open: bool
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return wording.weekday(self.weekday)


@dataclass(frozen=True, slots=True)
class Read:
    """What was written, with its faults, and what of it are spans."""

    days: tuple[Day, ...]
    weekly: dict[int, list[Span]] = field(default_factory=dict)

    @property
    def at_fault(self) -> list[str]:
        return [day.name for day in self.days if any(row.fault for row in day.rows)]


def seen(weekly: Weekly) -> str:
    """What the hours are, in short: two who edit them at once are told apart by it."""
    spans = sorted((day, f"{span.opens}-{span.closes}") for day, found in weekly.items() for span in found)
    return hashlib.sha256(repr(spans).encode()).hexdigest()[:16]


def as_set(weekly: Weekly) -> Read:
    days = tuple(
        Day(weekday, bool(weekly.get(weekday)), _rows(sorted(weekly.get(weekday, ()), key=lambda one: one.opens)))
        for weekday in range(7)
    )
    return Read(days, {day: list(spans) for day, spans in weekly.items()})


def as_sent(sent: QueryDict) -> Read:
    """As it was written, and no fault looked for yet."""
    switched_on = sent.getlist("open")
    days = tuple(Day(day, str(day) in switched_on, _sent_rows(sent, day)) for day in range(7))
    return Read(days, {day.weekday: spans for day in days if day.is_open and (spans := _spans(day))})


def judged(read: Read) -> Read:
    """With every fault as a sentence at its span."""
    days = [_with_faults(day) if day.is_open else day for day in read.days]
    for clash in hours.clashes(read.weekly):
        day = days[clash.weekday]
        at = max(n for n, row in enumerate(day.rows) if _span(row) == clash.span)
        rows = (*day.rows[:at], replace(day.rows[at], fault=_clash(clash)), *day.rows[at + 1 :])
        days[clash.weekday] = replace(day, rows=rows)
    return Read(tuple(days), read.weekly)


def copied(read: Read, source: int, to: str) -> Read:
    """One day's hours on others: `all`, `workdays` (Monday to Friday) or `next`."""
    others = {"all": range(7), "workdays": range(5), "next": [(source + 1) % 7]}.get(to, [])
    given = read.days[source]
    return _again([replace(given, weekday=day.weekday) if day.weekday in others else day for day in read.days])


def with_row(read: Read, weekday: int) -> Read:
    """One more span on a day; a day that was closed is open then."""
    day = read.days[weekday]
    begun = [row for row in day.rows if row.opens or row.closes]
    rows = (*begun, Row(is_focused=True))
    return _again([*read.days[:weekday], Day(weekday, True, rows[:MOST_SPANS]), *read.days[weekday + 1 :]])


def without_row(read: Read, weekday: int, number: int) -> Read:
    day = read.days[weekday]
    rows = tuple(row for n, row in enumerate(day.rows) if n != number) or (Row(),)
    return _again([*read.days[:weekday], replace(day, rows=rows), *read.days[weekday + 1 :]])


def _again(days: Sequence[Day]) -> Read:
    return Read(tuple(days), {day.weekday: spans for day in days if day.is_open and (spans := _spans(day))})


def _rows(spans: Sequence[Span]) -> tuple[Row, ...]:
    return tuple(Row(f"{span.opens:%H:%M}", f"{span.closes:%H:%M}") for span in spans) or (Row(),)


def _sent_rows(sent: QueryDict, day: int) -> tuple[Row, ...]:
    """Rows that have anything in them; one that has not, where all are empty."""
    pairs = zip(sent.getlist(f"opens-{day}"), sent.getlist(f"closes-{day}"), strict=False)
    rows = [Row(opens.strip()[:8], closes.strip()[:8]) for opens, closes in pairs]
    return tuple(row for row in rows if row.opens or row.closes)[:MOST_SPANS] or (Row(),)


def clock(text: str) -> time | None:
    """A time as a clock on the wall shows it; browsers send `22:30`."""
    try:
        found = time.fromisoformat(text if len(text) > 4 else f"0{text}")
    except ValueError:
        return None
    return found if found.tzinfo is None and not found.second and not found.microsecond else None


def _span(row: Row) -> Span | None:
    opens, closes = clock(row.opens), clock(row.closes)
    return Span(opens, closes) if opens is not None and closes is not None else None


def _spans(day: Day) -> list[Span]:
    return [span for row in day.rows if (span := _span(row)) is not None]


def _with_faults(day: Day) -> Day:
    return replace(day, rows=tuple(replace(row, fault=fault_of(row)) for row in day.rows))


def fault_of(row: Row) -> str:
    """Why this is no span; nothing where it is one."""
    if not row.opens and not row.closes:
        return _("Say from when until when, or switch the day off.")
    if not row.opens:
        return _("Say when it opens.")
    if not row.closes:
        return _("Say when it closes.")
    unread = next((text for text in (row.opens, row.closes) if clock(text) is None), "")
    return _("“%(text)s” is no time. Write it like 14:30.") % {"text": unread} if unread else ""


def _clash(clash: hours.Clash) -> str:
    until = wording.clock(clash.until)
    if clash.of == clash.weekday:
        told = _("This starts before %(until)s, when the one before ends. Start it at %(until)s or later.")
        return told % {"until": until}
    told = _("This starts before %(until)s, when %(day)s’s hours end. Start it at %(until)s or later.")
    return told % {"until": until, "day": wording.weekday(clash.of)}


# ---- the picture -----------------------------------------------------------------------------------------


def picture(weekly: Weekly) -> dict[str, Any]:
    """Bars by day on one axis, in per cent. A closing after midnight stays on its own evening's line."""
    stretches = {day: sorted(map(_stretch, spans)) for day, spans in weekly.items()}
    every = [one for found in stretches.values() for one in found]
    first = min((begins for begins, _ends in every), default=10 * 60) // 60 * 60
    last = -(-max((ends for _begins, ends in every), default=22 * 60) // 60) * 60
    whole = max(last - first, 60)
    step = next(each for each in (2, 3, 4, 6, 12) if whole / 60 / each <= 4) * 60
    ticks = range(-(-first // step) * step, last + 1, step)
    return {
        "days": [
            {
                "name": wording.weekday(day),
                "short": wording.weekday_in_short(day),
                "said": spans_in_words(weekly.get(day, ())),
                "bars": [
                    {"x": _percent(begins - first, whole), "width": _percent(ends - begins, whole)}
                    for begins, ends in stretches.get(day, ())
                ],
            }
            for day in range(7)
        ],
        "ticks": [
            {
                "x": _percent(tick - first, whole),
                "said": wording.hour(tick // 60 % 24),
                "anchor": "start" if tick == first else "end" if tick == last else "middle",
            }
            for tick in ticks
        ],
    }


def spans_in_words(spans: Sequence[Span]) -> str:
    """ "11:00 am to 2:30 pm, 5:00 pm to 10:00 pm" """
    if not spans:
        return _("closed")
    told = _("%(opens)s to %(closes)s")
    return ", ".join(
        told % {"opens": wording.clock(one.opens), "closes": wording.clock(one.closes)}
        for one in sorted(spans, key=lambda one: one.opens)
    )


def _stretch(span: Span) -> tuple[int, int]:
    begins = span.opens.hour * 60 + span.opens.minute
    lasts = (span.closes.hour * 60 + span.closes.minute - begins) % DAY_MINUTES or DAY_MINUTES
    return begins, begins + lasts


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
