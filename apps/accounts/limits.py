"""How often somebody may ask: buckets shared through Redis, of this process alone while it is away.

A process takes a few tokens at once and spends them without asking, so that a busy client costs a dictionary and not
a journey; what it took and did not spend within a second is lost to the client, never won.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from apps.accounts import bucket
from apps.accounts.bucket import Bucket, Limit

log = logging.getLogger(__name__)

REDIS_SECONDS = 0.1
REST_SECONDS = 5.0
"""For so long nobody asks a Redis that did not answer."""
LEASE_SECONDS = 1.0
LEASE_SHARE = 20
"""A process takes at most one in so many of a full bucket at once."""
MOST_KEYS = 20_000
"""Of addresses that a process remembers; who has not asked longest is forgotten, and begins with a full bucket."""
SCRIPT = """
local now, answer = tonumber(ARGV[1]), {}
for i, key in ipairs(KEYS) do
  local burst, seconds, wanted = tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i]), tonumber(ARGV[3*i+1])
  local kept = redis.call('HMGET', key, 't', 'a')
  local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
  if now > at then tokens, at = math.min(burst, tokens + (now - at) * burst / seconds), now end
  local had = math.min(wanted, math.floor(tokens))
  tokens = tokens - had
  redis.call('HSET', key, 't', string.format('%.17g', tokens), 'a', string.format('%.17g', at))
  redis.call('PEXPIRE', key, math.ceil(seconds * 1000) + 1000)
  answer[2*i-1], answer[2*i] = had, string.format('%.17g', tokens)
end
return answer
"""
"""`bucket.take` where it is atomic; a test holds both to the same answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One bucket somebody draws on: a policy's name, whose it is, and its limit."""

    policy: str
    whose: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it may be, and of the tightest bucket what is left in it and when there is more."""

    allowed: bool
    policy: str
    limit: Limit
    remaining: int
    wait: float
    """Seconds until the next token; 0 while there is one."""

    def headers(self) -> dict[str, str]:
        """As the IETF's draft has them (draft-ietf-httpapi-ratelimit-headers)."""
        window = int(self.limit.seconds)
        until = max(1, int(self.wait) + 1) if self.remaining < 1 else window
        found = {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit.burst};w={window}',
            "RateLimit": f'"{self.policy}";r={self.remaining};t={until}',
        }
        return found if self.allowed else {**found, "Retry-After": str(int(self.wait) + 1)}


@dataclass(slots=True)
class _Lease:
    tokens: int
    left: float
    """In the shared bucket, when it was asked."""
    until: float
    more_at: float | None = None
    """There was nothing; then there is a token again."""


