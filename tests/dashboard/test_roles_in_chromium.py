"""Every page in a real browser as each role: it opens where it should, and offers nothing that would be refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from apps.accounts import permissions
from apps.accounts.models import Membership, User
from apps.accounts.permissions import Role
from tests.dashboard import busy
from tests.dashboard.open_page import connected
from tests.dashboard.test_in_chromium import PAGES
from tests.walk import addresses

pytestmark = [
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume"),  # WhiteNoise's files
    pytest.mark.beside,
]
TO_PRESS = """() => [...document.querySelectorAll("form[method=post], [hx-post]")]
    .filter((each) => !each.disabled)
    .map((each) => each.getAttribute("hx-post") || each.action)"""


def who(place: Any, role: Role) -> str:
    user = User.objects.create_user(f"{role.value.lower()}@{place.slug}.test", "loman-demo")
    if role is Role.SUPER_ADMIN:
        User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    else:
        Membership.objects.create(user=user, restaurant_id=place.id, role=role)
    return str(user.email)


@pytest.fixture(scope="module")
def asks() -> dict[str, str]:
    """By route, what an address asks of whoever uses it, as docs/permissions.md says."""
    said = {}
    for line, words in addresses.table().items():
        method, _, route = line.partition(" /")
        if method == "*" and (permission := addresses.permission_of(words)):
            said[route] = permission
    return said


def allowed(role: Role, path: str, asks: dict[str, str]) -> bool:
    permission = asks.get(resolve(path).route)
    return permission is None or permissions.allowed(role, permission)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_opens_as_it_should_and_offers_nothing_that_is_refused(
    house: Any, opened: Any, complaints: list[str], asks: dict[str, str], role: Role
) -> None:
    place, _ = house()
    busy.fill(place)
    page = opened("/account", who(place, role), reduced_motion="reduce")
    shut, pressed, wrong = 0, 0, []
    for path in PAGES:
        answer = page.goto(f"/r/{place.slug}/{path}")
        may = allowed(role, urlsplit(f"/r/{place.slug}/{path}").path, asks)
        assert answer.status == (200 if may else 403), (path, answer.status)
        if not may:
            shut += 1
            continue
        connected(page)
        for to in {urlsplit(each).path for each in page.evaluate(TO_PRESS)}:
            pressed += 1
            if not allowed(role, to, asks):
                wrong.append((path, to))
    assert wrong == []
    assert pressed > 20, "it did look"
    assert (shut > 0) == (role is Role.STAFF_VIEWER)
    complaints[:] = [each for each in complaints if "403" not in each]
