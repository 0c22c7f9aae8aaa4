"""What the database itself refuses, whatever code writes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from tests.orders.people import commit, quote

pytestmark = pytest.mark.django_db

COPY = (
    "INSERT INTO orders (id, number, day, status, cart_version, key, customer_name, customer_number, note, subtotal, "
    "tax, total, tax_included, currency, ready_at, confirmed_by, cancelled_reason) "
    "SELECT gen_random_uuid(), {number}, day, status, cart_version, {key}, customer_name, customer_number, note, "
    "subtotal, tax, total, tax_included, currency, ready_at, confirmed_by, cancelled_reason FROM orders"
)
PAYMENT = (
    "INSERT INTO payments (id, order_id, revision, provider, reference, link, amount, currency, state) "
    "SELECT gen_random_uuid(), id, 1, 'stripe', '', '', {amount}, 'USD', '{state}' FROM orders"
)
CHANGE = (
    "INSERT INTO order_changes (order_id, revision, key, before, confirmed_by, at) "
    "SELECT id, {revision}, '{key}', '{{}}', 'caller', now() FROM orders"
)
BROKEN = [
    ("orders_total_adds_up", "UPDATE orders SET total = total - 1"),
    ("orders_total_adds_up", "UPDATE orders SET tax_included = true"),
    ("orders_not_negative", "UPDATE orders SET tax = -1, total = subtotal - 1"),
    ("orders_status", "UPDATE orders SET status = 'eaten'"),
    ("orders_number_e164", "UPDATE orders SET customer_number = '555-0101'"),
    ("orders_number_once_a_day", COPY.format(number="number", key="'other'")),
    ("orders_key", COPY.format(number="99", key="key")),
    ("orders_payment", "UPDATE orders SET payment = 'cash'"),
    ("orders_revision", "UPDATE orders SET revision = 0"),
    ("settings_prep_override_ends", "UPDATE restaurant_settings SET prep_minutes_override = 45"),
    ("settings_guest_changes", "UPDATE restaurant_settings SET guest_changes_until = 'ready'"),
    ("settings_pay_minutes", "UPDATE restaurant_settings SET pay_minutes = 0"),
    ("payments_amount", PAYMENT.format(amount=0, state="asked")),
    ("payments_state", PAYMENT.format(amount=1, state="maybe")),
    (
        "payments_once_a_revision",
        PAYMENT.format(amount=1, state="asked") + ";" + PAYMENT.format(amount=1, state="void"),
    ),
    ("order_changes_revision_once", CHANGE.format(revision=2, key="a") + ";" + CHANGE.format(revision=2, key="b")),
    ("order_changes_key", CHANGE.format(revision=2, key="a") + ";" + CHANGE.format(revision=3, key="a")),
    ("order_changes_revision", CHANGE.format(revision=1, key="a")),
    ("order_lines_quantity", "UPDATE order_lines SET quantity = 0, total = 0"),
    ("order_lines_total_adds_up", "UPDATE order_lines SET quantity = quantity + 1"),
    ("order_lines_position_once", "UPDATE order_lines SET position = 0"),
    ("order_lines_order", "UPDATE order_lines SET order_id = gen_random_uuid()"),
    ("order_modifiers_amount", "UPDATE order_line_modifiers SET amount = 'plenty'"),
    ("order_modifiers_side", "UPDATE order_line_modifiers SET side = 'top'"),
    ("menu_items_price", "UPDATE menu_items SET price = -1"),
    ("menu_modifiers_price", "UPDATE menu_modifiers SET price = -1"),
    ("menu_modifier_groups_min_max", "UPDATE menu_modifier_groups SET minimum = 3, maximum = 2"),
    ("menu_items_sold_out", "UPDATE menu_items SET sold_out = false, sold_out_until = now()"),
    ("menu_item_variants_one_default", 'UPDATE menu_item_variants SET "default" = true'),
    ("numeric field overflow", "UPDATE menu_items SET price = 123456789.00"),
]


@pytest.mark.parametrize(("constraint", "statement"), BROKEN)
def test_the_database_refuses(in_bella: Any, constraint: str, statement: str) -> None:
    commit(in_bella, quote(in_bella).version)
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        run(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


def run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
