"""The second lock: from inside a restaurant a raw statement reaches neither another's schema nor another's rows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import ProgrammingError
from django.utils import timezone

from apps.accounts import audit, machine_keys, tokens
from apps.accounts.models import ApiKey, AuditEntry, Invitation, Membership, User
from apps.accounts.permissions import Role
from apps.outbox import services as outbox
from apps.outbox import webhooks
from apps.outbox.models import Delivery, Endpoint, Work
from apps.privacy.models import Erasure, Export
from apps.restaurant.models import StaffContact
from apps.tenants import lock, scope
from apps.tenants.models import Domain, PhoneNumber, Restaurant
from apps.tenants.scope import Place
from tests.tenants.raw import ask, refused

WITHOUT_RESTAURANT = {"users", "webhook_deliveries", "tenants", "audit_heads"}
"""Their rows are somebody's by another way than a column: membership, endpoint, their own key."""


@pytest.fixture
def sakura_has_everything(sakura: Place) -> Place:
    """A row of Sakura's in every public table that holds restaurants' rows."""
    Domain.objects.create(tenant_id=sakura.id, domain="sakura.test")
    yuki = User.objects.get(email="yuki@sakura.test")
    machine_keys.new(sakura, label="till", role=Role.STAFF_VIEWER, by=yuki)
    audit.record("sign_in", actor="yuki@sakura.test", place=sakura)
    outbox.add("nothing", key="sakura's", place=sakura)
    endpoint, _ = webhooks.add(sakura, url="https://hooks.example.com/sakura")
    webhooks.test(endpoint)
    now = timezone.now()
    tokens.begin(yuki, restaurant="sakura", now=now)
    Invitation.objects.create(
        restaurant_id=sakura.id, email="new@sakura.test", role=Role.STAFF_VIEWER, invited_by=yuki,
        sent_at=now, expires_at=now,
    )  # fmt: skip
    Erasure.objects.create(restaurant_id=sakura.id, number_digest="x", by="yuki@sakura.test", erased_at=now)
    Export.objects.create(restaurant_id=sakura.id, by="yuki@sakura.test")
    for table in lock.PUBLIC_TABLES:
        assert ask(f"SELECT count(*) FROM {table}") > [(0,)], table
    return sakura


# ---- its own, and nobody else's ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {}.orders",
        "UPDATE {}.menu_items SET name = 'x'",
        "DELETE FROM {}.orders",
        "INSERT INTO {}.menu_version VALUES (2, 2)",
        "SELECT nextval('{}.menu_items_id_seq')",
    ],
)
def test_another_schema_is_closed_to_a_raw_statement(sakura: Place, in_bella: Place, statement: str) -> None:
    with refused(f"permission denied for schema {sakura.schema}"):
        ask(statement.format(sakura.schema))


@pytest.mark.parametrize("table", lock.PUBLIC_TABLES)
def test_no_row_of_another_restaurant_is_seen(sakura_has_everything: Place, in_bella: Place, table: str) -> None:
    whose = {
        "tenants": "id = %s",
        "audit_heads": "chain = %s",
        "tenant_domains": "tenant_id = %s",
        "users": "email = 'yuki@sakura.test' OR %s IS NULL",
        "webhook_deliveries": "endpoint_id IN (SELECT id FROM webhook_endpoints WHERE restaurant_id = %s)",
    }.get(table, "restaurant_id = %s")
    count = f"SELECT count(*) FROM public.{table} WHERE {whose}"
    assert ask(count, sakura_has_everything.id) == [(0,)]
    with scope.public():
        assert ask(count, sakura_has_everything.id) > [(0,)]


@pytest.mark.parametrize("table", ["memberships", "api_keys", "outbox", "webhook_endpoints", "webhook_deliveries"])
def test_no_row_of_another_restaurant_is_changed_or_deleted(
    sakura_has_everything: Place, in_bella: Place, table: str
) -> None:
    with scope.public():
        before = sorted(ask(f"SELECT {table}::text FROM {table}"))
        mine = ask("SELECT count(*) FROM memberships WHERE restaurant_id = %s", in_bella.id)[0][0]
    changed = ask(f"UPDATE {table} SET id = id")
    assert changed == [(mine if table == "memberships" else 0,)]
    if "DELETE" in lock.PUBLIC_TABLES[table] and table != "memberships":
        assert ask(f"DELETE FROM {table}") == [(0,)]
    with scope.public():
        assert sorted(ask(f"SELECT {table}::text FROM {table}")) == before


