"""Which of several things that were said is meant: people correct themselves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

_CORRECTING = {
    "no", "not", "actually", "sorry", "instead", "rather", "wait", "make", "mean", "meant", "better", "change",
    "scratch", "oops", "correction", "try", "perdon", "mejor", "digo",
}  # fmt: skip
MOVING = {"change", "move", "switch", "push", "reschedule", "update", "changed", "moved"}
_LEADING = {"at", "on", "for", "the", "a", "las", "el", "around", "about"}
_LIMITS = {"later", "earlier", "more", "less", "sooner"}
"""After a no they set a limit and take nothing back: "at seven, no later than eight"."""


@dataclass(frozen=True, slots=True)
class Mention(Generic[Value]):
    """A value and the words that said it: from `start` to before `end`."""

    value: Value
    start: int
    end: int


def meant(found: Sequence[str], mentions: Sequence[Mention[Value]]) -> Value | None:
    """The first that was mentioned, unless a later one took its place: "at seven, no, make it eight".

    What is put aside ("not on Friday") does not count; two that are left open ("seven or eight") are None.
    """
    kept: Mention[Value] | None = None
    for mention in mentions:
        if _is_put_aside(found, mention):
            continue
        if kept is None:
            kept = mention
            continue
        between = found[kept.end : mention.start]
        if _corrects(between, before=found[: kept.start]):
            kept = mention
        elif "or" in between and len(between) <= 3 and mention.value != kept.value:
            return None
    return kept.value if kept else None


def _is_put_aside(found: Sequence[str], mention: Mention[Value]) -> bool:
    before = list(found[: mention.start])
    while before and before[-1] in _LEADING:
        before.pop()
    return before[-1:] in (["not"], ["isn't"]) or before[-2:] in (["instead", "of"], ["rather", "than"])


def _corrects(between: Sequence[str], *, before: Sequence[str]) -> bool:
    if "if" in between:  # "at seven, if not, try eight"
        return False
    if "to" in between and MOVING & {*before, *between}:
        return True
    for place, word in enumerate(between):
        limits = word in ("no", "not") and between[place + 1 : place + 2] and between[place + 1] in _LIMITS
        if word in _CORRECTING and not limits:
            return True
    return False
