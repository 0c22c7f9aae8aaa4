"""Work of this room: files and the carrier's copies of a guest who was erased, exports, and each day's forgetting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.accounts import audit
from apps.calls import recordings, telephony
from apps.outbox import services as outbox
from apps.privacy import exporting, retention
from apps.tenants import scope
from apps.voice import log as call_log


@outbox.handles("privacy.forget_files")
def forget_files(payload: dict[str, Any]) -> None:
    place = scope.here()
    assert place is not None, "a guest has their restaurant"
    for url in payload["recordings"]:
        recordings.delete(url, slug=place.slug)
    for sid in payload["call_sids"]:
        call_log.delete(sid)


@outbox.handles_outward("privacy.forget_at_carrier")
def forget_at_carrier(payload: dict[str, Any]) -> None:
    """What is gone there already is as good; a carrier that does not answer is asked again."""
    if not telephony.is_configured():
        return
    for sid in payload["message_sids"]:
        telephony.forget_message(sid)
    for sid in payload["call_sids"]:
        telephony.forget_recordings(sid)


@outbox.handles_outward("privacy.export")
def export(payload: dict[str, Any]) -> None:
    place = scope.here()
    assert place is not None, "an export has its restaurant"
    exporting.make(place, UUID(payload["export"]))


@outbox.every_day("privacy.retention")
def keep_house(payload: dict[str, Any]) -> None:
    place = scope.here()
    assert place is not None, "retention has its restaurant"
    retention.keep_house(place, now=timezone.now())
    audit.anchor(place)
