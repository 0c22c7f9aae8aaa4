"""A restaurant's role sees its own work and webhooks. Then the roles of restaurants that are there already are made."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from apps.tenants import lock

RULES = """
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON outbox USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON webhook_endpoints USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON webhook_deliveries USING (endpoint_id IN (
    SELECT id FROM webhook_endpoints WHERE restaurant_id = (SELECT public.asking_restaurant())));
"""
NO_RULES = """
DROP POLICY its_own ON outbox;
ALTER TABLE outbox DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON webhook_deliveries;
ALTER TABLE webhook_deliveries DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON webhook_endpoints;
ALTER TABLE webhook_endpoints DISABLE ROW LEVEL SECURITY;
"""


def fit(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.schema_name == "public":
        lock.ensure()


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_webhooks"), ("accounts", "0005_rows_of_ones_own")]
    operations = [migrations.RunSQL(RULES, NO_RULES), migrations.RunPython(fit, migrations.RunPython.noop)]
