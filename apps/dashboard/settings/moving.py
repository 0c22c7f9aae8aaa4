"""Rows of an ordered list before it is saved: moved up and down, added, taken away, with scripts or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import QueryDict

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Moved(Generic[Row]):
    rows: list[Row]
    row: int = -1
    """Where the hands go on: on the `on` of this row (up, down, remove, or row: its first field)."""
    on: str = ""

    def focus(self, row: int) -> str:
        return self.on if row == self.row else ""


def moved(name: str, given: Sequence[Row], sent: QueryDict, *, made: Callable[[str], Row]) -> Moved[Row]:
    """The list `name` after what its button says: `do` is "<name> up 2", "down 0", "remove 1" or "add <what>"."""
    rows = list(given)
    whose, _, deed = sent.get("do", "").partition(" ")
    verb, _, which = deed.partition(" ")
    if whose != name:
        return Moved(rows)
    if verb == "add":
        return Moved([*rows, made(which)], len(rows), "row")
    at = int(which) if which.isascii() and which.isdigit() and len(which) < 4 else len(rows)
    if at >= len(rows):
        return Moved(rows)
    if verb == "remove":
        del rows[at]
        return Moved(rows, min(at, len(rows) - 1), "remove")
    to = at - 1 if verb == "up" else at + 1
    if verb not in ("up", "down") or not 0 <= to < len(rows):
        return Moved(rows)
    rows.insert(to, rows.pop(at))
    return Moved(rows, to, _next(verb, to, len(rows)))


def _next(verb: str, at: int, count: int) -> str:
    """The same button, where the row has come to; at the end of the list the other one."""
    if at == 0:
        return "down"
    return "up" if at == count - 1 else verb
