"""Flags: staff say what went wrong in a call; whoever may teaches the next one, keeps a case, or takes that back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts import audit
from apps.calls import flagging
from apps.calls.models import Call, Flag, RegressionCase
from apps.dashboard.history import words
from apps.dashboard.shell import Here, Undo, page, render_page, tell
from apps.language.redaction import mask_numbers
from apps.llm.embedded.evaluation import regression
from apps.menu.models import MenuItem
from apps.voice import teaching

CLOSED_SHOWN, OPEN_SHOWN = 50, 200
OF_CALL, LIST = "dashboard/calls/flags_of_call.html", "dashboard/calls/flags_list.html"
NEEDS = {
    "synonym": "menu.change",
    "keyterm": "settings.change",
    "case": "calls.review",
    "nothing": "calls.review",
    "take_back": "calls.review",
    "withdraw": "calls.flag",
}
CHOICES = (
    ("", lazily("Only note it")),
    ("synonym", lazily("Teach a menu synonym")),
    ("keyterm", lazily("Teach a word to listen for")),
    ("case", lazily("Keep it as a test case")),
)
JSON = dict[str, Any]


@require_http_methods(["GET", "POST"])
@page("calls.flag")
def flag(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """The form for a line of a call, and the flag that it raises: noted, or taught at once."""
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404("There is no such call.")
    given = request.POST if request.method == "POST" else request.GET
    position = _position(given.get("turn", ""), call)
    if request.method == "GET":
        return render(request, "dashboard/calls/flag_form.html", {"here": here, "form": _form(here, call, position)})
    deed = request.POST.get("deed", "")
    if deed and not (deed in NEEDS and here.may(NEEDS[deed])):
        raise PermissionDenied
    try:
        with transaction.atomic():
            raised = flagging.flag(call, position=position, wrong=request.POST.get("wrong", ""), by=here.by)
            if deed:
                _DEEDS[deed](request, here, raised, timezone.now())
    except flagging.Refusal as why:
        return _refused(request, here, call, position, str(why))
    return _raised(request, here, call, raised, deed)


@require_POST
@page("calls.flag")
def do(request: HttpRequest, here: Here, flag_id: UUID) -> HttpResponse:
    """`deed` is synonym, keyterm, case, nothing, take_back or withdraw; `on` says on which page it was asked."""
    row = Flag.objects.select_related("call").filter(pk=flag_id).first()
    deed = request.POST.get("deed", "")
    if row is None or deed not in NEEDS:
        raise Http404("There is no such flag.")
    if not here.may(NEEDS[deed]) or (deed == "withdraw" and row.by != here.by and not here.may("calls.review")):
        raise PermissionDenied
    try:
        _DEEDS[deed](request, here, row, timezone.now())
    except flagging.Refusal as why:
        return _answer(request, here, row, str(why), failed=True)
    undo = _undo(here, row, "take_back", request.POST.get("on", "")) if deed not in ("take_back", "withdraw") else None
    return _answer(request, here, row, _done(deed, row), undo=undo)


@require_GET
@page("calls.flag")
def listed(request: HttpRequest, here: Here) -> HttpResponse:
    return render_page(request, here, "dashboard/calls/flags.html", section="calls", **_lists(here))


@require_GET
@page("calls.review")
def cases(request: HttpRequest, here: Here) -> HttpResponse:
    """Every case as a line that `evaluate dialogues` reads. Whole conversations go out: that is on record."""
    rows = teaching.as_evaluated(RegressionCase.objects.all())
    audit.record("calls.cases.export", actor=here.by, place=here.place, after={"cases": len(rows)})
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return _file(text, f"{here.place.slug}-cases.jsonl", "application/jsonl")


@require_GET
@page("calls.review")
def menu(request: HttpRequest, here: Here) -> HttpResponse:
    """The menu as it is served now, as the file that cases are replayed against."""
    made = regression.menu_file(teaching.card(now=timezone.now()))
    return _file(json.dumps(made, ensure_ascii=False, indent=1), f"{here.place.slug}-menu.json", "application/json")


def _file(text: str, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


# ---- what is done --------------------------------------------------------------------------------------


def _synonym(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    try:
        item = UUID(request.POST.get("item", ""))
    except ValueError:
        raise flagging.Refusal(_("Choose what was meant.")) from None
    teaching.synonym(row.pk, item_id=item, words=request.POST.get("synonym", ""), by=here.by, now=now)


def _keyterm(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    teaching.keyterm(row.pk, term=request.POST.get("keyterm", ""), by=here.by, now=now)


def _case(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    teaching.case(row.pk, expected=request.POST.get("expected", ""), by=here.by, now=now)


def _nothing(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    teaching.nothing(row.pk, by=here.by, now=now)


def _take_back(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    teaching.take_back(row.pk, by=here.by, now=now)


def _withdraw(request: HttpRequest, here: Here, row: Flag, now: datetime) -> None:
    flagging.withdraw(row.pk, by=here.by)


_DEEDS: dict[str, Callable[[HttpRequest, Here, Flag, datetime], None]] = {
    "synonym": _synonym,
    "keyterm": _keyterm,
    "case": _case,
    "nothing": _nothing,
    "take_back": _take_back,
    "withdraw": _withdraw,
}


def _done(deed: str, row: Flag) -> str:
    """What happened, as the toast says it. A flag that was withdrawn is gone; the others are read anew."""
    if deed == "withdraw":
        return _("Flag withdrawn")
    if deed == "take_back":
        return _("Taken back, the flag is open again")
    return _told(Flag.objects.get(pk=row.pk))


def _told(row: Flag, names: dict[UUID, str] | None = None) -> str:
    """What was done about it; `names` of the items that synonyms were taught of."""
    if row.done == "synonym":
        known = _names([row]) if names is None else names
        item = (known.get(row.taught_of) if row.taught_of else None) or _("a deleted item")
        return _("“%(words)s” now means %(item)s") % {"words": row.taught, "item": item}
    if row.done == "keyterm":
        return _("“%(words)s” is listened for from the next call on") % {"words": row.taught}
    return str({"case": _("Kept as a test case"), "nothing": _("Looked at, nothing to do")}.get(row.done, _("Noted")))


def _names(rows: Iterable[Flag]) -> dict[UUID, str]:
    return dict(MenuItem.objects.filter(pk__in=[row.taught_of for row in rows]).values_list("pk", "name"))


# ---- answers -------------------------------------------------------------------------------------------


def _raised(request: HttpRequest, here: Here, call: Call, raised: Flag, deed: str) -> HttpResponse:
    raised.refresh_from_db()
    if not request.headers.get("HX-Request"):
        return redirect(_address(here, call) + "#flags")
    undo = _undo(here, raised, "take_back" if deed else "withdraw", "call")
    shown = {"here": here, "flags": _of_call(call, here), "emptied": _slot(raised.position)}
    said = _told(raised) if deed else _("Flagged as wrong")
    return tell(render(request, OF_CALL, shown), said, undo=undo)


def _refused(request: HttpRequest, here: Here, call: Call, position: int | None, why: str) -> HttpResponse:
    form = _form(here, call, position, given=request.POST.dict(), wrong=why)
    if request.headers.get("HX-Request"):
        answer = render(request, "dashboard/calls/flag_form.html", {"here": here, "form": form})
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#flag-slot-{form['slot']}", "innerHTML"
        return answer
    return render_page(
        request, here, "dashboard/calls/flag_page.html", section="calls", call=_address(here, call), form=form
    )


def _answer(
    request: HttpRequest, here: Here, row: Flag, said: str, *, failed: bool = False, undo: Undo | None = None
) -> HttpResponse:
    on_call = request.POST.get("on") == "call"
    if not request.headers.get("HX-Request"):
        return redirect(_address(here, row.call) if on_call else reverse("flags-page", args=[here.place.slug]))
    if on_call:
        answer = render(request, OF_CALL, {"here": here, "flags": _of_call(row.call, here)})
    else:
        answer = render(request, LIST, {"here": here, **_lists(here)})
    return tell(answer, said, failed=failed, undo=undo)


def _undo(here: Here, row: Flag, deed: str, on: str) -> Undo:
    to = reverse("flag-do", args=[here.place.slug, row.pk])
    return Undo(to, "#flags" if on == "call" else "#flag-lists", {"deed": deed, "on": on})


def _address(here: Here, call: Call) -> str:
    return reverse("call-page", args=[here.place.slug, call.pk])


# ---- what is shown -------------------------------------------------------------------------------------


def shown(request: HttpRequest, here: Here, call: Call) -> JSON:
    """Of a call's page: its flags, and the form where an address without scripts asks for it."""
    asked = request.GET.get("turn", "")
    form = None
    if asked and here.may("calls.flag") and call.state == Call.State.ENDED:
        form = _form(here, call, _position(asked, call))
    return {"flags": _of_call(call, here), "may_flag": here.may("calls.flag"), "form": form}


