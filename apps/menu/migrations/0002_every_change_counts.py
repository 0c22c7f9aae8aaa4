"""Whoever changes the menu, and however, the version counts up: no cache can miss it."""

from django.db import migrations

TABLES = (
    "menu_categories",
    "menu_items",
    "menu_item_variants",
    "menu_modifier_groups",
    "menu_item_groups",
    "menu_modifiers",
)
COUNT = """
CREATE FUNCTION count_menu_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.menu_version (id, number) VALUES (1, 1) '
        'ON CONFLICT (id) DO UPDATE SET number = menu_version.number + 1, changed_at = now()', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION count_menu_change();\n"
    for table in TABLES
)
AWAY = "".join(f"DROP TRIGGER {table}_changed ON {table};\n" for table in TABLES) + "DROP FUNCTION count_menu_change();"


class Migration(migrations.Migration):
    dependencies = [("menu", "0001_initial")]
    operations = [migrations.RunSQL(COUNT + TRIGGERS, AWAY)]
