"""Forgetting what is old enough, as each restaurant has set it: once a day, in batches, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts import audit
from apps.calls import recordings
from apps.calls.models import Call, Flag, Message, RegressionCase, TranscriptLine
from apps.outbox import services as outbox
from apps.outbox import webhooks
from apps.outbox.models import Work
from apps.privacy import exporting
from apps.restaurant import services as restaurant
from apps.tenants.scope import Place
from apps.voice import log as call_log

BATCH = 200
MOST_BATCHES = 50
"""In one day's work; the next day goes on."""
WORK_KEPT = timedelta(days=30)
"""Done and dead work rows. Their keys tell a repeated cause from a new one, which comes within hours."""
BY_US = "retention"


def keep_house(place: Place, *, now: datetime) -> dict[str, int]:
    """Forget recordings, transcripts with reports and logs, texts, webhook bodies and work rows of the restaurant that
    was entered, as far as they are past their time; how many of which."""
    chosen = restaurant.settings()
    sound = now - timedelta(days=chosen.recording_days)
    words = now - timedelta(days=chosen.transcript_days)
    ended = Call.objects.filter(state=Call.State.ENDED)
    counts = {
        "recordings": _batches(
            ended.filter(started_at__lt=sound).exclude(recording_url="", recorded_by_carrier=False),
            lambda rows: _forget_sound(rows, place, now),
        ),
        "transcripts": _batches(
            ended.filter(started_at__lt=words).filter(_has_words()).distinct(), lambda rows: _forget_words(rows)
        ),
        "messages": _batches(
            Message.objects.filter(created_at__lt=words).exclude(text="").exclude(status__in=("queued", "sending")),
            _forget_texts,
        ),
        "work": _batches(
            Work.objects.filter(restaurant_id=place.id, created_at__lt=now - WORK_KEPT).exclude(state="waiting"),
            _delete,
        ),
        "exports": exporting.forget_old(place, now=now),
    }
    webhooks.forget_old(place=place, now=now)
    counts = {name: count for name, count in counts.items() if count}
    if counts:
        audit.record("retention", actor=BY_US, place=place, after=counts)
    return counts


def _batches(rows: QuerySet[Any], forget: Callable[[list[Any]], None]) -> int:
    """Each batch is a transaction of its own: what was killed in the middle goes on where it was."""
    done = 0
    for _ in range(MOST_BATCHES):
        with transaction.atomic():
            batch = list(rows.order_by("pk")[:BATCH])
            if batch:
                forget(batch)
        done += len(batch)
        if len(batch) < BATCH:
            break
    return done


def _has_words() -> Q:
    kept = Q(flags__words__gt="") | Q(flags__wrong__gt="") | Q(flags__case__isnull=False)
    return Q(transcript__isnull=False) | ~Q(report={}) | ~Q(summary="") | kept


def _forget_sound(calls: list[Call], place: Place, now: datetime) -> None:
    theirs = [call.carrier_sid for call in calls if call.recorded_by_carrier or call.recording_url.startswith("http")]
    for call in calls:
        recordings.delete(call.recording_url, slug=place.slug)
        call.recording_url, call.recorded_by_carrier = "", False
        call.report = {**call.report, "recording": ""} if call.report else call.report
    Call.objects.bulk_update(calls, ["recording_url", "recorded_by_carrier", "report"])
    if theirs:
        outbox.add(
            "privacy.forget_at_carrier",
            key=f"privacy.forget_at_carrier:{theirs[0]}:{now.isoformat()}",
            payload={"call_sids": theirs, "message_sids": []},
            place=place,
        )


def _forget_words(calls: list[Call]) -> None:
    for call in calls:
        call_log.delete(call.carrier_sid)
    ids = [call.pk for call in calls]
    TranscriptLine.objects.filter(call__in=ids).delete()
    RegressionCase.objects.filter(flag__call__in=ids).delete()
    Flag.objects.filter(call__in=ids).update(words="", wrong="")
    Call.objects.filter(pk__in=ids).update(report={}, summary="")


def _forget_texts(messages: list[Message]) -> None:
    Message.objects.filter(pk__in=[row.pk for row in messages]).update(text="")


def _delete(rows: list[Any]) -> None:
    type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).delete()
