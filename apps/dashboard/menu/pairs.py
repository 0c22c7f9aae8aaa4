"""What is offered with what: at most one thing an order, the first pair that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import answers, listing, removed
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page
from apps.menu import document, editing
from apps.menu.api_categories import UpsellTaken
from apps.menu.models import Category, MenuItem, UpsellPair

PAGE, PART = "dashboard/menu/pairs.html", "dashboard/menu/pairs_part.html"


@require_POST
@page("menu.change")
def new(request: HttpRequest, here: Here) -> HttpResponse:
    desk, asked = desks.of(request, here), _asked(request)

    def deed() -> tuple[str, None]:
        checked = UpsellTaken(data=asked)
        checked.is_valid(raise_exception=True)
        row = UpsellPair(position=editing.last_position(UpsellPair.objects.all()))
        editing.keep(row, **checked.validated_data)
        desk.record("menu/upsells.create", f"upsells/{row.pk}", before=None, after=document.row_of(row))
        return row.offer.name, None

    return _answer(request, desk, deed, _("%(name)s is offered"), asked={**asked, "with": request.POST.get("with", "")})


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here, upsell_id: UUID) -> HttpResponse:
    """`deed` is fields (its words), up, down or remove."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")

    def words() -> tuple[str, Undo]:
        row = desks.find(UpsellPair, upsell_id)
        before = document.row_of(row)
        sent, was = request.POST.get("words", "").strip(), request.POST.get("was")
        if was is not None and row.words not in (was, sent):
            raise Refused(_("Somebody else has changed this meanwhile. Here is how it is now; change it again."))
        fields = {"deed": "fields", "in": desk.which, "words": row.words, "was": sent}
        checked = UpsellTaken(row, data={"words": sent}, partial=True)
        checked.is_valid(raise_exception=True)
        editing.keep(row, **checked.validated_data)
        desk.record("menu/upsells.change", f"upsells/{row.pk}", before=before, after=document.row_of(row))
        return row.offer.name, Undo(request.path, "#pairs", fields)

    def move() -> tuple[str, None]:
        row = desks.find(UpsellPair, upsell_id)
        by = -1 if wanted == "up" else 1
        editing.move(UpsellPair.objects.all(), row.pk, by=by)
        desk.record("menu/upsells.reorder", f"upsells/{row.pk}", before=None, after={"by": by})
        return row.offer.name, None

    def remove() -> tuple[str, Undo]:
        row = desks.find(UpsellPair, upsell_id)
        return row.offer.name, removed.take_away(desk, row, "upsells", name=row.offer.name)

    match wanted:
        case "fields":
            return _answer(request, desk, words, _("Words for %(name)s saved"))
        case "up":
            return _answer(request, desk, move, _("%(name)s moved up"))
        case "down":
            return _answer(request, desk, move, _("%(name)s moved down"))
        case "remove":
            return _answer(request, desk, remove, _("%(name)s is not offered there any more"))
    raise Http404("That is not done to an offer.")


def _asked(request: HttpRequest) -> dict[str, Any]:
    """`with` names an item or a category: "item:…"."""
    kind, _colon, key = request.POST.get("with", "").partition(":")
    found: dict[str, Any] = {
        "offer": request.POST.get("offer", ""),
        "words": request.POST.get("words", "").strip(),
    }
    return found | ({kind: key} if kind in ("item", "category") else {})


def _answer(
    request: HttpRequest,
    desk: Desk,
    deed: Callable[[], tuple[str, Undo | None]],
    words: str,
    *,
    asked: dict[str, Any] | None = None,
) -> HttpResponse:
    def shown(refused: Refused | None) -> dict[str, Any]:
        return {**_shown(desk), **({"asked": asked, "errors": refused.by_field} if refused else {})}

    return answers.on_its_page(request, desk, deed, words, route="menu-pairs", templates=(PAGE, PART), shown=shown)


def _shown(desk: Desk) -> dict[str, Any]:
    rows = desk.read(UpsellPair, Category, MenuItem)
    items = {row["id"]: row for row in rows["menu_items"]}
    categories = {row["id"]: row for row in rows["menu_categories"]}
    pairs = [
        {
            "id": row["id"],
            "offer": items[row["offer"]]["name"],
            "with_item": items[row["item"]]["name"] if row["item"] else "",
            "with_category": categories[row["category"]]["name"] if row["category"] else "",
            "words": row["words"],
        }
        for row in sorted(rows["menu_upsells"], key=lambda row: (row["position"], row["id"]))
    ]
    return {
        "pairs": pairs,
        "categories": sorted(categories.values(), key=listing.place),
        "items": sorted(items.values(), key=lambda row: str(row["name"])),
        "base": reverse("menu-page", args=[desk.here.place.slug]),
    }


show = desks.showing(PAGE, _shown)
