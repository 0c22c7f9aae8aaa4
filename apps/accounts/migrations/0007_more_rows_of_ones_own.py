"""A restaurant's role sees the end of its own audit chain, its own sign-ins and its own invitations."""

from django.db import migrations

RULES = """
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON audit_heads USING (chain = (SELECT public.asking_restaurant()));
ALTER TABLE token_families ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON token_families USING (restaurant_id = (SELECT public.asking_restaurant()));
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY its_own ON invitations USING (restaurant_id = (SELECT public.asking_restaurant()));
"""
NO_RULES = """
DROP POLICY its_own ON audit_heads;
ALTER TABLE audit_heads DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON token_families;
ALTER TABLE token_families DISABLE ROW LEVEL SECURITY;
DROP POLICY its_own ON invitations;
ALTER TABLE invitations DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_audit_is_chained")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
