"""Categories, in the table itself: a new one, another name, up and down, away once it is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import answers, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page
from apps.menu import document, editing
from apps.menu.api_categories import CategoryTaken
from apps.menu.models import Category


@require_POST
@page("menu.change")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    desk = desks.of(request, here)
    name = request.POST.get("name", "").strip()

    def deed() -> None:
        row = Category(position=editing.last_position(Category.objects.all()))
        editing.keep(row, **_taken(name))
        desk.record("menu/categories.create", f"categories/{row.pk}", before=None, after=document.row_of(row))

    try:
        desks.refuse_shared(desk)
        desk.edit(deed)
    except Refused as refused:
        return _list(request, desk, str(refused), failed=True, new_written=name, new_error=str(refused))
    return _list(request, desk, _("%(name)s added, the last category") % {"name": name})


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, category_id: UUID) -> HttpResponse:
    """`deed` is fields, up, down or remove."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "fields": lambda: _rename(request, desk, category_id),
        "up": lambda: _move(request, desk, category_id, by=-1),
        "down": lambda: _move(request, desk, category_id, by=1),
        "remove": lambda: _remove(request, desk, category_id),
    }
    if wanted not in deeds:
        raise Http404("That is not done to a category.")
    return deeds[wanted]()


def _rename(request: HttpRequest, desk: Desk, category_id: UUID) -> HttpResponse:
    name, was = request.POST.get("name", "").strip(), request.POST.get("was")
    key = str(category_id)

    def deed() -> str:
        row = desks.find(Category, category_id)
        before = row.name
        if was is not None and before not in (was, name):
            raise Refused(_("Somebody else made it %(now)s meanwhile. Change it again.") % {"now": before})
        editing.keep(row, **_taken(name))
        desk.record("menu/categories.change", f"categories/{key}", before={"name": before}, after={"name": name})
        return before

    to = f"{reverse('menu-page', args=[desk.here.place.slug])}{desk.query}"
    try:
        desks.refuse_shared(desk)
        before = desk.edit(deed)
    except Refused as refused:
        context = answers.section(desk, key)
        context["section"].written, context["section"].error = name, str(refused)
        return desk.answer(request, str(refused), part=answers.SECTION, shown=context, to=to, failed=True)
    said = _("%(before)s is now called %(after)s") % {"before": before, "after": name}
    undo = Undo(
        reverse("menu-category-do", args=[desk.here.place.slug, category_id]),
        f"#category-{key}",
        {"deed": "fields", "in": desk.which, "name": before, "was": name},
    )
    context = answers.section(desk, key)
    return desk.answer(request, said, part=answers.SECTION, shown=context, to=to, undo=undo)


def _move(request: HttpRequest, desk: Desk, category_id: UUID, *, by: int) -> HttpResponse:
    def deed() -> str:
        row = desks.find(Category, category_id)
        editing.move(Category.objects.all(), row.pk, by=by)
        desk.record("menu/categories.reorder", f"categories/{row.pk}", before=None, after={"by": by})
        return row.name

    try:
        desks.refuse_shared(desk)
        name = desk.edit(deed)
    except Refused as refused:
        return _list(request, desk, str(refused), failed=True)
    said = _("%(item)s moved up") if by < 0 else _("%(item)s moved down")
    return _list(request, desk, said % {"item": name})


def _remove(request: HttpRequest, desk: Desk, category_id: UUID) -> HttpResponse:
    def deed() -> tuple[str, Undo]:
        row = desks.find(Category, category_id)
        return row.name, removed.take_away(desk, row, "categories")

    try:
        desks.refuse_shared(desk)
        name, undo = desk.edit(deed)
    except Refused as refused:
        return _list(request, desk, str(refused), failed=True)
    return _list(request, desk, _("%(name)s removed") % {"name": name}, undo=undo)


def _taken(name: str) -> dict[str, Any]:
    checked = CategoryTaken(data={"name": name})
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def _list(
    request: HttpRequest, desk: Desk, said: str, *, failed: bool = False, undo: Undo | None = None, **more: str
) -> HttpResponse:
    to = f"{reverse('menu-page', args=[desk.here.place.slug])}{desk.query}"
    context = {**answers.shown(request, desk), **more}
    return desk.answer(request, said, part=answers.LIST, shown=context, to=to, failed=failed, undo=undo)
