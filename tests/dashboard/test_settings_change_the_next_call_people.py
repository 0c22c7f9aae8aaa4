"""What is saved on the pages about people is what the next call, text, hand-over or night of forgetting follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.calls import blocking, messages
from apps.calls import services as calls
from apps.calls.models import BlockedNumber, Call, Message
from apps.dashboard.settings import blocked, contacts, keeping, texts, transfers
from apps.outbox.models import Work
from apps.privacy import retention
from apps.restaurant import services as restaurant
from apps.restaurant.models import OpeningHours, StaffContact, TransferRule
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from tests.dashboard.forms import said, send
from tests.privacy.guests import a_call, files_in
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
    runs_it: Client
    """Of whoever runs the installation."""
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
def evening(bella: Place, ana: Client, tmp_path: Path, settings: Any) -> Evening:
    files_in(tmp_path, settings)
    runs_it = Client()
    runs_it.force_login(User.objects.get(email="super@loman.test"))
    return Evening(bella, ana, Client(), runs_it)


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


# ---- texts and keys ------------------------------------------------------------------------------------


def clock(hours: int) -> str:
    """By the restaurant's clock, so many hours from now."""
    return f"{timezone.now().astimezone(ZoneInfo('America/Chicago')) + timedelta(hours=hours):%H:%M}"


def registered(evening: Evening, **settings: Any) -> None:
    PhoneNumber.objects.filter(restaurant_id=evening.place.id).update(sms_registered_at=timezone.now())
    with scope.enter(evening.place):
        restaurant.change_settings(settings, by="ana@bella.test")


def ends_in_two_hours(evening: Evening) -> None:
    registered(evening, sms_quiet_from=None, sms_quiet_until=clock(2))


def began_an_hour_ago(evening: Evening) -> None:
    registered(evening, sms_quiet_from=clock(-1), sms_quiet_until=clock(-1))


def of_a_delay(evening: Evening) -> dict[str, str]:
    registered(evening)
    return {"template": "delay"}


def a_text(evening: Evening) -> Message:
    """The next text that tells a guest of a delay."""
    evening.calls += 1
    facts, key = {"number": 43, "ready": "6:45 pm"}, f"delay:{evening.calls}"
    with scope.enter(evening.place):
        sent = messages.queue(place=evening.place, number=GUEST, template="delay", facts=facts, key=key, call_id=None)
    assert sent is not None
    return sent


def waits(evening: Evening) -> bool:
    due = Work.objects.get(key=f"sms.send:{a_text(evening).pk}").due_at
    return due > timezone.now() + timedelta(hours=1)


def missed(evening: Evening) -> list[str]:
    """What a caller is texted who gave up before anybody answered."""
    evening.ring()
    post(evening.line, "status", CallSid=f"CA{evening.calls}", CallStatus="no-answer")
    with scope.enter(evening.place):
        return [message.template for message in Message.objects.all()]


def status_of_the_next(evening: Evening) -> str:
    return a_text(evening).status


TEXTS = [
    Proof(texts, "sms_quiet_from", ends_in_two_hours, "settings", clock(-1), waits, False, True),
    Proof(texts, "sms_quiet_until", began_an_hour_ago, "settings", clock(2), waits, False, True),
    Proof(texts, "text_missed_calls", registered, "settings", "on", missed, [], ["missed"]),
    Proof(texts, "wording", of_a_delay, "wording", "{name}: {number} comes at {ready}.",
          lambda one: a_text(one).text,
          "Bella Napoli: your order 43 will be ready at 6:45 pm. Sorry for the wait.",
          "Bella Napoli: 43 comes at 6:45 pm."),
    Proof(texts, "number", registered, "silence", GUEST, status_of_the_next, "queued", "suppressed"),
]  # fmt: skip


# ---- who is not answered -------------------------------------------------------------------------------


def is_refused(evening: Evening, **form: str) -> bool:
    return "<Reject" in evening.ring(**form)


def withheld(evening: Evening) -> bool:
    return is_refused(evening, From="anonymous")


def three_silent_calls(evening: Evening) -> bool:
    """Whether somebody who has rung three times without a word is answered the fourth time."""
    with scope.enter(evening.place):
        for _ in range(3):
            evening.calls += 1
            call = Call.objects.create(
                carrier_sid=f"CA{evening.calls}", from_number=GUEST, to_number="+15125550101", outcome="silence"
            )
        blocking.block_abuser(call, now=timezone.now())
    return is_refused(evening)


