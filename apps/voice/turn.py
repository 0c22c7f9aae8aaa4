"""What the shell remembers of one turn until the next begins."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Turn:
    number: int
    asked_ms: float | None = None
    """When the caller's last sound before this turn was, on the call's clock."""
    spoke_ms: float | None = None
    """When its first sentence was given to the voice."""
    said: int = 0
    """How many sentences were given to the voice."""
    heard: list[str] = field(default_factory=list)
    """Sentences whose mark came back: what the caller knows of this reply."""
    version: int | None = None
    """The cart or hold that is read back in this turn."""
    sounded: bool = False
