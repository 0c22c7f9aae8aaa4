"""A suspended restaurant: none of its people and machines gets anywhere; whoever runs the installation does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts import machine_keys, standing
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.tenants.models import Restaurant
from tests.walk.addresses import Address
from tests.walk.test_roles import PEOPLE, _asked, _pages, _with_permission

ITS_OWN = [Role.RESTAURANT_ADMIN, Role.STAFF_VIEWER]


@pytest.fixture
def suspend(bella: Any) -> Callable[[], None]:
    def do() -> None:
        Restaurant.objects.filter(pk=bella.id).update(state=Restaurant.State.SUSPENDED)
        standing.forget()

    return do


@pytest.mark.parametrize("role", ITS_OWN)
def test_no_token_and_no_key_of_its_opens_anything(
    names: dict[str, Any], bella: Any, signed_in: Callable[..., Any], suspend: Callable[[], None], role: Role
) -> None:
    person = signed_in(PEOPLE[role], restaurant="bella-napoli")
    _, key = machine_keys.new(bella, label="walk", role=role, by=None)
    machine = Client(raise_request_exception=False, headers={"authorization": f"Bearer {key}"})
    assert person.get("/api/v1/orders").status_code == machine.get("/api/v1/orders").status_code == 200
    suspend()
    addresses = [address for address, _ in _with_permission()]
    assert len(addresses) > 100, "it did look"
    for client in (person._client, machine):
        opened = {str(each): status for each in addresses if (status := _asked(client, each, names).status_code) != 401}
        assert opened == {}


@pytest.mark.parametrize("role", ITS_OWN)
def test_no_page_of_its_opens_for_its_people(names: dict[str, Any], suspend: Callable[[], None], role: Role) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=PEOPLE[role]))
    assert client.get("/r/bella-napoli/").status_code == 200
    suspend()
    pages = [address for address, _ in _pages() if "slug" in address.parameters]
    assert len(pages) > 60, "it did look"
    opened = {}
    for each in pages:
        for method in ("GET", "POST"):
            status = _asked(client, Address(method, each.route, None), names).status_code
            if status not in (403, 405):
                opened[f"{method} {each}"] = status
    assert opened == {}


def test_whoever_runs_the_installation_still_sees_to_it(
    names: dict[str, Any], signed_in: Callable[..., Any], suspend: Callable[[], None]
) -> None:
    suspend()
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email=PEOPLE[Role.SUPER_ADMIN]))
    assert client.get("/r/bella-napoli/").status_code == 200
    boss = signed_in(PEOPLE[Role.SUPER_ADMIN], restaurant="bella-napoli")
    assert boss.get("/api/v1/orders").status_code == 200
