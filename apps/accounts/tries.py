"""Counts tries in the cache that all processes share, and says who has to wait. The rule itself is `waits`.

A try is counted before the password is looked at, and given back when it was right. Each has a number that has to be
won (`cache.add`), so that of a hundred guesses at once no more get through than of a hundred in a row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from apps.accounts import waits

KNOWN_SECONDS = 90 * 86_400
"""How long an address counts as one the account was at."""
WINNER_SECONDS = 60
"""In which a try that was won is over."""


class Throttled(Exception):
    """Not now. `seconds` says when; `first` whether this wait was not yet told of."""

    def __init__(self, *, seconds: float, first: bool) -> None:
        super().__init__("Too many tries. Wait a little and try again.")
        self.seconds = seconds
        self.first = first


@dataclass(frozen=True, slots=True)
class Try:
    """One that was admitted, to be settled as right or given back; unsettled it stays a failure."""

    pair: str
    address: str
    account: str
    known: str


def admit(*, what: str, account: str, address: str | None, now: datetime) -> Try:
    """Count a try of `what` (its meters are apart from others') for an account from an address, or `Throttled`."""
    ours = _meters(what, account, address)
    everywhere = int(cache.get(ours.account) or 0)
    free = waits.free_tries(failures_from_everywhere=everywhere, address_is_known=bool(cache.get(ours.known)))
    _take(ours.address, free=waits.FREE_PER_ADDRESS, now=now)
    try:
        _take(ours.pair, free=free, now=now)
    except Throttled:
        _give_back(ours.address)
        raise
    _count(ours.account)
    return ours


def was_right(this: Try) -> None:
    """The account was proved: its failures from here are forgotten, and from here it is known."""
    tries = range(int(cache.get(this.pair) or 0) + 1)
    cache.delete_many([this.pair, f"{this.pair}:until", *(f"{this.pair}:try:{number}" for number in tries)])
    cache.set(this.known, 1, KNOWN_SECONDS)
    _give_back(this.address)
    _give_back(this.account)


def give_back(this: Try) -> None:
    """It was neither right nor wrong: as if it had not been."""
    for meter in (this.pair, this.address, this.account):
        _give_back(meter)


def _take(meter: str, *, free: int, now: datetime) -> None:
    count = int(cache.get(meter) or 0)
    moment = now.timestamp()
    until = float(cache.get(f"{meter}:until") or 0) if count >= free else 0.0
    left = range(count, max(free, count + 1)) if until <= moment else ()
    won = next((number for number in left if cache.add(f"{meter}:try:{number}", 1, WINNER_SECONDS)), None)
    if won is None:
        first = bool(cache.add(f"{meter}:told:{count}", 1, waits.FORGOTTEN_AFTER_SECONDS))
        raise Throttled(seconds=max(until - moment, 1.0), first=first)
    if pause := waits.wait_seconds(won + 1, free=free):  # before it is counted: who reads the count finds the wait
        cache.set(f"{meter}:until", moment + pause, waits.FORGOTTEN_AFTER_SECONDS)
    _count(meter)


def _count(meter: str) -> None:
    cache.add(meter, 0, waits.FORGOTTEN_AFTER_SECONDS)
    try:
        cache.incr(meter)
        cache.touch(meter, waits.FORGOTTEN_AFTER_SECONDS)
    except ValueError:  # it ended in between
        cache.set(meter, 1, waits.FORGOTTEN_AFTER_SECONDS)


def _give_back(meter: str) -> None:
    """A try that was won is given back with its turn, else the next one could not be won."""
    try:
        count = int(cache.decr(meter))
    except ValueError:
        return
    cache.delete(f"{meter}:try:{count}")


def _meters(what: str, account: str, address: str | None) -> Try:
    """Names and addresses are hashed: a cache is no place for either, and takes no blanks in its keys."""
    who, where = account.strip().lower(), waits.network(address or "")

    def meter(*parts: str) -> str:
        return f"tries:{what}:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    return Try(
        pair=meter("pair", who, where),
        address=meter("address", where),
        account=meter("account", who),
        known=meter("known", who, where),
    )
