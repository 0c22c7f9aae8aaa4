"""Breaks of the pure rules of `apps/accounts`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

CHAIN = "apps/accounts/chain.py"

TESTS = {CHAIN: ("tests/accounts/test_links.py",)}
BREAKS = [
    Break(CHAIN, "gaps are not seen", "if link.position > expected:", "if False:"),
    Break(CHAIN, "order does not matter", "if link.previous != previous:", "if False:"),
    Break(CHAIN, "content does not matter", "if not hmac.compare_digest(found, link.digest):", "if False:"),
    Break(CHAIN, "the end does not matter", "if head.position > last:", "if False:"),
    Break(CHAIN, "the seal does not matter", "if head.position > 0 and not hmac", "if False and not hmac"),
    Break(CHAIN, "notes do not matter", "or _lost(known.values())", ""),
    Break(CHAIN, "the key does not matter", "hmac.new(key, ", 'hmac.new(b"k", '),
]
