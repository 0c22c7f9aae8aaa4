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
BROKEN = [
    ("orders_total_adds_up", "UPDATE orders SET total = total - 1"),
    ("orders_total_adds_up", "UPDATE orders SET tax_included = true"),
    ("orders_not_negative", "UPDATE orders SET tax = -1, total = subtotal - 1"),
    ("orders_status", "UPDATE orders SET status = 'eaten'"),
    ("orders_number_e164", "UPDATE orders SET customer_number = '555-0101'"),
    ("orders_number_once_a_day", COPY.format(number="number", key="'other'")),
    ("orders_key", COPY.format(number="99", key="key")),
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
