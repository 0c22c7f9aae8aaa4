"""Who is told of a restaurant's events by webhook, what they are owed, and what did not arrive."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import audit, keys
from apps.outbox import posting, services, signing
from apps.outbox.models import Delivery, Endpoint
from apps.tenants import scope
from apps.tenants.scope import Place
from loman import observability

SECRET_BYTES = 32
BOTH_SECRETS_HOLD = timedelta(days=1)
KEPT = timedelta(days=30)
"""Deliveries older than this are forgotten, dead ones too: their bodies tell of guests."""
LARGEST_BODY = 200_000
"""Bytes; above it only the id is sent."""
MOST_ENDPOINTS = 10
TYPES = (
    "order.placed", "order.changed", "order.cancelled", "reservation.booked", "reservation.changed",
    "reservation.cancelled", "call.ended", "call.summarised", "ticket.opened",
)  # fmt: skip
TEST = "webhook.test"


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


BY_US = "system"


@transaction.atomic
def add(place: Place, *, url: str, types: Sequence[str] = (), by: str = BY_US) -> tuple[Endpoint, str]:
    """Post these events (none: all of them) to a URL from now on. The secret is given back once and never again."""
    try:
        posting.check(url)
    except posting.Refused as reason:
        raise Refusal(str(reason)) from None
    unknown = sorted(set(types) - set(TYPES))
    if unknown:
        raise Refusal(_("There is no event %(names)s.") % {"names": ", ".join(unknown)})
    mine = Endpoint.objects.filter(restaurant_id=place.id)
    if mine.filter(url=url).exists():
        raise Refusal(_("That URL is told already."))
    if mine.count() >= MOST_ENDPOINTS:
        raise Refusal(_("A restaurant has at most %(most)s webhooks.") % {"most": MOST_ENDPOINTS})
    secret = new_secret()
    endpoint = Endpoint.objects.create(restaurant_id=place.id, url=url, types=list(types), secret=keys.encrypt(secret))
    audit.changed("webhooks.add", before=None, after=endpoint, actor=by, place=place)
    return endpoint, secret


@transaction.atomic
def tell_of(endpoint: Endpoint, *, types: Sequence[str], by: str = BY_US) -> None:
    """From now on of these events (none: all of them)."""
    unknown = sorted(set(types) - set(TYPES))
    if unknown:
        raise Refusal(_("There is no event %(names)s.") % {"names": ", ".join(unknown)})
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before, row.types = copy(row), list(types)
    row.save(update_fields=["types"])
    _tell_the_record("webhooks.tell_of", before, row, by=by)


@transaction.atomic
def mask_numbers(endpoint: Endpoint, *, by: str = BY_US) -> None:
    """From now on this one is told the last four digits only. What it is owed already stays as it was written."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before, row.whole_numbers = copy(row), False
    row.save(update_fields=["whole_numbers"])
    _tell_the_record("webhooks.mask_numbers", before, row, by=by)


@transaction.atomic
def grant_whole_numbers(endpoint: Endpoint, *, by: str = BY_US) -> None:
    """From now on this one is told phone numbers unmasked: the restaurant's admin answers for it."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before, row.whole_numbers = copy(row), True
    row.save(update_fields=["whole_numbers"])
    _tell_the_record("webhooks.grant_whole_numbers", before, row, by=by)


@transaction.atomic
def remove(endpoint: Endpoint, *, by: str = BY_US) -> None:
    """Post there no more, and forget what it is owed."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    place, before = scope.find_by_id(row.restaurant_id), copy(row)
    row.delete()
    audit.changed("webhooks.remove", before=before, after=None, actor=by, place=place)


def _tell_the_record(action: str, before: Endpoint, after: Endpoint, *, by: str) -> None:
    place = scope.find_by_id(after.restaurant_id)
    audit.changed(action, before=before, after=after, actor=by, place=place)


@transaction.atomic
def rotate(endpoint: Endpoint, *, now: datetime, by: str = BY_US) -> str:
    """Sign with a new secret, and for a day with the old one too. The new one is given back, once."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before, secret = copy(row), new_secret()
    row.old_secret, row.old_secret_until = row.secret, now + BOTH_SECRETS_HOLD
    row.secret = keys.encrypt(secret)
    row.save(update_fields=["secret", "old_secret", "old_secret_until"])
    _tell_the_record("webhooks.rotate", before, row, by=by)
    return secret


def new_secret() -> str:
    return signing.written(secrets.token_bytes(SECRET_BYTES))


def secrets_of(endpoint: Endpoint, *, now: datetime) -> list[str]:
    """What signs now, the newest first."""
    sealed = [endpoint.secret]
    if endpoint.old_secret_until and endpoint.old_secret_until > now:
        sealed.append(endpoint.old_secret)
    return [keys.decrypt(one) for one in sealed]


@transaction.atomic
def disable(endpoint: Endpoint, *, reason: str, now: datetime, by: str = BY_US) -> None:
    """Post nothing there any more, and have staff told why. Once."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if row.disabled_at is not None:
        return
    before, row.disabled_at, row.disabled_reason = copy(row), now, reason
    row.save(update_fields=["disabled_at", "disabled_reason"])
    services.add(
        "webhook.disabled",
        key=f"webhook.disabled:{endpoint.pk}:{now.timestamp()}",
        payload={"url": endpoint.url, "reason": reason, "at": now.isoformat()},
        place=scope.find_by_id(endpoint.restaurant_id),
    )
    _tell_the_record("webhooks.disable", before, row, by=by)


