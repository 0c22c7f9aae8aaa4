"""The house: what it is told about itself, on record, with rows that come and go."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import AuditEntry
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from tests.dashboard.test_settings import filled, save

HOUSE = "/r/bella-napoli/settings/house/"


def row_of(bella: Place) -> Any:
    with scope.enter(bella):
        return restaurant.settings()


def test_all_of_it_is_taken_and_is_on_record(ana: Client, bella: Place) -> None:
    answer = save(
        ana, HOUSE, name="Bella Vista", phone="+1 512 555 0111", address="1 Main Street", timezone="America/New_York",
        currency="CAD", services="reservations", policies_key=["wifi", ""], policies_value=["Ask for the word.", ""],
    )  # fmt: skip
    assert "saved" in answer["HX-Trigger-After-Settle"], answer.content.decode()
    row, house = row_of(bella), Restaurant.objects.get(pk=bella.id)
    assert (house.name, house.timezone) == ("Bella Vista", "America/New_York")
    assert (row.phone, row.address, row.currency) == ("+15125550111", "1 Main Street", "CAD")
    assert (row.services, row.policies) == (["reservations"], {"wifi": "Ask for the word."})
    with scope.enter(bella):
        entries = list(AuditEntry.objects.filter(action="settings.change").order_by("position"))
    assert [entry.actor for entry in entries] == ["ana@bella.test"] * 2
    assert (entries[0].before["currency"], entries[1].after["name"]) == ("USD", "Bella Vista")
    assert 'value="Bella Vista"' in answer.content.decode(), "the page shows what is set now"


def test_what_nobody_touched_stays_as_it_is(ana: Client, bella: Place) -> None:
    before = row_of(bella).policies
    assert "saved" in save(ana, HOUSE)["HX-Trigger-After-Settle"]
    assert row_of(bella).policies == before
    with scope.enter(bella):
        assert not AuditEntry.objects.filter(action="settings.change").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "may not be blank"),
        ({"phone": "call us"}, "This is not a phone number."),
        ({"timezone": "Texas"}, "There is no such time zone"),
        ({"currency": "dollars"}, "does not match"),
        ({"services": "valet"}, "There is no service “valet”"),
        ({"policies_key": [""], "policies_value": ["Yes."]}, "A subject is a word or a few"),
        ({"policies_key": ["wifi"], "policies_value": [""]}, "What is said about wifi"),
        ({"policies_key": ["wifi", "wifi"], "policies_value": ["Yes.", "No."]}, "“wifi” stands there twice"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    ana: Client, bella: Place, changes: dict[str, Any], sentence: str
) -> None:
    before = row_of(bella).policies
    page = save(ana, HOUSE, **{"address": "9 Elm Street", **changes}).content.decode()
    assert sentence in page
    assert 'value="9 Elm Street"' in page, "what was written stays written"
    for written in changes.get("policies_value", ()):
        assert f">{written}</textarea>" in page
    assert (row_of(bella).address, row_of(bella).policies) == ("214 Congress Avenue, Austin, Texas", before)


def test_who_renames_the_house_second_is_told(ana: Client, bella: Place) -> None:
    seen = filled(ana, HOUSE)
    save(ana, HOUSE, name="Bella Uno")
    page = ana.post(HOUSE, {**seen, "name": "Bella Due"}, headers={"HX-Request": "true"}).content.decode()
    assert "Somebody else has just changed these settings" in page
    assert Restaurant.objects.get(pk=bella.id).name == "Bella Uno"


def test_staff_and_other_houses_have_no_way_in(sam: Client, ana: Client) -> None:
    assert sam.get(HOUSE).status_code == 403
    assert sam.post(HOUSE, {"name": "Mine"}).status_code == 403
    assert ana.get("/r/sakura/settings/house/").status_code == 403
