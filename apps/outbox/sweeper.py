"""The worker that needs no broker: looks for due work whenever the bell rings, and every second anyway."""

from __future__ import annotations

import logging
import threading

from django.db import Error, close_old_connections
from django.utils import timezone

from apps.outbox import services
from apps.outbox.services import Lane

log = logging.getLogger(__name__)
ROUND_SECONDS = 1.0
DAYS_SECONDS = 600.0
"""How often it is looked whether a restaurant's day has begun."""
OUTWARD_THREADS = 3
"""How many servers of others are waited for at once."""


def run_forever(stop: threading.Event, lane: Lane | None = None) -> None:
    """Sweep until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        services.bell.clear()
        try:
            close_old_connections()
            services.sweep(lane=lane)
        except Error:
            log.warning("database away; sweeping again in a second", extra={"event": "outbox.database_away"})
        except Exception:  # the last line of defence: without its sweeper a restaurant's work would wait for ever
            log.exception("sweep failed; sweeping again in a second", extra={"event": "outbox.sweep_failed"})
        finally:
            close_old_connections()
        services.bell.wait(ROUND_SECONDS)


def run_days(stop: threading.Event) -> None:
    """Have daily work written down, until `stop` is set."""
    while not stop.is_set():
        try:
            close_old_connections()
            services.owe_daily(now=timezone.now())
        except Error:
            log.warning("database away; daily work is written later", extra={"event": "outbox.database_away"})
        finally:
            close_old_connections()
        stop.wait(DAYS_SECONDS)


def start() -> threading.Event:
    """Sweep in threads of this process, what is prompt apart from what waits for others; set the returned event
    to end them."""
    stop = threading.Event()
    outward: list[Lane] = ["outward"] * OUTWARD_THREADS
    for lane in ("prompt", *outward):
        threading.Thread(target=run_forever, args=(stop, lane), name=f"sweeper-{lane}", daemon=True).start()
    threading.Thread(target=run_days, args=(stop,), name="sweeper-days", daemon=True).start()
    return stop
