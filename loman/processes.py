"""Children that end with their parent, however that ends: the kernel tells them (Linux' PR_SET_PDEATHSIG)."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_KERNEL = ctypes.CDLL(None)


def ends_with_us(how: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For a child's `preexec_fn`: it gets this signal when we die."""
    us = os.getpid()

    def arrange() -> None:
        _KERNEL.prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != us:  # we died between the fork and this
            os._exit(0)

    return arrange


def begin_django(database: str) -> None:
    """First thing in a spawned worker of a process that uses this database: end with it, leave Ctrl-C to it, and load
    the applications."""
    end_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["NAME"] = database


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Get this signal ourselves when whoever started us dies."""
    _KERNEL.prctl(PR_SET_PDEATHSIG, int(how))
