"""A restaurant's role sees its own erasures and exports. Then what all roles may do in public tables is granted anew."""

from typing import Any

from django.db import migrations

from apps.tenants import lock

RULES = """
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON erasures USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON exports USING (restaurant_id = (SELECT public.asking_restaurant()));
"""
NO_RULES = """
DROP POLICY its_own ON erasures;
ALTER TABLE erasures DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON exports;
ALTER TABLE exports DISABLE ROW LEVEL SECURITY;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.schema_name == "public":
        lock.ensure()


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
        ("accounts", "0007_more_rows_of_ones_own"),
        ("outbox", "0003_rows_of_ones_own"),
    ]
    operations = [migrations.RunSQL(RULES, NO_RULES), migrations.RunPython(grant, migrations.RunPython.noop)]
