"""Token buckets: so many at once, so many back per second. Pure; `limits` keeps them, in Redis by the same rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import floor

SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_WRITTEN = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour|day)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """A full bucket holds `burst`; a used one is full again after `seconds`."""

    burst: int
    seconds: float

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return self.burst / self.seconds


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tokens there were at a moment (seconds of any clock that only grows)."""

    tokens: float
    at: float


def limit(written: str) -> Limit | None:
    """As settings have it: "600/minute", or "off". ValueError says what is wrong."""
    if written == "off":
        return None
    if not (found := _WRITTEN.fullmatch(written)):
        raise ValueError(f"{written!r} is no limit: write 600/minute (second, hour, day), or off.")
    return Limit(int(found[1]), SECONDS[found[2]])


def full(limit: Limit, *, now: float) -> Bucket:
    return Bucket(float(limit.burst), now)


def take(bucket: Bucket, limit: Limit, *, wanted: int, now: float) -> tuple[Bucket, int]:
    """What is left, and how many whole tokens were had: `wanted`, or as many as there are. A clock that went back
    brings no tokens and takes none."""
    tokens, at = bucket.tokens, bucket.at
    if now > at:
        tokens, at = min(float(limit.burst), tokens + (now - at) * limit.rate), now
    had = min(wanted, floor(tokens))
    return Bucket(tokens - had, at), had


def wait(bucket: Bucket, limit: Limit) -> float:
    """Seconds until there is a whole token."""
    return max(0.0, (1.0 - bucket.tokens) / limit.rate)
