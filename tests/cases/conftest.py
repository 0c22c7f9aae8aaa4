"""A restaurant of each test's own, its telephone, its tools, and a clock that the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from tests.cases.people import Guest, Shop
from tests.line import unsaid


@pytest.fixture
def shop(open_restaurant: Callable[..., Any], dial: Callable[..., Any], at: Callable[..., None]) -> Iterator[Shop]:
    """Bella Napoli's menu, tables and settings, in a restaurant that only this test knows."""
    from apps.outbox.models import Work

    place = open_restaurant(like="bella-napoli")
    yield Shop(place, dial)
    Work.objects.filter(restaurant_id=place.id).delete()


@pytest.fixture(autouse=True)
def honest(settings: Any) -> Iterator[None]:
    """The embedded model says nothing that the guard has to keep from the caller."""
    yield
    assert unsaid(settings.CALL_LOG_DIR) == []


@pytest.fixture
def guest(shop: Shop) -> Guest:
    """Somebody who asks the shop's tools, as a live call would."""
    return Guest(shop)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`at("2026-07-04T03:30Z")` sets the clock of the application; it runs on from there."""

    def turn(moment: str | datetime) -> None:
        start = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        began = monotonic()
        monkeypatch.setattr(timezone, "now", lambda: start.astimezone(UTC) + timedelta(seconds=monotonic() - began))

    return turn
