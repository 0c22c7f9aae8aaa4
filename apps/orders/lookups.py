"""Finding a guest's order by number and name, and an end to guessing.

Numbers are short and first names are few: whoever misses several times is offered a person, and finds nothing more
for a while, not even with the right words. An unknown number and a wrong name are one answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.orders import shown
from apps.orders.models import Lookups, Order

MOST_MISSED = 3
FORGOTTEN_AFTER = timedelta(minutes=15)


class Missed(Exception):
    """Nothing is found, as a sentence the caller may hear."""


def find(*, key: str, number: int, name: str, day: date, now: datetime) -> Order:
    """The order, or `Missed`. `key` names who asks: the call, or the signed-in user."""
    if _guesses(key, now=now):
        raise Missed("I can't look up any more orders. Would you like me to put you through to someone?")
    found = shown.find(number=number, day=day, name=name)
    if found is None:
        _count(key, now=now)
        raise Missed("I can't find an order with that number and name.")
    return found


def _guesses(key: str, *, now: datetime) -> bool:
    return Lookups.objects.filter(key=key, missed__gte=MOST_MISSED, last_at__gt=now - FORGOTTEN_AFTER).exists()


@transaction.atomic
def _count(key: str, *, now: datetime) -> None:
    Lookups.objects.get_or_create(key=key, defaults={"last_at": now})
    row = Lookups.objects.select_for_update().get(key=key)
    row.missed = row.missed + 1 if row.last_at > now - FORGOTTEN_AFTER else 1
    row.last_at = now
    row.save()
