"""A menu comes in as a file: what would differ is shown first, in words; then it is taken over, or left."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.dashboard.menu import desk as desks
from apps.dashboard.menu import words
from apps.dashboard.menu.desk import Desk, Refused, mark
from apps.dashboard.shell import Here, Undo, done, page, render_page
from apps.menu import differing, editions, importing
from apps.menu.importing import Imported, Target
from apps.menu.imports import files
from apps.menu.imports.reading import Reading

PAGE, PART = "dashboard/menu/import.html", "dashboard/menu/import_part.html"
MOST_SHOWN = 200


@page("menu.change")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """The form; a file that was sent is looked at, or (`deed` is take) taken over as it was `seen`."""
    desk = desks.of(request, here)
    if request.method != "POST":
        return render_page(request, here, PAGE, section="menu", desk=desk, **_shown(desk))
    asked = {"target": "draft" if request.POST.get("target") == "draft" else "menu",
             "replace": request.POST.get("replace") == "on"}  # fmt: skip
    try:
        desks.refuse_shared(desk)
        name, reading = _read(request)
        if reading.errors:
            return _answer(request, desk, asked=asked, name=name, reading=reading)
        if request.POST.get("deed") == "take":
            return _take(request, desk, reading, asked=asked)
        return _look(request, desk, reading, asked=asked, name=name)
    except Refused as refused:
        return _answer(request, desk, asked=asked, refusal=str(refused))


def _read(request: HttpRequest) -> tuple[str, Reading]:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Refused(_("Choose a file first: CSV, or JSON as Square exports it."))
    if (sent.size or 0) > files.LARGEST_BYTES:
        raise Refused(_("%(name)s is larger than 10 MB; a menu is not.") % {"name": sent.name})
    return str(sent.name), files.read(sent.read())


def _look(
    request: HttpRequest, desk: Desk, reading: Reading, *, asked: dict[str, Any], name: str, more: str = ""
) -> HttpResponse:
    where: dict[str, Any] = {"target": asked["target"], "replace": asked["replace"], "by": desk.here.by}
    imported = desk.edit(lambda: importing.rehearse(reading.items, now=desk.now, **where))
    return _answer(request, desk, asked=asked, name=name, reading=reading, imported=imported, refusal=more)


def _take(request: HttpRequest, desk: Desk, reading: Reading, *, asked: dict[str, Any]) -> HttpResponse:
    seen, target, replace = request.POST.get("seen", ""), asked["target"], asked["replace"]

    def then(imported: Imported) -> None:
        if _mark(imported) != seen:
            raise _Otherwise
        counts = {name: len(names) for name, names in imported.differs.items()}
        audit.record("menu.import", actor=desk.here.by, place=desk.here.place, subject="menu",
                     after={"target": target, "replace": replace, **counts})  # fmt: skip

    def deed() -> int:
        before = editions.latest()
        importing.bring(reading.items, target=_target(target), replace=replace, by=desk.here.by,
                        note=_("import of a file"), now=desk.now, then=then)  # fmt: skip
        return _stood(before.number if before else 0)

    try:
        stood = desk.edit(deed)
    except _Otherwise:
        why = _("The file or the menu is another than the one you looked at. Look at the differences again.")
        return _look(request, desk, reading, asked=asked, name="", more=why)
    slug = desk.here.place.slug
    if target == "draft":
        to = reverse("menu-draft", args=[slug])
        return _gone_to(request, desk, to, _("The file is in the draft. Publish it when it is right"), undo=None)
    undo = Undo(reverse("menu-version-back", args=[slug, stood]), "#import", {}) if stood else None
    return _gone_to(
        request, desk, reverse("menu-page", args=[slug]), _("The file is taken over. Callers hear it now"), undo=undo
    )


class _Otherwise(Exception):
    """What would be taken over is not what was looked at."""


def _target(name: str) -> Target:
    return "draft" if name == "draft" else "menu"


def _stood(before: int) -> int:
    """The version that stood before: kept by the import itself when nobody had."""
    newest = editions.latest()
    return newest.number - 1 if newest is not None and newest.number > before else 0


def _mark(imported: Imported) -> str:
    """Of what differs, with neither ids (a rehearsal draws others) nor the order of rows."""
    told = words.said(differing.tell(imported.before, imported.after))
    return mark(*({**{name: str(value) for name, value in one.items()}, "id": ""} for one in told))


def _gone_to(request: HttpRequest, desk: Desk, to: str, said: str, *, undo: Undo | None) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return HttpResponse(status=302, headers={"Location": to})
    shown = {"desk": desk, **_shown(desk), "taken": said, "to": to}
    return done(request, desk.here, said, part=PART, page="menu-page", shown=shown, undo=undo)


def _answer(
    request: HttpRequest,
    desk: Desk,
    *,
    asked: dict[str, Any],
    name: str = "",
    reading: Reading | None = None,
    imported: Imported | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = {**_shown(desk), "asked": asked, "name": name, "refusal": refusal}
    if reading is not None and reading.errors:
        context |= {"faults": reading.errors[:MOST_SHOWN], "more": max(0, len(reading.errors) - MOST_SHOWN)}
    if reading is not None and imported is not None:
        told = words.said(differing.tell(imported.before, imported.after))
        context |= {
            "looked": True,
            "seen": _mark(imported),
            "fresh": [one for one in told if one["kind"] == "new"],
            "changed": [one for one in told if one["kind"] == "changed"],
            "gone": [one for one in told if one["kind"] == "gone"],
            "unchanged": len(imported.changes.unchanged),
            "missing": imported.changes.missing,
            "warnings": [*map(str, reading.warnings), *imported.changes.warnings][:MOST_SHOWN],
        }
    if not request.headers.get("HX-Request"):
        return render_page(request, desk.here, PAGE, section="menu", desk=desk, **context)
    failed = bool(refusal or context.get("faults"))
    said = refusal or (_("The file cannot be taken over") if failed else _("Nothing is changed yet"))
    shown = {"desk": desk, **context}
    return done(request, desk.here, said, part=PART, page="menu-import", shown=shown, failed=failed)


def _shown(desk: Desk) -> dict[str, Any]:
    return {"base": reverse("menu-page", args=[desk.here.place.slug]), "largest": files.LARGEST_BYTES, "asked": {}}
