"""What was just taken off the menu: kept for a while with all that went with it, and put back as it was."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.dashboard.menu import desk as desks
from apps.dashboard.menu.desk import Desk, Refused
from apps.dashboard.shell import Here, Undo, page, tell
from apps.menu import document, editing

KEPT_SECONDS = 15 * 60
_TOKEN = re.compile(r"[\w-]{16}", re.ASCII)
ANYWHERE = "#nowhere"
"""The page that Undo is pressed on comes anew as a whole: what is put back may stand in several of its parts."""


def take_away(desk: Desk, row: models.Model, noun: str, *, name: str = "") -> Undo:
    """Within `desk.edit`: on record, and kept with what went with it. `name` is what people call it, where the row has
    none."""
    key, was, before = row.pk, document.row_of(row), document.read()
    editing.remove(row)
    desk.record(f"menu/{noun}.delete", f"{noun}/{key}", before=was, after=None)
    token = secrets.token_urlsafe(12)
    kept = {"name": name or was["name"], "gone": document.gone(before, document.read()), "in": desk.which}
    cache.set(_key(desk, token), kept, KEPT_SECONDS)
    return Undo(_address(desk), ANYWHERE, {"removed": token, "in": desk.which})


def noticed(to: str, undo: Undo) -> str:
    """The address of a page that says what was removed, and puts it back: for when its own page is gone."""
    return f"{to}?{urlencode({name: value for name, value in undo.fields.items() if value})}"


def notice(request: HttpRequest, desk: Desk) -> dict[str, str]:
    """What such a page says."""
    token = request.GET.get("removed", "")
    kept = cache.get(_key(desk, token)) if token and desk.may_edit else None
    return {"name": kept["name"], "token": token, "to": _address(desk)} if kept and kept["in"] == desk.which else {}


@require_POST
@page("menu.change")
def put_back(request: HttpRequest, here: Here) -> HttpResponse:
    """Once; rows that came meanwhile stay, and a name that was taken meanwhile is said."""
    desk = desks.of(request, here)
    key = _key(desk, request.POST.get("removed", ""))
    kept = cache.get(key)
    to = reverse("menu-page", args=[here.place.slug]) + desk.query

    def deed() -> None:
        if kept is None or kept["in"] != desk.which:
            raise Refused(_("There is nothing to bring back any more."))
        document.write(document.with_back(document.read(), kept["gone"]))
        desk.record("menu/put_back", "removed", before=None, after={"name": kept["name"]})

    try:
        desks.refuse_shared(desk)
        desk.edit(deed)
    except Refused as refused:
        return tell(HttpResponse(), str(refused), failed=True) if request.headers.get("HX-Request") else redirect(to)
    cache.delete(key)
    return HttpResponse(headers={"HX-Refresh": "true"}) if request.headers.get("HX-Request") else redirect(to)


def _address(desk: Desk) -> str:
    return reverse("menu-put-back", args=[desk.here.place.slug])


def _key(desk: Desk, token: str) -> str:
    return f"menu.removed:{desk.here.place.id}:{token if _TOKEN.fullmatch(token) else ''}"
