"""The cast: Bella Napoli (open, full menu), Sakura (the other restaurant, which must never appear), and a
way to open restaurants that are really committed, for tests with threads, sockets and several connections.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_numbers = itertools.count(1000)


@pytest.fixture(scope="session")
def installation(django_db_setup: None, django_db_blocker: Any) -> None:
    """Both demo restaurants and the demo logins, committed once for the whole run."""
    from django.db import connection

    from apps.voice import demo_restaurants

    with django_db_blocker.unblock():
        assert str(connection.settings_dict["NAME"]).startswith("test_"), "this would write into the real database"
        assert not connection.in_atomic_block, "ask for the cast by argument: within a test it would be rolled back"
        demo_restaurants.create()


@pytest.fixture
def bella(installation: None, db: None) -> Any:
    """Bella Napoli, within a transaction that is rolled back after the test."""
    return _find("bella-napoli")


@pytest.fixture
def sakura(installation: None, db: None) -> Any:
    return _find("sakura")


@pytest.fixture
def in_bella(bella: Any) -> Iterator[Any]:
    """Entered: what the test reads and writes is Bella's."""
    from apps.tenants import scope

    with scope.enter(bella):
        yield bella


@pytest.fixture
def signed_in(bella: Any, sakura: Any) -> Callable[..., Any]:
    """`signed_in("ana@bella.test")`: somebody of the cast who asks over HTTP."""
    from tests.signed_in import Person

    return Person


@pytest.fixture(scope="session")
def document(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """The OpenAPI document of this code."""
    from drf_spectacular.generators import SchemaGenerator

    with django_db_blocker.unblock():
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


@pytest.fixture
def open_restaurant(installation: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """`open_restaurant(like="bella-napoli")` makes a committed restaurant; all of them are dropped afterwards.

    For tests whose work runs on other connections: threads, `scope.run`, sockets.
    """
    from django.db import connections
    from django.db.models import ProtectedError

    from apps.tenants import scope, services
    from apps.tenants.models import Restaurant
    from apps.voice import demo_restaurants

    made: list[Any] = []

    def make(*, like: str = "") -> Any:
        number = next(_numbers)
        place = services.open_restaurant(
            name=f"Test {number}",
            slug=f"test-{number}",
            timezone="America/Chicago",
            numbers=[f"+1512556{number}"],
        )
        made.append(place)
        for demo in demo_restaurants.DEMOS:
            if demo.slug == like:
                demo_restaurants.furnish(place, demo)
        return place

    with django_db_blocker.unblock():
        yield make
        for place in made:
            services.drop_schema(place)
            with contextlib.suppress(ProtectedError):  # the audit record keeps the row of whom it tells of, as `left`
                Restaurant.objects.filter(pk=place.id).delete()
        scope.release_threads()
        connections.close_all()


def _find(slug: str) -> Any:
    from apps.tenants import scope

    place = scope.find_by_slug(slug)
    assert place is not None
    return place
