"""Breaks of `apps/outbox`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

SIGNING = "apps/outbox/signing.py"
SCHEDULE = "apps/outbox/schedule.py"

TESTS = {
    SIGNING: ("tests/outbox/test_signing.py",),
    SCHEDULE: ("tests/outbox/test_schedule.py",),
}
BREAKS = [
    Break(SIGNING, "the time is not signed", '{id}.{timestamp}.".encode()', '{id}.".encode()'),
    Break(SIGNING, "the id is not signed", 'f"{id}.{timestamp}.".encode()', 'f"{timestamp}.".encode()'),
    Break(SIGNING, "the body is not signed", '.".encode() + body, sha256', '.".encode(), sha256'),
    Break(SIGNING, "the written secret is the key", "hmac.digest(secret,", "hmac.digest(b64encode(secret),"),
    Break(
        SIGNING,
        "only the newest secret signs",
        "for secret in secrets\n        ),",
        "for secret in secrets[:1]\n        ),",
    ),
    Break(
        SIGNING,
        "signatures are set apart by commas",
        '"webhook-signature": " ".join(',
        '"webhook-signature": ",".join(',
    ),
    Break(SIGNING, "only the first signature is looked at", 'signature.split(" "))', 'signature.split(" ")[:1])'),
    Break(SIGNING, "an old signature is good for ever", " or abs(now - int(timestamp)) > TOLERANCE_SECONDS", ""),
    Break(SIGNING, "only what is late is old", "abs(now - int(timestamp)) >", "now - int(timestamp) >"),
    Break(SIGNING, "a full stop shifts what is signed", "if not _ID.fullmatch(id):", "if not _ID.match(id):"),
    Break(SIGNING, "short secrets will do", "SHORTEST, LONGEST = 24, 64", "SHORTEST, LONGEST = 1, 64"),
    Break(SIGNING, "letters that are none are passed over", ", validate=True", ""),
    Break(SIGNING, "nothing signs", 'if not secrets:\n        raise ValueError("Nothing is sent unsigned.")\n    ', ""),
    Break(SCHEDULE, "one try fewer", "if tries > len(DELAYS):", "if tries >= len(DELAYS):"),
    Break(SCHEDULE, "the first wait is left out", "DELAYS[tries - 1]", "DELAYS[min(tries, 8)]"),
    Break(SCHEDULE, "all come back together", "(1 + JITTER * jitter)", "1"),
    Break(SCHEDULE, "some come back sooner", "(1 + JITTER * jitter)", "(1 - JITTER * jitter)"),
    Break(SCHEDULE, "nobody is asked for time", "return max(usual, min(wish, LONGEST_WISH))", "return usual"),
    Break(SCHEDULE, "a receiver may ask for ever", "min(wish, LONGEST_WISH)", "wish"),
    Break(SCHEDULE, "a wish shortens the wait", "max(usual, min(wish", "(min if wish else max)(usual, min(wish"),
    Break(
        SCHEDULE, "work waits for days", "2.0 ** min(attempts, 60), LONGEST_BACKOFF", "2.0 ** min(attempts, 60), 1e9"
    ),
    Break(SCHEDULE, "many attempts are too large a number", "min(attempts, 60)", "attempts"),
    Break(SCHEDULE, "the first accident is a rest", "if failures < 2 else", "if failures < 1 else"),
    Break(SCHEDULE, "a rest has no end", "min(2.0 ** min(failures, 60), LONGEST_REST)", "2.0 ** min(failures, 60)"),
    Break(SCHEDULE, "a redirect is success", "<= status <= 299", "<= status <= 399"),
    Break(
        SCHEDULE, "gone is a failure like any other", 'return "gone" if status == 410', 'return "gone" if status == 404'
    ),
    Break(SCHEDULE, "no answer is success", "status is not None and 200", "status is None or 200"),
    Break(SCHEDULE, "foreign digits are read", "retry_after.isascii() and ", ""),
]
