"""The list of restaurants: for SuperAdmins alone; how each stands; suspended with a reason, resumed, opened."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import AuditEntry, User
from apps.calls.models import Call
from apps.dashboard.restaurants import form as house_form
from apps.menu.models import MenuItem
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Owner, PhoneNumber, Restaurant
from apps.tenants.scope import Place
from apps.voice import readiness

PAGE = "/restaurants/"
NEW = "/restaurants/new/"
MENU = b"name,category,price\nMargherita,Pizza,12.00\nCola,Drinks,2.50\n"


@pytest.fixture
def boss(bella: Place) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="super@loman.test"))
    return client


def do(client: Client, place: Any, deed: str, **more: str) -> Any:
    return client.post(f"{PAGE}{place.id}/do", {"deed": deed, **more}, headers={"HX-Request": "true"})


def row(client: Client, slug: str) -> dict[str, Any]:
    [found] = [each for each in client.get(PAGE, {"q": slug}).context["houses"] if each["slug"] == slug]
    return dict(found)


def words(row: dict[str, Any], which: str = "missing") -> list[str]:
    return [str(each["words"]) for each in row[which]]


def state(place: Any) -> str:
    return str(Restaurant.objects.get(pk=place.id).state)


# ---- who ---------------------------------------------------------------------------------------------


def test_a_super_admin_lands_on_the_list_and_finds_back_to_it(client: Client, bella: Place) -> None:
    login = {"email": "super@loman.test", "password": "loman-demo"}
    assert client.post("/", login)["Location"] == PAGE
    inside = client.get("/r/bella-napoli/").content.decode()
    assert inside.count(f'href="{PAGE}"') == 3  # under the house's name, in the side bar, and behind a phone's More


def test_others_see_neither_the_list_nor_the_way_to_it(ana: Client, sam: Client, bella: Place) -> None:
    for person in (ana, sam, Client()):
        for path in (PAGE, NEW):
            assert person.get(path).status_code == 403
        assert person.post(f"{PAGE}{bella.id}/do", {"deed": "suspend", "reason": "x"}).status_code == 403
    assert PAGE not in ana.get("/r/bella-napoli/").content.decode()
    assert state(bella) == "live"


def test_opening_as_is_on_record(boss: Client, bella: Place) -> None:
    assert f'href="/r/{bella.slug}/"' in boss.get(PAGE).content.decode()
    boss.get(f"/r/{bella.slug}/")
    boss.get(f"/r/{bella.slug}/orders/")
    assert (
        AuditEntry.objects.filter(restaurant_id=bella.id, action="impersonation", actor="super@loman.test").count() == 1
    )


# ---- the list ----------------------------------------------------------------------------------------


def test_each_says_its_state_its_calls_of_today_and_what_is_missing(boss: Client, bella: Place) -> None:
    with scope.enter(bella):
        Call.objects.all().delete()
        Call.objects.create(carrier_sid="CA1", to_number="+15125550101")
        OpeningHours.objects.all().delete()
        MenuItem.objects.update(price=0)
        RestaurantSettings.objects.update(tax_rates={})
        from apps.menu.models import ItemVariant

        ItemVariant.objects.update(price=0)
    found = row(boss, "bella-napoli")
    assert (found["state"], found["calls_today"]) == ("live", 1)
    assert words(found) == ["opening hours", "prices", "a tax rate"]
    assert words(found, "advised") == ["A2P registration", "a first call"]
    for each in found["missing"] + found["advised"]:
        assert boss.get(each["url"], follow=True).status_code == 200


def test_found_by_name_owner_state_or_the_last_four_of_a_number(boss: Client, bella: Place, sakura: Place) -> None:
    owner = Owner.objects.create(name="Napoli Group")
    Restaurant.objects.filter(pk=bella.id).update(owner=owner)
    Restaurant.objects.filter(pk=sakura.id).update(state="suspended")

    def slugs(**asked: str) -> set[str]:
        return {each["slug"] for each in boss.get(PAGE, asked).context["houses"]}

    assert {"bella-napoli", "sakura"} <= slugs()
    for asked in ({"q": "NAPOLI"}, {"q": "group"}, {"q": "0101"}, {"q": "bella-"}):
        assert slugs(**asked) == {"bella-napoli"}, asked
    assert "bella-napoli" not in slugs(state="suspended")
    assert "sakura" in slugs(state="suspended")
    assert "No restaurant fits that" in boss.get(PAGE, {"q": "nothing like it"}).content.decode()


def test_numbers_are_never_whole_in_the_list(boss: Client) -> None:
    assert "5550101" not in boss.get(PAGE).content.decode()


def test_one_that_waits_for_its_upgrade_or_is_damaged_spoils_nothing(boss: Client, bella: Place, sakura: Place) -> None:
    Restaurant.objects.filter(pk=sakura.id).update(upgrade_error="0042 failed")
    Restaurant.objects.create(name="Broken", slug="broken", schema_name="r_broken")
    page = boss.get(PAGE).content.decode()
    assert "Waits for its upgrade: 0042 failed" in page
    assert "Cannot be read now" in page
    assert 'href="/r/broken/"' not in page
    assert row(boss, "bella-napoli")["calls_today"] is not None


@pytest.fixture
def many(bella: Place) -> int:
    """A thousand more, of which none has a schema: the list must not look."""
    Restaurant.objects.bulk_create(
        Restaurant(name=f"Zeta {n}", slug=f"zeta-{n}", schema_name=f"r_zeta_{n}", upgrade_error="waits")
        for n in range(1000)
    )
    return 1000


def test_a_thousand_restaurants_take_as_many_queries_as_a_page_of_them(
    boss: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(60):  # 20 rows at most are looked into, each by one query and its savepoint
        first = boss.get(PAGE)
    assert first.context["count"] > many
    assert len(first.context["houses"]) == 20
    last = boss.get(PAGE, {"page": "999", "q": "zeta"})
    assert last.context["current"].number == last.context["current"].paginator.num_pages == 50


# ---- what is done to one -----------------------------------------------------------------------------


def test_suspended_with_a_reason_that_is_shown_undone_and_on_record(boss: Client, ana: Client, bella: Place) -> None:
    refused = do(boss, bella, "suspend", reason=" ")
    assert "Say why, in a few words." in refused.content.decode()
    assert state(bella) == "live"
    answer = do(boss, bella, "suspend", reason="Has not paid")
    told = json.loads(answer["HX-Trigger-After-Settle"])["said"]
    assert told["text"] == "Bella Napoli is suspended"
    assert "Has not paid" in answer.content.decode()
    assert "by super@loman.test" in answer.content.decode()
    assert state(bella) == "suspended"
    assert ana.get("/r/bella-napoli/").status_code == 403
    assert boss.get("/r/bella-napoli/").status_code == 200
    boss.post(told["undo"]["to"], told["undo"]["fields"], headers={"HX-Request": "true"})
    assert state(bella) == "live"
    assert ana.get("/r/bella-napoli/").status_code == 200
    entries = AuditEntry.objects.filter(restaurant_id=bella.id, action__startswith="tenants.").order_by("id")
    assert [(each.action, each.after) for each in entries] == [
        ("tenants.suspend", {"state": "suspended", "reason": "Has not paid"}),
        ("tenants.resume", {"state": "live"}),
    ]


def test_one_that_was_being_set_up_is_resumed_as_that(boss: Client, bella: Place) -> None:
    Restaurant.objects.filter(pk=bella.id).update(state="setup")
    do(boss, bella, "suspend", reason="A mistake")
    do(boss, bella, "resume")
    assert state(bella) == "setup"


def test_it_goes_live_only_when_nothing_is_missing(boss: Client, bella: Place) -> None:
    Restaurant.objects.filter(pk=bella.id).update(state="setup")
    with scope.enter(bella):
        week = list(OpeningHours.objects.all())
        OpeningHours.objects.all().delete()
    assert not row(boss, "bella-napoli")["may_go_live"]
    refused = do(boss, bella, "live")
    assert "It cannot go live yet. It has no opening hours." in refused["HX-Trigger-After-Settle"]
    assert state(bella) == "setup"
    with scope.enter(bella):
        OpeningHours.objects.bulk_create(week)
    assert row(boss, "bella-napoli")["may_go_live"]
    do(boss, bella, "live")
    assert state(bella) == "live"


def test_a_number_is_given_once_and_whose_it_is_is_not_said(boss: Client, bella: Place, sakura: Place) -> None:
    PhoneNumber.objects.filter(restaurant_id=bella.id).delete()
    with scope.enter(bella):
        RestaurantSettings.objects.update(phone="")
    for sent, why in (("12", "This is not a phone number."), ("+1 512 555 0102", "it is in use.")):
        refused = do(boss, bella, "number", number=sent).content.decode()
        assert why in refused
        assert f'value="{sent}"' in refused
    do(boss, bella, "number", number="(512) 555-0166")
    assert [each.number for each in PhoneNumber.objects.filter(restaurant_id=bella.id)] == ["+15125550166"]
    with scope.enter(bella):
        assert RestaurantSettings.objects.get().phone == "+15125550166"
    entry = AuditEntry.objects.filter(restaurant_id=bella.id, action="phone_numbers.create").latest("id")
    assert "5550166" not in json.dumps(entry.after)


def test_without_scripts_a_deed_leads_back_and_a_refusal_is_shown(boss: Client, bella: Place) -> None:
    refused = boss.post(f"{PAGE}{bella.id}/do", {"deed": "suspend"})
    assert "Say why" in refused.content.decode()
    assert boss.post(f"{PAGE}{bella.id}/do", {"deed": "suspend", "reason": "x"})["Location"] == PAGE


@pytest.mark.parametrize("deed", ["", "burn", "leave"])
def test_what_no_restaurant_knows_is_not_found(boss: Client, bella: Place, deed: str) -> None:
    assert do(boss, bella, deed).status_code == 404


# ---- opening one -------------------------------------------------------------------------------------

ROMA = {"name": "Café Roma", "timezone": "America/Chicago"}
HOURS = {f"{end}-{day}": clock for day in range(5) for end, clock in (("opens", "11:00"), ("closes", "22:00"))}


def go(client: Client, step: str, go: str = "next", **more: Any) -> Any:
    return client.post(NEW, {"step": step, "go": go, **ROMA, **more})


def nothing_is_left() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'r_cafe_roma'")
        return bool(cursor.fetchone() == (0,) and not Restaurant.objects.filter(slug="cafe-roma").exists())


def test_a_restaurant_is_opened_step_by_step_and_written_at_the_last(boss: Client) -> None:
    assert boss.get(NEW).context["step"] == "details"
    assert go(boss, "details").context["step"] == "hours"
    assert go(boss, "hours", **HOURS).context["step"] == "menu"
    tried = go(boss, "menu", "look", file=SimpleUploadedFile("menu.csv", MENU), **HOURS)
    assert "It would bring 2 dishes in 2 categories" in " ".join(tried.content.decode().split())
    kept = dict(tried.context["kept"])
    assert kept["opens-4"] == "11:00"
    assert go(boss, "menu", **HOURS, menu=kept["menu"]).context["step"] == "number"
    assert nothing_is_left()
    made = go(boss, "number", "create", **HOURS, menu=kept["menu"], number="+1 512 555 0167")
    assert made["Location"] == "/restaurants/?q=cafe-roma&made=yes"
    assert "It is made, and being set up" in boss.get(made["Location"]).content.decode()
    place = scope.find_by_number("+15125550167")
    assert place is not None
    assert (place.slug, place.state, place.timezone) == ("cafe-roma", "setup", "America/Chicago")
    with scope.enter(place):
        assert MenuItem.objects.count() == 2
        assert OpeningHours.objects.count() == 5
    assert words(row(boss, "cafe-roma")) == ["an administrator", "a tax rate", "somebody to ring"]
    assert AuditEntry.objects.filter(restaurant_id=place.id, action="tenants.create").count() == 1


@pytest.mark.parametrize(
    ("step", "more", "wrong"),
    [
        ("details", {"name": ""}, "name"),
        ("details", {"name": "x" * 121}, "name"),
        ("details", {"slug": "Roma!"}, "slug"),
        ("details", {"slug": "bella-napoli"}, "slug"),
        ("details", {"timezone": "Mars"}, "timezone"),
        ("hours", {"opens-1": "11:00"}, "opens-1"),
        ("hours", {"opens-1": "noon", "closes-1": "22:00"}, "opens-1"),
        ("hours", {"opens-1": "11:00", "closes-1": "10:00", "opens-2": "09:00", "closes-2": "12:00"}, "hours"),
        ("menu", {"menu": "name,price\nMargherita,much\n"}, "menu"),
        ("menu", {"menu": "{"}, "menu"),
        ("menu", {"file": b"name,category,price\nCaf\xe9,Pizza,12.00\n"}, "menu"),
        ("menu", {"menu": "x" * 2_000_001}, "menu"),
        ("number", {"number": "12"}, "number"),
        ("number", {"number": "+15125550102"}, "number"),
    ],
)
def test_what_is_refused_is_said_at_its_step_and_leaves_nothing_behind(
    boss: Client, sakura: Place, step: str, more: dict[str, Any], wrong: str
) -> None:
    for at, deed in ((step, "next"), ("number", "create")):
        sent = more | ({"file": SimpleUploadedFile("menu.csv", more["file"])} if "file" in more else {})
        if (at, deed) == ("number", "next"):
            continue  # that a number is taken is only known when it is
        answer = go(boss, at, deed, **sent)
        assert answer.context["step"] == step, deed
        assert answer.context["faults"][wrong]
        assert f'id="{wrong}-wrong"' in answer.content.decode()
        assert nothing_is_left()


def test_back_keeps_what_was_filled_in_even_when_it_is_wrong(boss: Client) -> None:
    page = go(boss, "number", "back", number="12", **HOURS)
    assert page.context["step"] == "menu"
    assert dict(page.context["kept"])["number"] == "12"
    assert go(boss, "menu", "without", menu="{").context["faults"] == {}


def test_a_restaurant_is_made_without_hours_menu_or_number_too(boss: Client) -> None:
    assert go(boss, "number", "create").status_code == 302
    assert len(row(boss, "cafe-roma")["missing"]) == 6


@pytest.mark.parametrize(
    ("name", "slug"), [("Café Olé", "cafe-ole"), ("Joe's — Bar & Grill", "joe-s-bar-grill"), ("寿司", "")]
)
def test_an_address_is_made_from_a_name(name: str, slug: str) -> None:
    assert house_form.slug_of(name) == slug


@given(st.builds(readiness.Facts, services=st.sampled_from([[], ["reservations"]])))
def test_what_is_missing_is_a_rule_over_plain_facts(facts: readiness.Facts) -> None:
    lacks = readiness.missing(facts)
    assert lacks == [what for what in readiness.MUST if what in lacks]
    assert ("prices" in lacks) == (facts.has_menu and not facts.has_prices)
    assert ("tables" in lacks) == (not facts.has_tables and "reservations" in facts.services)
    assert ("phone_number" in lacks, "hours" in lacks) == (not facts.has_line, not facts.has_hours)
    assert "sms_registration" not in readiness.advised(facts) or "phone_number" not in lacks
