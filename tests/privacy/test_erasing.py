"""Erasing a number leaves it in no column of any table, no file, not at the carrier; and touches nobody else."""

from __future__ import annotations

import itertools
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry
from apps.calls import messages, telephony
from apps.calls.models import Call, Message, Suppression, Ticket
from apps.orders.models import Order
from apps.outbox import services as outbox
from apps.outbox.models import Delivery, Work
from apps.privacy import erasing
from apps.privacy.models import Erasure
from apps.reservations.models import Reservation
from apps.restaurant.models import StaffContact
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import log as call_log
from tests.privacy.guests import NUMBER, OTHER, a_call, a_guest, an_order, text_columns

DIGITS = re.compile(r"512[^0-9a-z]{0,3}555[^0-9a-z]{0,3}0134|5[^0-9a-z]*five one two", re.IGNORECASE)
NOT_GUESTS = {"restaurant_settings", "staff_contacts", "transfer_rules", "django_migrations", "sms_suppressions"}
NAMES_OF_FILES = {("calls", "recording_url"), ("calls", "carrier_sid")}
"""Who writes over these of the guest's own call loses its files; which row a page has last is chance."""
PUBLIC = ("outbox", "webhook_deliveries")
FORMS = (NUMBER, "(512) 555-0134", "512-555-0134", "5125550134", "1 512 555 0134", "five one two 555 oh one three four")


def erase(place: Place, number: str = NUMBER) -> dict[str, int]:
    return erasing.erase(place, number, by="ana@bella.test", now=timezone.now())


def seed_every_column(schema: str) -> int:
    """Write the number, in one of its forms, into one row of every column that takes it; how many did."""
    forms, seeded = itertools.cycle(FORMS), 0
    tables = [(schema, *each) for each in text_columns(schema) if each[0] not in NOT_GUESTS and "menu" not in each[0]]
    tables = [each for each in tables if each[1:3] not in NAMES_OF_FILES]
    tables += [("public", *each) for each in text_columns("public") if each[0] in PUBLIC]
    for where, table, column, kind in tables:
        said = f"x {next(forms)} y"
        value = json.dumps({said: [said, {"n": 15125550134}]}) if "json" in kind else said
        for each in (value, NUMBER):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        f'UPDATE "{where}"."{table}" SET "{column}" = %s '
                        f'WHERE ctid = (SELECT ctid FROM "{where}"."{table}" ORDER BY ctid DESC LIMIT 1)',
                        [each],
                    )
                    seeded += cursor.rowcount
                break
            except DatabaseError:
                continue  # a column with a rule of its own: states, short codes
    return seeded


def found(schema: str) -> list[str]:
    """Where the number still is, in any column of any table, of any type."""
    with scope.public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN (%s, 'public') AND table_type = 'BASE TABLE'",
            [schema],
        )
        places = []
        for where, table in cursor.fetchall():
            cursor.execute(f'SELECT row::text FROM "{where}"."{table}" AS row')
            places += [f"{table}: {row}" for (row,) in cursor.fetchall() if DIGITS.search(row)]
    return places


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file() and DIGITS.search(each.read_text(errors="replace"))]


