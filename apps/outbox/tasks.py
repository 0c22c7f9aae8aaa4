"""The bell: a Celery task that says work is waiting. Losing it loses nothing, the sweeper comes by."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.conf import settings

from apps.outbox import services

log = logging.getLogger(__name__)


@shared_task(name="outbox.sweep", ignore_result=True)
def sweep() -> int:
    return services.sweep()


def ring() -> None:
    """Tell a worker, if there is a broker. A broker that is down costs a second, never the work."""
    if not settings.REDIS_URL:
        return
    try:
        task: Any = sweep
        task.apply_async(retry=False)
    except Exception:
        log.warning("broker not reachable; the sweeper will find the work", extra={"event": "outbox.unrung"})