def test_no_row_can_be_written_for_another_restaurant(sakura_has_everything: Place, in_bella: Place) -> None:
    theirs = sakura_has_everything.id
    with scope.public():
        ana, endpoint = User.objects.get(email="ana@bella.test"), Endpoint.objects.get(restaurant_id=theirs)
    rows: list[tuple[Any, dict[str, Any]]] = [
        (Work, {"restaurant_id": theirs, "kind": "x", "key": "forged"}),
        (Work, {"restaurant_id": None, "kind": "x", "key": "nobody's"}),
        (AuditEntry, {"restaurant_id": theirs, "actor": "forged", "action": "x"}),
        (AuditEntry, {"restaurant_id": None, "actor": "forged", "action": "x"}),
        (Membership, {"restaurant_id": theirs, "user_id": ana.pk, "role": Role.RESTAURANT_ADMIN.value}),
        (ApiKey, {"restaurant_id": theirs, "label": "x", "prefix": "x", "digest": "x", "role": "StaffViewer"}),
        (Endpoint, {"restaurant_id": theirs, "url": "https://x.example.com", "secret": "x"}),
        (Delivery, {"endpoint_id": endpoint.pk, "event_id": "forged", "type": "x", "body": "x", "state": "dead"}),
    ]
    for model, values in rows:
        with refused("row-level security"):
            model.objects.create(**values)


def test_a_row_of_ones_own_cannot_be_given_away(sakura: Place, in_bella: Place) -> None:
    outbox.add("nothing", key="bella's", place=in_bella)
    with refused("row-level security"):
        Work.objects.filter(key="bella's").update(restaurant_id=sakura.id)
    assert Work.objects.filter(key="bella's").count() == 1


def test_who_is_who_is_settled_outside(sakura: Place, in_bella: Place) -> None:
    assert list(Restaurant.objects.values_list("slug", flat=True)) == ["bella-napoli"]
    for write in (
        "UPDATE tenants SET name = 'x'",
        "UPDATE phone_numbers SET number = '+15125550999'",
        "DELETE FROM tenant_domains",
        "UPDATE users SET email = 'x'",
        "UPDATE audit_entries SET actor = 'x'",
        "DELETE FROM audit_entries",
        "DELETE FROM api_keys",
        "TRUNCATE audit_entries",
        "TRUNCATE orders",
        "CREATE TABLE mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE outbox DISABLE ROW LEVEL SECURITY",
        "DROP POLICY its_own ON outbox",
        f"DROP ROLE {lock.role_of(sakura.id)}",
        "COPY users TO PROGRAM 'cat'",
        "DO $$ BEGIN RESET ROLE; END $$",
    ):
        with refused("permission denied|must be owner|not for statements"):
            ask(write)


def test_members_are_seen_but_not_their_password_hashes(in_bella: Place) -> None:
    seen = User.objects.only("email").values_list("email", flat=True)
    assert sorted(seen) == ["ana@bella.test", "sam@bella.test"]
    for column in ("password", "is_superuser", "access_version"):
        with refused("permission denied for table users"):
            ask(f"SELECT {column} FROM users")


def test_sessions_tokens_and_schedules_are_closed(in_bella: Place) -> None:
    for table in ("django_session", "second_factors", "django_admin_log", "owners", "auth_group",
                  "django_celery_beat_periodictask"):  # fmt: skip
        with refused(f"permission denied for table {table}"):
            ask(f"SELECT * FROM public.{table}")
    with refused("permission denied"):
        list(Session.objects.all())


