"""Editing the menu that is served (or, within `editions.drafting`, the draft): rows kept, removed and put in order.

Whoever calls holds `editions.lock()`: what was checked then still holds when it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from apps.menu.models import (
    Category,
    Daypart,
    ItemGroup,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    UpsellPair,
)
from apps.outbox import live

MOST_NAMED = 5


class Refusal(Exception):
    """Why it cannot be as things stand, as a sentence."""


class Wrong(Exception):
    """What of the input does not fit, by field or by row."""

    def __init__(self, errors: Any) -> None:
        super().__init__(str(errors))
        self.errors = errors


def keep(row: models.Model, **fields: Any) -> None:
    """Write a row with these fields, or say by field why not."""
    lists = {name: fields.pop(name) for name in list(fields) if _is_list(row, name)}
    for name, value in fields.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Wrong(_by_field(error)) from None
    found = {name: _all_there(row, name, ids) for name, ids in lists.items()}
    row.save()
    for name, ids in found.items():
        getattr(row, name).set(ids)
    live.touched("menu")


def _is_list(row: models.Model, name: str) -> bool:
    return bool(row._meta.get_field(name).many_to_many)


def _all_there(row: models.Model, name: str, ids: Sequence[UUID]) -> Sequence[UUID]:
    table: Any = row._meta.get_field(name).related_model
    missing = set(ids) - set(table.objects.filter(pk__in=ids).values_list("pk", flat=True))
    if missing:
        raise Wrong({name: [f"There is no {missing.pop()} here."]})
    return ids


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return {"detail" if name == NON_FIELD_ERRORS else name: list(texts) for name, texts in found.items()}


def last_position(rows: models.QuerySet[Any]) -> int:
    """The place after the last of these."""
    last = rows.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else last + 1


def put_in_order(rows: models.QuerySet[Any], ids: Sequence[UUID]) -> list[UUID]:
    """These first, in this order, the others after them as they were. All of their positions are written."""
    standing = {row.pk: row for row in rows}
    unknown = [each for each in ids if each not in standing]
    if unknown:
        raise Wrong({"ids": [_("%(id)s is not one of them.") % {"id": unknown[0]}]})
    if len(set(ids)) < len(ids):
        raise Wrong({"ids": [_("One of them is named twice.")]})
    order = [*ids, *(key for key in standing if key not in set(ids))]
    moved = []
    for place, key in enumerate(order):
        if standing[key].position != place:
            standing[key].position = place
            moved.append(standing[key])
    rows.model._default_manager.bulk_update(moved, ["position"], batch_size=1000)
    live.touched("menu")
    return order


def move(rows: models.QuerySet[Any], key: UUID, *, by: int) -> list[UUID]:
    """One of these rows some places up (negative) or down; at an end it stays there."""
    order = [row.pk for row in rows]
    at = order.index(key)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    return put_in_order(rows, order)


# ---- groups below options ------------------------------------------------------------------------------


def keep_group(row: MenuModifierGroup, **fields: Any) -> None:
    """A group with its limits, and the option below which it opens, which must not be one of its own."""
    least = fields.get("minimum", row.minimum)
    most = fields.get("maximum", row.maximum)
    if most is not None and most < max(least, 1):
        said = _("At least %(least)s, or nothing for as many as the caller likes.") % {"least": max(least, 1)}
        raise Wrong({"max": [said]})
    parent = fields.get("parent_id", row.parent_id)
    if parent is not None and _opens_below(row.pk, parent):
        raise Wrong({"parent": [_("This option lies within the group itself: it would open below itself.")]})
    keep(row, **fields)


def _opens_below(group_id: UUID, option_id: UUID) -> bool:
    """Whether this option is one of the group's, or lies below one."""
    above = dict(MenuModifier.objects.values_list("pk", "group_id"))
    parents = dict(MenuModifierGroup.objects.values_list("pk", "parent_id"))
    seen: set[UUID] = set()
    at: UUID | None = option_id
    while at is not None and at not in seen:
        seen.add(at)
        holder = above.get(at)
        if holder is None or holder == group_id:
            return holder == group_id
        at = parents.get(holder)
    return False


# ---- taking rows away ----------------------------------------------------------------------------------


def remove(row: models.Model) -> None:
    """Delete it, unless other rows refer to it: then say which."""
    reasons = _referring(row)
    if reasons:
        raise Refusal(_("“%(row)s” is still needed: %(why)s.") % {"row": row, "why": "; ".join(reasons)})
    row.delete()
    live.touched("menu")


def _referring(row: models.Model) -> list[str]:
    match row:
        case Category():
            items = _names(row.items.values_list("name", flat=True))
            pairs = UpsellPair.objects.filter(category=row).values_list("offer__name", flat=True)
            days = Daypart.objects.filter(categories=row).values_list("name", flat=True)
            return [*_said(_("it holds"), items), *_said(_("with it are offered"), _names(pairs)),
                    *_said(_("it is in the daypart"), _names(days))]  # fmt: skip
        case MenuItem():
            offered = UpsellPair.objects.filter(offer=row).values_list("item__name", "category__name")
            pairs = UpsellPair.objects.filter(item=row).values_list("offer__name", flat=True)
            days = Daypart.objects.filter(items=row).values_list("name", flat=True)
            return [*_said(_("it is offered with"), _names(item or category or "" for item, category in offered)),
                    *_said(_("with it are offered"), _names(pairs)),
                    *_said(_("it is in the daypart"), _names(days))]  # fmt: skip
        case MenuModifierGroup():
            items = _names(ItemGroup.objects.filter(group=row).values_list("item__name", flat=True))
            below = MenuModifierGroup.objects.filter(parent__group=row).values_list("name", flat=True)
            return [*_said(_("it is offered by"), items), *_said(_("below its options open"), _names(below))]
        case MenuModifier():
            return _said(_("below it opens"), _names(row.groups.values_list("name", flat=True)))
    return []


def _names(found: Any) -> list[str]:
    return sorted(found)


def _said(what: str, names: Collection[str]) -> list[str]:
    if not names:
        return []
    shown = list(names)[:MOST_NAMED]
    more = len(names) - len(shown)
    words = f"{what} {', '.join(shown)}"
    return [_("%(words)s and %(more)s more") % {"words": words, "more": more} if more else words]
