"""The worker that needs no broker: looks for due work whenever the bell rings, and every second anyway."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, close_old_connections

from apps.outbox import services

log = logging.getLogger(__name__)
ROUND_SECONDS = 1.0


def run_forever(stop: threading.Event) -> None:
    """Sweep until `stop` is set. A database that is away is waited for."""
    while not stop.is_set():
        services.bell.clear()
        try:
            close_old_connections()
            services.sweep()
        except DatabaseError:
            log.warning("database away; sweeping again in a second", extra={"event": "outbox.database_away"})
        finally:
            close_old_connections()
        services.bell.wait(ROUND_SECONDS)


def start() -> threading.Event:
    """Sweep in a thread of this process; set the returned event to end it."""
    stop = threading.Event()
    threading.Thread(target=run_forever, args=(stop,), name="sweeper", daemon=True).start()
    return stop
