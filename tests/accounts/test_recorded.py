"""What has to be on record is, with before and after and where it came from, and without numbers and secrets."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry
from apps.calls import messages
from apps.menu import editions
from apps.menu.models import MenuItem
from apps.orders import lifecycle
from apps.outbox import webhooks
from apps.reservations import services as reservations
from apps.reservations.models import Reservation
from apps.restaurant import services as restaurant
from apps.restaurant.models import StaffContact
from apps.tenants.scope import Place

NUMBER = "+15125550134"


def last(action: str) -> AuditEntry:
    entry = AuditEntry.objects.filter(action=action).order_by("-id").first()
    assert entry is not None, f"nothing on record about {action}"
    return entry


def entered(client: Client, email: str, place: Place) -> None:
    client.post("/", {"email": email, "password": "loman-demo"}, REMOTE_ADDR="203.0.113.7")
    client.get(f"/r/{place.slug}/", REMOTE_ADDR="203.0.113.7")


def test_signing_in_and_out_is_on_record(bella: Place, client: Client) -> None:
    entered(client, "ana@bella.test", bella)
    assert (last("sign_in").actor, last("sign_in").address) == ("ana@bella.test", "203.0.113.7")
    client.post("/sign-out", REMOTE_ADDR="203.0.113.8")
    assert (last("sign_out").actor, last("sign_out").address) == ("ana@bella.test", "203.0.113.8")


def test_a_super_admin_who_looks_in_is_on_record_once_a_session_and_restaurant(
    bella: Place, sakura: Place, client: Client
) -> None:
    entered(client, "super@loman.test", bella)
    client.get(f"/r/{bella.slug}/")
    client.get(f"/r/{sakura.slug}/")
    found = AuditEntry.objects.filter(action="impersonation", actor="super@loman.test").order_by("id")
    assert [entry.restaurant_id for entry in found] == [bella.id, sakura.id]
    entered(Client(), "super@loman.test", bella)
    assert found.all().count() == 3


def test_who_belongs_there_impersonates_nobody(bella: Place, client: Client) -> None:
    entered(client, "ana@bella.test", bella)
    assert not AuditEntry.objects.filter(action="impersonation").exists()


def test_a_changed_setting_is_on_record_with_before_and_after(in_bella: Place) -> None:
    restaurant.change_settings({"prep_minutes": 40, "greeting": f"Call {NUMBER}!"}, by="ana@bella.test")
    entry = last("settings.change")
    assert entry.before == {"greeting": "", "prep_minutes": 20}
    assert entry.after == {"greeting": "Call ••• 0134!", "prep_minutes": 40}
    assert (entry.actor, entry.restaurant_id) == ("ana@bella.test", in_bella.id)


def test_a_setting_that_stays_as_it_is_leaves_no_entry(in_bella: Place) -> None:
    restaurant.change_settings({"prep_minutes": 20}, by="ana@bella.test")
    assert not AuditEntry.objects.filter(action="settings.change").exists()


def test_a_number_in_a_setting_is_on_record_as_keyed_hash_and_last_four(in_bella: Place) -> None:
    restaurant.change_settings({"transfer_number": NUMBER}, by="ana@bella.test")
    after = last("settings.change").after
    assert after == {"transfer_number": {"last4": "0134", "digest": keys.number_digest(NUMBER)}}


def test_of_a_secret_it_is_on_record_only_that_there_is_one(in_bella: Place) -> None:
    restaurant.change_settings({"provider_keys": {"openai": keys.encrypt("sk-first")}}, by="ana@bella.test")
    assert last("settings.change").after == {"provider_keys": {"openai": "set"}}
    restaurant.change_settings({"provider_keys": {"openai": keys.encrypt("sk-second")}}, by="ana@bella.test")
    assert last("settings.change").before == {"provider_keys": {"openai": "set"}}
    assert last("settings.change").after == {"provider_keys": "set anew"}


def test_a_new_row_and_one_that_is_gone_are_on_record_whole(in_bella: Place) -> None:
    contact = StaffContact.objects.create(name="Rosa", number=NUMBER)
    audit.changed("staff_contacts.add", before=None, after=contact, actor="ana@bella.test", place=in_bella)
    entry = last("staff_contacts.add")
    assert entry.subject == f"staff_contacts/{contact.pk}"
    assert entry.before is None
    assert entry.after["number"]["last4"] == "0134"
    assert "5125550134" not in str(entry.after)
    gone = copy.copy(contact)
    contact.delete()
    audit.changed("staff_contacts.remove", before=gone, after=None, actor="ana@bella.test", place=in_bella)
    assert last("staff_contacts.remove").before["name"] == "Rosa"
    assert last("staff_contacts.remove").subject == entry.subject


def test_a_template_is_a_setting(in_bella: Place) -> None:
    messages.set_template("missed", "{name}: we missed you.", by="ana@bella.test")
    assert last("settings.change").after == {"sms_templates": {"missed": "{name}: we missed you."}}


def test_a_cancelled_booking_is_on_record(in_bella: Place) -> None:
    now = timezone.now()
    row = Reservation.objects.create(
        reference="ABCDEF",
        key="k",
        name="Gus",
        number=NUMBER,
        party_size=2,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=1),
        confirmed_by="caller",
    )
    reservations.cancel(row, reason=f"asked by {NUMBER}", by="ana@bella.test", now=now)
    entry = last("reservations.cancel")
    assert entry.actor == "ana@bella.test"
    assert entry.before == {"status": "booked"}
    assert entry.after == {"status": "cancelled", "reason": "asked by ••• 0134", "reference": "ABCDEF"}
    with pytest.raises(reservations.Refusal):
        reservations.cancel(row, reason="again", by="ana@bella.test", now=now)
    assert AuditEntry.objects.filter(action="reservations.cancel").count() == 1


def test_a_cancelled_order_is_on_record(in_bella: Place) -> None:
    from tests.privacy.guests import an_order

    order = an_order(number=NUMBER)
    for _ in range(2):
        lifecycle.cancel(order.pk, reason="no dough", by="ana@bella.test", place=in_bella, now=timezone.now())
    (entry,) = AuditEntry.objects.filter(action="orders.cancel")
    assert (entry.actor, entry.subject) == ("ana@bella.test", f"orders/{order.pk}")
    assert (entry.before["status"], entry.after["status"], entry.after["reason"]) == ("new", "cancelled", "no dough")


def test_publishing_and_taking_back_a_menu_are_on_record(in_bella: Place) -> None:
    now = timezone.now()
    with editions.drafting(by="ana@bella.test", now=now):
        item = MenuItem.objects.first()
        assert item is not None
        item.name = "Another name"
        item.save()
    editions.publish_draft(by="ana@bella.test", now=now)
    published = last("menu.publish")
    assert "Another name" in str(published.after)
    editions.roll_back(to=published.before["edition"], by="ana@bella.test", now=now)
    assert last("menu.roll_back").before == {"edition": published.after["edition"]}


def test_every_change_of_a_webhook_is_on_record(in_bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.outbox.posting.check", lambda url: None)  # it would look the name up
    endpoint, secret = webhooks.add(in_bella, url="https://hook.example/a", by="ana@bella.test")
    assert last("webhooks.add").after["secret"] == "set"
    webhooks.grant_whole_numbers(endpoint, by="ana@bella.test")
    assert last("webhooks.grant_whole_numbers").after == {"whole_numbers": True}
    webhooks.rotate(endpoint, now=timezone.now(), by="ana@bella.test")
    assert last("webhooks.rotate").after["secret"] == "set anew"
    webhooks.disable(endpoint, reason="It answered 410 Gone.", now=timezone.now())
    webhooks.enable(endpoint, by="ana@bella.test")
    assert last("webhooks.enable").before["disabled_reason"] == "It answered 410 Gone."
    webhooks.remove(endpoint, by="ana@bella.test")
    assert last("webhooks.remove").after is None
    recorded = str(list(AuditEntry.objects.filter(action__startswith="webhooks.").values()))
    assert secret not in recorded


def test_what_failed_is_not_on_record(in_bella: Place) -> None:
    from tests.privacy.guests import an_order

    order = an_order(number=NUMBER)
    with pytest.raises(lifecycle.Refusal):
        lifecycle.cancel(order.pk, reason=" ", by="ana@bella.test", place=in_bella, now=timezone.now())
    assert not AuditEntry.objects.filter(action="orders.cancel").exists()


def test_a_deed_whose_entry_cannot_be_written_is_not_done(in_bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("apps.accounts.chain.digest_of", full)
    with pytest.raises(OSError):
        restaurant.change_settings({"prep_minutes": 40}, by="ana@bella.test")
    assert restaurant.settings().prep_minutes == 20
