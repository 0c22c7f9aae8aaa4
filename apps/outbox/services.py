"""Adding work, and doing it: `add` within the cause's transaction, `sweep` from anywhere, any number at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.outbox import schedule
from apps.outbox.models import Work
from apps.tenants import scope
from loman import observability

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
_outward: set[str] = set()
"""Kinds that wait for somebody else's server. They are swept apart, so that one that hangs holds up nothing here."""
_daily: set[str] = set()
SMALL_HOURS = 4
"""Daily work begins at this hour of the restaurant's."""
bell = threading.Event()
"""Set when work was added in this process, so that an in-process worker does not wait for its next round."""

LEASE = timedelta(minutes=2)
"""How long an attempt may take before another worker may try: the row's due time while it runs."""
MOST_ATTEMPTS = 12
UPGRADE = timedelta(minutes=1)
"""Between two looks whether a restaurant has been upgraded at last."""
Lane = Literal["prompt", "outward"]


class Later(Exception):
    """Not now: whoever was asked said how long to wait at least."""

    def __init__(self, why: str, *, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that does this kind of work. It runs inside the work's restaurant, must be
    idempotent (an attempt can be killed after it took effect), and gets the payload."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(kind, function) is not function:
            raise ValueError(f"Two functions want to handle {kind}.")
        return function

    return register


def handles_outward(kind: str) -> Callable[[Handler], Handler]:
    """The same for work that asks a server outside: it may take long, and is done in a lane of its own."""
    _outward.add(kind)
    return handles(kind)


def every_day(kind: str) -> Callable[[Handler], Handler]:
    """Declare work that every restaurant has once a day, in its small hours. The payload has the `day`."""
    _daily.add(kind)
    return handles(kind)


@scope.public()
def owe_daily(*, now: datetime) -> int:
    """Write today's rows of daily work where they are missing; how many. Cheap when there is nothing to do."""
    rows = []
    for place in scope.all_places():
        local = now.astimezone(ZoneInfo(place.timezone))
        if local.hour < SMALL_HOURS:
            continue
        for kind in sorted(_daily):
            key, payload = f"{kind}:{place.id}:{local:%Y-%m-%d}", {"day": f"{local:%Y-%m-%d}"}
            rows.append(Work(kind=kind, key=key, payload=payload, restaurant_id=place.id, due_at=now))
    known = set(Work.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    made = Work.objects.bulk_create([row for row in rows if row.key not in known], ignore_conflicts=True)
    return len(made)


def add(
    kind: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    place: scope.Place | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Write a work row beside its cause; False when the same key was added before.

    The bell rings after the commit. When it is not heard, the sweeper finds the row all the same.
    """
    _, created = Work.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload or {},
            "restaurant_id": place.id if place else None,
            "due_at": due_at or timezone.now(),
        },
    )
    if created:
        transaction.on_commit(_ring)
    return created


def hasten(key: str) -> None:
    """Have work that waits for its time done now."""
    Work.objects.filter(key=key, state=Work.State.WAITING).update(due_at=timezone.now())
    transaction.on_commit(_ring)


@scope.public()
def sweep(*, limit: int = 100, lane: Lane | None = None) -> int:
    """Do what is due, one row after the other, and say how many were tried. Safe to run many times at once.
    With a `lane` only what belongs to it."""
    tried = 0
    while tried < limit and (work := _claim(lane)):
        _attempt(work)
        tried += 1
    return tried


def _claim(lane: Lane | None = None) -> Work | None:
    """Take the row that is due longest, by moving its due time to the end of a lease."""
    now = timezone.now()
    with transaction.atomic():
        work = (
            Work.objects.select_for_update(skip_locked=True)
            .filter(_of(lane), state=Work.State.WAITING, due_at__lte=now)
            .order_by("due_at")
            .first()
        )
        if work is None:
            return None
        work.attempts += 1
        work.due_at = now + LEASE
        work.save(update_fields=["attempts", "due_at"])
    return work


def _of(lane: Lane | None) -> Q:
    if lane is None:
        return Q()
    return Q(kind__in=_outward) if lane == "outward" else ~Q(kind__in=_outward)


def _attempt(work: Work) -> None:
    handler = _handlers.get(work.kind)
    try:
        if work.attempts > MOST_ATTEMPTS:  # each one so far ended its process: nobody was left to count it
            raise RuntimeError("No attempt came to an end.")
        if handler is None:
            raise LookupError(f"Nothing here handles {work.kind}.")
        place = scope.find_by_id(work.restaurant_id) if work.restaurant_id else None
        if work.restaurant_id and place is None:
            raise LookupError("The restaurant is gone.")
        if place is None:
            handler(work.payload)
        else:
            with scope.enter(place):
                handler(work.payload)
    except Exception as error:  # the last line of defence: one bad row must not stop the others
        if isinstance(error, scope.BehindError):
            _wait_for_upgrade(work, error)
        else:
            _postpone(work, error)
        return
    _still_ours(work).update(state=Work.State.DONE, done_at=timezone.now(), last_error="")


def _wait_for_upgrade(work: Work, why: scope.BehindError) -> None:
    """It was not tried, so it does not count."""
    due_at = timezone.now() + UPGRADE
    _still_ours(work).update(attempts=work.attempts - 1, due_at=due_at, last_error=f"BehindError: {why}")


def _postpone(work: Work, error: Exception) -> None:
    log.exception("work failed", extra={"event": "outbox.failed", "kind": work.kind, "key": work.key})
    dead = work.attempts >= MOST_ATTEMPTS
    asked = error.seconds if isinstance(error, Later) else 0.0
    wait = max(schedule.backoff(work.attempts), min(asked, schedule.LONGEST_WISH))
    _still_ours(work).update(
        state=Work.State.DEAD if dead else Work.State.WAITING,
        due_at=timezone.now() + timedelta(seconds=wait),
        last_error=observability.masked(f"{type(error).__name__}: {error}".replace("\x00", ""))[:2000],
    )


def _still_ours(work: Work) -> QuerySet[Work]:
    """The row, unless the lease ran out and somebody else took it: then the later attempt has the last word."""
    return Work.objects.filter(pk=work.pk, attempts=work.attempts, state=Work.State.WAITING)


def _ring() -> None:
    bell.set()
    from apps.outbox import tasks  # Celery is imported only where something is rung

    tasks.ring()
