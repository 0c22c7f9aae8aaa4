"""Breaks of `apps/accounts`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

WAITS = "apps/accounts/waits.py"

TESTS = {WAITS: ("tests/accounts/test_waits.py",)}
BREAKS = [
    Break(WAITS, "the last free try waits", "if failures < free:", "if failures < free - 1:"),
    Break(WAITS, "one free try more", "if failures < free:", "if failures <= free:"),
    Break(WAITS, "the wait stays the same", "2.0 ** min(failures - free, 30)", "1.0"),
    Break(WAITS, "the wait grows for ever", ", LONGEST_WAIT_SECONDS)", ", 1e12)"),
    Break(WAITS, "many failures are too large a number", "min(failures - free, 30)", "(failures - free)"),
    Break(WAITS, "an attack locks the owner out", " and not address_is_known", ""),
    Break(WAITS, "an attack is let go on", "if failures_from_everywhere >= UNDER_ATTACK", "if False"),
    Break(WAITS, "an attack counts one later", "failures_from_everywhere >= UNDER", "failures_from_everywhere > UNDER"),
    Break(WAITS, "no try is left to strangers", "FREE_UNDER_ATTACK = 1", "FREE_UNDER_ATTACK = 0"),
    Break(WAITS, "every address of a household counts apart", "(found, 64)", "(found, 128)"),
    Break(WAITS, "IPv4 in IPv6 is one household", "if found.ipv4_mapped is not None:", "if False:"),
    Break(WAITS, "what is no address is its own", 'return "unknown"', "return address"),
]
