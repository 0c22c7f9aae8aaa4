"""The bell: a Celery task that says work is waiting. Losing it loses nothing, the sweeper comes by.
And the outbox's own work: telling of events, and webhooks."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.outbox import delivering, events, services

log = logging.getLogger(__name__)


@shared_task(name="outbox.sweep", ignore_result=True)
def sweep() -> int:
    return services.sweep(lane="prompt") + services.sweep(lane="outward")


@shared_task(name="outbox.days", ignore_result=True)
def days() -> int:
    return services.owe_daily(now=timezone.now())


_ringer = ThreadPoolExecutor(1, thread_name_prefix="bell")
"""Connecting to a broker takes up to a second: not while a caller waits for the answer."""


def ring() -> None:
    """Tell a worker, if there is a broker, and do not wait for it."""
    if settings.REDIS_URL:
        _ringer.submit(_ring)


def _ring() -> None:
    try:
        task: Any = sweep
        task.apply_async(retry=False)
    except Exception:
        log.warning("broker not reachable; the sweeper will find the work", extra={"event": "outbox.unrung"})


services.handles("event")(events.spread)
services.handles_outward("webhook.deliver")(delivering.deliver)
