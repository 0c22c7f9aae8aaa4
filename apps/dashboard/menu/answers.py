"""What the pages of the menu answer: the table or a part of it as it is now, where the deed was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.dashboard.menu import desk as desks
from apps.dashboard.menu import listing, states
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.menu.listing import Asked, Listing
from apps.dashboard.shell import Undo, render_page
from apps.menu.models import MenuItem

LIST, ROW, SECTION, OFF, STATE = (f"dashboard/menu/{name}.html" for name in ("list", "row", "section", "off", "state"))
SHOWS = ("", "gone", "draft")
TARGETS = {"item": "#state", "list": "#off"}
"""What a deed's answer replaces where it was not done in the table: `at_page` says so."""


def shown(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """The list: the category or the search that the address names, else the first category."""
    read, asked = Listing(desk), _asked(request)
    if not asked.category or asked.category not in read.held:
        first = read.categories[0]["id"] if read.categories else ""
        known = any(asked.category == each["id"] for each in read.categories)
        asked = asked if known else replace(asked, category=first)
    sections = read.sections(asked)
    more = read.fitting(asked) - sum(len(each.lines) for each in sections) if asked.is_search else 0
    return {
        **top(desk, read),
        "sections": sections,
        "asked": asked,
        "more": more,
        "counts": {
            "items": len(read.rows["menu_items"]),
            "not_now": sum(state.kind != "on" for state in read.states.values()),
        },
        "categories": [{**each, "count": len(read.held.get(each["id"], []))} for each in read.categories],
        "stamp": listing.stamp(desk),
        "evening": evening(desk),
        "query": urlencode({"in": desk.which, "category": asked.category, "find": asked.words, "show": asked.show}),
        **addresses(desk),
    }


def _asked(request: HttpRequest) -> Asked:
    sent = request.GET if request.method == "GET" else request.POST
    show = sent.get("show", "")
    return Asked(
        category=sent.get("category", ""),
        words=sent.get("find", "")[:100],
        show=show if show in SHOWS else "",
        ordering="order" in sent,
    )


def top(desk: Desk, read: Listing) -> dict[str, Any]:
    """What the page says first: what is not live yet, then what is 86."""
    return {
        "waiting": len(read.differences),
        "is_stale": read.is_stale,
        "off": states.gone_now(here=desk.here, now=desk.now),
    }


def evening(desk: Desk) -> str:
    """What "until a time" begins with: two hours from now, by the restaurant's clock."""
    return (desk.now.astimezone(desk.here.zone) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:00")


def off_now(desk: Desk) -> dict[str, Any]:
    return {"off": states.gone_now(here=desk.here, now=desk.now), **addresses(desk)}


def addresses(desk: Desk) -> dict[str, str]:
    """Where rows are found: one word for five hundred of them."""
    return {"base": reverse("menu-page", args=[desk.here.place.slug])}


def line(desk: Desk, item_id: UUID) -> dict[str, Any]:
    found = Listing(desk).line(str(item_id))
    if found is None:
        raise Http404("There is no such item on this menu.")
    return {"line": found[0], "section": found[1], **addresses(desk)}


def row(
    request: HttpRequest, desk: Desk, item_id: UUID, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    """What was done to a row, where it was done."""
    at, slug = request.POST.get("at_page", ""), desk.here.place.slug
    if at == "item":
        to, part = f"{reverse('menu-item-page', args=[slug, item_id])}{desk.query}", STATE
        context = line(desk, item_id)
    else:
        part, context = (OFF, off_now(desk)) if at == "list" else (ROW, line(desk, item_id))
        query = urlencode({"in": desk.which, "category": context["section"].id}) if at != "list" else ""
        to = f"{reverse('menu-page', args=[slug])}?{query}#item-{item_id}"
    return desk.answer(request, said, part=part, shown=context, to=to, failed=failed, undo=undo)


def refused(request: HttpRequest, desk: Desk, item_id: UUID, sent: dict[str, str], why: Refused) -> HttpResponse:
    """The row as it is, with what was written and why it could not be taken, at its field."""
    context = line(desk, item_id)
    found, [name, *_more] = context["line"], why.errors
    name = next(iter(sent)) if len(sent) == 1 else name
    if name == "name":
        found.written, found.error = sent.get("name", ""), str(why)
    for price in found.prices:
        if price.name == name or (name == "variants" and price.name in sent):
            price.written, price.error = sent.get(price.name, ""), str(why)
    to = f"{reverse('menu-page', args=[desk.here.place.slug])}{desk.query}"
    return desk.answer(request, str(why), part=ROW, shown=context, to=to, failed=True)


def section(desk: Desk, category_id: str, *, is_ordering: bool = False) -> dict[str, Any]:
    found = Listing(desk).section(category_id, is_ordering=is_ordering)
    if found is None:
        raise Http404("There is no such category on this menu.")
    return {"section": found, **addresses(desk)}


def in_section(
    request: HttpRequest, desk: Desk, item_id: UUID, deed: Callable[[], tuple[str, UUID]], words: str
) -> HttpResponse:
    """After an item changed its place: its category anew, in which order is still being made."""
    try:
        name, category_id = desk.edit(deed)
    except Refused as refused:
        item = MenuItem.objects.filter(pk=item_id).first()
        if item is None:
            raise Http404("There is no such item.") from None
        name, category_id, words = "", item.category_id, str(refused)
    key = str(category_id)
    context = section(desk, key, is_ordering=True)
    to = f"{reverse('menu-page', args=[desk.here.place.slug])}?category={key}&order=1&in={desk.which}"
    return desk.answer(request, words % {"item": name}, part=SECTION, shown=context, to=to, failed=not name)


def elsewhere(request: HttpRequest, desk: Desk, item_id: UUID, deed: Callable[[], str]) -> HttpResponse:
    """After a deed that leads to another page, whose address it gives; why not, on the page it was asked from."""
    try:
        to = desk.edit(deed)
    except Refused as refused:
        return row(request, desk, item_id, str(refused), failed=True)
    return led(request, to)


def on_its_page(
    request: HttpRequest,
    desk: Desk,
    deed: Callable[[], tuple[str, Undo | None]],
    words: str,
    *,
    route: str,
    templates: tuple[str, str],
    shown: Callable[[Refused | None], dict[str, Any]],
) -> HttpResponse:
    """After a deed on a page that shows one list: the list anew, or with what was written and why it could not be
    taken. `templates` are the page's and that of its part; a deed gives what it was done to, and its Undo."""
    whole, part = templates
    to = reverse(route, args=[desk.here.place.slug]) + desk.query
    try:
        desks.refuse_shared(desk)
        name, undo = desk.edit(deed)
    except Refused as refused:
        if not request.headers.get("HX-Request"):
            return render_page(request, desk.here, whole, section="menu", desk=desk, **shown(refused))
        return desk.answer(request, str(refused), part=part, shown=shown(refused), to=to, failed=True)
    return desk.answer(request, words % {"name": name}, part=part, shown=shown(None), to=to, undo=undo)


def led(request: HttpRequest, to: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": to}) if request.headers.get("HX-Request") else redirect(to)
