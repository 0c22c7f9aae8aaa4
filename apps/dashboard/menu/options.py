"""Options of a group, each a row that is edited in place: its words and price, 86 and back, order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.dashboard.menu import answers, eighty_six, forms, groups, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.choices import Groups
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page
from apps.menu import document, editing, overrides
from apps.menu.api_modifiers import ModifierTaken, OptionTaken
from apps.menu.models import MenuModifier, MenuModifierGroup

ROW, ROWS, CHIP = (f"dashboard/menu/{name}.html" for name in ("option_row", "options", "option_chip"))
FIELDS = ("name", "price", "default", "synonyms", "pronunciation")


@require_GET
@page("menu.view")
def row(request: HttpRequest, here: Here, modifier_id: UUID) -> HttpResponse:
    """One row anew, for a page that heard that it changed."""
    desk = desks.of(request, here)
    return render(request, ROW, {"here": here, "desk": desk, **_line(desk, modifier_id)})


@require_POST
@page("menu.change")
def new(request: HttpRequest, here: Here, group_id: UUID) -> HttpResponse:
    desk = desks.of(request, here)
    asked = forms.option(request.POST)

    def deed() -> None:
        group = desks.find(MenuModifierGroup, group_id)
        checked = ModifierTaken(data={**asked, "group": str(group.pk)})
        checked.is_valid(raise_exception=True)
        made = MenuModifier(position=editing.last_position(group.options.all()))
        editing.keep(made, **checked.validated_data)
        desk.record("menu/modifiers.create", f"modifiers/{made.pk}", before=None, after=document.row_of(made))

    try:
        desks.refuse_shared(desk)
        desk.edit(deed)
    except Refused as refused:
        more: dict[str, Any] = {"new": asked, "new_errors": refused.by_field}
        return _rows(request, desk, group_id, str(refused), failed=True, **more)
    return _rows(request, desk, group_id, _("%(name)s added") % {"name": asked["name"]})


@require_POST
@page("menu.eighty_six")
def do(request: HttpRequest, here: Here, modifier_id: UUID) -> HttpResponse:
    """`deed` is fields, off, back, up, down or remove."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    deeds: dict[str, Callable[[], HttpResponse]] = {
        "off": lambda: _by_the_shift(
            request, desk, modifier_id, lambda row: eighty_six.take_off(request, desk, row, noun="modifiers")
        ),
        "back": lambda: _by_the_shift(
            request, desk, modifier_id, lambda row: eighty_six.put_back(desk, row, noun="modifiers")
        ),
        "fields": lambda: _fields(request, desk, modifier_id),
        "up": lambda: _move(request, desk, modifier_id, by=-1),
        "down": lambda: _move(request, desk, modifier_id, by=1),
        "remove": lambda: _remove(request, desk, modifier_id),
    }
    if wanted not in deeds:
        raise Http404("That is not done to an option.")
    if wanted not in ("off", "back") and not desk.may_change:
        raise PermissionDenied
    return deeds[wanted]()


def _by_the_shift(
    request: HttpRequest, desk: Desk, key: UUID, deed: Callable[[MenuModifier], tuple[str, dict[str, str]]]
) -> HttpResponse:
    found = MenuModifier.objects.filter(pk=key).first()
    if found is None:
        raise Http404("There is no such option.")
    try:
        said, back = deed(found)
    except Refused as refused:
        return _row(request, desk, key, str(refused), failed=True)
    return _row(request, desk, key, said, undo=_undo(request, desk, key, **back))


# ---- in place ------------------------------------------------------------------------------------------