def test_its_own_rows_are_read_and_written_as_ever(in_bella: Place) -> None:
    StaffContact.objects.create(name="Rosa", number="+15125550100")
    assert StaffContact.objects.filter(name="Rosa").update(name="Rosalia") == 1
    assert StaffContact.objects.filter(name="Rosalia").delete()[0] == 1
    audit.record("numbers.view", actor="ana@bella.test", place=in_bella)
    assert AuditEntry.objects.get(action="numbers.view").actor == "ana@bella.test"
    endpoint, _ = webhooks.add(in_bella, url="https://hooks.example.com/bella")
    webhooks.test(endpoint)
    assert Delivery.objects.count() == Work.objects.filter(kind="webhook.deliver").count() == 1
    assert PhoneNumber.objects.get().number == "+15125550101"


# ---- the catalogue, walked -----------------------------------------------------------------------------


def test_every_public_table_is_in_the_list_or_closed(bella: Place) -> None:
    granted = ask(
        "SELECT relname, has_table_privilege(%s, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') "
        "OR has_any_column_privilege(%s, oid, 'SELECT, INSERT, UPDATE, REFERENCES') FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') "
        "AND relkind <> 'S' ORDER BY 1",
        *[lock.role_of(bella.id)] * 2,
    )
    assert len(granted) > 25
    assert {table for table, open_ in granted if open_} == set(lock.PUBLIC_TABLES)


def test_every_right_is_as_listed_and_no_other(bella: Place) -> None:
    for table, rights in lock.PUBLIC_TABLES.items():
        whole = set(re.findall(r"[A-Z]+(?! *\()(?=,|$)", rights))
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            has = ask("SELECT has_table_privilege(%s, %s, %s)", lock.role_of(bella.id), f"public.{table}", right)
            assert has == [(right in whole,)], (table, right)


def test_every_open_table_has_row_security_with_a_policy_for_reading_and_writing(bella: Place) -> None:
    found = {
        table: (on, policies)
        for table, on, policies in ask(
            "SELECT relname, relrowsecurity, (SELECT array_agg(polcmd::text) FROM pg_policy WHERE polrelid = c.oid) "
            "FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
    }
    for table in lock.PUBLIC_TABLES:
        assert found[table] == (True, ["*"]), table


def test_every_table_with_a_restaurants_rows_is_in_the_list(bella: Place) -> None:
    """A new one without an entry fails here: say in lock.PUBLIC_TABLES what a restaurant may do with it."""
    pointing = ask(
        "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (column_name = 'restaurant_id' OR column_name = 'tenant_id')"
    )
    assert {table for (table,) in pointing} | WITHOUT_RESTAURANT == set(lock.PUBLIC_TABLES)


def test_a_restaurants_role_can_neither_sign_in_nor_do_anything_special(bella: Place) -> None:
    assert (
        ask(
            "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles "
            "WHERE rolname IN (%s, %s)",
            lock.role_of(bella.id),
            lock.group(),
        )
        == [(False,) * 6] * 2
    )
    assert ask("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", lock.role_of(bella.id)) == [(0,)]


# ---- leaving by a statement ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "RESET ROLE",
        "SET ROLE {other}",
        "SELECT 1; RESET ROLE; SELECT * FROM {schema}.orders",
        "SELECT 1 -- ;\n; reset role",
        "SET SESSION AUTHORIZATION DEFAULT",
        "DISCARD ALL",
        "ROLLBACK",
        "SELECT set_config('role', 'none', false)",
        "UPDATE pg_settings SET setting = 'none' WHERE name = 'role'",
    ],
)
def test_no_statement_leaves_the_restaurant(sakura: Place, in_bella: Place, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="inside a restaurant"):
        ask(statement.format(other=lock.role_of(sakura.id), schema=sakura.schema))
    assert ask("SELECT current_user::text") == [(lock.role_of(in_bella.id),)]


def test_no_query_that_hides_its_words_changes_the_role_either(in_bella: Place) -> None:
    for hidden in ("SELECT ts_stat('select set_' || 'config(''role'', ''none'', false)::tsvector')",):
        with refused("permission denied for function set_config"):
            ask(hidden)
    assert ask("SELECT current_user::text") == [(lock.role_of(in_bella.id),)]


def test_a_temporary_table_does_not_stand_in_for_a_public_one(bella: Place) -> None:
    with scope.enter(bella):
        ask("SELECT 'planted' AS email INTO TEMPORARY users")
    assert User.objects.filter(email="ana@bella.test").exists()
    assert not User.objects.filter(email="planted").exists()
