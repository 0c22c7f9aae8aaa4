"""From what went wrong in a call to what the next one does better: a synonym on the menu, a word to listen for, or a
case that is replayed. Each closes its flag, and each can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.calls import flagging
from apps.calls.flagging import Refusal
from apps.calls.models import Flag, RegressionCase
from apps.language.redaction import mask_numbers
from apps.llm.embedded.evaluation import regression
from apps.menu import editions, items
from apps.menu import services as menu
from apps.menu.card import Card
from apps.menu.models import MenuItem
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.voice import house_rules

LONGEST_SYNONYM = 80
MOST_SYNONYMS = 50
SPEAKERS = {"caller": "user", "agent": "assistant"}
"""What `evaluate` calls them."""

# ---- teaching ------------------------------------------------------------------------------------------


@transaction.atomic
def synonym(flag_id: UUID, *, item_id: UUID, words: str, by: str, now: datetime) -> Flag:
    """These words mean this item, from the next words of every call on."""
    said = _plain(words)
    if not said or len(said) > LONGEST_SYNONYM:
        raise Refusal(
            _("Give the guest's words for it, %(most)s letters at most, without a phone number.")
            % {"most": LONGEST_SYNONYM}
        )
    flagging.locked(flag_id)
    if (source := editions.source()) is not None:
        raise Refusal(
            _("The menu comes from %(house)s, and would be replaced by its next edition. Teach it there.")
            % {"house": source.name}
        )
    editions.lock()
    row = MenuItem.objects.filter(pk=item_id).first()
    if row is None:
        raise Refusal(_("Choose what was meant."))
    if (other := _means_already(said)) is not None:
        raise Refusal(_("“%(words)s” already means %(item)s.") % {"words": said, "item": other.name})
    if len(row.synonyms) >= MOST_SYNONYMS:
        raise Refusal(
            _("%(item)s has %(most)s synonyms already. Take one away first.")
            % {"item": row.name, "most": MOST_SYNONYMS}
        )
    _change(row, [*row.synonyms, said], by=by, now=now)
    return flagging.close(flag_id, done="synonym", taught=said, taught_of=row.pk, by=by, now=now)


def _means_already(said: str) -> MenuItem | None:
    asked = said.casefold()
    for row in MenuItem.objects.filter(active=True):
        if asked in {row.name.casefold(), *(each.casefold() for each in row.synonyms)}:
            return row
    return None


def _change(row: MenuItem, synonyms: list[str], *, by: str, now: datetime) -> None:
    before = {"synonyms": list(row.synonyms)}
    items.change_one(row, fields={"synonyms": synonyms}, now=now)
    audit.record(
        "menu/items.change",
        actor=by,
        place=scope.here(),
        subject=f"menu/items/{row.pk}",
        before=before,
        after={"synonyms": synonyms},
    )
    live.touched("menu", row.pk)


@transaction.atomic
def keyterm(flag_id: UUID, *, term: str, by: str, now: datetime) -> Flag:
    """Recognisers expect this word, from the next call on."""
    said = _plain(term)
    flagging.locked(flag_id)
    kept = _keyterms()
    if said.casefold() in {each.casefold() for each in kept}:
        raise Refusal(_("“%(words)s” is listened for already.") % {"words": said})
    if fault := house_rules.keyterms([*kept, said]):
        raise Refusal(fault)
    restaurant.change_settings({"keyterms": [*kept, said]}, by=by)
    live.touched("settings")
    return flagging.close(flag_id, done="keyterm", taught=said, by=by, now=now)


def _keyterms() -> list[str]:
    """Locked, so that two who teach at once both do."""
    restaurant.settings()
    return list(RestaurantSettings.objects.select_for_update().get(pk=1).keyterms)


@transaction.atomic
def case(flag_id: UUID, *, expected: str, by: str, now: datetime) -> Flag:
    """Keep the conversation up to the flagged words, and what should stand in the order then."""
    row = flagging.locked(flag_id)
    turns = turns_of(row)
    if not any(turn["speaker"] == "user" for turn in turns):
        raise Refusal(_("The guest said nothing up to there that could be replayed."))
    try:
        wanted = regression.read(expected, card=card(now=now))
    except regression.Unreadable as why:
        raise Refusal(str(why)) from None
    edition = editions.keep(by=by, note="as a case was kept", now=now)
    RegressionCase.objects.create(
        flag=row, turns=turns, menu_edition=edition.number, came_out=came_out(row), expected=wanted, by=by
    )
    return flagging.close(flag_id, done="case", by=by, now=now)


def nothing(flag_id: UUID, *, by: str, now: datetime) -> Flag:
    """It was looked at, and nothing has to be done."""
    return flagging.close(flag_id, done="nothing", by=by, now=now)


@transaction.atomic
def take_back(flag_id: UUID, *, by: str, now: datetime) -> Flag:
    """As if it had not been taught; the flag is open again."""
    row = Flag.objects.select_for_update().get(pk=flag_id)
    if row.done == "synonym" and row.taught_of is not None:
        editions.lock()
        item = MenuItem.objects.filter(pk=row.taught_of).first()
        if item is not None and row.taught in item.synonyms:
            _change(item, [each for each in item.synonyms if each != row.taught], by=by, now=now)
    elif row.done == "keyterm":
        kept = _keyterms()
        if row.taught in kept:
            restaurant.change_settings({"keyterms": [each for each in kept if each != row.taught]}, by=by)
            live.touched("settings")
    elif row.done == "case":
        RegressionCase.objects.filter(flag=row).delete()
    return flagging.reopen(flag_id, by=by)


def _plain(words: str) -> str:
    """As it is kept: one blank between words, and nothing where a number stands, which may be a guest's."""
    said = " ".join(words.split()).strip(" .,;:!?")
    if len(re.findall(r"\d", said)) > house_rules.MOST_DIGITS or not re.search(r"[^\W\d_]", said) or "\x00" in said:
        return ""
    return said


