"""Two of Bella Napoli's people, signed in to the pages; and a real browser on a restaurant of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.loman.serving import served


def _signed_in(email: str) -> Client:
    from apps.accounts import sessions
    from apps.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    session = client.session
    session[sessions.BEGAN] = session[sessions.SEEN] = time.time()  # as the front door writes them
    session.save()
    return client


@pytest.fixture
def ana(bella: Any) -> Client:
    """Its administrator."""
    return _signed_in("ana@bella.test")


@pytest.fixture
def sam(bella: Any) -> Client:
    """Of its staff."""
    return _signed_in("sam@bella.test")


@pytest.fixture
def port(installation: None, django_db_blocker: Any) -> Iterator[int]:
    from loman.asgi import application

    with django_db_blocker.unblock(), served(application) as listening:
        yield listening


@pytest.fixture
def complaints() -> list[str]:
    """What the pages' consoles said. A test takes out what it expects."""
    return []


NO_MORE = "document.body?.addEventListener('htmx:beforeRequest', asks => asks.preventDefault())"
"""A page that is closed while it asks complains of that; so it is let finish, and asks for nothing more."""
MOST_SECONDS = 5.0


@pytest.fixture
def opened(browser: Any, port: int, complaints: list[str]) -> Iterator[Callable[..., Any]]:
    """`opened("/r/x/orders/", email)`: that page in a browser of somebody's own. Nothing may be complained of."""
    contexts: list[Any] = []
    underway: set[Any] = set()

    def open_page(path: str, email: str, **how: Any) -> Any:
        context = browser.new_context(base_url=f"http://localhost:{port}", **how)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: underway.add(asked))
        page.on("requestfinished", lambda asked: underway.discard(asked))
        page.on("requestfailed", lambda asked: underway.discard(asked))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        cookie = _signed_in(email).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": f"http://localhost:{port}"}]
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.evaluate(NO_MORE)
        until = time.monotonic() + MOST_SECONDS
        while underway and time.monotonic() < until:
            context.pages[0].wait_for_timeout(10)
        context.close()
    for _ in range(sum(each.startswith("htmx:sendAbort") for each in complaints)):  # a newer wish took its place
        complaints.remove(next(each for each in complaints if each.startswith("htmx:sendAbort")))
        complaints.remove(next(each for each in complaints if each.startswith("htmx:afterRequest")))
    assert [each for each in complaints if "WebSocket" not in each] == []


@pytest.fixture
def house(browser: Any, open_restaurant: Callable[..., Any]) -> Callable[[], tuple[Any, str]]:
    """A restaurant of its own, committed, with somebody who may do everything there."""
    from apps.accounts.models import Membership, User
    from apps.accounts.permissions import Role

    def make() -> tuple[Any, str]:
        place = open_restaurant(like="bella-napoli")
        user = User.objects.create_user(f"cook@{place.slug}.test", "loman-demo")
        Membership.objects.create(user=user, restaurant_id=place.id, role=Role.RESTAURANT_ADMIN)
        return place, user.email

    return make
