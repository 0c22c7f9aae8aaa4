"""What is saved on the pages about people is what the next call, text, hand-over or night of forgetting follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.calls import services as calls
from apps.dashboard.settings import contacts, transfers
from apps.restaurant.models import OpeningHours, StaffContact, TransferRule
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.forms import said, send
from tests.voice.test_webhooks import configured, post

PAGE = "/r/bella-napoli/settings/{}/"
NOW = datetime(2026, 11, 27, 19, tzinfo=UTC)
GUEST, HOUSE, ANA = "+15125550134", "+15125550191", "+15125550192"
CHEF, NEW = "+15125550166", "+15125550167"
__all__ = ["configured"]


@dataclass
class Evening:
    """Bella Napoli, its administrator, and its telephone."""

    place: Place
    ana: Client
    line: Client
    calls: int = 0

    def send(self, section: str, deed: str, of: dict[str, str] | None = None, **changes: Any) -> Any:
        return send(self.ana, PAGE.format(section), deed, of=of, **changes)

    def ring(self, **form: str) -> str:
        """A call comes in; what the telephone company is told to do with it."""
        self.calls += 1
        answer = post(self.line, "voice", CallSid=f"CA{self.calls}", **form)
        return str(answer.content.decode())

    def plan(self, reason: str = "complaint", *, now: datetime = NOW) -> tuple[list[tuple[str, str, int]], str]:
        """Who rings, on which number, for how long, and what follows."""
        with scope.enter(self.place):
            plan = calls.plan_hand_over(reason=reason, caller=GUEST, place=self.place, now=now)
        return [(one.label, one.number, one.ring_seconds) for one in plan.targets], plan.fallback

    def add(self, model: Any, **values: Any) -> dict[str, str]:
        with scope.enter(self.place):
            return {"id": str(model.objects.create(**values).pk)}


@pytest.fixture
def evening(bella: Place, ana: Client) -> Evening:
    return Evening(bella, ana, Client())


@dataclass(frozen=True)
class Proof:
    """What a caller meets before and after one field is saved."""

    module: Any
    field: str
    arrange: Callable[[Evening], dict[str, str] | None]
    deed: str
    change: Any
    meets: Callable[[Evening], Any]
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.module.__name__.rpartition('.')[2]}.{self.field}"


def a_chef(evening: Evening) -> dict[str, str]:
    return evening.add(StaffContact, name="Chef", number=CHEF, reasons=["complaint"], position=0)


def a_rule(evening: Evening, **more: Any) -> dict[str, str]:
    with scope.enter(evening.place):
        ana = StaffContact.objects.get(name="Ana")
    return evening.add(TransferRule, **{"reason": "complaint", "hours": "open", "contact": ana, **more})


def a_rule_of_a_closed_house(evening: Evening) -> dict[str, str]:
    with scope.enter(evening.place):
        OpeningHours.objects.all().delete()
    return a_rule(evening)


def nothing(evening: Evening) -> None:
    return None


def first(evening: Evening) -> Any:
    return evening.plan()[0][0]


def names(evening: Evening, **how: Any) -> list[str]:
    return [label for label, _, _ in evening.plan(**how)[0]]


def ringing(evening: Evening) -> tuple[bool, bool]:
    """Which number the telephone company is told to ring should we fail: the house's, the new one."""
    body = evening.ring()
    return HOUSE in body, NEW in body


def timeout(evening: Evening) -> bool:
    return 'timeout="40"' in evening.ring()


