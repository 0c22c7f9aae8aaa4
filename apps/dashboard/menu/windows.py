"""Hours in which dishes are on the menu, or alcohol is sold: lunch, happy hour, a season."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import answers, forms, listing, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused, mark
from apps.dashboard.shell import Here, Undo, page
from apps.menu import document, editing
from apps.menu.api_categories import DaypartTaken
from apps.menu.models import Category, Daypart, MenuItem

PAGE, PART = "dashboard/menu/windows.html", "dashboard/menu/windows_part.html"
EMPTY: dict[str, Any] = {
    "id": "", "name": "", "weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "", "closes": "", "first_day": None,
    "last_day": None, "for_alcohol": False, "categories": [], "items": [],
}  # fmt: skip


@require_POST
@page("menu.change")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    desk, asked = desks.of(request, here), forms.window(request.POST)

    def deed() -> tuple[str, None]:
        row = Daypart()
        _keep(row, asked)
        desk.record("menu/dayparts.create", f"dayparts/{row.pk}", before=None, after=document.row_of(row))
        return row.name, None

    return _answer(request, desk, deed, _("%(name)s added"), key="", asked=asked)


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, daypart_id: UUID) -> HttpResponse:
    """`deed` is save or remove."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    if wanted not in ("save", "remove"):
        raise Http404("Hours are changed or removed.")
    asked = forms.window(request.POST)

    def save() -> tuple[str, None]:
        row = desks.find(Daypart, daypart_id)
        before = document.row_of(row)
        desks.refuse_outdated(request, before)
        _keep(row, asked)
        desk.record("menu/dayparts.change", f"dayparts/{daypart_id}", before=before, after=_now(daypart_id))
        return row.name, None

    def remove() -> tuple[str, Undo]:
        row = desks.find(Daypart, daypart_id)
        return row.name, removed.take_away(desk, row, "dayparts")

    if wanted == "remove":
        said = _("%(name)s removed. What it held is on the menu always")
        return _answer(request, desk, remove, said, key="")
    return _answer(request, desk, save, _("%(name)s saved"), key=str(daypart_id), asked=asked)


def _keep(row: Daypart, asked: Mapping[str, Any]) -> None:
    checked = DaypartTaken(data=asked)
    checked.is_valid(raise_exception=True)
    editing.keep(row, **checked.validated_data)


def _now(key: UUID) -> dict[str, Any]:
    return document.row_of(Daypart.objects.get(pk=key))


def _answer(
    request: HttpRequest,
    desk: Desk,
    deed: Callable[[], tuple[str, Undo | None]],
    words: str,
    *,
    key: str,
    asked: Mapping[str, Any] | None = None,
) -> HttpResponse:
    def shown(refused: Refused | None) -> dict[str, Any]:
        return _shown(desk, key=key, asked=asked, refused=refused)

    return answers.on_its_page(request, desk, deed, words, route="menu-windows", templates=(PAGE, PART), shown=shown)


def _shown(
    desk: Desk, *, key: str | None = None, asked: Mapping[str, Any] | None = None, refused: Refused | None = None
) -> dict[str, Any]:
    """`key` names the form that was refused; "" is that of a new one."""
    rows = desk.read(Daypart, Category, MenuItem)
    categories = sorted(rows["menu_categories"], key=listing.place)
    items = {row["id"]: row["name"] for row in rows["menu_items"]}
    errors = refused.by_field if refused else {}

    def form(row: Mapping[str, Any]) -> dict[str, Any]:
        is_refused = refused is not None and key == row["id"]
        values = {**row, **(asked or {})} if is_refused else row
        days = {str(day) for day in values["weekdays"]}
        return {
            **values,
            "said": forms.window_said(row) if row["id"] else "",
            "seen": mark(row),
            "errors": errors if is_refused else {},
            "opens": values["opens"][:5],
            "closes": values["closes"][:5],
            "days": [(number, name, str(number) in days) for number, name in WEEKDAYS.items()],
            "held": [(one["id"], one["name"], one["id"] in values["categories"]) for one in categories],
            "names": [one["name"] for one in categories if one["id"] in row["categories"]],
            "dishes": sorted((items[each], each) for each in row["items"] if each in items),
        }

    windows = sorted(rows["menu_dayparts"], key=lambda row: (row["opens"], row["name"]))
    return {
        "windows": [form(row) for row in windows],
        "blank": form(EMPTY),
        "base": reverse("menu-page", args=[desk.here.place.slug]),
    }


show = desks.showing(PAGE, _shown)
