"""One try of one webhook: signed, posted, and what came of it written down. No transaction is open meanwhile."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.outbox import posting, schedule, signing, webhooks
from apps.outbox.models import Delivery, Endpoint
from apps.outbox.posting import Answer
from loman import observability

AGENT = "Loman-Webhooks/1.0"
KEPT_OF_ANSWER = 500


def deliver(payload: dict[str, Any]) -> None:
    """Do the try this work row names; one that was made already, overtaken or forgotten does nothing.

    Killed after the posting and before the writing it is made again: the receiver sees the same `webhook-id`.
    """
    delivery = (
        Delivery.objects.select_related("endpoint")
        .filter(pk=payload["delivery"], replays=payload["replays"], tries=payload["tries"], state="waiting")
        .first()
    )
    if delivery is None:
        return
    endpoint, now = delivery.endpoint, timezone.now()
    if endpoint.disabled_at is not None:
        _finish(delivery, Answer(None, f"The webhook is disabled: {endpoint.disabled_reason}", 0), now=now)
    elif endpoint.rests_until is not None and endpoint.rests_until > now:
        _put_off(delivery, until=endpoint.rests_until)
    else:
        _finish(delivery, _post(delivery, endpoint, now=now), now=timezone.now())


def _post(delivery: Delivery, endpoint: Endpoint, *, now: datetime) -> Answer:
    body = delivery.body.encode()
    signed = signing.headers(
        secrets=webhooks.secrets_of(endpoint, now=now),
        id=delivery.event_id,
        timestamp=int(now.timestamp()),
        body=body,
    )
    sent = {"content-type": "application/json", "user-agent": AGENT, **signed}
    try:
        return posting.post(endpoint.url, headers=sent, body=body)
    except posting.Refused as reason:
        return Answer(None, str(reason), 0)


@transaction.atomic
def _put_off(delivery: Delivery, *, until: datetime) -> None:
    """Its endpoint rests: that is no try."""
    Delivery.objects.filter(pk=delivery.pk, state="waiting").update(next_try_at=until)
    webhooks.schedule_try(delivery, at=until, mark=str(until.timestamp()))


@transaction.atomic
def _finish(delivery: Delivery, answer: Answer, *, now: datetime) -> None:
    """Write the outcome, unless somebody else did meanwhile."""
    row = (
        Delivery.objects.select_for_update()
        .filter(pk=delivery.pk, replays=delivery.replays, tries=delivery.tries, state="waiting")
        .first()
    )
    if row is None:
        return
    endpoint = Endpoint.objects.select_for_update().get(pk=row.endpoint_id)
    row.tries += 1
    row.last_status, row.took_ms = answer.status, answer.took_ms
    row.last_answer = observability.masked(answer.text[:KEPT_OF_ANSWER])
    row.next_try_at = None
    verdict = schedule.verdict(answer.status)
    if verdict == "delivered":
        row.state, row.delivered_at = Delivery.State.DELIVERED, now
        _recovered(endpoint)
    elif endpoint.disabled_at is not None:
        row.state = Delivery.State.DEAD
    elif verdict == "gone":
        row.state = Delivery.State.DEAD
        webhooks.disable(endpoint, reason="It answered 410 Gone.", now=now)
    else:
        wait = schedule.next_try(row.tries, jitter=random.random(), wish=schedule.wish(answer.retry_after))
        row.state = Delivery.State.DEAD if wait is None else Delivery.State.WAITING
        row.next_try_at = None if wait is None else now + timedelta(seconds=wait)
        _failed(endpoint, now=now)
    row.save()
    if row.next_try_at is not None:
        webhooks.schedule_try(row, at=row.next_try_at)


def _recovered(endpoint: Endpoint) -> None:
    if endpoint.failures:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        endpoint.save(update_fields=["failures", "failing_since", "rests_until"])


def _failed(endpoint: Endpoint, *, now: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.rests_until = now + timedelta(seconds=schedule.rest(endpoint.failures))
    endpoint.save(update_fields=["failures", "failing_since", "rests_until"])
    if (now - endpoint.failing_since).total_seconds() >= schedule.GIVEN_UP_AFTER:
        days = round(schedule.GIVEN_UP_AFTER / 86_400)
        webhooks.disable(endpoint, reason=f"It has only failed for {days} days.", now=now)