STAFF = [
    Proof(transfers, "transfer_number", nothing, "settings", NEW, ringing, (True, False), (False, True)),
    Proof(transfers, "ring_seconds", nothing, "settings", 40, timeout, False, True),
    Proof(contacts, "name", a_chef, "change", "Marco", names, ["Chef", "Ana", "the restaurant"],
          ["Marco", "Ana", "the restaurant"]),
    Proof(contacts, "number", a_chef, "change", NEW, first, ("Chef", CHEF, 25), ("Chef", NEW, 25)),
    Proof(contacts, "reasons", a_chef, "change", ["allergy"], names, ["Chef", "Ana", "the restaurant"],
          ["Ana", "the restaurant"]),
    Proof(contacts, "active", a_chef, "change", None, names, ["Chef", "Ana", "the restaurant"],
          ["Ana", "the restaurant"]),
    Proof(transfers, "reason", a_rule, "change", "allergy", names, ["Ana"], ["Ana", "the restaurant"]),
    Proof(transfers, "hours", a_rule_of_a_closed_house, "change", "closed", names,
          ["Ana", "the restaurant"], ["Ana"]),
    Proof(transfers, "contact", a_rule, "change", "", names, ["Ana"], []),
    Proof(transfers, "ring_seconds of a rule", a_rule, "change", 60, first, ("Ana", ANA, 25), ("Ana", ANA, 60)),
    Proof(transfers, "fallback", a_rule, "change", "hang_up", lambda one: one.plan()[1], "message", "hang_up"),
]  # fmt: skip
PROOFS = STAFF


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_what_is_saved_is_what_the_next_caller_meets(evening: Evening, proof: Proof) -> None:
    of = proof.arrange(evening)
    assert proof.meets(evening) == proof.before
    section = proof.module.LISTING.section
    name = proof.field.partition(" ")[0]
    answer = evening.send(section, proof.deed, of, **{name: proof.change})
    assert '"failed": false' in said(answer), answer.content.decode()
    assert proof.meets(evening) == proof.after


def test_no_field_of_these_pages_is_without_its_proof() -> None:
    shapes = {
        transfers: [*transfers.FORM.fields, *transfers.RULE],
        contacts: contacts.FIELDS,
    }
    wanted = {(module, one.name) for module, fields in shapes.items() for one in fields}
    assert wanted == {(proof.module, proof.field.partition(" ")[0]) for proof in PROOFS}


# ---- what is no field ----------------------------------------------------------------------------------


def test_who_is_added_is_rung_and_who_is_removed_is_not(evening: Evening) -> None:
    evening.send("contacts", "add", name="Lee", number=CHEF, reasons=["complaint"])
    assert names(evening) == ["Lee", "Ana", "the restaurant"]
    with scope.enter(evening.place):
        lee = str(StaffContact.objects.get(name="Lee").pk)
    evening.send("contacts", "remove", {"id": lee})
    assert names(evening) == ["Ana", "the restaurant"]


def test_who_stands_above_is_rung_first(evening: Evening) -> None:
    lee = evening.add(StaffContact, name="Lee", number=CHEF, position=9)
    assert names(evening) == ["Ana", "Lee", "the restaurant"]
    evening.send("contacts", "move", {**lee, "way": "up"})
    assert names(evening) == ["Lee", "Ana", "the restaurant"]


def test_rules_are_followed_in_their_order_and_no_longer_once_removed(evening: Evening) -> None:
    chef = a_chef(evening)
    a_rule(evening)
    evening.send("transfers", "add", reason="complaint", contact=chef["id"], ring_seconds=10, fallback="ticket")
    assert evening.plan() == ([("Ana", ANA, 25), ("Chef", CHEF, 10)], "ticket")
    with scope.enter(evening.place):
        second = TransferRule.objects.last()
        assert second is not None
    evening.send("transfers", "move", {"id": str(second.pk), "way": "up"})
    assert evening.plan() == ([("Chef", CHEF, 10), ("Ana", ANA, 25)], "message")
    evening.send("transfers", "remove", {"id": str(second.pk)})
    assert evening.plan() == ([("Ana", ANA, 25)], "message")


def test_a_number_that_is_taken_away_rings_no_more(evening: Evening) -> None:
    assert "<Dial" in evening.ring()
    evening.send("transfers", "settings", no_number="on")
    assert "<Dial" not in evening.ring()
