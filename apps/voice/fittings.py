"""What one call is made with: whom it is for, who serves it, and where it is written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from apps.menu.card import Card
from apps.voice.agent import Agent
from apps.voice.conversation import Limits
from apps.voice.speech import Provider


class Log(Protocol):
    """The append-only call log (apps.voice.log)."""

    def write(self, event: str, **fields: object) -> None: ...


class Tape(Protocol):
    """The recorder (apps.voice.recorder): both only append, neither blocks."""

    def caller(self, mulaw: bytes, at_ms: int) -> None: ...

    def agent(self, mulaw: bytes, at_ms: int) -> None: ...

    def clear(self, at_ms: int) -> None: ...

    def redact(self, from_ms: int, to_ms: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Fittings:
    """What one call is made with, chosen when it is admitted."""

    call_id: UUID
    restaurant: str
    card: Card
    agent: Agent
    hearing: Sequence[Provider]  # who recognises the caller, in order
    speaking: Sequence[Provider]
    language: str  # what the recogniser listens for: a code, or "multi"
    limits: Limits
    notice: str
    greeting: str
    log: Log
    tape: Tape
    hand_over: Callable[[str, str], Awaitable[None]]
    """Puts the live call through to a person, for a reason; first to whom staff chose, if they did."""
    hang_up: Callable[[], Awaitable[None]]
    keep: Callable[[], Awaitable[None]]
    """Closes log and recording and writes the call into the books."""
    tape_at_carrier: Callable[[], Awaitable[None]] | None = None
    """Has the carrier record it too, from now on. Never raises."""
