"""When something that failed is tried again, and what a receiver's answer means. Pure; times in seconds."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["delivered", "gone", "failed"]

LONGEST_BACKOFF = 3600.0
MINUTE, HOUR = 60.0, 3600.0
DELAYS = (5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Between the tries of a webhook, as the specification's example has them: ten tries in three days."""
JITTER = 0.1
"""At most this share is added, so that what failed together does not come back together."""
LONGEST_WISH = 24 * HOUR
"""How far a `Retry-After` is believed."""
LONGEST_REST = 10 * MINUTE
GIVEN_UP_AFTER = 5 * 24 * HOUR
"""An endpoint that has only failed for so long is disabled."""


def backoff(attempts: int) -> float:
    """How long a work row waits after so many attempts: 2, 4, 8 … up to an hour."""
    return min(2.0 ** min(attempts, 60), LONGEST_BACKOFF)


def next_try(tries: int, *, jitter: float, wish: float = 0.0) -> float | None:
    """How long after the failed try number `tries` (from 1) the next one follows; None: given up.

    `jitter` is random, 0 to 1. `wish` is what the receiver's `Retry-After` said: never sooner than that.
    """
    if tries > len(DELAYS):
        return None
    usual = DELAYS[tries - 1] * (1 + JITTER * jitter)
    return max(usual, min(wish, LONGEST_WISH))


def rest(failures: int) -> float:
    """How long an endpoint is left alone after so many failures in a row: one that hangs must not hold up the
    others. The first is an accident."""
    return 0.0 if failures < 2 else min(2.0 ** min(failures, 60), LONGEST_REST)


def verdict(status: int | None) -> Verdict:
    """2xx is success and nothing else is: a redirect is not followed. 410 asks for no more."""
    if status is not None and 200 <= status <= 299:
        return "delivered"
    return "gone" if status == 410 else "failed"


def wish(retry_after: str) -> float:
    """The seconds of a `Retry-After` header; 0 when it is a date or nonsense."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10 else 0.0