def longest(evening: Evening) -> float:
    """How long a call that is on the line for good counts: after it, the line is somebody else's."""
    with scope.enter(evening.place):
        restaurant.change_settings({"most_calls": 1}, by="super@loman.test")
        Call.objects.update_or_create(
            carrier_sid="CAhangs",
            defaults={"from_number": CHEF, "to_number": "+15125550101", "state": "in_progress",
                      "answered_at": timezone.now() - timedelta(minutes=25)},
        )  # fmt: skip
    return "<Stream" in evening.ring()


def one_call(evening: Evening) -> None:
    with scope.enter(evening.place):
        Call.objects.create(
            carrier_sid="CAone", from_number=CHEF, to_number="+15125550101", state="in_progress",
            answered_at=timezone.now(), duration_seconds=600,
        )  # fmt: skip


def is_answered(evening: Evening) -> bool:
    return "<Stream" in evening.ring()


def abroad(evening: Evening) -> None:
    with scope.enter(evening.place):
        StaffContact.objects.filter(name="Ana").update(number="+525512345678")


def reasons_read(evening: Evening) -> list[str]:
    with scope.enter(evening.place):
        return [row.reason for row in BlockedNumber.objects.all()]


def blocked_in_two_days(evening: Evening) -> bool:
    with scope.enter(evening.place):
        return blocking.is_blocked(GUEST, now=timezone.now() + timedelta(days=2))


BLOCKED = [
    Proof(blocked, "refuse_withheld", nothing, "settings", "on", withheld, False, True),
    Proof(blocked, "block_abusers_after", nothing, "settings", 3, three_silent_calls, False, True),
    Proof(blocked, "longest_call_minutes", nothing, "settings", 60, longest, True, False),
    Proof(blocked, "number", nothing, "add", GUEST, is_refused, False, True),
    Proof(blocked, "most_calls", one_call, "limits", 1, is_answered, True, False),
    Proof(blocked, "minutes_a_day", one_call, "limits", 5, is_answered, True, False),
    Proof(blocked, "service_dollars_a_day", one_call, "limits", "0.01", is_answered, True, False),
    Proof(blocked, "dial_countries", abroad, "limits", "us mx", names, ["the restaurant"], ["Ana", "the restaurant"]),
]  # fmt: skip


# ---- what is forgotten tonight -------------------------------------------------------------------------


def a_month_old(evening: Evening) -> None:
    with scope.enter(evening.place):
        a_call(evening.place, number=GUEST, started_at=timezone.now() - timedelta(days=40))


def forgotten(evening: Evening) -> dict[str, int]:
    with scope.enter(evening.place):
        counts = retention.keep_house(evening.place, now=timezone.now())
    return {name: count for name, count in counts.items() if name in ("recordings", "transcripts")}


KEEPING = [
    Proof(keeping, "recording_days", a_month_old, "settings", 30, forgotten, {}, {"recordings": 1}),
    Proof(keeping, "transcript_days", a_month_old, "settings", 30, forgotten, {}, {"transcripts": 1}),
]
PROOFS = [*STAFF, *TEXTS, *BLOCKED, *KEEPING]


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_what_is_saved_is_what_the_next_caller_meets(evening: Evening, proof: Proof) -> None:
    of = proof.arrange(evening)
    assert proof.meets(evening) == proof.before
    section = proof.module.LISTING.section
    name = proof.field.partition(" ")[0]
    if proof.deed == "limits":
        evening.ana = evening.runs_it
    answer = evening.send(section, proof.deed, of, **{name: proof.change})
    assert '"failed": false' in said(answer), answer.content.decode()
    assert proof.meets(evening) == proof.after


def test_no_field_of_these_pages_is_without_its_proof() -> None:
    shapes = {
        transfers: [*transfers.FORM.fields, *transfers.RULE],
        contacts: contacts.FIELDS,
        blocked: [*blocked.FORM.fields, *blocked.LIMITS.fields, *blocked.ADD],
        keeping: keeping.FORM.fields,
        texts: [*texts.FORM.fields, *texts.WORDING, *texts.SILENCE],
    }
    wanted = {(module, one.name) for module, fields in shapes.items() for one in fields}
    wanted -= {(blocked, "reason"), (blocked, "lasts")}  # proved together below
    wanted -= {(keeping, "carrier_recording")}  # proved with a call, beside
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


def test_a_number_is_blocked_for_as_long_as_was_said_and_its_reason_is_kept(evening: Evening) -> None:
    evening.send("blocked", "add", number=GUEST, lasts="1", reason="Pranks")
    assert is_refused(evening)
    assert not blocked_in_two_days(evening)
    assert reasons_read(evening) == ["Pranks"]
    evening.send("blocked", "add", number=GUEST, lasts="")
    assert blocked_in_two_days(evening)
    with scope.enter(evening.place):
        of = {"id": str(BlockedNumber.objects.get().pk)}
    evening.send("blocked", "lift", of)
    assert not is_refused(evening)
