"""Versions of the menu: who published what and when, what it changed, and back to one of them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit
from apps.dashboard import written
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu import words
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page, render_page
from apps.menu import differing, document, editions
from apps.menu.models import MenuEdition

PAGE, PART, ONE = (f"dashboard/menu/{name}.html" for name in ("versions", "versions_part", "version"))
PAGE_SIZE = 30
LONGEST_NOTE = 200


@require_GET
@page("menu.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    desk = desks.of(request, here)
    return render_page(request, here, PAGE, section="menu", desk=desk, **_shown(request, desk))


@require_GET
@page("menu.view")
def one(request: HttpRequest, here: Here, number: int) -> HttpResponse:
    """What it changed, and what going back to it would change now."""
    desk, edition = desks.of(request, here), _find(number)
    before = MenuEdition.objects.filter(number__lt=number).order_by("-number").first()
    served = document.read()
    context = {
        "edition": _row(edition, desk),
        "first": before is None,
        "changed": words.said(differing.tell(before.document, edition.document)) if before else [],
        "back": words.said(differing.tell(served, edition.document)),
        "base": reverse("menu-page", args=[here.place.slug]),
    }
    return render_page(request, here, ONE, section="menu", desk=desk, **context)


@require_POST
@page("menu.change")
def keep(request: HttpRequest, here: Here) -> HttpResponse:
    """The menu as it stands, as a version with a note."""
    desk = desks.of(request, here)
    note = request.POST.get("note", "").strip()[:LONGEST_NOTE]
    made = desk.edit(lambda: editions.keep(by=here.by, note=note, now=desk.now))
    audit.record("menu/editions.create", actor=here.by, place=here.place, subject=f"menu/editions/{made.number}")
    return _answer(request, desk, _("Kept as version %(number)s") % {"number": made.number})


@require_POST
@page("menu.change")
def back(request: HttpRequest, here: Here, number: int) -> HttpResponse:
    """Serve it again, as a new version; Undo serves again what stood before."""
    desk, edition = desks.of(request, here), _find(number)

    def deed() -> MenuEdition:
        made = editions.roll_back(to=edition.number, by=here.by, now=desk.now)
        audit.record("menu/editions.roll_back", actor=here.by, place=here.place, subject=f"menu/editions/{made.number}",
                     after={"back_to": edition.number})  # fmt: skip
        return made

    try:
        desks.refuse_shared(desk)
        made = desk.edit(deed)
    except Refused as refused:
        return _answer(request, desk, str(refused), failed=True)
    stood = made.number - 1
    undo = None
    if stood and stood != edition.number:
        undo = Undo(reverse("menu-version-back", args=[here.place.slug, stood]), "#versions", {})
    said = {"number": edition.number, "made": made.number}
    return _answer(request, desk, _("Version %(number)s is served again, as version %(made)s") % said, undo=undo)


def _find(number: int) -> MenuEdition:
    edition = MenuEdition.objects.filter(number=number).first() if number < 2**31 else None
    if edition is None:
        raise Http404("There is no such version of the menu.")
    return edition


def _answer(
    request: HttpRequest, desk: Desk, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    to = reverse("menu-versions", args=[desk.here.place.slug])
    if not request.headers.get("HX-Request"):
        return redirect(to)
    if request.headers.get("HX-Target", "versions") != "versions":  # asked from another page
        return HttpResponse(headers={"HX-Redirect": to})
    return desk.answer(request, said, part=PART, shown=_shown(request, desk), to=to, failed=failed, undo=undo)


def _shown(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    pages = Paginator(MenuEdition.objects.defer("document").order_by("-number"), PAGE_SIZE)
    current = pages.get_page(request.GET.get("page"))
    newest = editions.latest()
    unkept = differing.tell(newest.document if newest else {}, document.read())
    return {
        "rows": [_row(each, desk) for each in current],
        "current": current,
        "newest": newest.number if newest else 0,
        "unkept": words.said(unkept) if newest else [],
        "is_unkept": bool(unkept) or newest is None,
        "base": reverse("menu-page", args=[desk.here.place.slug]),
    }


def _row(edition: MenuEdition, desk: Desk) -> dict[str, Any]:
    local = edition.at.astimezone(desk.here.zone)
    counted = {name: len(names) for name, names in edition.differs.items()}
    said = {
        "added": _("%(count)s new"),
        "removed": _("%(count)s gone"),
        "repriced": _("%(count)s at another price"),
        "changed": _("%(count)s changed"),
    }
    return {
        "number": edition.number,
        "when": f"{date_format(local, 'D j M Y')}, {written.clock(edition.at, desk.here.zone)}",
        "by": edition.by,
        "note": edition.note,
        "differs": ", ".join(words % {"count": counted[name]} for name, words in said.items() if counted.get(name)),
    }
