"""The audit record is append-only in the database itself: no role that runs our code can rewrite history."""

from __future__ import annotations

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_entries_final BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_are_final();
CREATE TRIGGER audit_entries_never_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_final();
"""
UNGUARD = """
DROP TRIGGER audit_entries_final ON audit_entries;
DROP TRIGGER audit_entries_never_emptied ON audit_entries;
DROP FUNCTION audit_entries_are_final();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
