"""`/api/v1/tenants` and `/api/v1/owners`: restaurants opened, suspended and left; everybody sees their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call
from apps.menu.models import MenuItem
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant
from tests.signed_in import Person

PATH = "/api/v1/tenants"
ROMA = {"name": "Roma", "slug": "roma", "timezone": "America/Chicago", "number": "+15125550160"}
MENU = "name,category,price\nMargherita,Pizza,12.00\n"


@pytest.fixture
def boss(signed_in: Callable[..., Person]) -> Person:
    """A token that spans all restaurants."""
    return signed_in("super@loman.test")


def test_a_super_admin_sees_all_with_or_without_a_restaurant_and_others_their_own(
    bella: Any, boss: Person, signed_in: Callable[..., Person]
) -> None:
    def slugs(person: Person, **query: str) -> list[str]:
        return [each["slug"] for each in person.get(PATH, **query).json()["results"]]

    assert {"bella-napoli", "sakura"} <= set(slugs(boss))
    assert {"bella-napoli", "sakura"} <= set(slugs(signed_in("super@loman.test", restaurant="sakura")))
    assert slugs(signed_in("ana@bella.test")) == slugs(signed_in("sam@bella.test")) == ["bella-napoli"]
    assert slugs(boss, search="napoli") == ["bella-napoli"]
    assert "bella-napoli" not in slugs(boss, state="suspended")
    yuki = signed_in("yuki@sakura.test")
    assert yuki.get(f"{PATH}/{bella.id}").status_code == 404
    assert yuki.patch(f"{PATH}/{bella.id}", {"name": "Mine"}).status_code == 403
    assert yuki.post(PATH, ROMA).status_code == 403


def test_the_list_says_how_many_calls_there_were_today_and_what_is_missing(in_bella: Any, boss: Person) -> None:
    Call.objects.all().delete()
    Call.objects.create(carrier_sid="CA1", from_number="+15125550188", to_number="+15125550101")
    old = Call.objects.create(carrier_sid="CA2", from_number="+15125550188", to_number="+15125550101")
    Call.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=2))
    shown = boss.get(f"{PATH}/{in_bella.id}").json()
    assert (shown["calls_today"], shown["missing"]) == (1, [])
    OpeningHours.objects.all().delete()
    RestaurantSettings.objects.update(tax_rates={})
    MenuItem.objects.all().delete()
    lacks = boss.get(f"{PATH}/{in_bella.id}").json()["missing"]
    assert [each["what"] for each in lacks] == ["hours", "menu", "tax_rates"]
    assert lacks[0]["say"] == "It has no opening hours."


def test_one_query_in_each_restaurants_own_schema_says_how_it_stands(bella: Any, boss: Person) -> None:
    with CaptureQueriesContext(connection) as captured:
        count = len(boss.get(PATH).json()["results"])
    looks = [each["sql"] for each in captured if "restaurant_settings" in each["sql"]]
    assert len(looks) == count


def test_a_restaurant_is_opened_with_its_owner_its_line_and_its_menu(bella: Any, boss: Person) -> None:
    owner = boss.post("/api/v1/owners", {"name": "Napoli Group"}).json()
    made = boss.post(PATH, {**ROMA, "owner": owner["id"], "menu": MENU})
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["state"], shown["owner"], shown["calls_today"]) == ("setup", owner, 0)
    assert {each["what"] for each in shown["missing"]} == {"administrator", "hours", "tax_rates", "person_to_ring"}
    place = scope.find_by_number("+15125550160")
    assert place is not None
    with scope.enter(place):
        assert [item.name for item in MenuItem.objects.all()] == ["Margherita"]
        assert RestaurantSettings.objects.get().phone == "+15125550160"
    (entry,) = AuditEntry.objects.filter(action="tenants.create")
    assert (entry.restaurant_id, entry.actor) == (place.id, "super@loman.test")


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"slug": "bella-napoli"}, 409, "already"), ({"number": "+15125550102"}, 409, "in use"),
        ({"slug": "Roma!"}, 400, "slug"), ({"slug": "a" * 51}, 400, "slug"), ({"timezone": "Mars"}, 400, "time zone"),
        ({"menu": "name,price\nMargherita,much\n"}, 400, "row 2"), ({"menu": "{"}, 400, "JSON"),
        ({"owner": "7c7a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"}, 400, "owner"), ({"number": "1"}, 400, "number"),
        ({"state": "live"}, 400, "no such field"), ({"name": "a\x00"}, 400, "name"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_leaves_nothing_behind(
    bella: Any, boss: Person, more: dict[str, Any], status: int, words: str
) -> None:
    count = Restaurant.objects.count()
    answer = boss.post(PATH, {**ROMA, **more})
    assert answer.status_code == status, answer.content
    assert words in answer.content.decode()
    assert Restaurant.objects.count() == count
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'r_roma'")
        assert cursor.fetchone() == (0,)


def test_a_suspended_restaurant_lets_nobody_in_until_it_is_resumed(
    bella: Any, boss: Person, signed_in: Callable[..., Person]
) -> None:
    ana = signed_in("ana@bella.test")
    one = f"{PATH}/{bella.id}"
    assert boss.patch(one, {"state": "suspended"}).json()["state"] == "suspended"
    assert ana.get("/api/v1/orders").status_code == 401
    assert boss.patch(one, {"state": "live", "name": "Bella"}).json()["name"] == "Bella"
    assert ana.get("/api/v1/orders").status_code == 200
    for wrong in ({"state": "left"}, {"state": "open"}, {"timezone": "Mars"}, {"slug": "other"}, {"owner": "x"}):
        assert boss.patch(one, wrong).status_code == 400
    actions = list(AuditEntry.objects.filter(restaurant_id=bella.id).values_list("action", flat=True))
    assert actions.count("tenants.change") == 2


def test_a_restaurant_that_has_left_is_only_marked(bella: Any, boss: Person) -> None:
    answer = boss.post(f"{PATH}/{bella.id}/leave").json()
    assert (answer["state"], answer["calls_today"], answer["missing"]) == ("left", None, [])
    assert scope.find_by_slug("bella-napoli") is None
    assert boss.patch(f"{PATH}/{bella.id}", {"state": "live"}).status_code == 409
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name = %s", [bella.schema])
        assert cursor.fetchone() == (1,)


def test_a_location_that_shares_a_menu_stays_with_its_owner(bella: Any, sakura: Any, boss: Person) -> None:
    owner = Owner.objects.create(name="Both")
    Restaurant.objects.filter(pk__in=[bella.id, sakura.id]).update(owner=owner)
    Restaurant.objects.filter(pk=sakura.id).update(menu_from=bella.id)
    for each in (bella, sakura):
        refused = boss.patch(f"{PATH}/{each.id}", {"owner": None})
        assert (refused.status_code, refused.json()["detail"]) == (
            409, "It shares a menu with others of its owner: end that first.",
        )  # fmt: skip


def test_owners_are_a_super_admins(bella: Any, boss: Person, signed_in: Callable[..., Person]) -> None:
    made = boss.post("/api/v1/owners", {"name": "Napoli Group"})
    assert boss.post("/api/v1/owners", {"name": "Napoli Group"}).status_code == 400
    assert boss.patch(made["Location"], {"name": "Napoli Inc."}).json()["name"] == "Napoli Inc."
    assert boss.get("/api/v1/owners", search="inc").json()["count"] == 1
    assert signed_in("ana@bella.test").get("/api/v1/owners").status_code == 403
