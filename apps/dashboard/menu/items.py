"""The table of the menu: names and prices edited in place, 86 and back, order, what is on the menu at all."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from apps.dashboard.menu import answers, eighty_six, listing, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page, render_page
from apps.menu import document, editing, items, overrides
from apps.menu.api_items import ItemChanges
from apps.menu.imports import reading
from apps.menu.models import MenuItem, MenuOverride

PAGE = "dashboard/menu/page.html"
BY_THE_SHIFT = ("off", "back")
"""Deeds that need no right to change the menu."""


@require_GET
@gzip_page
@page("menu.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    desk = desks.of(request, here)
    shown = {**answers.shown(request, desk), "removed": removed.notice(request, desk)}
    return render_page(request, here, PAGE, section="menu", desk=desk, **shown)


@require_GET
@gzip_page
@page("menu.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The list alone; nothing when it is as the page that asks has it. `only` names one category."""
    desk = desks.of(request, here)
    only = request.GET.get("only", "")
    if only:
        shown = answers.section(desk, only, is_ordering="order" in request.GET)
        return render(request, answers.SECTION, {"here": here, "desk": desk, **shown})
    if request.GET.get("stamp") == listing.stamp(desk):
        return HttpResponse(status=204)
    return render(request, answers.LIST, {"here": here, "desk": desk, **answers.shown(request, desk)})


@require_GET
@page("menu.view")
def row(request: HttpRequest, here: Here, item_id: UUID) -> HttpResponse:
    """One row anew, for a page that heard that it changed; nothing where it does not stand there."""
    desk = desks.of(request, here)
    try:
        return render(request, answers.ROW, {"here": here, "desk": desk, **answers.line(desk, item_id)})
    except Http404:
        if not MenuItem.objects.filter(pk=item_id).exists():
            raise
        return HttpResponse(status=204)


@require_GET
@page("menu.view")
def off(request: HttpRequest, here: Here) -> HttpResponse:
    """What is 86, alone, for a page that heard of a change."""
    desk = desks.of(request, here)
    return render(request, answers.OFF, {"here": here, "desk": desk, **answers.off_now(desk)})


