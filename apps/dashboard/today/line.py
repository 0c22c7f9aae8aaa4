"""Who is on the line: calls as they happen, and what staff do to them while they last."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.calls import services as calls
from apps.calls import using
from apps.calls.models import Call
from apps.dashboard import written
from apps.dashboard.shell import Here, done, page
from apps.language import phones
from apps.restaurant import services as restaurant
from apps.voice import stepping_in, watching
from apps.voice.scene import Scene
from apps.voice.wishes import LONGEST_TEXT, Deed, Refused, Wish

SHOWN = 12
ONE = "dashboard/line/one.html"


@require_GET
@page("calls.view")
def part(request: HttpRequest, here: Here) -> HttpResponse:
    """All of them, for a page that is open."""
    return render(request, "dashboard/line/part.html", {"here": here, **shown(request, here)})


@require_GET
@page("calls.view")
def one(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """One call as it stands; nothing once it is over."""
    call = _found(call_id)
    if call.state == Call.State.ENDED:
        return HttpResponse(status=204)
    return render(request, ONE, {"here": here, "call": _call(call, here), **_means(request, here)})


@require_POST
@page("calls.view")
def step_in(request: HttpRequest, here: Here, call_id: UUID) -> HttpResponse:
    """`deed` is say (with a `text`), transfer, take-over (both with whom, `to`) or hang-up."""
    call, wanted = _found(call_id), request.POST.get("deed", "")
    deed = next((each for each in get_args(Deed) if each == wanted), None)
    if deed is None:
        raise Http404("Staff say something, transfer, take over or hang up.")
    if not here.may(stepping_in.PERMISSIONS[deed]):
        raise PermissionDenied
    wish = Wish(deed, by=here.by, text=request.POST.get("text", "")[:1000], to=request.POST.get("to", "")[:40])
    try:
        stepping_in.step_in(call, wish, place=here.place)
    except Refused as refusal:
        return _answer(request, here, call, _(str(refusal)), failed=True)
    if deed == "take-over":
        request.session[_usual(here)] = wish.to
    return _answer(request, here, call, str(_DONE[deed]))


_DONE: dict[Deed, str | Promise] = {
    "say": gettext_lazy("Loman says it next"),
    "transfer": gettext_lazy("Loman tells the guest and puts the call through"),
    "take-over": gettext_lazy("Loman tells the guest, then the phone rings"),
    "hang-up": gettext_lazy("Loman says goodbye and hangs up"),
}


def _found(call_id: UUID) -> Call:
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404("There is no such call.")
    return call


def _answer(request: HttpRequest, here: Here, call: Call, said: str, *, failed: bool = False) -> HttpResponse:
    given = {"call": _call(call, here), **_means(request, here)}
    return done(request, here, said, part=ONE, page="today", shown=given, failed=failed)


# ---- what is shown -----------------------------------------------------------------------------------


def shown(request: HttpRequest, here: Here) -> dict[str, Any]:
    now = timezone.now()
    rows = using.on_the_line(now).filter(ended_at=None).order_by("started_at")[:SHOWN]
    return {
        "now": now,
        "live": [_call(call, here) for call in rows],
        "number": phones.written(restaurant.settings().phone),
        **_means(request, here),
    }


def _means(request: HttpRequest, here: Here) -> dict[str, Any]:
    """What may be done to a call, and who can be rung: the phone that one took over with before comes first."""
    people = [(key, _("The restaurant's telephone") if key == calls.HOUSE_KEY else one.label)
              for key, one in calls.choices().items()]  # fmt: skip
    usual = request.session.get(_usual(here))
    return {
        "people": people,
        "phones": sorted(people, key=lambda each: each[0] != usual),
        "longest_text": LONGEST_TEXT,
        "may_say": here.may("calls.say"),
        "may_transfer": here.may("calls.transfer"),
        "may_hang_up": here.may("calls.hang_up"),
    }


def _usual(here: Here) -> str:
    """Where the session remembers whose phone takes calls over."""
    return f"phone:{here.place.slug}"


def _call(call: Call, here: Here) -> dict[str, Any]:
    scene = watching.watch(call)
    return {
        "id": str(call.pk),
        "masked": phones.mask(call.from_number) or _("withheld"),
        "since": call.answered_at or call.started_at,
        "is_ringing": call.state == Call.State.RINGING,
        "how": _how(call, scene),
        "lines": scene.lines,
        "next": scene.next,
        **_order_or_table(scene, here),
    }


_STATES: dict[str, str | Promise] = {
    "GREETING": gettext_lazy("Loman is speaking"),
    "SPEAKING": gettext_lazy("Loman is speaking"),
    "THINKING": gettext_lazy("Loman is thinking"),
    "LISTENING": gettext_lazy("listening"),
    "ENDED": gettext_lazy("ending"),
}
_SUBJECTS: dict[str, str | Promise] = {"order": gettext_lazy("Ordering"), "booking": gettext_lazy("Booking")}


def _how(call: Call, scene: Scene) -> str:
    """ "Ordering, Loman is speaking" """
    if call.state == Call.State.RINGING:
        return _("Ringing")
    state = str(_STATES.get(scene.state, _("being answered")))
    if scene.about:
        return f"{_SUBJECTS[scene.about]}, {state}"
    return state[0].upper() + state[1:]


def _order_or_table(scene: Scene, here: Here) -> dict[str, str]:
    """What is being ordered, with the server's total; or the table that is held."""
    if scene.about == "booking" and scene.table is not None:
        starts = datetime.fromisoformat(scene.table.starts_at).astimezone(here.zone)
        until = scene.table.until and written.clock(datetime.fromisoformat(scene.table.until), here.zone)
        size = scene.table.party_size
        table = _("Table for %(size)s") % {"size": size} if size else _("Table")
        when = f"{date_format(starts, 'D j M')}, {written.clock(starts, here.zone)}"
        return {
            "wanted": f"{table}, {when}",
            "stands": _("held until %(time)s") % {"time": until} if until else _("booked"),
        }
    if scene.cart is None:
        return {}
    total = written.money(Decimal(scene.cart.total), restaurant.settings().currency)
    placed = scene.cart.number is not None
    return {
        "wanted": ", ".join(scene.cart.items),
        "stands": _("order %(number)s, %(total)s") % {"number": scene.cart.number, "total": total} if placed else total,
    }
