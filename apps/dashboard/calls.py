"""Calls: the list with what was said in them, and one call with its words, its timing and its sound."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from apps.calls import listening, recordings
from apps.calls.models import Call
from apps.dashboard import board
from apps.dashboard.shell import Here, page, render_page
from apps.language import phones
from apps.voice import finding, shown
from loman import observability

PAGE_SIZE = 50
GOAL_MS, AXIS_MS = 1500, 1600
"""Where a reply should be, and what the drawing has room for."""
STAGES = (("hear", "end_of_turn_ms"), ("model", "model_ms"), ("tool", "tool_ms"), ("voice", "voice_ms"))
WORDS = {"hear": "End of turn", "model": "model", "tool": "tool", "voice": "voice"}
LAST_FOUR = 4


@require_GET
@page("calls.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """Newest first; by words that were said, by the last four of a number, by outcome."""
    said, number, outcome = (request.GET.get(name, "").strip() for name in ("said", "number", "outcome"))
    rows, refusal = Call.objects.defer("report").order_by("-started_at"), ""
    if outcome:
        rows = rows.filter(outcome=outcome)
    if number:
        rows, refusal = _by_number(rows, number)
    try:
        rows = finding.spoken(rows, said)
    except finding.Unanswered as why:
        rows, refusal = rows.none(), str(why)
    pages = Paginator(rows, PAGE_SIZE)
    current = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render_page(
        request,
        here,
        "dashboard/calls/page.html",
        section="calls",
        calls=[_row(call, here) for call in current],
        current=current,
        count=pages.count,
        asked={"said": said, "number": number, "outcome": outcome},
        outcomes=sorted(set(Call.objects.order_by().values_list("outcome", flat=True).distinct()) - {""}),
        refusal=refusal,
        query=query.urlencode(),
    )


@require_GET
@page("calls.view")
def one(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """One call. Numbers are masked, also where they were spoken."""
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404("There is no such call.")
    report = shown.without_numbers(shown.report(call))
    return render_page(
        request,
        here,
        "dashboard/calls/one.html",
        section="calls",
        call=_row(call, here),
        report=report,
        turns=_turns(report),
        can_listen=here.may("calls.listen") and recordings.find(call.recording_url, slug=here.place.slug) is not None,
    )


@require_POST
@page("calls.listen")
def listen(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """A player with an address that is good for minutes; that it was asked for is on record."""
    call = Call.objects.filter(pk=call_id).first()
    if call is None or recordings.find(call.recording_url, slug=here.place.slug) is None:
        raise Http404("There is no recording of this call.")
    return render(request, "dashboard/calls/player.html", {"url": listening.issue(call, place=here.place, by=here.by)})


def _by_number(rows: QuerySet[Call], number: str) -> tuple[QuerySet[Call], str]:
    if len(number) != LAST_FOUR or not number.isdecimal():
        return rows.none(), "Give the last four digits of a number."
    return rows.filter(from_number__endswith=number), ""


def _row(call: Call, here: Here) -> dict[str, Any]:
    local = call.started_at.astimezone(here.zone)
    seconds = call.duration_seconds
    return {
        "id": str(call.pk),
        "when": f"{local:%a} {local.day} {local:%b}, {board.said(call.started_at, here.zone)}",
        "masked": phones.mask(call.from_number) or "withheld",
        "length": "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}",
        "outcome": call.outcome.replace("_", " ") or call.ended_by or "on the line",
        "summary": observability.masked(call.summary),
    }


def _turns(report: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said, each reply beside its timing: the report's stages belong to the replies that have a latency."""
    stages = iter(report["stages"])
    found = []
    for turn in report["turns"]:
        is_agent = turn["speaker"] == "agent"
        heard = turn["heard"] or ""
        unheard = turn["text"][len(heard) :] if is_agent and turn["text"].startswith(heard) else ""
        timed = next(stages, None) if is_agent and turn["latency_ms"] is not None else None
        found.append(
            {
                "who": "loman" if is_agent else "guest",
                "at": f"{turn['started_ms'] // 60_000}:{turn['started_ms'] // 1000 % 60:02}",
                "words": turn["text"][: len(turn["text"]) - len(unheard)],
                "unheard": unheard.strip(),
                "fall": _fall(timed) if timed else None,
            }
        )
    return found


def _fall(stages: dict[str, Any]) -> dict[str, Any]:
    """The bars of a reply, in per cent of the axis; what does not fit is cut off, its total is said beside it."""
    bars, at = [], 0.0
    for name, field in STAGES:
        width = min(stages[field], max(0.0, AXIS_MS - at))
        bars.append({"kind": name, "x": f"{at / AXIS_MS:.2%}", "width": f"{width / AXIS_MS:.2%}"})
        at += width
    said = "; ".join(f"{WORDS[name]} {stages[field]} ms" for name, field in STAGES)
    return {
        "bars": bars,
        "goal": f"{GOAL_MS / AXIS_MS:.2%}",
        "total": f"{stages['total_ms'] / 1000:.2f} s",
        "label": f"Reply after {stages['total_ms'] / 1000:.2f} seconds. {said}.",
    }
