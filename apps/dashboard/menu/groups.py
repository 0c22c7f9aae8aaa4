"""Choices as pages: all groups with their options to 86, and one group with everything of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from apps.dashboard.menu import answers, forms, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.choices import Groups
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page, render_page
from apps.menu import document, editing
from apps.menu.api_modifiers import GroupTaken
from apps.menu.models import MenuModifierGroup

LIST, CARDS = "dashboard/menu/groups.html", "dashboard/menu/cards.html"
PAGE, FORM = "dashboard/menu/group.html", "dashboard/menu/group_form.html"


@require_GET
@gzip_page
@page("menu.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    desk = desks.of(request, here)
    shown = {**_all(desk), "removed": removed.notice(request, desk)}
    return render_page(request, here, LIST, section="menu", desk=desk, **shown)


@require_GET
@gzip_page
@page("menu.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """The groups alone, for a page that heard of a change."""
    desk = desks.of(request, here)
    return render(request, CARDS, {"here": here, "desk": desk, **_all(desk)})


@require_GET
@page("menu.view")
def one(request: HttpRequest, here: Here, group_id: UUID) -> HttpResponse:
    desk = desks.of(request, here)
    return render_page(request, here, PAGE, section="menu", desk=desk, **one_shown(desk, str(group_id)))


@require_POST
@page("menu.change")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """A group of this name, to be filled on its page."""
    desk = desks.of(request, here)
    name = request.POST.get("name", "").strip()

    def deed() -> UUID:
        checked = GroupTaken(data={"name": name})
        checked.is_valid(raise_exception=True)
        row = MenuModifierGroup(position=editing.last_position(MenuModifierGroup.objects.all()))
        editing.keep_group(row, **checked.validated_data)
        desk.record("menu/groups.create", f"groups/{row.pk}", before=None, after=document.row_of(row))
        return row.pk

    try:
        desks.refuse_shared(desk)
        key = desk.edit(deed)
    except Refused as refused:
        more = {"new_written": name, "new_error": str(refused)}
        if request.headers.get("HX-Request"):
            return desk.answer(request, str(refused), part=CARDS, shown=_all(desk) | more, to="", failed=True)
        return render_page(request, here, LIST, section="menu", desk=desk, **_all(desk), **more)
    return answers.led(request, reverse("menu-group-page", args=[here.place.slug, key]) + desk.query)


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, group_id: UUID) -> HttpResponse:
    """`deed` is save (the whole form), up, down or remove."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "save": lambda: _save(request, desk, group_id),
        "up": lambda: _move(request, desk, group_id, by=-1),
        "down": lambda: _move(request, desk, group_id, by=1),
        "remove": lambda: _remove(request, desk, group_id),
    }
    if wanted not in deeds:
        raise Http404("That is not done to a group.")
    return deeds[wanted]()


def _save(request: HttpRequest, desk: Desk, group_id: UUID) -> HttpResponse:
    asked = forms.group(request.POST)

    def deed() -> str:
        row = desks.find(MenuModifierGroup, group_id)
        before = document.row_of(row)
        desks.refuse_outdated(request, before)
        checked = GroupTaken(data=asked)
        checked.is_valid(raise_exception=True)
        editing.keep_group(row, **checked.validated_data)
        desk.record("menu/groups.change", f"groups/{group_id}", before=before, after=document.row_of(row))
        return row.name

    to = reverse("menu-group-page", args=[desk.here.place.slug, group_id]) + desk.query
    try:
        desks.refuse_shared(desk)
        name = desk.edit(deed)
    except Refused as refused:
        context = one_shown(desk, str(group_id))
        context |= {"asked": asked, "errors": refused.by_field}
        if not request.headers.get("HX-Request"):
            return render_page(request, desk.here, PAGE, section="menu", desk=desk, **context)
        return desk.answer(request, str(refused), part=FORM, shown=context, to=to, failed=True)
    context = one_shown(desk, str(group_id))
    return desk.answer(request, _("%(name)s saved") % {"name": name}, part=FORM, shown=context, to=to)


def _move(request: HttpRequest, desk: Desk, group_id: UUID, *, by: int) -> HttpResponse:
    def deed() -> str:
        row = desks.find(MenuModifierGroup, group_id)
        editing.move(MenuModifierGroup.objects.all(), row.pk, by=by)
        desk.record("menu/groups.reorder", f"groups/{group_id}", before=None, after={"by": by})
        return row.name

    said = _("%(item)s moved up") if by < 0 else _("%(item)s moved down")
    return _in_list(request, desk, deed, said)


def _remove(request: HttpRequest, desk: Desk, group_id: UUID) -> HttpResponse:
    def deed() -> Undo:
        return removed.take_away(desk, desks.find(MenuModifierGroup, group_id), "groups")

    to = reverse("menu-groups", args=[desk.here.place.slug]) + desk.query
    try:
        desks.refuse_shared(desk)
        undo = desk.edit(deed)
    except Refused as refused:
        context = one_shown(desk, str(group_id)) | {"errors": {"detail": str(refused)}}
        if not request.headers.get("HX-Request"):
            return render_page(request, desk.here, PAGE, section="menu", desk=desk, **context)
        return desk.answer(request, str(refused), part=FORM, shown=context, to=to, failed=True)
    return answers.led(request, removed.noticed(reverse("menu-groups", args=[desk.here.place.slug]), undo))


def _in_list(request: HttpRequest, desk: Desk, deed: Callable[[], str], words: str) -> HttpResponse:
    to = reverse("menu-groups", args=[desk.here.place.slug]) + desk.query
    try:
        desks.refuse_shared(desk)
        name = desk.edit(deed)
    except Refused as refused:
        return desk.answer(request, str(refused), part=CARDS, shown=_all(desk), to=to, failed=True)
    return desk.answer(request, words % {"item": name}, part=CARDS, shown=_all(desk), to=to)


def _all(desk: Desk) -> dict[str, Any]:
    return {"cards": Groups(desk).cards(), "evening": answers.evening(desk), **answers.addresses(desk)}


def one_shown(desk: Desk, key: str) -> dict[str, Any]:
    read = Groups(desk)
    card = read.card(key)
    if card is None:
        raise Http404("There is no such group on this menu.")
    row = card.row
    asked = {"name": row["name"], "min": row["minimum"], "max": row["maximum"], "free": row["free"],
             "parent": row["parent"]}  # fmt: skip
    return {
        "card": card,
        "asked": asked,
        "errors": {},
        "parents": read.parents(key),
        "evening": answers.evening(desk),
        **answers.addresses(desk),
    }