class Limiter:
    """Buckets by key, which begins with a `prefix` of the installation's own: others may use its Redis too.
    `redis_url` empty: of this process alone."""

    def __init__(self, redis_url: str, *, prefix: str = "") -> None:
        self._redis_url, self._prefix = redis_url, prefix
        self._script: Any = None
        self._rests_until = 0.0
        self._lock, self._journey = threading.Lock(), threading.Lock()
        self._leases: OrderedDict[str, _Lease] = OrderedDict()
        self._own: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, asked: Sequence[Asked], *, now: float) -> Verdict:
        """One token of each bucket, in at most one journey. `now` in seconds of the wall clock, which processes
        share."""
        missing, refusal = self._spend(asked, now)
        if missing and refusal is None:
            with self._journey:  # two at once would borrow twice, and the second find nothing
                missing, refusal = self._spend(missing, now)
                if missing and refusal is None:
                    refusal = self._borrow(missing, now)
        if refusal is not None:
            return refusal
        return min((self._stands(one) for one in asked), key=lambda each: each.remaining / each.limit.burst)

    def _spend(self, asked: Sequence[Asked], now: float) -> tuple[list[Asked], Verdict | None]:
        """Of what was borrowed: for which buckets nothing is, and whether one is known to be empty."""
        missing: list[Asked] = []
        with self._lock:
            for one in asked:
                lease = self._leases.get(self._key(one))
                if lease is None or lease.until < now or (lease.tokens < 1 and lease.more_at is None):
                    missing.append(one)
                elif lease.more_at is not None:
                    return [], _refusal(one, lease, now)
                else:
                    lease.tokens -= 1
        return missing, None

    def _borrow(self, missing: Sequence[Asked], now: float) -> Verdict | None:
        """Fetch tokens and spend one of each; the refusal if there are none."""
        for one, lease in zip(missing, self._fetch(missing, now), strict=True):
            if lease.tokens < 1:
                lease.more_at = now + bucket.wait(Bucket(lease.left, now), one.limit)
                lease.until = min(lease.more_at, lease.until)
            else:
                lease.tokens -= 1
            with self._lock:
                self._keep(self._leases, self._key(one), lease)
            if lease.more_at is not None:
                return _refusal(one, lease, now)
        return None

    def _stands(self, one: Asked) -> Verdict:
        lease = self._leases.get(self._key(one))
        remaining = int(lease.tokens + lease.left) if lease else one.limit.burst
        return Verdict(True, one.policy, one.limit, remaining, 0.0)

    def _fetch(self, asked: Sequence[Asked], now: float) -> list[_Lease]:
        if self._redis_url and now >= self._rests_until:
            import redis

            try:
                return self._shared(asked, now)
            except (redis.RedisError, OSError, ValueError) as error:
                self._rests_until = now + REST_SECONDS
                log.warning("limits of this process alone", extra={"event": "limits.alone", "error": str(error)[:200]})
        return [self._alone(one, now) for one in asked]

    def _shared(self, asked: Sequence[Asked], now: float) -> list[_Lease]:
        if self._script is None:
            import redis

            server = redis.Redis.from_url(
                self._redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
            )
            self._script = server.register_script(SCRIPT)
        arguments: list[Any] = [now]
        for one in asked:
            arguments += [one.limit.burst, one.limit.seconds, _share(one.limit)]
        answer = self._script(keys=[self._key(one) for one in asked], args=arguments)
        return [
            _Lease(int(had), float(left), now + LEASE_SECONDS)
            for had, left in zip(answer[::2], answer[1::2], strict=True)
        ]

    def _alone(self, one: Asked, now: float) -> _Lease:
        key = self._key(one)
        with self._lock:
            kept = self._own.get(key) or bucket.full(one.limit, now=now)
            kept, had = bucket.take(kept, one.limit, wanted=1, now=now)
            self._keep(self._own, key, kept)
        return _Lease(had, kept.tokens, now + LEASE_SECONDS)

    def _key(self, one: Asked) -> str:
        return f"{self._prefix}limit:{one.policy}:{one.whose}"

    def _keep(self, where: OrderedDict[str, Any], key: str, what: Any) -> None:
        where[key] = what
        where.move_to_end(key)
        while len(where) > MOST_KEYS:
            where.popitem(last=False)


def _refusal(one: Asked, lease: _Lease, now: float) -> Verdict:
    return Verdict(False, one.policy, one.limit, 0, max(0.0, (lease.more_at or now) - now))


def _share(limit: Limit) -> int:
    """Small buckets are asked about one by one; of large ones no process holds more than it spends in a moment."""
    return max(1, min(limit.burst // LEASE_SHARE, int(limit.rate * LEASE_SECONDS)))


@cache
def limiter() -> Limiter:
    """The one of this process."""
    return Limiter(settings.REDIS_URL, prefix=f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:")


@cache
def _limit(name: str, written: str) -> Limit | None:
    return bucket.limit(written)


def configured(policy: str) -> Limit | None:
    """The limit that RATE_LIMITS has for a policy; None: it is off."""
    return _limit(policy, settings.RATE_LIMITS[policy])


def ask(**whose: str) -> Verdict | None:
    """One token for each `policy="whose"`. None where nothing limits."""
    asked = [Asked(policy, who, found) for policy, who in whose.items() if (found := configured(policy)) is not None]
    return limiter().take(asked, now=time.time()) if asked else None
