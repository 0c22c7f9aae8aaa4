"""Keeping and deleting on its page: erased only after a look and four digits, and data goes out on record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import AuditEntry, User
from apps.calls.models import Call
from apps.privacy import exporting
from apps.privacy.models import Export
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send
from tests.privacy.guests import NUMBER, a_call, files_in

PAGE = "/r/bella-napoli/settings/keeping/"


@pytest.fixture
def guest(bella: Place, tmp_path: Path, settings: Any) -> str:
    files_in(tmp_path, settings)
    with scope.enter(bella):
        a_call(bella, number=NUMBER)
    return NUMBER


def calls_of(place: Place) -> int:
    with scope.enter(place):
        return Call.objects.filter(from_number=NUMBER).count()


def looked_at(client: Client, number: str) -> dict[str, str]:
    page = send(client, PAGE, "rehearse", number=number).content.decode()
    assert "This would go of" in page
    assert number not in page
    sealed = page.partition('name="sealed" value="')[2].partition('"')[0]
    return {"deed": "erase", "sealed": sealed}


def test_a_guest_is_erased_after_a_look_and_the_last_four_digits(ana: Client, bella: Place, guest: str) -> None:
    erase = looked_at(ana, guest)
    assert calls_of(bella) == 1, "a look changes nothing"
    for wrong in ("", "0000", "é"):
        assert "Nothing was erased." in ana.post(PAGE, {**erase, "last4": wrong}, headers=WITH_SCRIPTS).content.decode()
    assert calls_of(bella) == 1
    done = ana.post(PAGE, {**erase, "last4": guest[-4:]}, headers=WITH_SCRIPTS)
    assert "Erased of" in done.content.decode()
    assert calls_of(bella) == 0
    entry = AuditEntry.objects.get(action="numbers.erase")
    assert (entry.actor, entry.number_last4) == ("ana@bella.test", guest[-4:])


def test_a_look_of_another_restaurant_erases_nothing_here(ana: Client, bella: Place, sakura: Place, guest: str) -> None:
    yuki = Client()
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    erase = {**looked_at(ana, guest), "last4": guest[-4:]}
    assert yuki.post("/r/sakura/settings/keeping/", erase, headers=WITH_SCRIPTS).status_code == 404


@pytest.mark.parametrize(
    ("number", "sentence"), [("Bob", "That is no phone number."), ("+15125550191", "That number is the restaurant")]
)
def test_what_is_no_guests_number_is_refused_at_its_field(
    ana: Client, bella: Place, number: str, sentence: str
) -> None:
    assert sentence in send(ana, PAGE, "rehearse", number=number).content.decode()


def test_nothing_kept_is_said_so(ana: Client, bella: Place) -> None:
    assert "Nothing is kept about" in said(send(ana, PAGE, "rehearse", number="+15125550111"))


def test_a_guest_is_told_what_is_known_by_a_file(ana: Client, bella: Place, guest: str) -> None:
    answer = ana.post(PAGE, {**filled(ana, PAGE, "guest"), "number": guest})
    assert "attachment" in answer["Content-Disposition"]
    assert len(json.loads(answer.content)["calls"]) == 1
    assert AuditEntry.objects.get(action="exports.guest").number_last4 == guest[-4:]
    refused = ana.post(PAGE, {**filled(ana, PAGE, "guest"), "number": "Bob"})
    assert "That is no phone number." in refused.content.decode()


def test_everything_is_put_together_shown_as_it_comes_and_fetched(ana: Client, bella: Place, guest: str) -> None:
    page = send(ana, PAGE, "everything").content.decode()
    assert "Being made" in page
    assert 'hx-trigger="every 3s"' in page
    row = Export.objects.get(restaurant_id=bella.id)
    assert "302" not in str(ana.post(PAGE, {"deed": "fetch", "id": str(row.pk)}).status_code)
    with scope.enter(bella):
        exporting.make(bella, row.pk)
    part = ana.get(f"{PAGE}?part=exports").content.decode()
    assert "Ready" in part
    assert "every 3s" not in part
    fetched = ana.post(PAGE, {"deed": "fetch", "id": str(row.pk)})
    assert (fetched.status_code, "/exports/download/" in fetched["Location"]) == (303, True)
    assert AuditEntry.objects.filter(action="exports.download").count() == 1


def test_another_restaurants_export_is_not_found(ana: Client, bella: Place, sakura: Place) -> None:
    theirs = Export.objects.create(restaurant_id=sakura.id, by="yuki@sakura.test", state="ready")
    assert ana.post(PAGE, {"deed": "fetch", "id": str(theirs.pk)}).status_code == 404


def test_days_that_cannot_be_are_refused_and_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    assert "greater than or equal to 1." in send(ana, PAGE, "settings", recording_days=0).content.decode()
    old = filled(ana, PAGE, "settings")
    send(ana, PAGE, "settings", recording_days=10)
    assert "Somebody else has just changed this" in ana.post(PAGE, old, headers=WITH_SCRIPTS).content.decode()


def test_staff_see_none_of_it(sam: Client) -> None:
    assert sam.get(PAGE).status_code == 403
    for deed in ("rehearse", "guest", "everything"):
        assert sam.post(PAGE, {"deed": deed, "number": NUMBER}).status_code == 403
