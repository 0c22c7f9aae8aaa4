"""Taking a restaurant live, suspending it with a reason, and resuming it as it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.accounts import standing as who
from apps.accounts.models import AuditEntry
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.voice import opening

SUSPENDED = "tenants.suspend"
LONGEST_REASON = 200
State = Restaurant.State


@dataclass(frozen=True, slots=True)
class Suspension:
    at: datetime
    by: str
    reason: str
    was: str
    """The state it was in before."""


@transaction.atomic
def go_live(tenant_id: UUID, *, by: str, now: datetime) -> Any:
    """From being set up, once nothing is missing."""
    house = _locked(tenant_id)
    if house.state != State.SETUP:
        raise opening.Refusal(_("It is not being set up."))
    return _put(house, State.LIVE, action="tenants.go_live", by=by, now=now)


@transaction.atomic
def suspend(tenant_id: UUID, *, reason: str, by: str, now: datetime) -> Any:
    """Its phone is not answered and its people are not let in, until it is resumed; the reason is on record."""
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise opening.Refusal(_("Say why, in a few words."))
    house = _locked(tenant_id)
    if house.state not in (State.LIVE, State.SETUP):
        raise opening.Refusal(_("It is suspended already.") if house.state == State.SUSPENDED else _(opening.HAS_LEFT))
    return _put(house, State.SUSPENDED, action=SUSPENDED, by=by, now=now, reason=said)


@transaction.atomic
def resume(tenant_id: UUID, *, by: str, now: datetime) -> Any:
    """As it was before: live, or still to be set up."""
    house = _locked(tenant_id)
    if house.state != State.SUSPENDED:
        raise opening.Refusal(_("It is not suspended.") if house.state != State.LEFT else _(opening.HAS_LEFT))
    found = latest([house.pk]).get(house.pk)
    was = State.SETUP if found is not None and found.was == State.SETUP else State.LIVE
    return _put(house, was, action="tenants.resume", by=by, now=now)


def latest(tenant_ids: Collection[UUID]) -> dict[UUID, Suspension]:
    """When, by whom and why each of these was suspended last, as the record has it; one query for all."""
    rows = AuditEntry.objects.filter(restaurant_id__in=tenant_ids, action=SUSPENDED)
    return {
        row.restaurant_id: Suspension(
            row.at, row.actor, str((row.after or {}).get("reason", "")), str((row.before or {}).get("state", ""))
        )
        for row in rows.order_by("restaurant_id", "-at").distinct("restaurant_id")
        if row.restaurant_id is not None
    }


def _put(house: Restaurant, state: str, *, action: str, by: str, now: datetime, reason: str = "") -> Any:
    was = house.state
    row = opening.change_house(house, now=now, state=state)
    who.forget()
    audit.record(
        action,
        actor=by,
        place=scope.of(house),
        subject=f"tenants/{house.pk}",
        before={"state": was},
        after={"state": state} | ({"reason": reason} if reason else {}),
    )
    return row


def _locked(tenant_id: UUID) -> Restaurant:
    house: Restaurant | None = Restaurant.objects.select_for_update().filter(pk=tenant_id).first()
    if house is None:
        raise Restaurant.DoesNotExist
    return house
