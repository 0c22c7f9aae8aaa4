"""Breaks of `loman`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

PACE = "loman/pace.py"

TESTS = {PACE: ("tests/loman/test_pace.py",)}
BREAKS = [
    Break(PACE, "what is done counts as left", "(self.of - self.done) * self.seconds", "self.of * self.seconds"),
    Break(PACE, "the rest goes at the pace of all", "* self.seconds / self.done if", "* self.seconds / self.of if"),
    Break(PACE, "nothing done divides", "/ self.done if self.done else None", "/ max(self.done, 1)"),
    Break(PACE, "a clock that stands divides", "if self.seconds > 0 else 0.0", "if self.seconds >= 0 else 0.0"),
    Break(PACE, "nothing is said to be left", "if not left else", "if left is None else"),
    Break(PACE, "less than a second is none", "-int(-seconds // 1)", "int(seconds)"),
    Break(PACE, "a minute is sixty seconds", "if whole < 60:", "if whole <= 60:"),
    Break(PACE, "an hour is sixty minutes", "if whole < 3600:", "if whole <= 3600:"),
    Break(PACE, "minutes of the hour are minutes of the day", "whole % 3600 // 60", "whole // 60"),
    Break(PACE, "seconds of the minute are seconds of the hour", "{whole % 60} s", "{whole} s"),
]