def test_the_number_is_nowhere_afterwards(
    in_bella: Place, own_folder: Path, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.outbox.tasks.ring", lambda: None)
    with scope.public():
        Work.objects.all().delete()  # what other tests owe comes first in a sweep
    left = a_guest(in_bella, number=NUMBER)
    stranger = a_call(in_bella, number=OTHER)
    an_order(number=OTHER, call=stranger, note="my friend's is 512-555-0134")
    log = call_log.path(stranger.carrier_sid)
    log.write_text('{"at_ms": 1, "event": "utterance", "text": "five one two, 555 0134"}\n{"half": "512.555.0134"')
    a_guest(in_bella, number="+15125550135")  # so that the last row of each table is not the guest's
    assert seed_every_column(in_bella.schema) > 45
    assert len(found(in_bella.schema)) > 15
    assert len(files(own_folder)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        counts = erase(in_bella)
    outbox.sweep()
    assert found(in_bella.schema) == []
    assert files(own_folder) == []
    assert not left.recording.exists()
    assert not call_log.path(left.call.carrier_sid).exists()
    assert '"event": "utterance"' in log.read_text()
    assert {"calls", "orders", "reservations", "messages", "tickets", "carts", "outbox"} <= counts.keys()


def test_sums_stay_and_the_person_is_gone(in_bella: Place) -> None:
    left = a_guest(in_bella, number=NUMBER)
    erase(in_bella)
    left.order.refresh_from_db()
    left.booking.refresh_from_db()
    assert str(left.order.total) == "10.83"
    assert (left.order.customer_name, left.order.customer_number, left.order.note) == ("[erased]", "", "")
    assert left.order.lines.get().item == "Margherita"
    assert left.order.changes.get().before == {
        "lines": [{"item": "Margherita", "note": ""}],
        "note": "",
        "total": "10.83",
    }
    assert left.order.pushed.request == {}
    assert (left.booking.name, left.booking.number, left.booking.party_size) == ("[erased]", "", 2)
    left.call.refresh_from_db()
    assert (left.call.from_number, left.call.summary, left.call.report) == ("", "", {})
    assert not left.call.transcript.exists()
    left.ticket.refresh_from_db()
    assert (left.ticket.status, left.ticket.summary) == ("closed", "[erased]")
    bodies = [json.loads(row.body) for row in Delivery.objects.all()]
    assert bodies == [{"type": "order.placed", "data": {"id": str(left.order.pk), "erased": True}}]
    assert "Gus" not in str(list(Work.objects.values())) + str(list(Delivery.objects.values()))


def test_another_guest_and_another_restaurant_are_as_they_were(in_bella: Place, sakura: Place) -> None:
    from apps.tenants import scope

    def everything(place: Place) -> str:
        with scope.enter(place):
            rows = [list(model.objects.filter(**{field: OTHER}).values()) for model, field in (
                (Call, "from_number"), (Order, "customer_number"), (Reservation, "number"), (Message, "number"),
                (Ticket, "callback_number"))]  # fmt: skip
            return str(rows)

    with scope.enter(sakura):
        a_guest(sakura, number=NUMBER)
        there = str(list(Call.objects.values()) + list(Order.objects.values()) + list(Message.objects.values()))
    a_guest(in_bella, number=NUMBER)
    a_guest(in_bella, number=OTHER)
    before = everything(in_bella)
    erase(in_bella)
    assert everything(in_bella) == before
    with scope.enter(sakura):
        assert str(list(Call.objects.values()) + list(Order.objects.values()) + list(Message.objects.values())) == there


def test_who_asked_for_silence_is_not_written_to_after_all(in_bella: Place) -> None:
    a_guest(in_bella, number=NUMBER)
    erase(in_bella)
    assert list(Suppression.objects.values_list("number", flat=True)) == [keys.number_digest(NUMBER)]
    assert messages.is_silenced(NUMBER)
    assert not messages.is_silenced(OTHER)
    messages.receive(in_bella, number=NUMBER, text="START", sid="SM1", now=timezone.now())
    assert not messages.is_silenced(NUMBER)


def test_a_call_from_a_withheld_number_that_left_an_order_is_the_guests(in_bella: Place) -> None:
    call = a_call(in_bella, number="")
    an_order(number=NUMBER, call=call)
    erase(in_bella)
    call.refresh_from_db()
    assert call.report == {}
    assert not call.transcript.exists()


def test_doing_it_again_finds_nothing(in_bella: Place) -> None:
    a_guest(in_bella, number=NUMBER)
    erase(in_bella)
    assert erase(in_bella) == {}


def test_it_is_on_record_with_the_keyed_hash_alone_and_the_chain_is_whole(in_bella: Place) -> None:
    audit.record("numbers.view_whole", actor="ana@bella.test", place=in_bella, number=NUMBER)
    a_guest(in_bella, number=NUMBER)
    erase(in_bella)
    entry = AuditEntry.objects.get(action="numbers.erase")
    assert (entry.number_digest, entry.number_last4) == (keys.number_digest(NUMBER), "0134")
    assert entry.after["orders"] == 1
    assert AuditEntry.objects.filter(number_digest=keys.number_digest(NUMBER)).count() == 2
    assert [each.fault for each in audit.verify(in_bella)] == [None]


@pytest.mark.parametrize("number", ["+15125550101", "+15125550191", "512 555 0192", "12", "pizza", ""])
def test_the_restaurants_own_numbers_and_nonsense_are_refused(in_bella: Place, number: str) -> None:
    before = list(StaffContact.objects.values())
    with pytest.raises(erasing.Refusal):
        erase(in_bella, number)
    assert list(StaffContact.objects.values()) == before
    assert not Erasure.objects.exists()


def test_while_the_guest_is_on_the_line_nothing_is_erased(in_bella: Place) -> None:
    left = a_guest(in_bella, number=NUMBER)
    Call.objects.filter(pk=left.call.pk).update(state="in_progress")
    with pytest.raises(erasing.Refusal, match="still on the line"):
        erase(in_bella)
    assert Message.objects.filter(number=NUMBER).exists()


def test_the_carrier_is_asked_to_forget_until_it_did(in_bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    down = True

    def forget(sid: str) -> None:
        if down:
            raise telephony.Unreachable("The carrier does not answer: Timeout.")
        asked.append(sid)

    monkeypatch.setattr(telephony, "is_configured", lambda: True)
    monkeypatch.setattr(telephony, "forget_message", forget)
    monkeypatch.setattr(telephony, "forget_recordings", forget)
    left = a_guest(in_bella, number=NUMBER)
    message = Message.objects.get(number=NUMBER).carrier_sid
    erase(in_bella)
    outbox.sweep()
    assert asked == []
    down = False
    Work.objects.filter(state="waiting").update(due_at=timezone.now())
    outbox.sweep()
    assert sorted(asked) == sorted([left.call.carrier_sid, message])


def test_a_restored_backup_is_erased_again(
    in_bella: Place, own_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    a_guest(in_bella, number=NUMBER)
    a_guest(in_bella, number=OTHER)
    before_erasure = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        erase(in_bella)
    transaction.savepoint_rollback(before_erasure)  # the database as the backup has it
    assert not Erasure.objects.exists()
    assert Message.objects.filter(number=NUMBER).exists()
    noted = (own_folder / "privacy" / "erasures.jsonl").read_text()
    assert keys.number_digest(NUMBER) in noted
    assert not DIGITS.search(noted)
    out = StringIO()
    call_command("apply_erasures", stdout=out)
    assert "bella-napoli: 1 numbers erased again" in out.getvalue()
    assert not Message.objects.filter(number=NUMBER).exists()
    assert Message.objects.filter(number=OTHER).exists()
    call_command("apply_erasures", stdout=out)
    assert "bella-napoli: 0 numbers erased again" in out.getvalue()


def test_the_command_rehearses_and_erases(in_bella: Place) -> None:
    a_guest(in_bella, number=NUMBER)
    out = StringIO()
    call_command("erase_number", "512-555-0134", restaurant="bella-napoli", dry_run=True, stdout=out)
    assert re.search(r"1 orders\n", out.getvalue())
    assert Message.objects.filter(number=NUMBER).exists()
    assert not Erasure.objects.exists()
    call_command("erase_number", "512-555-0134", restaurant="bella-napoli", stdout=out)
    assert not Message.objects.filter(number=NUMBER).exists()
    with pytest.raises(CommandError, match="no phone number"):
        call_command("erase_number", "pizza", restaurant="bella-napoli", stdout=out)
