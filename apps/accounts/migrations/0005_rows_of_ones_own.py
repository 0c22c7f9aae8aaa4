"""A restaurant's role sees its own memberships, keys and audit entries, and the people who are its members."""

from __future__ import annotations

from django.db import migrations

RULES = """
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON memberships USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON users USING (id IN (
    SELECT user_id FROM memberships WHERE restaurant_id = (SELECT public.asking_restaurant())));
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON api_keys USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON audit_entries USING (restaurant_id = (SELECT public.asking_restaurant()));
"""
NO_RULES = """
DROP POLICY its_own ON memberships;
ALTER TABLE memberships DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON users;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON api_keys;
ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON audit_entries;
ALTER TABLE audit_entries DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_token_blacklist_goes"), ("tenants", "0004_rows_of_ones_own")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
