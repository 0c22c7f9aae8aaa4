"""A Square on loopback, and Bella Napoli connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.pos import services as pos
from apps.restaurant.models import RestaurantSettings
from tests.orders.people import NOW
from tests.pos import square_server
from tests.pos.square_server import LOCATION, TOKEN, Books


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands where the orders are placed."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def square(settings: Any) -> Iterator[Books]:
    """Sells calzone in two sizes and ristretto, and taxes as Bella does."""
    catalogue = [
        square_server.category("Oven"),
        square_server.category("Coffee"),
        square_server.modifiers("Fillings", ham=150, olives=100),
        square_server.item("Calzone", under="Oven", lists=("Fillings",), small=1100, large=1450),
        square_server.item("Ristretto", under="Coffee", regular=275),
        square_server.item("Grappa", under="Coffee", regular=600) | {"is_deleted": True},
        square_server.item("Elsewhere", under="Coffee", regular=1)
        | {"present_at_all_locations": False, "present_at_location_ids": ["L2"]},
    ]
    with square_server.serving(objects=catalogue) as books:
        settings.SQUARE_API_URL = books.url
        yield books


@pytest.fixture
def till(in_bella: Any, square: Books) -> Books:
    """Connected, pulled, and of one mind with Bella about tax."""
    chosen = RestaurantSettings.objects.get()
    chosen.tax_mode = "line"
    chosen.save()
    square.percent = Decimal(str(chosen.tax_rates["standard"]))
    pos.connect(vendor="square", location=LOCATION, token=TOKEN)
    pos.pull(dry_run=False, now=NOW)
    square.asked.clear()
    return square
