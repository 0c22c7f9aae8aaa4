"""Callers who are not answered: as keyed hashes, so that a list of them tells nobody's number."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts import keys
from apps.calls.models import BlockedNumber, Call
from apps.restaurant import services as restaurant

ABUSE_DAY = timedelta(days=1)


def standing(now: datetime) -> QuerySet[BlockedNumber]:
    """Those that hold now."""
    return BlockedNumber.objects.filter(Q(until=None) | Q(until__gt=now))


def is_blocked(number: str, *, now: datetime) -> bool:
    """Whether a caller is turned away. A withheld number is where the restaurant refuses those."""
    if not number:
        return restaurant.settings().refuse_withheld
    return standing(now).filter(digest=keys.number_digest(number)).exists()


def block(number: str, *, reason: str, by: str, until: datetime | None = None) -> BlockedNumber:
    """From now on, or until then. Doing it again replaces the reason and the end."""
    row, _ = BlockedNumber.objects.update_or_create(
        digest=keys.number_digest(number),
        defaults={"last4": number[-4:], "reason": reason[:200], "by": by[:254], "until": until},
    )
    return row


def lift(row_id: UUID) -> bool:
    """Answered again; False when it was not blocked."""
    return bool(BlockedNumber.objects.filter(pk=row_id).delete()[0])


def block_abuser(call: Call, *, now: datetime) -> bool:
    """Where the restaurant wants it: whose calls ended in abuse, silence or as a robot's so often within a day is not
    answered for a day. One that was blocked by hand stays as it is."""
    often = restaurant.settings().block_abusers_after
    if not often or not call.from_number or call.outcome not in ABUSIVE:
        return False
    recent = Call.objects.filter(from_number=call.from_number, started_at__gt=now - ABUSE_DAY, outcome__in=ABUSIVE)
    if recent.count() < often or is_blocked(call.from_number, now=now):
        return False
    block(call.from_number, reason=f"{often} calls without a word or in abuse", by="loman", until=now + ABUSE_DAY)
    return True


ABUSIVE = ("abuse", "robocall", "silence")
"""Outcomes of a call that was nobody's wish for food."""
