"""Every audit entry gets its place in its restaurant's chain and a keyed digest; those that are there are chained in
the order they were written. The ends of the chains only move on."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE FUNCTION audit_heads_only_move_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.chain = OLD.chain AND NEW.position = OLD.position + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the end of the audit record only moves on' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_heads_final BEFORE UPDATE OR DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_heads_only_move_on();
CREATE TRIGGER audit_heads_never_emptied BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_heads_only_move_on();
"""
UNGUARD = """
DROP TRIGGER audit_heads_final ON audit_heads;
DROP TRIGGER audit_heads_never_emptied ON audit_heads;
DROP FUNCTION audit_heads_only_move_on();
"""


def chain_all(apps: Any, schema_editor: Any) -> None:
    from apps.accounts import audit, chain

    AuditEntry, AuditHead = apps.get_model("accounts", "AuditEntry"), apps.get_model("accounts", "AuditHead")
    ends: dict[Any, tuple[int, str]] = {}
    schema_editor.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_final")
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=1000):
        name = entry.restaurant_id or audit.NOWHERE
        position, previous = ends.get(name, (0, chain.BEGINNING))
        content = audit._content(entry)
        digest = chain.digest_of(
            audit._key(), chain=str(name), position=position + 1, previous=previous, content=content
        )
        AuditEntry.objects.filter(pk=entry.pk).update(position=position + 1, previous=previous, digest=digest)
        ends[name] = (position + 1, digest)
    schema_editor.execute("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_final")
    AuditHead.objects.bulk_create(
        AuditHead(
            chain=name,
            position=position,
            digest=digest,
            seal=chain.seal_of(audit._key(), chain=str(name), position=position, digest=digest),
        )
        for name, (position, digest) in ends.items()
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_rows_of_ones_own")]
    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("chain", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("seal", models.CharField(blank=True, max_length=64)),
            ],
            options={"db_table": "audit_heads"},
        ),
        migrations.AddField("auditentry", "position", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("auditentry", "previous", models.CharField(max_length=64, default="")),
        migrations.AddField("auditentry", "digest", models.CharField(max_length=64, default="")),
        migrations.RunPython(chain_all, migrations.RunPython.noop),
        migrations.AlterField("auditentry", "position", models.PositiveBigIntegerField()),
        migrations.AlterField("auditentry", "previous", models.CharField(max_length=64)),
        migrations.AlterField("auditentry", "digest", models.CharField(max_length=64)),
        migrations.AlterField("auditentry", "at", models.DateTimeField(editable=False)),
        migrations.AlterField(
            "auditentry",
            "restaurant",
            models.ForeignKey(
                "tenants.Restaurant",
                db_constraint=False,
                null=True,
                on_delete=models.deletion.DO_NOTHING,
                related_name="audit_entries",
            ),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint(fields=("restaurant", "position"), name="audit_position_once"),
        ),
        migrations.AddConstraint(
            "auditentry",
            models.UniqueConstraint(
                condition=Q(restaurant__isnull=True),
                fields=("position",),
                name="audit_position_once_without_restaurant",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
