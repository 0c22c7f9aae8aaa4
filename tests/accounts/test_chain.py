"""The audit record's chains: a superuser who changes, removes, puts in, moves or cuts off entries is found out."""

from __future__ import annotations

import threading
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from apps.accounts import audit, chain
from apps.accounts.models import AuditEntry, AuditHead
from apps.tenants.scope import Place

KEY = b"k" * 32


@pytest.fixture
def written(bella: Place, sakura: Place) -> list[AuditEntry]:
    """Six entries of Bella's with everything that a field may hold, and one of Sakura's between them."""
    odd = {"price": Decimal("1.10"), "share": 1e16, "é": ["\x00nul", None, True], "a": {"z": 1, "b": "\ud800"}}
    made = []
    for number in range(6):
        made.append(
            audit.record(
                "settings.change",
                actor=f"ana{number}@bella.test",
                place=bella,
                address=("10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2", "::1.2.3.4", "fe80::1%eth0", "a socket")[number],
                before=odd,
                after={"n": number},
                number="+15125550134",
            )
        )
        audit.record("sign_in", actor="yuki@sakura.test", place=sakura)
    return made


def faults(place: Place | None = None) -> list[str]:
    return [each.fault for each in audit.verify(place) if each.fault]


def as_superuser(statement: str, *values: Any) -> None:
    """What somebody can do who owns the tables."""
    with connection.cursor() as cursor:
        for table in ("audit_entries", "audit_heads"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ("audit_entries", "audit_heads"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_what_was_written_is_whole(written: list[AuditEntry], bella: Place) -> None:
    assert faults() == []
    assert [each.position for each in written] == list(range(written[0].position, written[0].position + 6))


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody@else.test'",
        "action = 'sign_in'",
        "subject = 'orders/1'",
        "address = '10.0.0.9'",
        "address = NULL",
        "at = at + interval '1 microsecond'",
        "before = jsonb_set(before, '{a,z}', '2')",
        "before = NULL",
        "after = '{\"n\": 7}'",
        "number_digest = repeat('0', 64)",
        "number_last4 = '0135'",
        "restaurant_id = NULL",
        "digest = repeat('0', 64)",
        "previous = repeat('0', 64)",
    ],
)
def test_a_changed_field_is_found_and_its_entry_named(written: list[AuditEntry], bella: Place, change: str) -> None:
    third = written[2]
    as_superuser(f"UPDATE audit_entries SET {change} WHERE id = %s", third.pk)
    (fault,) = faults(bella)
    assert f"entry {third.position}" in fault


def test_a_removed_entry_is_found(written: list[AuditEntry], bella: Place) -> None:
    as_superuser("DELETE FROM audit_entries WHERE id = %s", written[2].pk)
    assert f"entry {written[2].position} is missing" in faults(bella)[0]


def test_a_removed_entry_is_found_although_those_after_it_moved_up(written: list[AuditEntry], bella: Place) -> None:
    as_superuser("DELETE FROM audit_entries WHERE id = %s", written[2].pk)
    for each in written[3:]:
        as_superuser("UPDATE audit_entries SET position = position - 1 WHERE id = %s", each.pk)
    assert f"entry {written[2].position} (id {written[3].pk}) does not follow" in faults(bella)[0]


def test_an_entry_that_was_put_in_is_found(written: list[AuditEntry], bella: Place) -> None:
    columns = "restaurant_id, at, actor, action, subject, number_digest, number_last4, previous, digest"
    last = written[-1]
    as_superuser(
        f"INSERT INTO audit_entries (position, {columns}) "
        f"SELECT position + 1, {columns} FROM audit_entries WHERE id = %s",
        last.pk,
    )
    assert f"entry {last.position + 1}" in faults(bella)[0]


def test_entries_that_changed_places_are_found(written: list[AuditEntry], bella: Place) -> None:
    second, fifth = written[1], written[4]
    as_superuser("UPDATE audit_entries SET position = 1000000 WHERE id = %s", second.pk)
    as_superuser("UPDATE audit_entries SET position = %s WHERE id = %s", second.position, fifth.pk)
    as_superuser("UPDATE audit_entries SET position = %s WHERE id = %s", fifth.position, second.pk)
    assert f"entry {second.position} (id {fifth.pk}) does not follow" in faults(bella)[0]


def test_a_chain_that_was_cut_off_is_found(written: list[AuditEntry], bella: Place) -> None:
    as_superuser("DELETE FROM audit_entries WHERE id = %s", written[-1].pk)
    assert f"entry {written[-1].position} is missing: the chain ended with entry" in faults(bella)[0]


def test_a_cut_is_found_although_the_record_of_the_end_was_set_back(written: list[AuditEntry], bella: Place) -> None:
    fifth, last = written[4], written[5]
    as_superuser("DELETE FROM audit_entries WHERE id = %s", last.pk)
    as_superuser(
        "UPDATE audit_heads SET position = %s, digest = %s WHERE chain = %s", fifth.position, fifth.digest, bella.id
    )
    assert "the record of the chain's end" in faults(bella)[0]


