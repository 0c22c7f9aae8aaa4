"""One item as a page of its own: everything a caller may hear of it, its sizes, and the choices it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.dashboard.menu import answers, choices, forms, listing
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused, mark
from apps.dashboard.shell import Here, page, render_page
from apps.menu import document, items
from apps.menu.api_items import ItemChanges, ItemTaken
from apps.menu.document import Document
from apps.menu.models import ItemVariant, MenuItem

PAGE = "dashboard/menu/item.html"


@require_GET
@page("menu.view")
def show(request: HttpRequest, here: Here, item_id: UUID) -> HttpResponse:
    desk = desks.of(request, here)
    return _page(request, desk, item_id)


@require_POST
@page("menu.change")
def save(request: HttpRequest, here: Here, item_id: UUID) -> HttpResponse:
    """The whole form; what does not fit is said at its field, and what was written stays."""
    desk = desks.of(request, here)
    asked = forms.item(request.POST)

    def deed() -> str:
        row = desks.find(MenuItem, item_id)
        before = _of_item(row)
        desks.refuse_outdated(request, *before)
        checked = ItemChanges(data=asked)
        checked.is_valid(raise_exception=True)
        items.change_one(row, fields=checked.validated_data, now=desk.now)
        after = _of_item(desks.find(MenuItem, item_id))
        desk.record("menu/items.change", f"items/{item_id}", before=_told(before), after=_told(after))
        return row.name

    try:
        desks.refuse_shared(desk)
        name = desk.edit(deed)
    except Refused as refused:
        return _page(request, desk, item_id, asked=asked, refused=refused)
    return _saved(request, desk, item_id, _("%(item)s saved") % {"item": name})


@page("menu.change")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """An empty form, or what it made."""
    desk = desks.of(request, here)
    desk_shared = desk.source is not None
    if request.method != "POST" or desk_shared:
        if desk_shared:
            raise Http404("A shared menu gets its items where it comes from.")
        return _new(request, desk, asked={"category": request.GET.get("category", "")})
    asked = forms.item(request.POST)

    def deed() -> UUID:
        checked = ItemTaken(data={name: value for name, value in asked.items() if value is not None})
        checked.is_valid(raise_exception=True)
        row = items.create(fields=checked.validated_data, now=desk.now)
        desk.record("menu/items.create", f"items/{row.pk}", before=None, after=_told(_of_item(row)))
        return row.pk

    try:
        key = desk.edit(deed)
    except Refused as refused:
        return _new(request, desk, asked=asked, refused=refused)
    return redirect(_address(desk, key))


def _of_item(row: MenuItem) -> list[dict[str, Any]]:
    sizes = ItemVariant.objects.filter(item=row).order_by("position", "name", "pk")
    return [document.row_of(row), *map(document.row_of, sizes)]


def _told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {**rows[0], "sizes": [{"name": size["name"], "price": size["price"]} for size in rows[1:]]}


def _address(desk: Desk, key: UUID | str) -> str:
    return reverse("menu-item-page", args=[desk.here.place.slug, key]) + desk.query


def _saved(request: HttpRequest, desk: Desk, item_id: UUID, said: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(_address(desk, item_id))
    return desk.answer(request, said, part="dashboard/menu/item_form.html", shown=context(desk, item_id), to="")


# ---- what is shown -------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    desk: Desk,
    item_id: UUID,
    *,
    asked: Mapping[str, Any] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    shown = context(desk, item_id, asked=asked, refused=refused)
    if refused is not None and request.headers.get("HX-Request"):
        part = "dashboard/menu/item_form.html"
        return desk.answer(request, str(refused), part=part, shown=shown, to="", failed=True)
    return render_page(request, desk.here, PAGE, section="menu", desk=desk, **shown)


def context(
    desk: Desk, item_id: UUID, *, asked: Mapping[str, Any] | None = None, refused: Refused | None = None
) -> dict[str, Any]:
    rows = desk.read()
    row = next((row for row in rows["menu_items"] if row["id"] == str(item_id)), None)
    if row is None:
        raise Http404("There is no such item on this menu.")
    found = answers.line(desk, item_id)
    sizes = sorted((size for size in rows["menu_item_variants"] if size["item"] == row["id"]), key=listing.place)
    return {
        "item": row,
        "form": Form.of(rows, row, sizes, asked=asked, refused=refused),
        "seen": mark(row, *sizes),
        "line": found["line"],
        "base": found["base"],
        "offered": choices.offered(rows, row["id"]),
        "others": choices.others(rows, row["id"]),
        "windows": [_window(one) for one in rows["menu_dayparts"] if row["id"] in one["items"]],
        "window_of_category": [one["name"] for one in rows["menu_dayparts"] if row["category"] in one["categories"]],
        "other_windows": [one for one in rows["menu_dayparts"] if row["id"] not in one["items"]],
    }


def _window(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "said": forms.window_said(row)}


def _new(request: HttpRequest, desk: Desk, *, asked: Mapping[str, Any], refused: Refused | None = None) -> HttpResponse:
    rows = desk.read()
    empty = {"category": asked.get("category", ""), **forms.EMPTY}
    form = Form.of(rows, empty, [], asked=asked if refused else None, refused=refused)
    shown = {"item": None, "form": form, "base": reverse("menu-page", args=[desk.here.place.slug])}
    return render_page(request, desk.here, PAGE, section="menu", desk=desk, **shown)


@dataclass(slots=True)
class Form:
    """An item's fields as they stand in the form: what was written where it was refused, else what is kept."""

    values: Mapping[str, Any]
    sizes: list[dict[str, Any]]
    allergens: list[tuple[str, str]]
    categories: list[dict[str, Any]]
    errors: dict[str, str] = field(default_factory=dict)
    tax_classes: list[str] = field(default_factory=list)

    @property
    def has_usual(self) -> bool:
        return any(size["default"] for size in self.sizes)

    @classmethod
    def of(
        cls,
        rows: Document,
        row: Mapping[str, Any],
        sizes: list[dict[str, Any]],
        *,
        asked: Mapping[str, Any] | None,
        refused: Refused | None,
    ) -> Form:
        values = {**row, **(asked or {})}
        for name in ("synonyms", "dietary"):
            values[name] = ", ".join(values[name])
        shown = list((asked or {}).get("variants") or ()) if asked is not None else sizes
        shown = [{**size, "synonyms": ", ".join(size["synonyms"])} for size in shown]
        return cls(
            values=values,
            sizes=[{**size, "place": place} for place, size in enumerate([*shown, forms.EMPTY_SIZE])],
            allergens=forms.allergens(values["allergens"], rows),
            categories=sorted(rows["menu_categories"], key=listing.place),
            errors=refused.by_field if refused else {},
            tax_classes=sorted({each["tax_class"] for each in rows["menu_items"]} | {"standard"}),
        )
