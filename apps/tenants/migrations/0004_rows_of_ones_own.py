"""In the public tables a restaurant's role sees its own rows only, by the name of the role that asks.

The owner of the tables, as whom the public schema is served, passes by the policies. Which role may do what is granted
by apps/tenants/lock.py.
"""

from __future__ import annotations

from django.db import migrations

WHOSE = """
CREATE FUNCTION public.asking_restaurant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN current_user ~ '^loman_[0-9a-f]{32}$' THEN substr(current_user::text, 7)::uuid END;
COMMENT ON FUNCTION public.asking_restaurant() IS 'The restaurant whose role asks; null for everybody else.';
"""
RULES = """
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON tenants USING (id = (SELECT public.asking_restaurant()));
ALTER TABLE tenant_domains ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON tenant_domains USING (tenant_id = (SELECT public.asking_restaurant()));
ALTER TABLE phone_numbers ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON phone_numbers USING (restaurant_id = (SELECT public.asking_restaurant()));
"""
NO_RULES = """
DROP POLICY its_own ON tenants;
ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON tenant_domains;
ALTER TABLE tenant_domains DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON phone_numbers;
ALTER TABLE phone_numbers DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_upgrades")]
    operations = [
        migrations.RunSQL(WHOSE, "DROP FUNCTION public.asking_restaurant();"),
        migrations.RunSQL(RULES, NO_RULES),
    ]