def test_a_cut_is_found_although_the_record_of_the_end_is_gone(written: list[AuditEntry], bella: Place) -> None:
    as_superuser("DELETE FROM audit_heads WHERE chain = %s", bella.id)
    assert "the end of the chain is not on record" in faults(bella)[0]


def test_what_was_noted_down_outside_finds_a_whole_chain_that_is_gone(
    written: list[AuditEntry], bella: Place, settings: Any, tmp_path: Path
) -> None:
    settings.RECORDS_DIR = tmp_path
    audit.anchor()
    assert faults() == []
    as_superuser("DELETE FROM audit_entries WHERE restaurant_id = %s", bella.id)
    as_superuser("DELETE FROM audit_heads WHERE chain = %s", bella.id)
    assert any("noted down" in fault for fault in faults())


def test_another_restaurant_stays_whole_when_one_is_broken(
    written: list[AuditEntry], bella: Place, sakura: Place
) -> None:
    as_superuser("DELETE FROM audit_entries WHERE id = %s", written[2].pk)
    assert faults(sakura) == []
    assert len(faults()) == 1


def test_the_command_names_the_restaurant_and_the_entry(written: list[AuditEntry], bella: Place) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"bella-napoli: whole, {written[-1].position} entries, ends with {written[-1].digest}" in out.getvalue()
    as_superuser("DELETE FROM audit_entries WHERE id = %s", written[2].pk)
    with pytest.raises(CommandError, match="1 of the audit record's chains"):
        call_command("verify_audit", restaurant="bella-napoli", stdout=out)
    assert f"bella-napoli: BROKEN: entry {written[2].position} is missing" in out.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_heads SET position = position - 1 WHERE position > 0",
        "UPDATE audit_heads SET position = position + 2",
        "DELETE FROM audit_heads",
        "TRUNCATE audit_heads",
    ],
)
def test_the_end_of_a_chain_only_moves_on(written: list[AuditEntry], statement: str) -> None:
    with pytest.raises(DatabaseError, match="only moves on"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_ten_at_once_make_one_chain_and_other_restaurants_do_not_wait(
    open_restaurant: Any, django_db_blocker: Any
) -> None:
    mine, other = open_restaurant(), open_restaurant()
    written: list[int] = []

    def write() -> None:
        for _ in range(5):
            written.append(audit.record("sign_in", actor="ana@bella.test", place=mine).position)
        connections.close_all()

    with django_db_blocker.unblock():
        with transaction.atomic():  # whoever holds one restaurant's chain holds up nobody else's
            audit.record("sign_in", actor="yuki@sakura.test", place=other)
            threads = [threading.Thread(target=write) for _ in range(10)]
            for each in threads:
                each.start()
            for each in threads:
                each.join(30)
        assert sorted(written) == list(range(1, 51))
        assert faults(mine) == []


def test_an_entry_of_a_transaction_that_failed_leaves_no_gap(bella: Place) -> None:
    audit.record("sign_in", actor="ana@bella.test", place=bella)
    with transaction.atomic():
        audit.record("sign_in", actor="ana@bella.test", place=bella)
        transaction.set_rollback(True)
    audit.record("sign_in", actor="ana@bella.test", place=bella)
    assert faults(bella) == []


def test_existing_entries_are_chained_by_the_migration(written: list[AuditEntry], bella: Place) -> None:
    from importlib import import_module

    from django.apps import apps

    as_superuser("UPDATE audit_entries SET previous = '', digest = ''")
    as_superuser("DELETE FROM audit_heads")
    with connection.schema_editor() as editor:
        import_module("apps.accounts.migrations.0006_audit_is_chained").chain_all(apps, editor)
    assert faults() == []
    audit.record("sign_in", actor="ana@bella.test", place=bella)
    assert faults() == []
    assert AuditHead.objects.get(pk=bella.id).position == AuditEntry.objects.filter(restaurant_id=bella.id).count()


def test_another_key_makes_another_chain() -> None:
    """So a superuser of the database, who has no key, cannot write the chain anew."""
    content = {"actor": "ana@bella.test"}
    digest = chain.digest_of(b"x" * 32, chain="c", position=1, previous=chain.BEGINNING, content=content)
    link = chain.Link(1, 1, chain.BEGINNING, digest, content)
    head = chain.Head(1, digest, chain.seal_of(KEY, chain="c", position=1, digest=digest))
    assert chain.first_fault([link], key=KEY, chain="c", head=head) is not None
    its_own = chain.Head(1, digest, chain.seal_of(b"x" * 32, chain="c", position=1, digest=digest))
    assert chain.first_fault([link], key=b"x" * 32, chain="c", head=its_own) is None