def _position(asked: str, call: Call) -> int | None:
    """Which line: its number, or `whole` for all of the call."""
    if asked == "whole":
        return None
    if not asked.isdecimal() or len(asked) > 6 or int(asked) >= len(call.report.get("turns", ())):
        raise Http404("The call has no such line.")
    return int(asked)


def _slot(position: int | None) -> str:
    return "whole" if position is None else str(position)


def _form(here: Here, call: Call, position: int | None, *, given: JSON | None = None, wrong: str = "") -> JSON:
    """What the form begins with, or what was given and why it cannot be."""
    turn = call.report["turns"][position] if position is not None else None
    form = _teaching(here, Flag(call=call, position=position), given or {})
    return {
        **form,
        "slot": _slot(position),
        "to": reverse("call-flag", args=[here.place.slug, call.pk]),
        "back": f"{_address(here, call)}#flag-it-{_slot(position)}",
        "words": mask_numbers(turn["text"]) if turn else "",
        "given": given or {},
        "refusal": wrong,
    }


def _teaching(here: Here, row: Flag, given: JSON) -> JSON:
    """The ways to see to a flag that somebody has, with what they need."""
    choices = [(name, word) for name, word in CHOICES if not name or here.may(NEEDS[name])]
    if len(choices) == 1:
        return {"choices": []}
    expected = given.get("expected")
    return {
        "choices": choices,
        "chosen": given.get("deed", ""),
        "items": _items(),
        "expected": regression.written(teaching.came_out(row)) if expected is None else expected,
        "item": given.get("item", ""),
    }


