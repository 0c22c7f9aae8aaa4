"""A menu that is shared with an owner's other houses: what comes from there, and what is this house's own."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page
from apps.menu import overrides
from apps.menu.models import ItemVariant, MenuItem, MenuModifier, MenuOverride

PAGE, PART = "dashboard/menu/shared.html", "dashboard/menu/shared_part.html"


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, row_id: UUID) -> HttpResponse:
    """`deed` is lift (have it as the shared menu has it), or set: a `price`, and whether it is on the menu."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    mine = MenuOverride.objects.filter(pk=row_id).first()
    if wanted not in ("lift", "set") or (mine is None and wanted == "lift"):
        raise Http404("It is not otherwise here.")
    was = {"price": str(mine.price or ""), "active": _said(mine.active)} if mine else {}
    try:
        shared = desk.shared()

        def deed() -> None:
            if wanted == "lift" and mine is not None:
                overrides.lift(mine, shared=shared)
                desk.record("menu/overrides.delete", f"overrides/{row_id}", before=was, after=None)
                return
            price, active = _sent(request)
            overrides.set_to(row_id, price=price, active=active, shared=shared)
            after = {"price": str(price or ""), "active": _said(active)}
            desk.record("menu/overrides.change", f"overrides/{row_id}", before=was, after=after)

        desk.edit(deed)
    except Refused as refused:
        return _answer(request, desk, str(refused), failed=True)
    to = reverse("menu-shared-do", args=[here.place.slug, row_id])
    undo = Undo(to, "#shared", {"deed": "set", **was}) if wanted == "lift" else None
    return _answer(request, desk, _("It is as the shared menu has it") if undo else _("It is otherwise here"), undo)


def _said(active: bool | None) -> str:
    return "" if active is None else "on" if active else "off"


def _sent(request: HttpRequest) -> tuple[Decimal | None, bool | None]:
    text, active = request.POST.get("price", ""), request.POST.get("active", "")
    try:
        price = Decimal(text).quantize(Decimal("0.01")) if text else None
    except InvalidOperation:
        raise Refused({"price": [_("Give a price like 12.50")]}) from None
    return price, {"on": True, "off": False}.get(active)


def _answer(
    request: HttpRequest, desk: Desk, said: str, undo: Undo | None = None, *, failed: bool = False
) -> HttpResponse:
    to = reverse("menu-shared", args=[desk.here.place.slug])
    return desk.answer(request, said, part=PART, shown=_shown(desk), to=to, undo=undo, failed=failed)


def _shown(desk: Desk) -> dict[str, Any]:
    try:
        theirs = desk.shared().rows if desk.source is not None else {}
    except Refused:
        theirs = {}
    mine = list(MenuOverride.objects.all())
    ids = [row.pk for row in mine]
    items = {row.pk: row for row in MenuItem.objects.filter(pk__in=ids).select_related("category")}
    sizes = {row.pk: row for row in ItemVariant.objects.filter(pk__in=ids).select_related("item")}
    options = {row.pk: row for row in MenuModifier.objects.filter(pk__in=ids).select_related("group")}
    rows = []
    for each in mine:
        name, where = _called(items.get(each.pk) or sizes.get(each.pk) or options.get(each.pk))
        there = theirs.get(str(each.pk), {})
        rows.append({"id": str(each.pk), "name": name or str(there.get("name", "")), "where": where,
                     "price": each.price, "active": each.active, "there": there})  # fmt: skip
    return {
        "rows": sorted(rows, key=lambda row: (row["where"], row["name"])),
        "base": reverse("menu-page", args=[desk.here.place.slug]),
    }


def _called(row: MenuItem | ItemVariant | MenuModifier | None) -> tuple[str, str]:
    match row:
        case MenuItem():
            return row.name, row.category.name
        case ItemVariant():
            return f"{row.item.name}, {row.name}", _("Sizes")
        case MenuModifier():
            return row.name, row.group.name
    return "", ""


show = desks.showing(PAGE, _shown)
