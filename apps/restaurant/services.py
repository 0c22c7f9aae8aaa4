"""Reading a restaurant's settings and hours as the rest of the product uses them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts import audit, keys
from apps.restaurant import hours
from apps.restaurant.hours import Span, Week
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay, StaffContact
from apps.tenants import scope

log = logging.getLogger(__name__)


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


def settings() -> RestaurantSettings:
    """The one row of the restaurant that was entered; made with defaults when it is missing."""
    row, _ = RestaurantSettings.objects.get_or_create(pk=1)
    return row


def locked_settings() -> RestaurantSettings:
    """The same row, nobody else's to change until the transaction ends."""
    settings()
    return RestaurantSettings.objects.select_for_update().get(pk=1)


def telephone(place: scope.Place) -> tuple[str, int]:
    """The number that is rung when we cannot answer, and for how many seconds: also of a restaurant that waits for its
    upgrade. No number when even that cannot be read."""
    try:
        with scope.enter_as_it_is(place), transaction.atomic():
            row = RestaurantSettings.objects.values_list("transfer_number", "ring_seconds").first()
    except DatabaseError:
        row = None
    return row or ("", 0)


@transaction.atomic
def change_settings(changes: dict[str, Any], *, by: str) -> RestaurantSettings:
    """Take these values (checked already, secrets sealed), and have it on record who changed what."""
    settings()
    row = RestaurantSettings.objects.select_for_update().get(pk=1)
    before = copy(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=[*changes, "updated_at"])
    audit.changed("settings.change", before=before, after=row, actor=by, place=scope.here())
    return row


def own_keys(chosen: RestaurantSettings, names: Iterable[str]) -> dict[str, str]:
    """The restaurant's own keys for these vendors, opened. One that cannot be opened any more is as none: the
    installation's stands in."""
    opened = {}
    for name in names:
        sealed = chosen.provider_keys.get(name)
        if not sealed:
            continue
        try:
            opened[name] = keys.decrypt(sealed)
        except ValueError as error:
            log.error("own key not opened", extra={"event": "key.sealed", "provider": name, "advice": str(error)})
    return opened


def read_week(*, timezone: str) -> Week:
    """The hours as plain values, special days included."""
    weekly: dict[int, list[Span]] = defaultdict(list)
    for row in OpeningHours.objects.all():
        weekly[row.weekday].append(Span(row.opens, row.closes))
    special: dict[date, list[Span]] = defaultdict(list)
    notes: dict[date, str] = {}
    for day in SpecialDay.objects.all():
        spans = special[day.date]
        if day.note:
            notes[day.date] = day.note
        if day.opens is not None and day.closes is not None:
            spans.append(Span(day.opens, day.closes))
    return Week(timezone=timezone, weekly=dict(weekly), special=dict(special), notes=notes)


@transaction.atomic
def write_week(week: Week) -> None:
    """Take these as the hours; special days that are over, and those the new hours do not name, stay."""
    for weekly in (week.weekly, *({0: spans} for spans in week.special.values())):
        if (found := hours.overlapping(weekly)) is not None:
            raise Refusal(
                _("The hours from %(opens)s begin while others still last.") % {"opens": f"{found[1].opens:%H:%M}"}
            )
    OpeningHours.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=day, opens=span.opens, closes=span.closes)
        for day, spans in week.weekly.items()
        for span in spans
    )
    SpecialDay.objects.filter(date__in=week.special).delete()
    SpecialDay.objects.bulk_create(
        SpecialDay(date=day, opens=span.opens if span else None, closes=span.closes if span else None)
        for day, spans in week.special.items()
        for span in spans or (None,)
    )


@transaction.atomic
def keep_special_day(row: SpecialDay) -> SpecialDay:
    """Write one row of a date, new or changed, when it goes with the date's others."""
    locked_settings()  # one writer of hours at a time
    others = list(SpecialDay.objects.filter(date=row.date).exclude(pk=row.pk))
    if others and (row.opens is None or any(other.opens is None for other in others)):
        raise Refusal(_("A day is closed or has hours, not both: change or remove what stands for that date."))
    spans = [Span(one.opens, one.closes) for one in (*others, row) if one.opens is not None and one.closes is not None]
    if hours.overlapping({0: spans}) is not None:
        raise Refusal(_("These hours overlap with others of that date."))
    row.save()
    return row


@transaction.atomic
def write_special_day(day: date, rows: Sequence[SpecialDay]) -> None:
    """Take these as all there is to a date; none: it follows the week again."""
    locked_settings()
    SpecialDay.objects.filter(date=day).delete()
    for row in rows:
        keep_special_day(row)


def remove_contact(row: StaffContact) -> None:
    """Nobody who is rung by a rule disappears unseen."""
    if rules := row.rules.count():
        raise Refusal(
            ngettext(
                "%(rules)s transfer rule rings them: change those first.",
                "%(rules)s transfer rules ring them: change those first.",
                rules,
            )
            % {"rules": rules}
        )
    row.delete()


# ---- the kitchen tonight -------------------------------------------------------------------------------


def pause_ordering(row: RestaurantSettings, *, until: datetime) -> RestaurantSettings:
    row.ordering_paused_until = until
    row.save(update_fields=["ordering_paused_until", "updated_at"])
    return row


def resume_ordering(row: RestaurantSettings) -> RestaurantSettings:
    row.ordering_paused_until = None
    row.save(update_fields=["ordering_paused_until", "updated_at"])
    return row


def quote_prep_time(row: RestaurantSettings, *, minutes: int, until: datetime) -> RestaurantSettings:
    """Tonight it takes so long, whatever it takes usually."""
    row.prep_minutes_override, row.prep_minutes_until = minutes, until
    row.save(update_fields=["prep_minutes_override", "prep_minutes_until", "updated_at"])
    return row


def quote_usual_prep_time(row: RestaurantSettings) -> RestaurantSettings:
    row.prep_minutes_override, row.prep_minutes_until = None, None
    row.save(update_fields=["prep_minutes_override", "prep_minutes_until", "updated_at"])
    return row
