"""A menu is read again exactly when it has changed: by whom and in which process is all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.menu import services, shelf
from apps.menu.models import MenuItem
from apps.tenants import scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def current(place: Any, now: datetime = NOW) -> shelf.Menu:
    return shelf.current(place.id, now=now)


def test_an_unchanged_menu_costs_one_query_and_keeps_its_index(in_bella: Any) -> None:
    before = current(in_bella)
    with CaptureQueriesContext(connection) as asked:
        again = current(in_bella)
    assert len(asked) == 1
    assert again.index is before.index


def test_a_change_by_anybody_even_in_plain_sql_is_seen_at_once(in_bella: Any) -> None:
    current(in_bella)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE menu_items SET price = 99 WHERE name = 'Margherita'")
    changed = next(item for item in current(in_bella).card.items if item.name == "Margherita")
    assert changed.price == 99


def test_what_is_sold_out_until_a_moment_is_back_at_that_moment(in_bella: Any) -> None:
    until = NOW + timedelta(hours=1)
    services.eighty_six(MenuItem.objects.get(name="Margherita"), until=until)

    def there(now: datetime) -> bool:
        return next(item for item in current(in_bella, now).card.items if item.name == "Margherita").available

    assert [there(NOW), there(until - timedelta(seconds=1)), there(until)] == [False, False, True]
    assert there(NOW) is False, "and for somebody who asks about an earlier moment it is not"


def test_each_restaurant_has_its_own(in_bella: Any, sakura: Any) -> None:
    ours = current(in_bella).card
    with scope.enter(sakura):
        theirs = current(sakura).card
    assert {item.id for item in ours.items}.isdisjoint({item.id for item in theirs.items})
    assert current(in_bella).card == ours
