"""The one door to a restaurant's data: who resolves a restaurant enters it here, and nowhere else.

A schema lives on a thread's database connection, so a tenant entered in a coroutine is *not* the tenant of
the query that runs in another thread (measured: 150 of 150 wrong reads). Hence two ways in and no third:
`enter` for code that is already synchronous, and `run`, which enters inside the thread that does the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import QuerySet
from django_tenants.utils import schema_context, tenant_context

from apps.tenants import lock
from apps.tenants.models import Domain, PhoneNumber, Restaurant

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
DATABASE_THREADS = 8
_threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="database")
_here: ContextVar[Place | None] = ContextVar("restaurant", default=None)


@dataclass(frozen=True, slots=True)
class Place:
    """A restaurant that was resolved at an edge: all that code needs to name it and to enter it."""

    id: UUID
    schema: str
    slug: str
    name: str
    timezone: str
    state: str = "live"
    behind: bool = False
    """Its schema could not be brought to this version, so this code must not touch it."""


class BehindError(Exception):
    """This restaurant waits for its upgrade: edges answer 503, calls go to its telephone, work is tried again later."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"{place.name} is being upgraded. Please try again later.")
        self.place = place


@dataclass(frozen=True, slots=True)
class _Entered:
    """What the database backend is told: where to look, and as whom (None: the lock is off)."""

    schema_name: str
    role: str | None


@contextmanager
def enter(place: Place) -> Iterator[Place]:
    """Everything inside sees this restaurant's tables, and its rows of the public ones, whatever was entered before.
    `BehindError` when they are not those that this code knows."""
    if place.behind:
        raise BehindError(place)
    with enter_as_it_is(place):
        yield place


@contextmanager
def enter_as_it_is(place: Place) -> Iterator[Place]:
    """Also into a restaurant that is behind: for the few columns without which a caller would be lost."""
    token = _here.set(place)
    role = lock.role_of(place.id) if settings.DATABASE_LOCK else None
    try:
        with tenant_context(_Entered(place.schema, role)):
            yield place
    finally:
        _here.reset(token)


@contextmanager
def public() -> Iterator[None]:
    """Leave the restaurant that was entered, for what goes across restaurants: who is who, whose number that is.
    Inside, all rows of the public tables are seen, and no restaurant's own."""
    if not entered():
        yield
        return
    token = _here.set(None)
    try:
        with schema_context(PUBLIC):
            yield
    finally:
        _here.reset(token)


def here() -> Place | None:
    """The restaurant this thread of work is in: for edges, jobs and logs. Business code never needs to ask."""
    return _here.get()


def entered() -> bool:
    """Whether the connection of this thread looks into a restaurant's schema."""
    here: Any = connection  # django-tenants', which has no types; its settings are shared by all threads, this is not
    return bool(here.schema_name != PUBLIC)


async def run(place: Place | None, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous function inside a restaurant (None: the public schema), off the event loop.

    It runs in a thread of our own pool. A cancelled caller does not stop a function that has begun.
    """
    work = partial(_inside, place, partial(function, *args, **kwargs))
    context = copy_context()  # so that what is logged there names its call
    return await asyncio.get_running_loop().run_in_executor(_threads, context.run, work)


def _inside(place: Place | None, work: Callable[[], R]) -> R:
    close_old_connections()
    try:
        if place is None:
            with schema_context(PUBLIC):
                return work()
        with enter(place):
            return work()
    finally:
        close_old_connections()


def release_threads() -> None:
    """Give the pool's idle connections back, so that a database can be dropped. For tests and shutdown."""
    for _ in range(DATABASE_THREADS):
        _threads.submit(connection.close)


# ---- resolving, once, at an edge ---------------------------------------------------------------------


def _place(restaurant: Restaurant | None) -> Place | None:
    if restaurant is None:
        return None
    return Place(
        id=restaurant.id,
        schema=restaurant.schema_name,
        slug=restaurant.slug,
        name=restaurant.name,
        timezone=restaurant.timezone,
        state=restaurant.state,
        behind=bool(restaurant.upgrade_error),
    )


def _open() -> QuerySet[Restaurant]:
    rows: QuerySet[Restaurant] = Restaurant.objects.exclude(state=Restaurant.State.LEFT)
    return rows


def of(restaurant: Restaurant) -> Place:
    """The handle of a row that was just read or made."""
    place = _place(restaurant)
    assert place is not None
    return place


def find_by_id(restaurant_id: UUID | str) -> Place | None:
    try:
        key = UUID(str(restaurant_id))
    except ValueError:
        return None
    with schema_context(PUBLIC):
        return _place(_open().filter(pk=key).first())


def is_served(place: Place) -> bool:
    """Neither suspended nor left, as of now: a handle may be older than that. Asks the database."""
    return bool(_open().filter(pk=place.id).exclude(state=Restaurant.State.SUSPENDED).exists())


def find_by_slug(slug: str) -> Place | None:
    with schema_context(PUBLIC):
        return _place(_open().filter(slug=slug).first())


def find_by_number(number: str) -> Place | None:
    """The restaurant whose line rings under this E.164 number, if the line is active."""
    with schema_context(PUBLIC):
        row = PhoneNumber.objects.filter(number=number, active=True).select_related("restaurant").first()
        if row is None or row.restaurant.state == Restaurant.State.LEFT:
            return None
        return _place(row.restaurant)


def find_by_host(host: str) -> Place | None:
    """By a host name of its own, or `<slug>.BASE_DOMAIN`. The port does not count."""
    name = host.rsplit(":", 1)[0].lower()
    suffix = "." + settings.BASE_DOMAIN
    with schema_context(PUBLIC):
        if name.endswith(suffix) and "." not in name.removesuffix(suffix):
            return _place(_open().filter(slug=name.removesuffix(suffix)).first())
        row = Domain.objects.filter(domain=name).select_related("tenant").first()
        return _place(row.tenant) if row else None


def all_places() -> list[Place]:
    with schema_context(PUBLIC):
        return [of(restaurant) for restaurant in _open().order_by("slug")]
