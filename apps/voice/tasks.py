"""Work of this room: the end of a call that could not be written when it ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.calls.models import Call
from apps.outbox import services as outbox
from apps.voice import ending


@outbox.handles("call.finish")
def finish_later(payload: dict[str, Any]) -> None:
    """For a call whose server was killed, or whose end could not be written: what its log has is kept."""
    if not Call.objects.filter(pk=payload["call"], state=Call.State.ENDED).exclude(report={}).exists():
        ending.finish(UUID(payload["call"]))
