"""Every address and method as nobody, as each role, and with a key of each role: in or out as the page says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from apps.accounts import machine_keys, permissions
from apps.accounts.permissions import Role
from tests.walk import addresses
from tests.walk.addresses import ADMIN, Address

PEOPLE = {
    Role.SUPER_ADMIN: "super@loman.test",
    Role.RESTAURANT_ADMIN: "ana@bella.test",
    Role.STAFF_VIEWER: "sam@bella.test",
}
FOR_PEOPLE = "api/v1/me/"
"""What a key has no account for."""
QUERIES = {
    "api/v1/reservations/availability": {"party_size": "2", "date": "2026-12-24"},
    "api/v1/reservations/day": {"date": "2026-12-24"},
}
NOTHING_THERE = {"GET /api/v1/exports/<uuid:export_id>", "GET /api/v1/menu/draft", "GET /api/v1/menu/draft/differences"}
"""Reading these is refused for another reason than who asks: nothing was made yet."""
OF_ALL_RESTAURANTS = ("api/v1/me", "api/v1/tenants", "api/v1/audit", "api/v1/phone-numbers")
"""What whoever runs the installation sees without naming a restaurant."""


def _asked(client: Client, address: Address, names: dict[str, Any], **headers: str) -> Any:
    """What one request is answered; what it did is undone."""
    path, query = address.filled(names), QUERIES.get(address.route)
    with transaction.atomic():
        try:
            if address.method in ("GET", "*"):
                return client.get(path, query, headers=headers)
            return client.generic(address.method, path, b"{}", content_type="application/json", headers=headers)
        finally:
            transaction.set_rollback(True)


def _with_permission() -> list[tuple[Address, str]]:
    said = addresses.table()
    found = []
    for each in addresses.all_addresses():
        if each.method != "*" and (permission := addresses.permission_of(said[str(each)])):
            found.append((each, permission))
    return found


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_in_where_the_page_says_and_nowhere_else(
    names: dict[str, Any], signed_in: Callable[..., Any], role: Role
) -> None:
    person = signed_in(PEOPLE[role], restaurant="bella-napoli")
    wrong = {}
    for address, permission in _with_permission():
        answer = _asked(person._client, address, names)
        if not _as_said(answer.status_code, address, may=permissions.allowed(role, permission)):
            wrong[str(address)] = (answer.status_code, answer.content[:200])
    assert not wrong


@pytest.mark.parametrize("role", [Role.RESTAURANT_ADMIN, Role.STAFF_VIEWER])
def test_a_key_gets_in_where_its_role_does(names: dict[str, Any], bella: Any, role: Role) -> None:
    _, key = machine_keys.new(bella, label="walk", role=role, by=None)
    wrong = {}
    for address, permission in _with_permission():
        answer = _asked(Client(raise_request_exception=False), address, names, authorization=f"Bearer {key}")
        may = permissions.allowed(role, permission) and not address.route.startswith(FOR_PEOPLE)
        if not _as_said(answer.status_code, address, may=may):
            wrong[str(address)] = (answer.status_code, answer.content[:200])
    assert not wrong


def test_nobody_gets_in_without_being_signed_in(names: dict[str, Any]) -> None:
    nobody = Client(raise_request_exception=False)
    statuses = {str(each): _asked(nobody, each, names).status_code for each, _ in _with_permission()}
    assert {line: status for line, status in statuses.items() if status != 401} == {}


def test_a_token_that_names_no_restaurant_gets_into_none(names: dict[str, Any], signed_in: Callable[..., Any]) -> None:
    boss = signed_in("super@loman.test")
    for address, permission in _with_permission():
        if permission != "restaurants.manage" and not address.route.startswith(OF_ALL_RESTAURANTS):
            answer = _asked(boss._client, address, names)
            assert answer.status_code == 403, (str(address), answer.content)


def _pages() -> list[tuple[Address, str]]:
    said = addresses.table()
    found = [(each, addresses.permission_of(said.get(str(each), ""))) for each in addresses.all_addresses()]
    return [(each, permission) for each, permission in found if each.method == "*" and permission]


@pytest.mark.parametrize("role", [None, *Role])
def test_pages_let_each_role_in_where_the_page_says(names: dict[str, Any], bella: Any, role: Role | None) -> None:
    from apps.accounts.models import User

    client, wrong = Client(raise_request_exception=False), {}
    if role:
        client.force_login(User.objects.get(email=PEOPLE[role]))
    for address, permission in _pages():
        for method in ("GET", "POST"):
            status = _asked(client, Address(method, address.route, None), names).status_code
            may = role is not None and permissions.allowed(role, permission)
            if status != 405 and ((status == 403) == may or status >= 500):
                wrong[f"{method} /{address.route}"] = status
    assert not wrong


def test_pages_of_one_restaurant_know_nothing_of_anothers_rows(names: dict[str, Any], sakura: Any) -> None:
    from apps.accounts.models import User

    yuki = Client(raise_request_exception=False)
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    for address, _ in _pages():
        for method in ("GET", "POST"):
            asked = Address(method, address.route, None)
            assert _asked(yuki, asked, names).status_code in (403, 405), address
            answer = _asked(yuki, asked, {**names, "slug": "sakura"})
            assert answer.status_code < 500, address
            assert b"Quetzalcoatlus" not in answer.content
            if len(address.parameters) > 1:
                assert answer.status_code in (403, 404, 405), address


GUARDED: dict[str, set[int]] = {
    "a signature": {400, 403, 404, 405},
    "a secret in the address": {404, 405},
    "a token in the address": {200, 403, 404, 405},
    "whoever is signed in": {302, 405},
}
"""What a browser without anything is answered."""


def test_what_is_guarded_otherwise_is_shut_without_it(names: dict[str, Any]) -> None:
    said = addresses.table()
    nobody = Client(raise_request_exception=False)
    for each in addresses.all_addresses():
        if each.method != "*" or each.route.startswith(ADMIN):
            continue
        who = said[str(each)]
        for method in ("GET", "POST"):
            answer = _asked(nobody, Address(method, each.route, None), names)
            assert answer.status_code < 500, (str(each), method)
            if who in GUARDED:
                assert answer.status_code in GUARDED[who], (str(each), method, answer.status_code)
            assert b"Quetzalcoatlus" not in answer.content


@pytest.mark.parametrize("email", [None, "ana@bella.test", "sam@bella.test"])
def test_djangos_admin_is_for_super_admins(names: dict[str, Any], email: str | None) -> None:
    from apps.accounts.models import User

    client = Client(raise_request_exception=False)
    if email:
        client.force_login(User.objects.get(email=email))
    values = dict.fromkeys(("object_id", "content_type_id", "app_label", "url"), "1")
    for each in addresses.all_addresses():
        if each.route.startswith(ADMIN) and "login" not in each.route and "(?" not in each.route:
            answer = client.get(each.filled(values))
            assert answer.status_code in (302, 403, 404), str(each)
            assert answer.status_code != 302 or "login" in answer["Location"] or "logout" in each.route, str(each)


def _as_said(status: int, address: Address, *, may: bool) -> bool:
    if not may:
        return status == 403
    if address.method == "GET" and str(address) not in NOTHING_THERE:
        return status == 200
    return status < 500 and status not in (401, 403, 405)
