"""How a vendor's server on loopback behaves: well, or in one of the ways in which vendors fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no service."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    late: bool = False
    """Over a WebSocket: let in first, refused at the first message, with an error message and a close."""
    code: int = 1008
    """The late one's close."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """One connection's, or one request's. They can be combined; the default works."""

    first_seconds: float = 0.0
    """Until the first answer to each thing asked."""
    silent: bool = False
    """Takes everything and answers nothing."""
    empty: bool = False
    """Answers in good order, with nothing in it."""
    dies_after_bytes: int | None = None
    """Of answers to one thing asked; then the connection is cut without a word."""
    refuses: Refusal | None = None
    garbage: bytes | None = None
    """Sent instead of the first answer."""
    disorderly: bool = False
    """Between the answers there are others: of unknown kinds, for unknown things, for things that are over."""


WORKS = Conduct()


@dataclass(slots=True)
class Conducts:
    """Who meets which: the first connections one each, and all after them `then`."""

    then: Conduct = WORKS
    first: list[Conduct] = field(default_factory=list)

    def next(self) -> Conduct:
        return self.first.pop(0) if self.first else self.then


def comes_back(*failing: Conduct) -> Conducts:
    """Fails so often and in these ways, then works."""
    return Conducts(first=list(failing))
