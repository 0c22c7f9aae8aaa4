"""Staff watch a call as it happens: its log is what they see, and open pages are told when it went on.

There is no second copy of what was said. The log is on disk moments after the words are final, without cards and with
what may be one held back; any process reads it, at any moment, whatever became of the one that writes it. Pages are
told from the thread that writes it, and only that something was written.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from apps.calls.models import Call
from apps.outbox import live
from apps.voice import log, scene

NOUN = "line"
"""What open pages call it: somebody on the line."""


def teller(restaurant_id: UUID, call_id: UUID) -> Callable[[str], None]:
    """For `CallLog`: tells the restaurant's pages of what they would see."""

    def tell(event: str) -> None:
        if event in scene.SHOWS:
            live.went_on(restaurant_id, NOUN, call_id)

    return tell


def watch(call: Call) -> scene.Scene:
    """The call as far as it has come."""
    return scene.of(log.read(call.carrier_sid))
