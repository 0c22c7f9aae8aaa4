"""What an item offers and when: groups of choices in its order, and the hours in which it is on the menu."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import desk as desks
from apps.dashboard.menu import item as pages
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, page
from apps.menu import editing, items
from apps.menu.models import Daypart, ItemGroup, MenuItem, MenuModifierGroup

PART = "dashboard/menu/item_parts.html"


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, item_id: UUID) -> HttpResponse:
    """`deed` is offer, withdraw, up or down with a `group`; serve or release with a `window`."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    deeds: dict[str, tuple[str, Callable[[MenuItem, UUID], str], str]] = {
        "offer": ("group", lambda row, key: _offer(desk, row, key), _("%(name)s is offered")),
        "withdraw": ("group", lambda row, key: _withdraw(desk, row, key), _("%(name)s is not offered any more")),
        "up": ("group", lambda row, key: _move(desk, row, key, by=-1), _("%(name)s moved up")),
        "down": ("group", lambda row, key: _move(desk, row, key, by=1), _("%(name)s moved down")),
        "serve": ("window", lambda row, key: _hours(desk, row, key, is_in=True), _("Served during %(name)s")),
        "release": ("window", lambda row, key: _hours(desk, row, key, is_in=False), _("No longer only in %(name)s")),
    }
    if wanted not in deeds:
        raise Http404("That is not done to an item.")
    field, deed, said = deeds[wanted]
    key = _uuid(request.POST.get(field, ""))
    to = reverse("menu-item-page", args=[here.place.slug, item_id]) + desk.query
    try:
        desks.refuse_shared(desk)
        name = desk.edit(lambda: deed(desks.find(MenuItem, item_id), key))
    except Refused as refused:
        context = pages.context(desk, item_id)
        return desk.answer(request, str(refused), part=PART, shown=context, to=to, failed=True)
    return desk.answer(request, said % {"name": name}, part=PART, shown=pages.context(desk, item_id), to=to)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such row on this menu.") from None


def _offered(row: MenuItem) -> list[UUID]:
    return list(ItemGroup.objects.filter(item=row).order_by("position").values_list("group_id", flat=True))


def _offer(desk: Desk, row: MenuItem, key: UUID) -> str:
    group, has = desks.find(MenuModifierGroup, key), _offered(row)
    return group.name if key in has else _write(desk, row, group, has, [*has, key])


def _withdraw(desk: Desk, row: MenuItem, key: UUID) -> str:
    group, has = desks.find(MenuModifierGroup, key), _offered(row)
    return _write(desk, row, group, has, [each for each in has if each != key])


def _move(desk: Desk, row: MenuItem, key: UUID, *, by: int) -> str:
    group, has = desks.find(MenuModifierGroup, key), _offered(row)
    if key not in has:
        raise Http404("It does not offer this group.")
    order = list(has)
    at = order.index(key)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    return _write(desk, row, group, has, order)


def _write(desk: Desk, row: MenuItem, group: MenuModifierGroup, was: list[UUID], now: list[UUID]) -> str:
    items.change_one(row, fields={"groups": now}, now=desk.now)
    before, after = ({"groups": [str(each) for each in ids]} for ids in (was, now))
    desk.record("menu/items.change", f"items/{row.pk}", before=before, after=after)
    return group.name


def _hours(desk: Desk, row: MenuItem, key: UUID, *, is_in: bool) -> str:
    window = desks.find(Daypart, key)
    ids = set(window.items.values_list("pk", flat=True))
    after = ids | {row.pk} if is_in else ids - {row.pk}
    editing.keep(window, items=sorted(after))
    told = ({"items": sorted(map(str, each))} for each in (ids, after))
    before, now = told
    desk.record("menu/dayparts.change", f"dayparts/{window.pk}", before=before, after=now)
    return window.name
