"""Breaks of the pure rules of limits, in accounts, calls and the media socket, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

BUCKET = "apps/accounts/bucket.py"
CAPS = "apps/calls/caps.py"
PACE = "apps/voice/pace.py"
DIALLING = "apps/language/dialling.py"
TESTS = {
    BUCKET: ("tests/accounts/test_bucket.py",),
    CAPS: ("tests/calls/test_caps.py",),
    PACE: ("tests/voice/test_pace.py",),
    DIALLING: ("tests/language/test_dialling.py",),
}
BREAKS = [
    Break(BUCKET, "a bucket grows without end", "min(float(limit.burst), tokens", "max(0.0, tokens"),
    Break(BUCKET, "nothing comes back", "(now - at) * limit.rate)", "0)"),
    Break(BUCKET, "a clock that goes back takes tokens", "if now > at:", "if True:"),
    Break(BUCKET, "half tokens are had", "floor(tokens)", "round(tokens)"),
    Break(BUCKET, "what was had stays", "Bucket(tokens - had, at)", "Bucket(tokens, at)"),
    Break(BUCKET, "the wait is too short", "(1.0 - bucket.tokens) / limit.rate", "(0.5 - bucket.tokens) / limit.rate"),
    Break(BUCKET, "nought is a limit", "[1-9][0-9]{0,8}", "[0-9]{1,9}"),
    Break(CAPS, "one call too many", "used.calls >= most.calls", "used.calls > most.calls"),
    Break(CAPS, "one minute too many", "used.minutes >= most.minutes", "used.minutes > most.minutes"),
    Break(CAPS, "texts are free", "minutes + used.segments * prices.text_segment", "minutes"),
    Break(CAPS, "one caller costs without end", "done.number < most.number and ", ""),
    Break(PACE, "sound without end", "self.sound > (elapsed", "False and self.sound > (elapsed"),
    Break(PACE, "frames without end", "or self.frames > elapsed", "or False and self.frames > elapsed"),
    Break(DIALLING, "any country may be rung", "if region not in countries:", "if False:"),
    Break(DIALLING, "premium lines are rung", "if kind not in ordinary:", "if False:"),
]  # fmt: skip
