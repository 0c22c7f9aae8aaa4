"""What is written into the forms of bookings: read, checked by the rules REST has, and the times that are offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_time
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.serializers import ValidationError

from apps.accounts.rest.taken import day_within_reach
from apps.dashboard import written
from apps.dashboard.shell import Here
from apps.reservations import services
from apps.reservations.api import ReservationTaken
from apps.reservations.day import TAKEN
from apps.reservations.models import Reservation
from apps.restaurant import hours
from apps.restaurant import services as restaurant

FIELDS = ("party_size", "day", "time", "name", "number", "notes")
USUAL_PARTY = 2
NOON = time(12)
IN_OUR_WORDS: dict[tuple[str, str], str | Promise] = {
    ("party_size", "invalid"): gettext_lazy("For how many? Write a number."),
    ("party_size", "required"): gettext_lazy("For how many?"),
    ("party_size", "min_value"): gettext_lazy("For how many? At least one comes."),
    ("name", "blank"): gettext_lazy("Under which name?"),
    ("starts_at", "required"): gettext_lazy("Choose a day and a time."),
}
"""By field and kind; the others are said as REST says them."""


@dataclass(frozen=True, slots=True)
class Written:
    values: dict[str, str]
    """As it was written, to be shown again."""
    wanted: dict[str, Any] = field(default_factory=dict)
    """What it means, as the services take it."""
    errors: dict[str, str] = field(default_factory=dict)


def read(posted: QueryDict, here: Here) -> Written:
    """`instead` is a free time that was taken in place of the written one: `2026-11-27T18:30`. No number: none is
    given, or the old one stays."""
    values = {name: posted.get(name, "").strip() for name in FIELDS}
    if instead := posted.get("instead"):
        values["day"], _at, values["time"] = instead.partition("T")
    sent = {name: values[name] for name in ("party_size", "name", "notes")}
    if not values["party_size"]:
        del sent["party_size"]
    if values["number"]:
        sent["number"] = values["number"]
    day, clock = day_of(values["day"]), clock_of(values["time"])
    if day is not None and clock is not None:
        sent["starts_at"] = hours.local(day, clock, timezone=here.place.timezone).isoformat()
    checked = ReservationTaken(data=sent)
    if checked.is_valid():
        return Written(values, checked.validated_data)
    errors = {name: _said(name, found[0]) for name, found in checked.errors.items()}
    if "starts_at" in errors:
        errors["time"] = errors.pop("starts_at")
    return Written(values, errors=errors)


def _said(name: str, error: Any) -> str:
    return str(IN_OUR_WORDS.get((name, error.code), error))


def day_of(text: str) -> date | None:
    try:
        day = parse_date(text)
        if day is not None:
            day_within_reach(day)
    except (ValueError, ValidationError):
        return None
    return day


def clock_of(text: str) -> time | None:
    try:
        return parse_time(text)
    except ValueError:
        return None


def of(row: Reservation, here: Here) -> dict[str, str]:
    """What a booking would be written as. Its number is not: it is masked, and a new one is written over it."""
    local = row.starts_at.astimezone(here.zone)
    return {
        "party_size": str(row.party_size),
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "name": row.name,
        "number": "",
        "notes": row.notes,
    }


def offers(here: Here, values: dict[str, str], *, now: datetime, row: Reservation | None = None) -> dict[str, Any]:
    """The times of that day for that party, each with whether it is free; and where the written one is not: why, what
    is near, and whether they may wait. Above the largest party there are none: it is a lead. `row` is a booking that
    is changed: its own time and tables are free for it."""
    largest = restaurant.settings().max_party
    guests = int(values["party_size"]) if values["party_size"].isdecimal() else USUAL_PARTY
    day, clock = day_of(values["day"]), clock_of(values["time"])
    found: dict[str, Any] = {"times": [], "is_lead": guests > largest, "largest": largest, "why": "", "instead": []}
    if found["is_lead"] or day is None or guests < 1:
        return found
    moves = row.pk if row else None
    listed = services.times(here.place, party_size=guests, day=day, now=now, moves=moves)
    found["times"] = [_time(moment, here, values["time"], is_free=is_free) for moment, is_free in listed]
    is_own = row is not None and all(of(row, here)[name] == values[name] for name in ("party_size", "day", "time"))
    if clock is not None and all(each["value"] != values["time"] for each in found["times"]):
        found["times"].insert(
            0, {"value": values["time"], "words": _clock(clock), "is_free": is_own, "is_chosen": True}
        )
    free = {each["value"] for each in found["times"] if each["is_free"]}
    if values["time"] in free or (free and clock is None):
        return found
    asked = clock or (None if listed else NOON)
    near = services.find_slots(here.place, party_size=guests, day=day, clock=asked, now=now)
    return {
        **found,
        "why": _("Every time of that day is full.") if clock is None and listed else near.reason,
        "instead": [_instead(moment, here, day) for moment in near.alternatives],
        "may_wait": clock is not None and near.reason == TAKEN,
    }


def _time(moment: datetime, here: Here, chosen: str, *, is_free: bool) -> dict[str, Any]:
    local = moment.astimezone(here.zone)
    value, said = f"{local:%H:%M}", written.clock(moment, here.zone)
    return {
        "value": value,
        "words": said if is_free else _("%(time)s, full") % {"time": said},
        "is_free": is_free,
        "is_chosen": value == chosen,
    }


def _clock(clock: time) -> str:
    return clock.strftime("%-I:%M %p").lower()


def _instead(moment: datetime, here: Here, day: date) -> dict[str, str]:
    local, said = moment.astimezone(here.zone), written.clock(moment, here.zone)
    words = (
        said if local.date() == day else f"{date_format(local, 'D')} {date_format(local, 'MONTH_DAY_FORMAT')}, {said}"
    )
    return {"value": f"{local:%Y-%m-%dT%H:%M}", "words": words}
