"""Work of this room: taking over the menu of the house that this one shares it with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.menu import editions
from apps.outbox import services as outbox


@outbox.handles("menu.receive")
def receive(payload: dict[str, Any]) -> None:
    editions.receive(UUID(payload["from"]), now=timezone.now())
