"""Tickets: taken on, called back, closed with a reason, opened again; numbers whole only for who may, on record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Ticket
from apps.restaurant.models import StaffContact
from apps.tenants import scope
from apps.tenants.scope import Place

PAGE = "/r/bella-napoli/tickets/"


@pytest.fixture
def ticket(bella: Place) -> Ticket:
    with scope.enter(bella):
        return Ticket.objects.create(
            type="callback", summary="Asks for the terrace, +15125550134", callback_number="+15125550134", key="page",
            due_at=timezone.now() - timedelta(minutes=5),
        )  # fmt: skip


def do(client: Client, ticket: Ticket, deed: str, **more: str) -> Any:
    return client.post(f"{PAGE}{ticket.pk}/do", {"deed": deed, **more}, headers={"HX-Request": "true"})


def now_is(bella: Place, ticket: Ticket) -> Ticket:
    with scope.enter(bella):
        return Ticket.objects.get(pk=ticket.pk)


def test_a_ticket_is_taken_on_closed_with_a_reason_and_opened_again(sam: Client, bella: Place, ticket: Ticket) -> None:
    page = sam.get(PAGE).content.decode()
    assert "was due" in page
    assert "••• 0134" in page
    assert "5550134" not in page
    assert "taken on by sam@bella.test" in do(sam, ticket, "take").content.decode()
    assert "Say how it ended" in do(sam, ticket, "close", reason=" ")["HX-Trigger-After-Settle"]
    assert now_is(bella, ticket).status == "open"
    do(sam, ticket, "close", reason="Table for six at eight")
    closed = now_is(bella, ticket)
    assert (closed.status, closed.closed_reason, closed.closed_by) == (
        "closed",
        "Table for six at eight",
        "sam@bella.test",
    )
    assert "Table for six at eight" in sam.get(PAGE).content.decode()
    do(sam, ticket, "reopen")
    assert now_is(bella, ticket).status == "open"
    with scope.enter(bella):
        actions = (
            AuditEntry.objects.filter(subject=f"tickets/{ticket.pk}").order_by("id").values_list("action", flat=True)
        )
        assert list(actions) == ["tickets.take", "tickets.close", "tickets.reopen"]


def test_who_calls_back_sees_the_number_once_and_that_is_on_record(
    ana: Client, sam: Client, bella: Place, ticket: Ticket
) -> None:
    assert do(sam, ticket, "number").status_code == 403
    assert "Call back" not in sam.get(PAGE).content.decode()
    assert 'href="tel:+15125550134"' in do(ana, ticket, "number").content.decode()
    assert "5550134" not in ana.get(PAGE).content.decode()
    with scope.enter(bella):
        entry = AuditEntry.objects.get(action="numbers.view")
    assert (entry.actor, entry.number_last4) == ("ana@bella.test", "0134")


def test_what_no_ticket_knows_is_not_found(ana: Client, bella: Place, ticket: Ticket) -> None:
    assert do(ana, ticket, "burn").status_code == 404
    with scope.enter(bella):
        Ticket.objects.filter(pk=ticket.pk).update(callback_number="")
    assert do(ana, ticket, "number").status_code == 404


def test_an_empty_list_says_what_will_come(ana: Client, bella: Place) -> None:
    assert "Nothing is left to do" in ana.get(PAGE).content.decode()


def test_a_ticket_is_given_to_one_of_the_staff_and_taken_back(sam: Client, bella: Place, ticket: Ticket) -> None:
    with scope.enter(bella):
        name = StaffContact.objects.filter(active=True)[0].name
    assert f"for {name}" in do(sam, ticket, "give", assignee=name).content.decode()
    assert now_is(bella, ticket).assignee == name
    assert "Choose somebody" in do(sam, ticket, "give", assignee="Mallory")["HX-Trigger-After-Settle"]
    assert now_is(bella, ticket).assignee == name
    do(sam, ticket, "give", assignee="")
    assert now_is(bella, ticket).assignee == ""


def test_what_was_closed_by_mistake_is_opened_by_undo(sam: Client, bella: Place, ticket: Ticket) -> None:
    told = json.loads(do(sam, ticket, "close", reason="Done")["HX-Trigger-After-Settle"])["said"]
    sam.post(told["undo"]["to"], told["undo"]["fields"], headers={"HX-Request": "true"})
    assert now_is(bella, ticket).status == "open"
