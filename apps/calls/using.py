"""What a restaurant's day has come to, from its rows, and whether there is room for one more call, ring or text.

Rows are the same in every process, so its limits hold across them. A row that its process left behind unfinished stops
counting once it is older than its call could be.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings as installation
from django.db.models import Q, QuerySet, Sum

from apps.calls import caps, services
from apps.calls.caps import Most, Prices, Times, Used
from apps.calls.models import Call, Message
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

RINGS = timedelta(minutes=1)
"""A call that has a stream's token and has not brought it by then will not."""
LATE = timedelta(minutes=5)
TURNED_AWAY = "turned away"
"""The outcome of a call that found no room."""
WORDS = {
    "calls": "All lines of this restaurant were busy; a caller was forwarded or left a message.",
    "minutes": "The minutes of this day are used up; callers are forwarded or leave a message until midnight.",
    "dollars": "What speech and telephone may cost in a day is spent; callers are forwarded or leave a message.",
    "hand_overs": "So many calls were handed over today that no more are; callers leave messages.",
    "texts": "So many texts were sent today that no more are.",
}


def midnight(place: Place, now: datetime) -> datetime:
    """The beginning of the restaurant's day."""
    zone = ZoneInfo(place.timezone)
    return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)


def prices(chosen: RestaurantSettings) -> Prices:
    """Speech that is computed here costs nobody anything."""
    bought = {"deepgram", "elevenlabs"}
    providers = {
        chosen.stt_provider or installation.STT_PROVIDER,
        chosen.tts_provider or installation.TTS_PROVIDER,
    }
    speech = installation.SPEECH_DOLLARS_A_MINUTE if providers & bought else Decimal(0)
    return Prices(installation.CARRIER_DOLLARS_A_MINUTE, speech, installation.TEXT_DOLLARS_A_SEGMENT)


def on_the_line(now: datetime) -> QuerySet[Call]:
    """Calls that are answered, or about to be."""
    longest = timedelta(minutes=restaurant.settings().longest_call_minutes)
    return Call.objects.filter(
        Q(state=Call.State.IN_PROGRESS, answered_at__gt=now - longest - LATE)
        | Q(state=Call.State.RINGING, started_at__gt=now - RINGS)
    ).exclude(outcome__in=(TURNED_AWAY, "blocked"))


def used(place: Place, *, apart_from: Call | None, now: datetime) -> Used:
    """Calls on the line (those before `apart_from`), minutes and segments of the restaurant's day."""
    lively = on_the_line(now)
    if apart_from is not None:  # of two that ring at once the first is the first to all
        began = apart_from.started_at
        lively = lively.filter(Q(started_at__lt=began) | Q(started_at=began, pk__lt=apart_from.pk))
    day = midnight(place, now)
    seconds = Call.objects.filter(started_at__gte=day).aggregate(sum=Sum("duration_seconds", default=0))["sum"]
    segments = Message.objects.filter(direction="out", created_at__gte=day, status__in=SENT)
    return Used(lively.count(), Decimal(seconds) / 60, segments.aggregate(sum=Sum("segments", default=0))["sum"])


SENT = ("queued", "sending", "sent", "delivered", "failed", "undelivered")


def turned_away(place: Place, call: Call, *, now: datetime) -> caps.Reached:
    """Which of the restaurant's limits this call meets, if any; staff are told once a day."""
    chosen = restaurant.settings()
    most = Most(chosen.most_calls, chosen.minutes_a_day, chosen.service_dollars_a_day)
    if most == Most():
        return ""
    why = caps.reached(used(place, apart_from=call, now=now), most, prices(chosen))
    if why:
        Call.objects.filter(pk=call.pk).update(outcome=TURNED_AWAY)
        tell(place, why, now=now)
    return why


def may_hand_over(place: Place, call: Call, *, now: datetime) -> bool:
    """Whether this call may ring somebody once more."""
    today = Call.objects.filter(started_at__gte=midnight(place, now), hand_overs__gt=0)
    rung = Sum("hand_overs", default=0)
    of_number = today.filter(from_number=call.from_number).aggregate(sum=rung)["sum"] if call.from_number else 0
    call.refresh_from_db(fields=["hand_overs"])
    done = Times(call.hand_overs, of_number, today.aggregate(sum=rung)["sum"])
    if caps.once_more(done, Times(*installation.MOST_HAND_OVERS)):
        return True
    tell(place, "hand_overs", now=now)
    return False


def may_text(place: Place, number: str, *, call_id: UUID | None, now: datetime) -> bool:
    """Whether one more text may go to this number."""
    out = Message.objects.filter(direction="out", created_at__gte=midnight(place, now), status__in=SENT)
    of_call = out.filter(call_id=call_id).count() if call_id else 0
    done = Times(of_call, out.filter(number=number).count(), out.count())
    if caps.once_more(done, Times(*installation.MOST_TEXTS)):
        return True
    tell(place, "texts", now=now)
    return False


def tell(place: Place, why: str, *, now: datetime) -> None:
    """Staff, once a day."""
    day = now.astimezone(ZoneInfo(place.timezone)).date()
    services.open_ticket(type="other", summary=WORDS[why], key=f"limit:{why}:{day}", now=now)
