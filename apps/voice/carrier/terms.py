"""What the carrier's parts speak of: an account, who calls whom, what happened, what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from twilio.request_validator import RequestValidator

Outcome = Literal["completed", "busy", "no-answer", "failed"]
Medium = Literal["sound", "typed"]


@dataclass(frozen=True, slots=True)
class Account:
    sid: str
    token: str

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        return str(RequestValidator(self.token).compute_signature(url, dict(form)))


@dataclass(frozen=True, slots=True)
class Dialling:
    """Who calls whom, where the restaurant's carrier finds the server, and how a transfer turns out."""

    caller: str
    called: str
    base_url: str
    """The public origin, e.g. `http://127.0.0.1:8000`: webhooks are signed over it."""
    medium: Medium = "sound"
    outcome: Outcome = "completed"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing the carrier saw, for people and tests to read."""

    at_ms: int
    what: str
    detail: dict[str, Any]


@dataclass(slots=True)
class Tape:
    """Both sides frame by frame, from the moment the stream began."""

    caller: list[bytes] = field(default_factory=list)
    agent: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gap:
    """The caller stopped, the agent began: milliseconds on the stream's clock, as the caller's ear has it."""

    caller_ended_ms: int
    agent_began_ms: int

    @property
    def latency_ms(self) -> int:
        return self.agent_began_ms - self.caller_ended_ms
