"""Who may be rung, and by which rules: shown in words, masked, in order, and never over somebody else's change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from apps.accounts.models import AuditEntry
from apps.calls.handover import Plan, Target
from apps.dashboard.settings import transfers
from apps.restaurant import services as restaurant
from apps.restaurant.models import StaffContact, TransferRule
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send

CONTACTS, TRANSFERS = "/r/bella-napoli/settings/contacts/", "/r/bella-napoli/settings/transfers/"
CHEF, ANA = "+15125550166", "+15125550192"


@pytest.fixture
def chef(bella: Place) -> StaffContact:
    with scope.enter(bella):
        return StaffContact.objects.create(name="Chef", number=CHEF, reasons=["allergy"], position=5)


@pytest.fixture
def rule(bella: Place, chef: StaffContact) -> TransferRule:
    with scope.enter(bella):
        return TransferRule.objects.create(reason="complaint", hours="open", contact=chef, ring_seconds=40)


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer.headers["HX-Trigger-After-Settle"])["said"]["undo"]
    return client.post(back["to"], back["fields"], headers=WITH_SCRIPTS)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


# ---- contacts ------------------------------------------------------------------------------------------


def test_numbers_are_masked_and_seen_whole_one_by_one_on_record(ana: Client, bella: Place, chef: StaffContact) -> None:
    for path in (CONTACTS, TRANSFERS):
        assert CHEF not in page(ana, path)
        assert restaurant_number(bella) not in page(ana, path)
    assert "••• 0166" in page(ana, CONTACTS)
    shown = send(ana, CONTACTS, "number", of={"id": str(chef.pk)}).content.decode()
    assert f'href="tel:{CHEF}"' in shown
    entry = AuditEntry.objects.get(action="numbers.view")
    assert (entry.actor, entry.subject, entry.number_last4) == ("ana@bella.test", f"staff_contacts/{chef.pk}", "0166")
    assert restaurant_number(bella) in send(ana, TRANSFERS, "number").content.decode()
    assert AuditEntry.objects.filter(action="numbers.view").count() == 2


def restaurant_number(place: Place) -> str:
    with scope.enter(place):
        return restaurant.settings().transfer_number


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("+19005550134", "Premium, shared-cost and personal numbers are never rung or texted."),
        ("+442079460000", "Numbers of GB are not rung or texted from here."),
        ("+15125550101", "Loman answers this number itself: it would ring in a circle."),
        ("call me", "This is not a phone number. Write it with its country code"),
        ("", "This field may not be blank."),
    ],
)
def test_a_number_that_is_not_rung_is_refused_at_its_field(
    ana: Client, bella: Place, number: str, sentence: str
) -> None:
    answer = send(ana, CONTACTS, "add", name="Lee", number=number)
    assert escape(sentence) in answer.content.decode()
    assert 'value="Lee"' in answer.content.decode(), "what was written stays written"
    if number:
        house = send(ana, TRANSFERS, "settings", transfer_number=number)
        assert escape(sentence) in house.content.decode()
    with scope.enter(bella):
        assert not StaffContact.objects.filter(name="Lee").exists()
        assert restaurant.settings().transfer_number != number


def test_a_contact_that_a_rule_rings_stays_and_it_is_said_why(ana: Client, bella: Place, rule: TransferRule) -> None:
    answer = send(ana, CONTACTS, "remove", of={"id": str(rule.contact_id)})
    assert "1 transfer rule rings them: change those first." in answer.content.decode()
    assert '"failed": true' in said(answer)
    with scope.enter(bella):
        assert StaffContact.objects.filter(pk=rule.contact_id).exists()
    assert not AuditEntry.objects.filter(action="staff_contacts.delete").exists()


def test_a_removed_contact_comes_back_as_it_was_and_nobody_reads_the_number_meanwhile(
    ana: Client, bella: Place, chef: StaffContact
) -> None:
    answer = send(ana, CONTACTS, "remove", of={"id": str(chef.pk)})
    assert CHEF not in said(answer) + answer.content.decode()
    assert '"failed": false' in said(undo(ana, answer))
    with scope.enter(bella):
        back = StaffContact.objects.get(name="Chef")
    assert (back.number, back.reasons, back.position, back.active) == (CHEF, ["allergy"], 5, True)
    actions = AuditEntry.objects.filter(action__startswith="staff_contacts").values_list("action", flat=True)
    assert list(actions.order_by("position")) == ["staff_contacts.delete", "staff_contacts.create"]


def test_what_undo_carries_is_good_at_its_own_restaurant_only(
    ana: Client, signed_in: Any, chef: StaffContact, sakura: Place
) -> None:
    from apps.accounts.models import User

    answer = send(ana, CONTACTS, "remove", of={"id": str(chef.pk)})
    sealed = json.loads(said(answer))["said"]["undo"]["fields"]["sealed"]
    yuki = Client()
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    asked = {"deed": "restore", "sealed": sealed}
    assert yuki.post("/r/sakura/settings/contacts/", asked, headers=WITH_SCRIPTS).status_code == 404
    assert ana.post(CONTACTS, {"deed": "restore", "sealed": "made up"}).status_code == 404


@pytest.mark.parametrize("deed", ["change", "remove"])
def test_who_comes_second_is_told_and_nothing_is_written_over(
    ana: Client, bella: Place, chef: StaffContact, rule: TransferRule, deed: str
) -> None:
    old = filled(ana, CONTACTS, deed, id=str(chef.pk))
    send(ana, CONTACTS, "change", of={"id": str(chef.pk)}, name="Marco")
    answer = ana.post(CONTACTS, {**old, "name": "Lee"}, headers=WITH_SCRIPTS)
    assert "Somebody else has just changed this" in answer.content.decode()
    with scope.enter(bella):
        assert StaffContact.objects.get(pk=chef.pk).name == "Marco"
    old = filled(ana, TRANSFERS, deed, id=str(rule.pk))
    send(ana, TRANSFERS, "change", of={"id": str(rule.pk)}, ring_seconds=60)
    assert '"failed": true' in said(ana.post(TRANSFERS, old, headers=WITH_SCRIPTS))
    with scope.enter(bella):
        assert TransferRule.objects.get(pk=rule.pk).ring_seconds == 60


def test_the_telephone_is_not_saved_over_somebody_elses_either(ana: Client, bella: Place) -> None:
    old = filled(ana, TRANSFERS, "settings")
    send(ana, TRANSFERS, "settings", ring_seconds=50)
    assert "Somebody else" in ana.post(TRANSFERS, {**old, "ring_seconds": 9}, headers=WITH_SCRIPTS).content.decode()
    with scope.enter(bella):
        assert restaurant.settings().ring_seconds == 50


def test_a_page_saved_as_it_stands_changes_nothing(ana: Client, bella: Place, rule: TransferRule) -> None:
    send(ana, TRANSFERS, "settings")
    send(ana, TRANSFERS, "change", of={"id": str(rule.pk)})
    send(ana, CONTACTS, "change", of={"id": str(rule.contact_id)})
    assert not AuditEntry.objects.filter(action__endswith=".change").exists()


def test_what_is_missing_is_said(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        StaffContact.objects.update(reasons=["allergy"])
        restaurant.change_settings({"transfer_number": ""}, by="ana@bella.test")
    assert "Nobody is there for everything" in page(ana, CONTACTS)
    with scope.enter(bella):
        StaffContact.objects.all().delete()
    assert "Nobody can be rung" in page(ana, CONTACTS)
    assert "Nobody yet. Add the people who should be rung" in page(ana, CONTACTS)


def test_without_scripts_the_page_comes_again(ana: Client, bella: Place, chef: StaffContact) -> None:
    sent = {**filled(ana, CONTACTS, "change", id=str(chef.pk)), "name": "Marco"}
    answer = ana.post(CONTACTS, sent)
    assert (answer.status_code, answer["Location"]) == (302, CONTACTS)
    refused = ana.post(CONTACTS, {**filled(ana, CONTACTS, "change", id=str(chef.pk)), "name": ""})
    assert "This field may not be blank." in refused.content.decode()
    assert "<h1>Staff contacts</h1>" in refused.content.decode()


# ---- rules ---------------------------------------------------------------------------------------------


def test_a_rule_is_said_as_one_would_say_it(ana: Client, bella: Place, rule: TransferRule) -> None:
    assert "Complaints while open ring Chef for 40 seconds, then take a message" in page(ana, TRANSFERS)
    with scope.enter(bella):
        TransferRule.objects.create(reason="complaint", hours="any", fallback="ticket", position=1)
        TransferRule.objects.create(reason="", hours="closed", fallback="hang_up", position=2)
    shown = page(ana, TRANSFERS)
    assert "Complaints while open ring Chef for 40 seconds, then try the next rule" in shown
    assert "Complaints at any hour: ring nobody, promise a call back and open a ticket" in shown
    assert "Everything that has no rule of its own while closed: ring nobody, say goodbye" in shown


def test_what_would_happen_now_is_the_plan_that_a_call_follows() -> None:
    plan = Plan((Target("Chef", CHEF, 20), Target("the restaurant", ANA, 25)), "ticket")
    said_now = (
        "Ring Chef for 20 seconds, then ring the house for 25 seconds, then promise a call back and open a ticket"
    )
    assert transfers.said_of(plan) == said_now
    assert transfers.said_of(Plan((), "message")) == "Take a message"


def test_a_rule_of_somebody_who_is_away_rests_and_says_so(ana: Client, bella: Place, rule: TransferRule) -> None:
    with scope.enter(bella):
        StaffContact.objects.filter(pk=rule.contact_id).update(active=False)
    assert "Chef is not rung now, so this rule rests." in page(ana, TRANSFERS)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ring_seconds": 2}, "Ensure this value is greater than or equal to 5."),
        ({"hours": "sometimes"}, "is not a valid choice."),
        ({"contact": "00000000-0000-0000-0000-000000000000"}, "object does not exist."),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(
    ana: Client, bella: Place, changes: dict[str, Any], sentence: str
) -> None:
    answer = send(ana, TRANSFERS, "add", reason="press", **changes)
    assert sentence in answer.content.decode()
    with scope.enter(bella):
        assert not TransferRule.objects.filter(reason="press").exists()


def test_a_removed_rule_comes_back(ana: Client, bella: Place, rule: TransferRule) -> None:
    answer = send(ana, TRANSFERS, "remove", of={"id": str(rule.pk)})
    with scope.enter(bella):
        assert not TransferRule.objects.exists()
    undo(ana, answer)
    with scope.enter(bella):
        back = TransferRule.objects.get()
    assert (back.reason, back.hours, back.contact_id, back.ring_seconds) == ("complaint", "open", rule.contact_id, 40)


def test_rows_that_are_not_there_are_not_found(ana: Client) -> None:
    for path, name in ((CONTACTS, "nonsense"), (CONTACTS, "00000000-0000-0000-0000-000000000000"), (TRANSFERS, "977")):
        for deed in ("change", "remove", "move"):
            assert ana.post(path, {"deed": deed, "id": name}).status_code == 404
    assert ana.post(CONTACTS, {"deed": "burn"}).status_code == 404


def test_staff_see_none_of_it(sam: Client) -> None:
    for path in (CONTACTS, TRANSFERS):
        assert sam.get(path).status_code == 403
        assert sam.post(path, {"deed": "add", "name": "Sam"}).status_code == 403


def test_many_rows_cost_no_more_queries(ana: Client, bella: Place, django_assert_max_num_queries: Any) -> None:
    with scope.enter(bella):
        people = StaffContact.objects.bulk_create(StaffContact(name=f"N{n}", number=CHEF) for n in range(40))
        TransferRule.objects.bulk_create(TransferRule(contact=one, reason="complaint") for one in people)
    with django_assert_max_num_queries(40):
        ana.get(CONTACTS)
    with django_assert_max_num_queries(50):
        ana.get(TRANSFERS)
