"""The draft: what is not live yet, in words; published, brought up to date, or left."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts import audit
from apps.dashboard import written
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu import words
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page
from apps.menu import differing, document, editions
from apps.menu.models import MenuDraft, MenuEdition

PAGE, PART = "dashboard/menu/draft.html", "dashboard/menu/draft_part.html"
LONGEST_NOTE = 200


@require_POST
@page("menu.change")
def do(request: HttpRequest, here: Here) -> HttpResponse:
    """`deed` is begin, publish (with a `note`), refresh or discard; `seen` says which draft was looked at."""
    desk, wanted = desks.of(request, here), request.POST.get("deed", "")
    deeds = {"begin": _begin, "publish": _publish, "refresh": _refresh, "discard": _discard}
    if wanted not in deeds:
        raise Http404("A draft is begun, published, brought up to date or left.")
    try:
        desks.refuse_shared(desk)
        return deeds[wanted](request, desk)
    except Refused as refused:
        return _answer(request, desk, str(refused), failed=True)


def _begin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """An empty one: the menu as it is, to be worked on."""

    def deed() -> None:
        with editions.drafting(by=desk.here.by, now=desk.now):
            pass
        _record(desk, "menu/draft.begin")

    desk.edit(deed)
    to = reverse("menu-page", args=[desk.here.place.slug]) + "?in=draft"
    return HttpResponse(headers={"HX-Redirect": to}) if request.headers.get("HX-Request") else redirect(to)


def _publish(request: HttpRequest, desk: Desk) -> HttpResponse:
    note = request.POST.get("note", "").strip()[:LONGEST_NOTE]

    def deed() -> tuple[int, MenuEdition]:
        draft = _as_seen(request)
        made = editions.publish_draft(by=desk.here.by, note=note, now=desk.now)
        _record(desk, "menu/draft.publish", subject=f"menu/editions/{made.number}")
        return draft.based_on, made

    before, made = desk.edit(deed)
    back = reverse("menu-version-back", args=[desk.here.place.slug, before])
    said = _("Version %(number)s is live. Callers hear it from now on") % {"number": made.number}
    return _answer(request, desk, said, undo=Undo(back, "#draft", {}))


def _refresh(request: HttpRequest, desk: Desk) -> HttpResponse:
    def deed() -> None:
        _as_seen(request)
        editions.refresh_draft(by=desk.here.by, now=desk.now)
        _record(desk, "menu/draft.refresh")

    desk.edit(deed)
    return _answer(request, desk, _("The draft stands on the menu as it is now"))


def _discard(request: HttpRequest, desk: Desk) -> HttpResponse:
    def deed() -> None:
        draft = _as_seen(request)
        _record(desk, "menu/draft.discard", before={"based_on": draft.based_on, "by": draft.by})
        editions.discard_draft()

    desk.edit(deed)
    return _answer(request, desk, _("The draft is gone. The live menu is as it was"))


def _as_seen(request: HttpRequest) -> MenuDraft:
    draft = MenuDraft.objects.filter(pk=1).first()
    if draft is None:
        raise Refused(_("There is no draft any more."))
    if request.POST.get("seen") not in (None, "", draft.updated_at.isoformat()):
        raise Refused(_("Somebody else has changed the draft meanwhile. Look at it again, then decide."))
    return draft


def _record(desk: Desk, action: str, *, subject: str = "menu/draft/1", before: Any = None) -> None:
    audit.record(action, actor=desk.here.by, place=desk.here.place, subject=subject, before=before)


def _answer(
    request: HttpRequest, desk: Desk, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    to = reverse("menu-draft", args=[desk.here.place.slug])
    fresh = Desk(desk.here, desk.now, in_draft=False)
    return fresh.answer(request, said, part=PART, shown=_shown(fresh), to=to, failed=failed, undo=undo)


def _shown(desk: Desk) -> dict[str, Any]:
    base, draft = reverse("menu-page", args=[desk.here.place.slug]), desk.draft
    if draft is None:
        return {"base": base, "draft": None}
    served = document.read()
    is_stale = editions.is_stale(draft, served=served)
    begun = MenuEdition.objects.filter(number=draft.based_on).first() if is_stale else None
    local = draft.updated_at.astimezone(desk.here.zone)
    return {
        "base": base,
        "draft": draft,
        "seen": draft.updated_at.isoformat(),
        "by": draft.by,
        "when": f"{date_format(local, 'D j M')}, {written.clock(draft.updated_at, desk.here.zone)}",
        "is_stale": is_stale,
        "meanwhile": words.said(differing.tell(begun.document, served)) if begun else [],
        "differences": words.said(differing.tell(served, draft.document)),
    }


show = desks.showing(PAGE, _shown)
