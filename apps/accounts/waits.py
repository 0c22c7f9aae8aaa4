"""How long somebody waits who keeps giving wrong passwords. Pure: counts in, seconds out.

Three meters count failures: of one account from one address, of one address over all accounts, and of one account
from everywhere. Only the first two ever make anybody wait, so nobody can lock a person out from elsewhere. The
third, an account under attack from many addresses, leaves each address the account was never at a single try.
"""

from __future__ import annotations

import ipaddress

FREE_PER_PAIR = 5
"""Failures of one account from one address before waiting begins: people mistype."""
FREE_PER_ADDRESS = 30
"""A whole restaurant may sit behind one address."""
UNDER_ATTACK = 50
"""Failures of one account, from everywhere, within the time they are remembered."""
FREE_UNDER_ATTACK = 1
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 900.0
FORGOTTEN_AFTER_SECONDS = 3600
"""Since the last failure."""


def wait_seconds(failures: int, *, free: int) -> float:
    """How long after this many failures the next try has to wait: doubled by each, up to a quarter of an hour."""
    if failures < free:
        return 0.0
    return min(FIRST_WAIT_SECONDS * 2.0 ** min(failures - free, 30), LONGEST_WAIT_SECONDS)


def free_tries(*, failures_from_everywhere: int, address_is_known: bool) -> int:
    """Tries of an account from one address before that address waits."""
    if failures_from_everywhere >= UNDER_ATTACK and not address_is_known:
        return FREE_UNDER_ATTACK
    return FREE_PER_PAIR


def network(address: str) -> str:
    """Whom an address belongs to: itself in IPv4, its /64 in IPv6, where one household has 2**64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
