"""What the carrier tells us over HTTP: a call rings, ends, was handed over; a text came or was delivered.

Every view checks the signature over the public URL first, resolves the restaurant from the called number, and
can be repeated, late or out of order without changing anything (https://www.twilio.com/docs/usage/webhooks).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.accounts import limits
from apps.calls import blocking, messages, using
from apps.calls import services as calls
from apps.calls.models import CARRIER_FINAL, Call
from apps.language import phones
from apps.outbox import events, live
from apps.restaurant import dialling
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.voice import signature, tokens, twiml
from loman import observability

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]
RestaurantView = Callable[[HttpRequest, scope.Place], HttpResponse]


def webhook(field: str) -> Callable[[RestaurantView], View]:
    """Signed, posted, and within the restaurant whose line this field of the form names."""

    def declare(view: RestaurantView) -> View:
        @csrf_exempt
        @require_POST
        @wraps(view)
        def checked(request: HttpRequest) -> HttpResponse:
            if not signature.is_written(request.headers):
                return _unsigned(request)
            line = _line(request, field)
            if not signature.valid_webhook(request, line=line):
                return _unsigned(request)
            if not _fits(request.POST):
                return HttpResponse("That is no form of yours.", status=400, content_type="text/plain")
            place = scope.find_by_number(line)
            if place is None:
                log.warning("webhook for an unknown number", extra={"event": "webhook.unknown_number"})
                return _xml(twiml.say_and_hang_up(twiml.UNKNOWN_NUMBER))
            if place.behind:
                return _without_us(request, place)
            with scope.enter(place):
                return view(request, place)

        return checked

    return declare


LONGEST = {"CallSid": 64, "MessageSid": 64, "RecordingSid": 64, "CallStatus": 20, "MessageStatus": 20}
"""Of what is kept as it came."""


def _fits(form: Mapping[str, str]) -> bool:
    """Whether our tables can keep what is in it. Even who signs may send what no carrier would."""
    return all("\x00" not in value and len(value) <= LONGEST.get(name, len(value)) for name, value in form.items())


def _unsigned(request: HttpRequest) -> HttpResponse:
    """No. Whoever goes on is told so shortly; one that is signed is never counted."""
    verdict = limits.ask(unsigned=request.META.get("REMOTE_ADDR") or "")
    if verdict is not None and not verdict.allowed:
        return HttpResponse(status=429, headers=verdict.headers())
    log.warning("webhook without a valid signature", extra={"event": "webhook.unsigned", "path": request.path})
    return HttpResponse("The signature does not fit.", status=403, content_type="text/plain")


@webhook("To")
def voice(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """A call rings. Answers where its sound shall go, and what happens when that fails."""
    if not request.POST.get("CallSid"):
        return HttpResponse("Which call?", status=400, content_type="text/plain")
    chosen = restaurant.settings()
    caller = phones.normalise(request.POST.get("From", "")) or ""
    call, made = Call.objects.get_or_create(
        carrier_sid=request.POST["CallSid"],
        defaults={"from_number": caller, "to_number": _line(request, "To")},
    )
    forwarded_from = phones.normalise(request.POST.get("ForwardedFrom", "")) or ""
    came_back = {"caller": caller, "forwarded_from": forwarded_from, "carrier_sid": call.carrier_sid}
    if made and calls.came_back(**came_back, now=timezone.now()):
        return _loop(call, place)
    origin = signature.public_origin(request.scheme or "http", request.get_host())
    transfer_url = f"{origin}/webhooks/twilio/transfer"
    if made:
        observability.calls_total.labels(place.slug).inc()
        live.touched("calls")
    now = timezone.now()
    if place.state != "live":
        return _xml(twiml.say_and_hang_up(twiml.NOT_NOW))
    if blocking.is_blocked(caller, now=now):  # busy, unanswered: it costs nobody anything
        Call.objects.filter(pk=call.pk).update(outcome="blocked")
        return _xml(twiml.reject())
    house = dialling.house()
    full = observability.calls_on_the_line() >= settings.MAX_CONCURRENT_CALLS
    if full or using.turned_away(place, call, now=now):
        if not house or not using.may_hand_over(place, call, now=now):
            return _xml(twiml.take_message(message_url=f"{origin}/webhooks/twilio/fallback"))
        calls.handed_over(call.pk, now=now)
        document = twiml.forward(number=house, ring_seconds=chosen.ring_seconds, action=transfer_url, words=twiml.BUSY)
        return _xml(document)
    document = twiml.stream(
        url=origin.replace("http", "ws", 1) + "/ws/twilio/media",
        token=tokens.issue(place, call, origin=origin),
        fallback_number=house,
        ring_seconds=chosen.ring_seconds,
        transfer_url=transfer_url,
        message_url=f"{origin}/webhooks/twilio/fallback",
    )
    return _xml(document)


def _without_us(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """The restaurant waits for its upgrade: its telephone is rung, else the carrier keeps a message. What is written
    down only in its own tables is refused, so that the carrier lists it as not delivered."""
    origin = signature.public_origin(request.scheme or "http", request.get_host())
    message_url = f"{origin}/webhooks/twilio/fallback"
    if request.POST.get("RecordingUrl"):
        sid = request.POST.get("RecordingSid", "")[:40]
        log.error("message left while upgrading", extra={"event": "upgrade.message", "recording_sid": sid})
        return _xml(twiml.hang_up())
    if "DialCallStatus" in request.POST:
        taken = request.POST["DialCallStatus"] in ("completed", "answered")
        return _xml(twiml.hang_up() if taken else twiml.take_message(message_url=message_url, words=twiml.NOBODY))
    if "MessageSid" in request.POST or not request.path.endswith(("/voice", "/fallback")):
        return HttpResponse(status=503)
    log.error("call for a restaurant that waits for its upgrade", extra={"event": "upgrade.call"})
    number, ring_seconds = restaurant.telephone(place)
    if not number:
        return _xml(twiml.take_message(message_url=message_url, words=twiml.APOLOGY))
    action = f"{origin}/webhooks/twilio/transfer"
    return _xml(twiml.forward(number=number, ring_seconds=ring_seconds, action=action, words=twiml.APOLOGY))


def _loop(call: Call, place: scope.Place) -> HttpResponse:
    """A telephone that we rang for a hand-over is forwarded to us. Busy sends our own leg on to its next step."""
    Call.objects.filter(pk=call.pk).update(outcome="forwarding loop")
    today = timezone.now().astimezone(ZoneInfo(place.timezone)).date()
    calls.open_ticket(
        type="other",
        summary="A telephone that hand-overs ring is forwarded back to this line. Please end its forwarding.",
        key=f"loop:{today}",
        call_id=call.pk,
        now=timezone.now(),
    )
    log.warning("hand-over came back", extra={"event": "transfer.loop"})
    return _xml(twiml.reject())


@webhook("To")
def status(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """How the call stands at the carrier. Only ever moves it forward."""
    known = Call.objects.filter(carrier_sid=request.POST.get("CallSid", ""))
    reported = request.POST.get("CallStatus", "")
    known.exclude(carrier_status__in=CARRIER_FINAL).update(carrier_status=reported)
    if reported in CARRIER_FINAL:
        ended = known.exclude(state=Call.State.ENDED)
        seconds = request.POST.get("CallDuration", "")
        with transaction.atomic():
            for missed in ended.select_for_update().filter(state=Call.State.RINGING):
                missed.state, missed.ended_at, missed.ended_by = Call.State.ENDED, timezone.now(), "caller"
                missed.duration_seconds = int(seconds) if seconds.isdigit() else None
                missed.save(update_fields=["state", "ended_at", "ended_by", "duration_seconds"])
                events.announce("call.ended", missed.pk)
                if missed.outcome == "":
                    messages.tell_of_missed_call(
                        place, number=missed.from_number, call_id=missed.pk, now=timezone.now()
                    )
        ended.update(ended_at=Coalesce(F("ended_at"), Value(timezone.now())))
    return HttpResponse(status=204)


@webhook("To")
def stream(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """How the media stream fares at the carrier; an error is worth a line."""
    if request.POST.get("StreamEvent") == "stream-error":
        log.error(
            "media stream error at the carrier",
            extra={"event": "stream.error", "error": request.POST.get("StreamError", "")[:200]},
        )
    return HttpResponse(status=204)


@webhook("To")
def transfer(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """What became of a hand-over. Busy, no answer and failure go on to the next who is there, at last to a message
    or a callback."""
    if request.POST.get("DialCallStatus") in ("completed", "answered"):
        return _xml(twiml.hang_up())
    origin = signature.public_origin(request.scheme or "http", request.get_host())
    call = Call.objects.filter(carrier_sid=request.POST.get("CallSid", "")).first()
    if call is None:
        return _xml(twiml.take_message(message_url=f"{origin}/webhooks/twilio/fallback", words=twiml.NOBODY))
    reason, step, now = request.GET.get("reason", "")[:40], request.GET.get("step", ""), timezone.now()
    to = request.GET.get("to", "")[:40]
    plan = calls.plan_hand_over(reason=reason, caller=call.from_number, place=place, now=now, to=to)
    at = int(step) if step.isdecimal() and len(step) < 3 else len(plan.targets)
    if place.state != "live" or (at < len(plan.targets) and not using.may_hand_over(place, call, now=now)):
        at = len(plan.targets)
    if at >= len(plan.targets):
        calls.open_ticket(
            type="callback",
            summary=f"Nobody took the hand-over ({request.POST.get('DialCallStatus', 'unknown')[:20]}).",
            callback_number=call.from_number,
            key=f"{call.pk}:untaken",
            call_id=call.pk,
            now=now,
        )
    else:
        calls.handed_over(call.pk, now=now)
    return _xml(twiml.hand_over(plan, step=at, reason=reason, origin=origin, to=to))


@webhook("To")
def fallback(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """A message was left, or our voice webhook could not be reached: take a message, or thank for it."""
    call = Call.objects.filter(carrier_sid=request.POST.get("CallSid", "")).first()
    if not request.POST.get("RecordingUrl"):
        origin = signature.public_origin(request.scheme or "http", request.get_host())
        return _xml(twiml.take_message(message_url=f"{origin}/webhooks/twilio/fallback", words=twiml.APOLOGY))
    calls.open_ticket(
        type="callback",
        summary="A caller left a message on the line.",
        callback_number=call.from_number if call else "",
        key=f"message:{request.POST.get('RecordingSid', request.POST.get('CallSid', ''))}",
        call_id=call.pk if call else None,
        now=timezone.now(),
    )
    return _xml(twiml.hang_up())


@webhook("To")
def recording(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """The carrier's own recording is there (only where a restaurant turned it on)."""
    if request.POST.get("RecordingStatus") == "completed":
        Call.objects.filter(carrier_sid=request.POST.get("CallSid", ""), recording_url="").update(
            recording_url=request.POST.get("RecordingUrl", "")[:400]
        )
    return HttpResponse(status=204)


@webhook("To")
def sms(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """A guest wrote. STOP, in any of its words, takes effect at once and for this restaurant."""
    number = phones.normalise(request.POST.get("From", ""))
    if number is None:
        return _xml(twiml.message(""))
    text, sid = request.POST.get("Body", "")[:1600], request.POST.get("MessageSid", "")
    return _xml(twiml.message(messages.receive(place, number=number, text=text, sid=sid, now=timezone.now())))


@webhook("From")
def sms_status(request: HttpRequest, place: scope.Place) -> HttpResponse:
    """How a text fares."""
    messages.delivery(
        sid=request.POST.get("MessageSid", ""),
        reported=request.POST.get("MessageStatus", ""),
        error_code=request.POST.get("ErrorCode", "")[:10],
        now=timezone.now(),
    )
    return HttpResponse(status=204)


def _line(request: HttpRequest, field: str) -> str:
    """What the form says, else the address, which is signed with it."""
    return phones.normalise(request.POST.get(field) or request.GET.get(field, "")) or ""


def _xml(document: str) -> HttpResponse:
    return HttpResponse(document, content_type="text/xml")
