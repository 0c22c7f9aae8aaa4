"""Bringing a menu that was read from a file to where it belongs: the menu that is served, or the draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from apps.menu import document, editions
from apps.menu.card import Item
from apps.menu.document import Document
from apps.menu.imports import store

Target = Literal["menu", "draft"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    changes: store.Changes
    before: Document
    after: Document
    """What stood there, and what stands there then."""

    @property
    def differs(self) -> dict[str, list[str]]:
        return document.differences(self.before, self.after)


@transaction.atomic
def bring(
    items: Sequence[Item],
    *,
    target: Target,
    replace: bool,
    by: str,
    note: str,
    now: datetime,
    then: Callable[[Imported], None] = lambda imported: None,
) -> Imported:
    """Write them into the served menu, which is kept as an edition before and after, or into the draft. `then` is done
    in the same transaction."""
    if target == "menu":
        editions.lock()
        editions.keep(by=by, note=f"before the {note}"[:200], now=now)
    with editions.drafting(by=by, now=now) if target == "draft" else nullcontext():
        before = document.read()
        changes = store.write(items, replace=replace)
        after = document.read()
    if target == "menu":
        editions.keep(by=by, note=note[:200], now=now)
    imported = Imported(changes, before, after)
    then(imported)
    return imported


def rehearse(items: Sequence[Item], *, target: Target, replace: bool, by: str, now: datetime) -> Imported:
    """What it would do; nothing is changed."""
    with transaction.atomic():
        imported = bring(items, target=target, replace=replace, by=by, note="rehearsal", now=now)
        transaction.set_rollback(True)
    return imported