def _of_call(call: Call, here: Here) -> list[JSON]:
    rows = list(call.flags.select_related("call").order_by("-created_at"))
    names = _names(rows)
    return [_row(row, here, names) for row in rows]


def _lists(here: Here) -> JSON:
    rows = Flag.objects.select_related("call")
    waiting = list(rows.filter(done="").order_by("-created_at")[:OPEN_SHOWN])
    closed = list(rows.exclude(done="").order_by("-closed_at")[:CLOSED_SHOWN])
    names, may_review = _names(closed), here.may("calls.review")
    return {
        "waiting": [{**_row(row, here, names), **(_seeing_to(row) if may_review else {})} for row in waiting],
        "closed": [_row(row, here, names) for row in closed],
        "cases": RegressionCase.objects.count(),
        "may_review": may_review,
        "items": _items() if waiting and may_review else (),
    }


def _items() -> list[tuple[UUID, str]]:
    """What a synonym can mean."""
    return list(MenuItem.objects.filter(active=True).order_by("name").values_list("pk", "name"))


def _seeing_to(row: Flag) -> JSON:
    return {"expected": regression.written(teaching.came_out(row))}


def _row(row: Flag, here: Here, names: dict[UUID, str]) -> JSON:
    now = timezone.now()
    return {
        "id": str(row.pk),
        "call": str(row.call_id),
        "slot": _slot(row.position),
        "when": words.when(row.call, here, now=now),
        "words": row.words,
        "wrong": row.wrong,
        "by": row.by,
        "done": row.done,
        "told": _told(row, names) if row.done else "",
        "closed_by": row.closed_by,
        "is_mine": row.by == here.by or here.may("calls.review"),
        "may_take_back": bool(row.done) and here.may("calls.review"),
    }
