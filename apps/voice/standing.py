"""How every speech provider stands with this process: trusted, on trial or left alone, and what its failures mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from apps.llm.breaker import LONG_SECONDS, Board
from apps.llm.reasons import Reason
from apps.voice.speech import ADVICE, Provider, Unserved

log = logging.getLogger(__name__)

BOARD = Board()
Note = Callable[..., None]
"""Writes a line of the call's own log: the event's name, then its fields."""


def allows(provider: Provider) -> bool:
    """Whether it may be asked now. Who is allowed tells afterwards how it went."""
    return BOARD.allows(now=_now(), **names(provider))


def answered(provider: Provider) -> None:
    BOARD.answered(**names(provider))


def gave_up(provider: Provider) -> None:
    """Nothing was learnt: the call ended, or another was quicker."""
    BOARD.gave_up(**names(provider))


def failed(provider: Provider, failure: Unserved, *, what: str, note: Note) -> None:
    """Tell the breakers, the log and the call's own log. `what`: `hearing` or `speaking`."""
    rest = BOARD.failed(failure.reason, now=_now(), retry_after=failure.retry_after, **names(provider))
    facts: dict[str, Any] = {
        "provider": provider.name,
        "model": provider.model or provider.voice,
        "reason": str(failure.reason),
        "detail": failure.detail,
    }
    note(f"{what}.lost", **facts)
    said = {"event": f"{what}.lost", "advice": ADVICE.get(failure.reason, ""), "seconds": rest, **facts}
    log.log(logging.ERROR if failure.reason in LONG_SECONDS else logging.WARNING, "speech provider failed", extra=said)


def unforeseen(error: Exception) -> Unserved:
    """What a provider's library raised that its module does not know of."""
    if isinstance(error, OSError):
        return Unserved(Reason.BROKE_OFF, type(error).__name__)
    log.exception("a speech provider's library failed", extra={"event": "speech.bug"})
    return Unserved(Reason.MALFORMED, f"{type(error).__name__}: {error}")


@contextmanager
def told_apart(late: str) -> Iterator[None]:
    """Whatever a provider's library raises within becomes `Unserved`; `late` says what did not come in time. An
    unforeseen error must leave no call deaf or mute."""
    try:
        yield
    except Unserved:
        raise
    except TimeoutError:
        raise Unserved(Reason.SILENCE, late) from None
    except Exception as error:
        raise unforeseen(error) from error


def names(provider: Provider) -> dict[str, tuple[str, ...]]:
    """What the breakers know it by: whose account asks, and which model at which address."""
    service = (provider.name, provider.model, provider.voice, provider.url)
    return {"account": (*service, provider.api_key), "service": service}


def _now() -> float:
    return asyncio.get_running_loop().time()
