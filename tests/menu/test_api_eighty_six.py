"""86 over REST: in running carts at once, and no longer than until tomorrow for who does the shift's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.menu import services as menu
from apps.menu.models import MenuItem, MenuModifier
from apps.orders.refusals import Refusal
from apps.restaurant import services as restaurant
from tests.menu.menus import errors, item, path_of
from tests.orders.people import commit, dish, quote
from tests.signed_in import Person


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def off(row: Any) -> str:
    return f"{path_of(row)}/eighty-six"


def tomorrow(place: Any) -> datetime:
    return menu.tomorrow(now=timezone.now(), week=restaurant.read_week(timezone=place.timezone))


def test_what_is_86d_after_it_was_put_in_the_cart_is_refused_at_the_commit(in_bella: Any, sam: Person) -> None:
    quoted = quote(in_bella, dish("Lasagna"))
    shown = sam.post(off(item("Lasagna")), {"until": "tomorrow", "reason": "The oven is cold"})
    assert shown.status_code == 200, shown.content
    assert (shown.json()["available"], shown.json()["unavailable_reason"]) == (False, "The oven is cold")
    assert datetime.fromisoformat(shown.json()["sold_out_until"]) == tomorrow(in_bella)
    with pytest.raises(Refusal):
        commit(in_bella, quoted.version)
    assert sam.delete(off(item("Lasagna"))).json()["available"]
    assert commit(in_bella, quote(in_bella, dish("Lasagna"), key="call:2").version, key="call:2").pk
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="menu/").order_by("id")] == [
        "menu/items.eighty_six", "menu/items.bring_back",
    ]  # fmt: skip


def test_an_option_is_86d_in_running_carts_too(in_bella: Any, ana: Person) -> None:
    quoted = quote(in_bella, dish("Margherita", "thin crust", "mushrooms", size="large"))
    mushrooms = MenuModifier.objects.get(name="mushrooms", group__name="Toppings")
    assert ana.post(off(mushrooms), {"until": "changed"}).json()["sold_out_until"] is None
    with pytest.raises(Refusal):
        commit(in_bella, quoted.version)
    assert ana.delete(off(mushrooms)).json()["sold_out"] is False


def test_staff_86_until_tomorrow_and_only_admins_for_longer(in_bella: Any, ana: Person, sam: Person) -> None:
    path, limit = off(item("Lasagna")), tomorrow(in_bella)
    for until in ("changed", (limit + timedelta(minutes=1)).isoformat()):
        assert sam.post(path, {"until": until}).status_code == 403
    assert not item("Lasagna").sold_out
    assert sam.post(path, {"until": limit.isoformat()}).status_code == 200
    assert sam.post(path).status_code == 200, "until tomorrow, when nothing is said"
    assert ana.post(path, {"until": "changed"}).status_code == 200
    assert sam.post(path, {"until": "tomorrow"}).status_code == 403, "that would bring it back too early"
    assert sam.delete(path).status_code == 403
    assert item("Lasagna").sold_out_until is None
    assert ana.delete(path).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"until": "later"},
        {"until": "2026-11-24T09:00:00"},
        {"until": "2001-01-01T00:00:00Z"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"until": 5},
        {"until": None},
        {"until": ["tomorrow"]},
        {"reason": "x" * 121},
        {"untill": "tomorrow"},
    ],
)
def test_a_moment_that_cannot_be_is_refused(in_bella: Any, ana: Person, body: Any) -> None:
    errors(ana.post(off(item("Lasagna")), body))
    assert not MenuItem.objects.filter(sold_out=True).exists()
