"""The one-use token that a media stream brings along: signed, good for a minute, used up in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from apps.calls.models import Call
from apps.outbox import live
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.tenants import scope

LIFE_SECONDS = 60
FINISHED_BY_THEN = timedelta(minutes=5)
"""After the longest a call may last."""
SALT = "loman.stream"


class Refused(Exception):
    """Why a stream is not admitted, as a sentence for the log."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A stream that was let in, and the call it belongs to."""

    place: scope.Place
    call_id: UUID
    call_sid: str
    from_number: str
    to_number: str
    origin: str
    """Where the carrier reaches our webhooks for this call."""


def issue(place: scope.Place, call: Call, *, origin: str) -> str:
    """A token for this call. What it says is signed, not secret."""
    return signing.dumps([str(place.id), str(call.pk), call.carrier_sid, origin], salt=SALT)


async def redeem(token: str, *, call_sid: str) -> Admission:
    """Use a token up, for exactly the call it was made for. Raises `Refused`."""
    try:
        restaurant_id, call_id, signed_sid, origin = signing.loads(token, salt=SALT, max_age=LIFE_SECONDS)
    except signing.SignatureExpired:
        raise Refused("The stream's token has expired.") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused("The stream has no valid token.") from None
    if signed_sid != call_sid:
        raise Refused("The stream's token belongs to another call.")
    place = await scope.run(None, scope.find_by_id, restaurant_id)
    if place is None:
        raise Refused("The stream's restaurant is gone.")
    if place.behind:
        raise Refused("The stream's restaurant waits for its upgrade.")
    if place.state != "live":
        raise Refused("The stream's restaurant is suspended.")
    return await scope.run(place, _use, place, UUID(call_id), origin)


@transaction.atomic
def _use(place: scope.Place, call_id: UUID, origin: str) -> Admission:
    """One conditional update decides which of two racing streams is the first."""
    now = timezone.now()
    used = Call.objects.filter(pk=call_id, stream_token_used_at=None).exclude(state=Call.State.ENDED)
    if not used.update(stream_token_used_at=now, state=Call.State.IN_PROGRESS, answered_at=now):
        raise Refused("The stream's token was used before, or its call is over.")
    call = Call.objects.get(pk=call_id)
    live.touched("calls")
    longest = timedelta(minutes=restaurant.settings().longest_call_minutes)
    # Should this server be killed in the middle, somebody else finishes the call from its log.
    outbox.add(
        "call.finish",
        key=f"call.finish:{call.pk}",
        payload={"call": str(call.pk)},
        place=place,
        due_at=now + longest + FINISHED_BY_THEN,
    )
    return Admission(place, call.pk, call.carrier_sid, call.from_number, call.to_number, origin)
