"""Special days: dates that are closed or have other hours, kept, taken away, and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.dashboard.settings import week, wording
from apps.dashboard.settings.forms import Unfit, in_short, taken
from apps.dashboard.settings.saving import Outdated
from apps.dashboard.settings.week import Row
from apps.dashboard.shell import Here
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.api_hours import SpecialDayShown, SpecialDayTaken
from apps.restaurant.hours import Span
from apps.restaurant.models import SpecialDay

Rows = Sequence[dict[str, Any]]
MOST_PAST = 30
NEW = "new"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A special day as it was written. `was` is the date that is changed; empty: a new one."""

    was: str
    date: str
    note: str
    is_closed: bool
    rows: tuple[Row, ...]


@transaction.atomic
def keep(here: Here, wanted: Wanted, *, seen: str) -> date:
    """Take what was written as all there is to that date, when nobody else was quicker."""
    restaurant.locked_settings()
    before = _rows_of(wanted.was)
    if seen != _seen(before):
        raise Outdated
    rows = _checked(here, wanted)
    day = rows[0].date
    if str(day) != wanted.was and SpecialDay.objects.filter(date=day).exists():
        raise Unfit({"date": _("That day is in the list already. Change it there.")})
    was = [_as_json(row) for row in before]
    if before:
        restaurant.write_special_day(before[0].date, [])
    restaurant.write_special_day(day, rows)
    now = [_as_json(row) for row in rows]
    if was != now:
        _record(here, "change" if was else "create", day, before=was, after=now)
    return day


def _checked(here: Here, wanted: Wanted) -> list[SpecialDay]:
    """Its rows, by REST's rules."""
    if not wanted.is_closed:
        faults = [fault for row in wanted.rows if (fault := week.fault_of(row))]
        if faults:
            closed = _("Say from when until when, or that it is closed.")
            raise Unfit({"hours": closed if len(wanted.rows) == 1 and wanted.rows[0] == Row() else faults[0]})
    spans: list[dict[str, str]] = (
        [{}] if wanted.is_closed else [{"opens": row.opens, "closes": row.closes} for row in wanted.rows]
    )
    made = []
    for span in spans:
        given = {"date": wanted.date, "note": wanted.note, **span}
        checked = taken(SpecialDayTaken(data=given, context={"view": here}))
        made.append(SpecialDay(**checked.validated_data))
    return sorted(made, key=lambda row: (row.opens is not None, row.opens))


@transaction.atomic
def remove(here: Here, was: str, *, seen: str) -> tuple[date, dict[str, str]]:
    """The date follows the week again; and what would have to be sent to keep it as it was."""
    restaurant.locked_settings()
    rows = _rows_of(was)
    if not rows:
        raise Http404("There is no such special day.")
    if seen != _seen(rows):
        raise Outdated
    day, spans = rows[0].date, _spans(rows)
    restaurant.write_special_day(day, [])
    _record(here, "delete", day, before=[_as_json(row) for row in rows])
    fields = {"deed": "keep", "was": "", "date": str(day), "note": _note(rows), "seen": _seen([])}
    fields |= {"spans": " ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans)} if spans else {}
    return day, fields if spans else fields | {"closed": "on"}


def _record(here: Here, deed: str, day: date, *, before: Rows = (), after: Rows = ()) -> None:
    was, now = ({"rows": list(rows)} if rows else None for rows in (before, after))
    subject = f"special_days/{day}"
    audit.record(f"special_days.{deed}", actor=here.by, place=here.place, subject=subject, before=was, after=now)
    live.touched("settings")


def _as_json(row: SpecialDay) -> dict[str, Any]:
    return {name: value for name, value in SpecialDayShown(row).data.items() if name != "id"}


def as_sent(sent: QueryDict) -> Wanted:
    """As it was written. Times come in pairs of fields, or, for what is put back, as one text."""
    if spans := sent.get("spans", "").split():
        pairs = [tuple(span.split("-")[:2]) for span in spans if "-" in span]
    else:
        pairs = list(zip(sent.getlist("opens"), sent.getlist("closes"), strict=False))
    rows = tuple(Row(opens.strip()[:8], closes.strip()[:8]) for opens, closes in pairs if opens or closes)
    return Wanted(
        was=sent.get("was", ""),
        date=sent.get("date", "").strip(),
        note=sent.get("note", "").strip(),
        is_closed="closed" in sent,
        rows=rows[: week.MOST_SPANS] or (Row(),),
    )


def _rows_of(day: str) -> list[SpecialDay]:
    """What stands for a date."""
    try:
        return list(SpecialDay.objects.filter(date=date.fromisoformat(day)))
    except ValueError:
        if day:
            raise Http404("There is no such special day.") from None
        return []


def _spans(rows: Sequence[SpecialDay]) -> list[Span]:
    return [Span(row.opens, row.closes) for row in rows if row.opens is not None and row.closes is not None]


def _note(rows: Sequence[SpecialDay]) -> str:
    return next((row.note for row in rows if row.note), "")


def _seen(rows: Sequence[SpecialDay]) -> str:
    return in_short(sorted((str(row.date), str(row.opens), str(row.closes), row.note) for row in rows))


# ---- shown -----------------------------------------------------------------------------------------------


def shown(here: Here, *, wanted: Wanted | None = None, faults: dict[str, str] | None = None) -> dict[str, Any]:
    """The days to come, those that are over by their names, and a form for a new one; with what was refused."""
    today = timezone.now().astimezone(here.zone).date()
    rows = SpecialDay.objects.order_by("date", "opens")
    days = [_day(day, list(found)) for day, found in groupby(rows.filter(date__gte=today), key=lambda row: row.date)]
    past = rows.filter(date__lt=today).order_by("-date").values_list("date", "note")[:MOST_PAST]
    new = {"key": NEW, "was": "", "date": "", "note": "", "is_closed": True, "rows": (Row(),), "seen": _seen([])}
    if wanted is not None:
        tried = {"date": wanted.date, "note": wanted.note, "is_closed": wanted.is_closed, "rows": wanted.rows}
        refused = {"faults": faults or {}, "is_open": True, **tried}
        days = [day | refused if day["was"] == wanted.was else day for day in days]
        new = new | refused if not wanted.was else new
    return {
        "special_days": days,
        "new_day": new,
        "past_days": [{"said": wording.day(day), "year": day.year, "note": note} for day, note in dict(past).items()],
        "today": str(today),
        "may_save": here.may("settings.change"),
    }


def _day(day: date, rows: Sequence[SpecialDay]) -> dict[str, Any]:
    spans = _spans(rows)
    return {
        "key": str(day),
        "was": str(day),
        "date": str(day),
        "said": wording.day(day),
        "year": day.year,
        "note": _note(rows),
        "hours": week.spans_in_words(spans) if spans else _("Closed"),
        "is_closed": not spans,
        "rows": tuple(Row(f"{span.opens:%H:%M}", f"{span.closes:%H:%M}") for span in spans) or (Row(),),
        "seen": _seen(rows),
    }