@transaction.atomic
def enable(endpoint: Endpoint, *, by: str = BY_US) -> None:
    """Post there again. What it missed as dead deliveries can be replayed; what happened meanwhile was not kept."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before = copy(row)
    row.disabled_at, row.disabled_reason = None, ""
    row.failures, row.failing_since, row.rests_until = 0, None, None
    row.save(update_fields=["disabled_at", "disabled_reason", "failures", "failing_since", "rests_until"])
    _tell_the_record("webhooks.enable", before, row, by=by)


# ---- what they are owed ------------------------------------------------------------------------------


def wanting(type: str, *, place: Place) -> list[Endpoint]:
    rows = Endpoint.objects.filter(restaurant_id=place.id, disabled_at=None)
    return [row for row in rows if not row.types or type in row.types]


@transaction.atomic
def owe(endpoints: Sequence[Endpoint], *, event_id: str, type: str, at: str, data: dict[str, Any]) -> list[Delivery]:
    """A delivery for each, and the work that makes it. Owing the same event again owes nothing more."""
    owed = []
    for endpoint in endpoints:
        shown = data if endpoint.whole_numbers else observability.masked(data)
        delivery, made = Delivery.objects.get_or_create(
            endpoint=endpoint,
            event_id=event_id,
            defaults={"type": type, "body": _body(type, at, shown), "next_try_at": timezone.now()},
        )
        if made:
            schedule_try(delivery, at=timezone.now())
        owed.append(delivery)
    return owed


def schedule_try(delivery: Delivery, *, at: datetime, mark: str = "") -> None:
    """The work row of the next try. It names the try, so that one that was overtaken does nothing."""
    services.add(
        "webhook.deliver",
        key=f"webhook.deliver:{delivery.pk}:{delivery.replays}:{delivery.tries}:{mark}",
        payload={"delivery": str(delivery.pk), "replays": delivery.replays, "tries": delivery.tries},
        place=scope.find_by_id(delivery.endpoint.restaurant_id),
        due_at=at,
    )


def test(endpoint: Endpoint) -> Delivery:
    """Owe a delivery that says nothing, to see it arrive."""
    data = {"message": "This is a test."}
    at = timezone.now().isoformat()
    return owe([endpoint], event_id=f"msg_{uuid4().hex}", type=TEST, at=at, data=data)[0]


def _body(type: str, at: str, data: Any) -> str:
    def write(what: Any) -> str:
        parts = {"type": type, "timestamp": at, "data": what}
        return json.dumps(parts, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))

    whole = write(data)
    return whole if len(whole.encode()) <= LARGEST_BODY else write({"id": data.get("id") or data.get("call_id")})


def forget_old(*, place: Place, now: datetime) -> None:
    Delivery.objects.filter(endpoint__restaurant_id=place.id, created_at__lt=now - KEPT).delete()


# ---- what did not arrive -----------------------------------------------------------------------------


def dead(place: Place, *, since: datetime | None = None) -> list[Delivery]:
    """The dead-letter list, oldest first."""
    rows = Delivery.objects.filter(endpoint__restaurant_id=place.id, state=Delivery.State.DEAD)
    rows = rows.filter(created_at__gte=since) if since else rows
    return list(rows.select_related("endpoint").order_by("created_at"))


@transaction.atomic
def replay(place: Place, delivery_id: UUID) -> Delivery:
    """Send one again under its old id, whether it arrived or not, with a whole schedule of tries before it."""
    row = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("endpoint")
        .filter(pk=delivery_id, endpoint__restaurant_id=place.id)
        .first()
    )
    if row is None:
        raise Refusal(_("There is no such delivery."))
    if row.endpoint.disabled_at is not None:
        raise Refusal(_("That webhook is disabled: %(why)s") % {"why": row.endpoint.disabled_reason})
    if row.state == Delivery.State.WAITING:
        return row  # on its way
    row.state, row.tries, row.replays = Delivery.State.WAITING, 0, row.replays + 1
    row.next_try_at, row.delivered_at = timezone.now(), None
    row.save(update_fields=["state", "tries", "replays", "next_try_at", "delivered_at"])
    schedule_try(row, at=row.next_try_at)
    return row


def replay_dead(place: Place, *, since: datetime) -> int:
    """Everything dead that was owed from this moment on; how many. Those of disabled webhooks stay where they are."""
    waiting = [row for row in dead(place, since=since) if row.endpoint.disabled_at is None]
    for row in waiting:
        replay(place, row.pk)
    return len(waiting)
