"""Adding work, and doing it: `add` within the cause's transaction, `sweep` from anywhere, any number at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.outbox.models import Work
from apps.tenants import scope

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
bell = threading.Event()
"""Set when work was added in this process, so that an in-process worker does not wait for its next round."""

LEASE = timedelta(minutes=2)
"""How long an attempt may take before another worker may try: the row's due time while it runs."""
MOST_ATTEMPTS = 12
LONGEST_BACKOFF = timedelta(hours=1)


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare the function that does this kind of work. It runs inside the work's restaurant, must be
    idempotent (an attempt can be killed after it took effect), and gets the payload."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(kind, function) is not function:
            raise ValueError(f"Two functions want to handle {kind}.")
        return function

    return register


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


def sweep(*, limit: int = 100) -> int:
    """Do what is due, one row after the other, and say how many were tried. Safe to run many times at once."""
    tried = 0
    while tried < limit and (work := _claim()):
        _attempt(work)
        tried += 1
    return tried


def _claim() -> Work | None:
    """Take the row that is due longest, by moving its due time to the end of a lease."""
    now = timezone.now()
    with transaction.atomic():
        work = (
            Work.objects.select_for_update(skip_locked=True)
            .filter(state=Work.State.WAITING, due_at__lte=now)
            .order_by("due_at")
            .first()
        )
        if work is None:
            return None
        work.attempts += 1
        work.due_at = now + LEASE
        work.save(update_fields=["attempts", "due_at"])
    return work


def _attempt(work: Work) -> None:
    handler = _handlers.get(work.kind)
    try:
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
        _postpone(work, error)
        return
    Work.objects.filter(pk=work.pk).update(state=Work.State.DONE, done_at=timezone.now(), last_error="")


def _postpone(work: Work, error: Exception) -> None:
    log.exception("work failed", extra={"event": "outbox.failed", "kind": work.kind, "key": work.key})
    dead = work.attempts >= MOST_ATTEMPTS
    Work.objects.filter(pk=work.pk).update(
        state=Work.State.DEAD if dead else Work.State.WAITING,
        due_at=timezone.now() + min(timedelta(seconds=2**work.attempts), LONGEST_BACKOFF),
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def _ring() -> None:
    bell.set()
    from apps.outbox import tasks  # Celery is imported only where something is rung

    tasks.ring()
