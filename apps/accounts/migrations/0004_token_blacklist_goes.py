"""The list of dead refresh tokens has no use any more: a family knows its living generation."""

from __future__ import annotations

from django.db import migrations

DROP = "DROP TABLE IF EXISTS token_blacklist_blacklistedtoken, token_blacklist_outstandingtoken"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_families_factors_invitations")]
    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
