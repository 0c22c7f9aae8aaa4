"""When a model is left alone: after failures that waiting may mend for seconds, after a bad key for long. Pure.

What hangs on an account (key, quota, rate) is held against that key only, so that one restaurant's unpaid bill keeps
no other from a model; what hangs on the vendor is held against its model for everybody.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from apps.llm.reasons import Reason

LONG_SECONDS = {Reason.BAD_KEY: 600.0, Reason.NO_QUOTA: 300.0, Reason.NO_SUCH_MODEL: 600.0}
"""A retry cannot help: somebody has to do something first."""
RATE_SECONDS = 10.0
"""After a rate limit that does not say when to come back."""
MOST_SECONDS = 600.0
FAILURES = 3
"""So many within the window open the breaker."""
WINDOW_SECONDS = 60.0
SHORT_SECONDS = 15.0
"""The first rest after an outage; every failed probe doubles it."""
LONGEST_SHORT_SECONDS = 120.0
PROBE_SECONDS = 30.0
"""A probe that nothing was heard of for so long is forgotten, and another may go."""
HARMLESS = frozenset({Reason.REFUSED, Reason.TOO_LONG, Reason.BAD_REQUEST})
"""They say something about one request, nothing about the next."""
OF_ACCOUNT = frozenset({Reason.BAD_KEY, Reason.NO_QUOTA, Reason.NO_SUCH_MODEL, Reason.RATE_LIMITED})


@dataclass(slots=True)
class Breaker:
    """Closed: all may ask. Open: nobody, until its rest is over. Then half open: one may try."""

    failures: list[float] = field(default_factory=list)
    opens_again: float | None = None
    """When the rest is over; None while closed."""
    rest: float = 0.0
    probing_since: float | None = None

    def allows(self, now: float) -> bool:
        """Whether one may ask now. True in the half-open state makes the asker the probe."""
        if self.opens_again is None:
            return True
        if now < self.opens_again:
            return False
        if self.probing_since is not None and now - self.probing_since < PROBE_SECONDS:
            return False
        self.probing_since = now
        return True

    def answered(self) -> None:
        self.failures.clear()
        self.opens_again = self.probing_since = None
        self.rest = 0.0

    def gave_up(self) -> None:
        """Whoever asked did not wait for the answer: nothing was learnt."""
        self.probing_since = None

    def failed(self, reason: Reason, *, now: float, retry_after: float | None = None) -> float | None:
        """For how many seconds nobody asks, if this failure opens the breaker."""
        probe = self.opens_again is not None
        self.probing_since = None
        if reason in HARMLESS:
            return None
        if reason in LONG_SECONDS:
            return self._open(LONG_SECONDS[reason], now)
        if reason is Reason.RATE_LIMITED:
            return self._open(min(retry_after or RATE_SECONDS, MOST_SECONDS), now)
        self.failures = [*(at for at in self.failures if now - at < WINDOW_SECONDS), now]
        if probe or len(self.failures) >= FAILURES:
            return self._open(min(self.rest * 2 or SHORT_SECONDS, LONGEST_SHORT_SECONDS), now)
        return None

    def _open(self, rest: float, now: float) -> float:
        self.rest, self.opens_again = rest, now + rest
        return rest


@dataclass(slots=True)
class Board:
    """The breakers of one process: for every account and for every model."""

    _breakers: dict[Hashable, Breaker] = field(default_factory=dict)

    def allows(self, *, account: Hashable, service: Hashable, now: float) -> bool:
        mine, theirs = self._at("account", account), self._at("service", service)
        if not mine.allows(now):
            return False
        if not theirs.allows(now):
            mine.gave_up()
            return False
        return True

    def answered(self, *, account: Hashable, service: Hashable) -> None:
        for breaker in (self._at("account", account), self._at("service", service)):
            breaker.answered()

    def gave_up(self, *, account: Hashable, service: Hashable) -> None:
        for breaker in (self._at("account", account), self._at("service", service)):
            breaker.gave_up()

    def failed(
        self, reason: Reason, *, account: Hashable, service: Hashable, now: float, retry_after: float | None = None
    ) -> float | None:
        """For how many seconds nobody asks, if this failure opens a breaker."""
        mine, theirs = self._at("account", account), self._at("service", service)
        guilty, other = (mine, theirs) if reason in OF_ACCOUNT else (theirs, mine)
        other.gave_up()
        return guilty.failed(reason, now=now, retry_after=retry_after)

    def clear(self) -> None:
        self._breakers.clear()

    def _at(self, kind: str, name: Hashable) -> Breaker:
        return self._breakers.setdefault((kind, name), Breaker())