def _fields(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    sent = {name: str(request.POST[name]).strip() for name in FIELDS if name in request.POST}
    if request.POST.get("was") is None and "default" not in sent:
        sent["default"] = ""  # a box that is not ticked is not sent
    try:
        said, undo = _otherwise_here(request, desk, key, sent) if desk.source else _write(request, desk, key, sent)
    except Refused as refused:
        name = next(iter(sent)) if len(sent) == 1 else next(iter(refused.errors))
        context = _line(desk, key)
        context["option"].written, context["option"].errors = sent, {name: str(refused)}
        return _row(request, desk, key, str(refused), failed=True, context=context)
    return _row(request, desk, key, said, undo=undo)


def _write(request: HttpRequest, desk: Desk, key: UUID, sent: dict[str, str]) -> tuple[str, Undo | None]:
    told: dict[str, Any] = {}

    def deed() -> None:
        found = desks.find(MenuModifier, key)
        before = _words(found)
        _refuse_outdated(request, found, before, sent)
        asked = {name: _value(name, text) for name, text in sent.items()}
        checked = OptionTaken(data=asked, partial=True)
        checked.is_valid(raise_exception=True)
        was = document.row_of(found)
        editing.keep(found, **checked.validated_data)
        desk.record("menu/modifiers.change", f"modifiers/{key}", before=was, after=document.row_of(found))
        told.update(before=before, after=_words(found), name=found.name)

    desk.edit(deed)
    changed = [name for name in sent if told["before"][name] != told["after"][name]]
    if not changed:
        return _("Nothing was changed"), None
    undo = None
    if len(changed) == 1:
        [one] = changed
        undo = _undo(request, desk, key, deed="fields", was=told["after"][one], **{one: told["before"][one]})
    return _("%(name)s saved") % {"name": told["name"]}, undo


def _value(name: str, text: str) -> Any:
    match name:
        case "price":
            return forms.price(text) or "0"
        case "synonyms":
            return forms.words(text)
        case "default":
            return text == "on"
    return text


def _words(found: MenuModifier) -> dict[str, str]:
    """As the fields of its row have it."""
    return {
        "name": found.name,
        "price": str(found.price),
        "default": "on" if found.default else "",
        "synonyms": ", ".join(found.synonyms),
        "pronunciation": found.pronunciation,
    }


def _refuse_outdated(request: HttpRequest, found: MenuModifier, before: dict[str, str], sent: dict[str, str]) -> None:
    was = request.POST.get("was")
    if was is None:
        return desks.refuse_outdated(request, document.row_of(found))
    for name, text in sent.items():
        if before[name] not in (was, text):
            now = {"now": before[name]}
            raise Refused({name: [_("Somebody else made it %(now)s meanwhile. Change it again.") % now]})
    return None


def _otherwise_here(request: HttpRequest, desk: Desk, key: UUID, sent: dict[str, str]) -> tuple[str, Undo | None]:
    """Of a menu that is shared, a house has its own prices."""
    if list(sent) != ["price"]:
        desks.refuse_shared(desk)
    shared, found = desk.shared(), desks.find(MenuModifier, key)
    before, checked = str(found.price), OptionTaken(data={"price": _value("price", sent["price"])}, partial=True)

    def deed() -> None:
        checked.is_valid(raise_exception=True)
        overrides.set_to(key, price=checked.validated_data["price"], active=None, shared=shared)
        after = {"price": str(checked.validated_data["price"])}
        desk.record("menu/overrides.change", f"overrides/{key}", before={"price": before}, after=after)

    desk.edit(deed)
    undo = _undo(request, desk, key, deed="fields", was=sent["price"], price=before)
    return _("%(name)s saved") % {"name": found.name}, undo


# ---- order, and away -----------------------------------------------------------------------------------


def _move(request: HttpRequest, desk: Desk, key: UUID, *, by: int) -> HttpResponse:
    def deed() -> tuple[UUID, str, None]:
        found = desks.find(MenuModifier, key)
        editing.move(MenuModifier.objects.filter(group=found.group_id), found.pk, by=by)
        desk.record("menu/modifiers.reorder", f"modifiers/{key}", before=None, after={"by": by})
        return found.group_id, found.name, None

    return _in_rows(request, desk, key, deed, _("%(item)s moved up") if by < 0 else _("%(item)s moved down"))


def _remove(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    def deed() -> tuple[UUID, str, Undo]:
        found = desks.find(MenuModifier, key)
        return found.group_id, found.name, removed.take_away(desk, found, "modifiers")

    return _in_rows(request, desk, key, deed, _("%(item)s removed"))


def _in_rows(
    request: HttpRequest, desk: Desk, key: UUID, deed: Callable[[], tuple[UUID, str, Undo | None]], words: str
) -> HttpResponse:
    try:
        desks.refuse_shared(desk)
        group, name, undo = desk.edit(deed)
    except Refused as refused:
        return _rows(request, desk, UUID(Groups(desk).group_of(str(key))), str(refused), failed=True)
    return _rows(request, desk, group, words % {"item": name}, undo=undo)


# ---- what is answered ----------------------------------------------------------------------------------


def _line(desk: Desk, key: UUID) -> dict[str, Any]:
    found = Groups(desk).option(str(key))
    if found is None:
        raise Http404("There is no such option on this menu.")
    return {"option": found, **answers.addresses(desk)}


def _rows(
    request: HttpRequest,
    desk: Desk,
    group_id: UUID,
    said: str,
    *,
    failed: bool = False,
    undo: Undo | None = None,
    **more: Any,
) -> HttpResponse:
    to = reverse("menu-group-page", args=[desk.here.place.slug, group_id]) + desk.query
    context = {**groups.one_shown(desk, str(group_id)), **more}
    return desk.answer(request, said, part=ROWS, shown=context, to=to, failed=failed, undo=undo)


def _row(
    request: HttpRequest,
    desk: Desk,
    key: UUID,
    said: str,
    *,
    failed: bool = False,
    undo: Undo | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    at, slug = request.POST.get("at_page", ""), desk.here.place.slug
    if at == "list":
        to, part, shown = reverse("menu-page", args=[slug]) + desk.query, answers.OFF, answers.off_now(desk)
    else:
        shown, part = context or _line(desk, key), CHIP if at == "cards" else ROW
        group = Groups(desk).group_of(str(key))
        to = reverse("menu-groups", args=[slug]) if at == "cards" else reverse("menu-group-page", args=[slug, group])
        to = f"{to}{desk.query}#option-{key}"
    return desk.answer(request, said, part=part, shown=shown, to=to, failed=failed, undo=undo)


def _undo(request: HttpRequest, desk: Desk, key: UUID, **fields: str) -> Undo:
    at = request.POST.get("at_page", "")
    to = reverse("menu-option-do", args=[desk.here.place.slug, key])
    return Undo(to, answers.TARGETS.get(at, f"#option-{key}"), {"in": desk.which, "at_page": at, **fields})