@require_POST
@page("menu.eighty_six")
def do(request: HttpRequest, here: Here, item_id: UUID) -> HttpResponse:
    """`deed` is one of `_DEEDS`."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    if wanted not in _DEEDS:
        raise Http404("That is not done to an item.")
    if wanted not in BY_THE_SHIFT and not desk.may_change:
        raise PermissionDenied
    return _DEEDS[wanted](request, desk, item_id)


# ---- in place ------------------------------------------------------------------------------------------


def _fields(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    """Whatever of name and prices was sent; with `was`, what stood in the one field that was left."""
    sent = {name: str(value).strip() for name, value in request.POST.items() if _is_field(name)}
    try:
        said, undo = _write(request, desk, item_id, sent)
    except Refused as refused:
        return answers.refused(request, desk, item_id, sent, refused)
    return answers.row(request, desk, item_id, said, undo=undo)


def _is_field(name: str) -> bool:
    return name in ("name", "price") or name.startswith("size-")


def _write(request: HttpRequest, desk: Desk, item_id: UUID, sent: dict[str, str]) -> tuple[str, Undo | None]:
    values = {name: text if name == "name" else _price(name, text) for name, text in sent.items()}
    if desk.source is not None and desk.may_change:
        return _otherwise_here(request, desk, item_id, values)
    told: dict[str, Any] = {}

    def deed() -> None:
        item = desks.find(MenuItem, item_id)
        before = _values(item)
        if not values.keys() <= before.keys():
            raise Http404("It has no such size.")
        _refuse_outdated(request, item, before, values)
        told.update(before)
        changes = {name: value for name, value in values.items() if before[name] != value}
        items.change_one(item, fields=_taken(item, changes), now=desk.now)
        desk.record(
            "menu/items.change",
            f"items/{item.pk}",
            before={name: str(before[name]) for name in changes},
            after={name: str(value) for name, value in changes.items()},
        )
        told["changes"] = changes

    desk.edit(deed)
    if not told["changes"]:
        return _("Nothing was changed"), None
    [name, *more] = told["changes"]
    undo = (
        None if more else _undo(request, desk, item_id, "fields", **{name: str(told[name]), "was": str(values[name])})
    )
    return _said(name, told[name], values[name], str(values.get("name", told["name"]))), undo


def _values(item: MenuItem) -> dict[str, Any]:
    sizes = {f"size-{size.pk}": size.price for size in item.variants.all()}
    return {"name": item.name, **(sizes or {"price": item.price})}


def _taken(item: MenuItem, changes: dict[str, Any]) -> dict[str, Any]:
    """As the service takes it: sizes as a whole list."""
    asked: dict[str, Any] = {name: changes[name] for name in ("name", "price") if name in changes}
    if any(name.startswith("size-") for name in changes):
        asked["variants"] = [
            {
                "id": size.pk,
                "name": size.name,
                "price": changes.get(f"size-{size.pk}", size.price),
                "default": size.default,
                "synonyms": size.synonyms,
            }
            for size in item.variants.order_by("position", "price")
        ]
    checked = ItemChanges(data=asked)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def _price(name: str, text: str) -> Decimal:
    amount = reading.price(text)
    if amount is None:
        raise Refused({name: [_("Give a price like 12.50")]})
    return amount


def _refuse_outdated(request: HttpRequest, item: MenuItem, before: dict[str, Any], values: dict[str, Any]) -> None:
    """A field that was left says what stood in it; a whole row what was seen of it."""
    was = request.POST.get("was")
    if was is None:
        if request.POST.get("seen") not in (None, listing.seen_of(item)):
            raise Refused(_("Somebody else has changed this meanwhile. Here is how it is now; change it again."))
        return
    for name, value in values.items():
        if str(before[name]) not in (was, str(value)):
            now = {"now": before[name]}
            raise Refused({name: [_("Somebody else made it %(now)s meanwhile. Change it again.") % now]})


def _otherwise_here(request: HttpRequest, desk: Desk, item_id: UUID, values: dict[str, Any]) -> tuple[str, Undo | None]:
    """On a menu that is shared a price is this house's own; names are the other house's."""
    if "name" in values:
        desks.refuse_shared(desk)
    [name] = values
    key = item_id if name == "price" else _key(name)
    shared = desk.shared()
    item = desks.find(MenuItem, item_id)
    before = _values(item).get(name)

    def deed() -> None:
        _refuse_outdated(request, item, {name: before}, values)
        mine = MenuOverride.objects.filter(pk=key).first()
        overrides.set_to(key, price=values[name], active=mine.active if mine else None, shared=shared)
        desk.record(
            "menu/overrides.change",
            f"overrides/{key}",
            before={"price": str(before)},
            after={"price": str(values[name])},
        )

    desk.edit(deed)
    undo = _undo(request, desk, item_id, "fields", **{name: str(before), "was": str(values[name])})
    return _said(name, before, values[name], item.name), undo


def _key(name: str) -> UUID:
    try:
        return UUID(name.removeprefix("size-"))
    except ValueError:
        raise Http404("It has no such size.") from None


def _said(name: str, before: Any, after: Any, item: str) -> str:
    if name == "name":
        return _("%(before)s is now called %(after)s") % {"before": before, "after": after}
    return _("%(item)s: %(before)s is now %(after)s") % {"item": item, "before": before, "after": after}


def _undo(request: HttpRequest, desk: Desk, item_id: UUID, deed: str, **fields: str) -> Undo:
    to = reverse("menu-item-do", args=[desk.here.place.slug, item_id])
    at = request.POST.get("at_page", "")
    return Undo(
        to, answers.TARGETS.get(at, f"#item-{item_id}"), {"deed": deed, "in": desk.which, "at_page": at, **fields}
    )


# ---- the other deeds -----------------------------------------------------------------------------------


def _off(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    return _by_the_shift(request, desk, item_id, lambda item: eighty_six.take_off(request, desk, item, noun="items"))


def _back(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    return _by_the_shift(request, desk, item_id, lambda item: eighty_six.put_back(desk, item, noun="items"))


def _by_the_shift(
    request: HttpRequest, desk: Desk, item_id: UUID, deed: Callable[[MenuItem], tuple[str, dict[str, str]]]
) -> HttpResponse:
    """86 is of the day and not of a draft: it happens to what is served, whichever is looked at."""
    item = MenuItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Http404("There is no such item.")
    try:
        said, back = deed(item)
    except Refused as refused:
        return answers.row(request, desk, item_id, str(refused), failed=True)
    return answers.row(request, desk, item_id, said, undo=_undo(request, desk, item_id, **back))


def _active(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    """On the menu at all, or not (kept for later)."""
    value = request.POST["deed"] == "put_on"
    shared = desk.shared() if desk.source is not None else None

    def deed() -> str:
        item = desks.find(MenuItem, item_id)
        before = item.active
        if shared is not None:
            mine = MenuOverride.objects.filter(pk=item_id).first()
            overrides.set_to(item_id, price=mine.price if mine else None, active=value, shared=shared)
        else:
            items.change_one(item, fields={"active": value}, now=desk.now)
        desk.record("menu/items.change", f"items/{item_id}", before={"active": before}, after={"active": value})
        return item.name

    try:
        name = desk.edit(deed)
    except Refused as refused:
        return answers.row(request, desk, item_id, str(refused), failed=True)
    said = _("%(item)s is on the menu") if value else _("%(item)s is off the menu")
    undo = _undo(request, desk, item_id, "take_down" if value else "put_on")
    return answers.row(request, desk, item_id, said % {"item": name}, undo=undo)


def _move(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    by = -1 if request.POST["deed"] == "up" else 1

    def deed() -> tuple[str, UUID]:
        item = desks.find(MenuItem, item_id)
        editing.move(MenuItem.objects.filter(category=item.category_id), item.pk, by=by)
        desk.record("menu/items.reorder", f"items/{item.pk}", before=None, after={"by": by})
        return item.name, item.category_id

    said = _("%(item)s moved up") if by < 0 else _("%(item)s moved down")
    return answers.in_section(request, desk, item_id, deed, said)


def _copy(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    def deed() -> str:
        item = desks.find(MenuItem, item_id)
        made = items.copy(item, name=_("%(item)s, copy") % {"item": item.name[:110]}, now=desk.now)
        desk.record("menu/items.create", f"items/{made.pk}", before=None, after=document.row_of(made))
        return reverse("menu-item-page", args=[desk.here.place.slug, made.pk]) + desk.query

    return answers.elsewhere(request, desk, item_id, deed)


def _remove(request: HttpRequest, desk: Desk, item_id: UUID) -> HttpResponse:
    def deed() -> str:
        undo = removed.take_away(desk, desks.find(MenuItem, item_id), "items")
        return removed.noticed(reverse("menu-page", args=[desk.here.place.slug]), undo)

    return answers.elsewhere(request, desk, item_id, deed)


_DEEDS: dict[str, Callable[[HttpRequest, Desk, UUID], HttpResponse]] = {
    "fields": _fields,
    "put_on": _active,
    "take_down": _active,
    "off": _off,
    "back": _back,
    "up": _move,
    "down": _move,
    "copy": _copy,
    "remove": _remove,
}
