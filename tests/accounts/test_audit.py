"""The audit record cannot be rewritten, and holds no whole number."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry
from apps.tenants.scope import Place


def test_an_entry_keeps_the_number_as_keyed_hash_and_last_four(bella: Place) -> None:
    entry = audit.record("numbers.view", actor="ana@bella.test", place=bella, number="+15125550134")
    assert entry.number_last4 == "0134"
    assert entry.number_digest == keys.number_digest("+15125550134") != keys.number_digest("+15125550135")
    assert "5125550134" not in str(entry.__dict__)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"],
)
def test_the_database_refuses_to_change_history(bella: Place, statement: str) -> None:
    audit.record("sign_in", actor="ana@bella.test")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.filter(actor="ana@bella.test").exists()


def test_secrets_are_encrypted_and_come_back() -> None:
    token = keys.encrypt("sk-secret")
    assert "sk-secret" not in token
    assert keys.decrypt(token) == "sk-secret"
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS"):
        keys.decrypt("gAAAAAB" + "x" * 80)
