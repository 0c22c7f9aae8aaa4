"""Work of this room: orders on their way to the till."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.outbox import events
from apps.outbox import services as outbox
from apps.pos import services
from apps.pos.till import Busy

events.listens("order", kind="pos.order")


@outbox.handles_outward("pos.order")
def bring(payload: dict[str, Any]) -> None:
    """Something happened to an order: the till is brought up to date, whatever it was."""
    try:
        services.bring(UUID(payload["subject"]), now=timezone.now())
    except Busy as reason:
        raise outbox.Later(str(reason), seconds=reason.seconds) from None
