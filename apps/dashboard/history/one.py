"""One call: its recording with the yes, what was said beside its timing, what it left, and what it cost."""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings as installation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit
from apps.calls import listening, recordings, using
from apps.calls.models import Call
from apps.dashboard.history import drawn, flags, left, talk, words
from apps.dashboard.shell import Here, page, render_page
from apps.llm import usage
from apps.restaurant import services as restaurant
from apps.voice import shape, shown

JSON = dict[str, Any]
SPEEDS = ("1", "1.5", "2")
CENT_AND_MORE = Decimal("0.001")


@require_GET
@page("calls.view")
def show(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """Numbers are masked, also where they were spoken. With `turn` (or `whole`) the form that flags it is open."""
    return _page(request, here, _call(call_id))


@require_POST
@page("calls.listen")
def listen(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """The sound at an address that is good for minutes; that it was asked for is on record."""
    call = _call(call_id)
    if recordings.find(call.recording_url, slug=here.place.slug) is None:
        raise Http404("There is no recording of this call.")
    url = listening.issue(call, place=here.place, by=here.by)
    if request.headers.get("HX-Request"):
        return render(request, "dashboard/calls/sound.html", {"url": url})
    return _page(request, here, call, url=url)


@require_POST
@page("numbers.view_whole")
def number(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """The caller's number, once, and on record."""
    call = _call(call_id)
    if not call.from_number:
        raise Http404("The caller withheld it.")
    audit.record("numbers.view", actor=here.by, place=here.place, subject=f"calls/{call.pk}", number=call.from_number)
    return render(request, "dashboard/tickets/number.html", {"number": call.from_number})


def _call(call_id: UUID) -> Call:
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404("There is no such call.")
    return call


def _page(request: HttpRequest, here: Here, call: Call, *, url: str = "") -> HttpResponse:
    report = shown.without_numbers(shown.report(call))
    moments = call.report.get("moments") or {}
    proofs = left.proofs(call, report["turns"], moments)
    lines = talk.lines(report, moments=moments, proofs=proofs)
    now = timezone.now()
    return render_page(
        request,
        here,
        "dashboard/calls/one.html",
        section="calls",
        now=now,
        call=words.row(call, here, now=now),
        is_live=call.state != Call.State.ENDED,
        spent=_length(call.duration_seconds),
        lines=lines,
        grid=drawn.GRID,
        goal=drawn.GOAL,
        homeless=talk.homeless(report, moments),
        player=_player(call, here, moments, proofs),
        url=url,
        speeds=SPEEDS,
        proofs=proofs,
        orders=left.orders(call),
        bookings=left.bookings(report, here),
        notes=left.notes(report),
        summary=report["summary"],
        times=_times(report["stages"]),
        costs=_costs(call),
        kept_days=restaurant.settings().transcript_days,
        may_listen=here.may("calls.listen"),
        may_see=here.may("numbers.view_whole") and bool(call.from_number),
        **flags.shown(request, here, call),
    )


def _length(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    return _("%(minutes)s min %(seconds)s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def _player(call: Call, here: Here, moments: JSON, proofs: list[JSON]) -> JSON | None:
    """The recording as a drawing; None when there is none that is played here."""
    path = recordings.find(call.recording_url, slug=here.place.slug)
    if path is None or call.state != Call.State.ENDED:
        return None
    made = shape.of(path)
    seconds = made.seconds if made else float(call.duration_seconds or 0)
    whole_ms = max(1.0, seconds * 1000)
    yes = [
        {
            "x": drawn.share(each["from_ms"], whole_ms),
            "middle": drawn.share((each["from_ms"] + each["to_ms"]) / 2, whole_ms),
            "width": drawn.share(max(each["to_ms"] - each["from_ms"], whole_ms / 120), whole_ms),
            "at": each["at"],
        }
        for each in proofs
        if each["from_ms"] is not None
    ]
    said = [_("Recording, %(length)s. Guest above, Loman below.") % {"length": words.clock(int(whole_ms))}]
    said += [_("The yes is at %(at)s to %(until)s.") % each for each in proofs if each["from_ms"] is not None]
    return {
        "seconds": round(seconds),
        "length": words.clock(int(whole_ms)),
        "waves": drawn.waves(made.guest, made.loman) if made else {"guest": "", "loman": ""},
        "notice": drawn.share(moments["notice_ms"], whole_ms) if moments.get("notice_ms") else "",
        "yes": yes,
        "label": " ".join(said),
    }


def _times(stages: list[JSON]) -> JSON | None:
    totals = [each["total_ms"] for each in stages]
    if not totals:
        return None
    return {
        "count": len(totals),
        "slowest": f"{max(totals) / 1000:.2f} s",
        "half": f"{median(totals) / 1000:.2f} s",
        "slow": sum(total > drawn.GOAL_MS for total in totals),
    }


def _costs(call: Call) -> JSON:
    """What is known is said to the tenth of a cent; what is not, is said not to be. Line and speech are estimates."""
    models = usage.of_call_by_model(call.pk)
    rows = [
        {"name": name, "cost": _dollars(each.cost if not each.unpriced else None), "requests": each.requests}
        for name, each in models.items()
    ]
    known = all(each.cost is not None and not each.unpriced for each in models.values())
    spent = sum((each.cost for each in models.values() if each.cost is not None), Decimal(0))
    if call.duration_seconds is None:
        return {"models": rows, "line": None, "speech": None, "total": None}
    minutes, prices = Decimal(call.duration_seconds) / 60, using.prices(restaurant.settings())
    line, speech = minutes * prices.carrier_minute, minutes * prices.speech_minute
    return {
        "models": rows,
        "is_free": not models,
        "line": _dollars(line),
        "speech": _dollars(speech) if speech else "",
        "total": _dollars(spent + line + speech) if known else None,
        "rate": f"${installation.CARRIER_DOLLARS_A_MINUTE:f}",
    }


def _dollars(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    return _("under $0.001") if 0 < amount < CENT_AND_MORE else f"${amount:.3f}"