# ---- cases ---------------------------------------------------------------------------------------------


def turns_of(row: Flag) -> list[dict[str, str]]:
    """What was said up to the flagged words, as `evaluate` reads it: of the agent's words those that were heard."""
    turns = row.call.report.get("turns", [])
    until = len(turns) if row.position is None else row.position + 1
    return [
        {"speaker": SPEAKERS[turn["speaker"]], "text": mask_numbers(turn["heard"] or turn["text"])}
        for turn in turns[:until]
    ]


def came_out(row: Flag) -> list[dict[str, Any]] | None:
    """What the call made of the flagged words: the first order that was quoted after them, else what it left."""
    report = row.call.report
    turns = report.get("turns", [])[: row.position + 1 if row.position is not None else None]
    words = [turn["started_ms"] for turn in turns if turn["speaker"] == "caller"]
    since = words[-1] if words and row.position is not None else 0
    ended = report.get("moments", {}).get("tools_ms", [])
    quoted = [
        tool["result"]["lines"]
        for tool, at_ms in zip(report.get("tools", []), ended, strict=False)
        if tool["name"] == "create_order" and at_ms >= since and _has_lines(tool["result"])
    ]
    if row.position is None:
        quoted = quoted[-1:]
    left = [order["lines"] for order in report.get("orders", [])]
    lines = next(iter([*quoted, *left]), None)
    return regression.of_lines(lines) if lines is not None else None


def _has_lines(result: Any) -> bool:
    return isinstance(result, Mapping) and isinstance(result.get("lines"), list)


def card(*, now: datetime) -> Card:
    """The menu as it is served."""
    return menu.read_card(now=now, currency=restaurant.settings().currency)


def as_evaluated(rows: Iterable[RegressionCase]) -> list[dict[str, Any]]:
    """Cases in the shape that `evaluate dialogues` reads."""
    return [
        {
            "dialogue_id": str(row.pk),
            "turns": row.turns,
            "expected": row.expected,
            "came_out": row.came_out,
            "menu_edition": row.menu_edition,
            "kept_at": row.created_at.isoformat(),
        }
        for row in rows
    ]
