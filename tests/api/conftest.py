"""Django as an application that is asked within a test's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def application(db: None) -> Iterator[Any]:
    """Django as a WSGI application within the test's transaction: its connection outlives a request."""
    from django.core import signals
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import close_old_connections

    both = (signals.request_started, signals.request_finished)
    for each in both:
        each.disconnect(close_old_connections)
    yield WSGIHandler()
    for each in both:
        each.connect(close_old_connections)
