"""What one location has otherwise on a menu it shares with others of its owner: set, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.menu import editions
from apps.menu.editing import Refusal, Wrong
from apps.menu.models import ItemVariant, MenuEdition, MenuItem, MenuModifier, MenuOverride
from apps.outbox import live
from apps.tenants import scope

PRICED: tuple[type[MenuItem] | type[ItemVariant] | type[MenuModifier], ...] = (MenuItem, ItemVariant, MenuModifier)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the menu that is shared says, of the edition this location has."""

    rows: dict[str, dict[str, Any]]


def shared() -> Shared:
    """`Refusal` when this restaurant's menu is its own. Looks into the other location: call it before a transaction."""
    source = editions.source()
    if source is None:
        raise Refusal(_("This restaurant's menu is its own: change the item itself."))
    taken = MenuEdition.objects.exclude(from_edition=None).order_by("-number").first()
    if taken is None or taken.from_edition is None:
        raise Refusal(_("The shared menu has not come here yet."))
    with scope.enter(source):
        edition = MenuEdition.objects.get(number=taken.from_edition)
    tables = (edition.document.get(table._meta.db_table, []) for table in PRICED)
    return Shared({row["id"]: row for rows in tables for row in rows})


def set_to(row_id: UUID, *, price: Decimal | None, active: bool | None, shared: Shared) -> MenuOverride:
    """Have this item, size or option otherwise here, at once and whenever the shared menu comes again."""
    row = find(row_id)
    if row is None or str(row_id) not in shared.rows:
        raise Wrong({"id": [_("The shared menu has no item, size or option of this id.")]})
    if price is None and active is None:
        raise Wrong({"price": [_("Say a price, or whether it is on the menu.")]})
    if active is not None and not isinstance(row, MenuItem):
        raise Wrong({"active": [_("Only items can be off the menu here.")]})
    made, _is_new = MenuOverride.objects.update_or_create(row_id=row_id, defaults={"price": price, "active": active})
    _apply(row, shared.rows[str(row_id)], price=price, active=active)
    return made


def lift(override: MenuOverride, *, shared: Shared) -> None:
    """Have it as the shared menu has it."""
    row, theirs = find(override.row_id), shared.rows.get(str(override.row_id))
    override.delete()
    if row is not None and theirs is not None:
        _apply(row, theirs, price=None, active=None)


def find(row_id: UUID) -> MenuItem | ItemVariant | MenuModifier | None:
    for table in PRICED:
        found = table._default_manager.filter(pk=row_id).first()
        if found is not None:
            return found
    return None


def _apply(
    row: MenuItem | ItemVariant | MenuModifier, theirs: dict[str, Any], *, price: Decimal | None, active: bool | None
) -> None:
    row.price = Decimal(theirs["price"]) if price is None else price
    if isinstance(row, MenuItem):
        row.active = theirs["active"] if active is None else active
        row.save(update_fields=["price", "active", "updated_at"])
    else:
        row.save(update_fields=["price"])
    live.touched("menu")
