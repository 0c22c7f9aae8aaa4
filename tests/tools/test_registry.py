"""Tools are declared once: their schemas are flat, their table is the documentation, nothing undeclared gets in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from apps.accounts import permissions
from apps.tools.registry import TOOLS, table

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "get_context", "search_menu", "create_order", "get_availability", "create_reservation", "send_sms",
    "transfer_call", "create_ticket", "find_reservation", "change_reservation", "cancel_reservation",
    "join_waitlist", "order_status", "cancel_order", "change_order",
)  # fmt: skip


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for one in schema.values():
            yield from nodes(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from nodes(one)


def test_every_tool_of_the_contract_is_there_and_only_end_call_needs_a_live_call() -> None:
    assert set(TOOLS) == {*NAMES, "end_call"}
    assert [name for name, each in TOOLS.items() if each.live_only] == ["end_call"]


@pytest.mark.parametrize("name", [*NAMES, "end_call"])
def test_a_schema_is_flat_json_that_every_vendor_reads(name: str) -> None:
    schema = TOOLS[name].schema()
    text = json.dumps(schema.parameters)
    assert schema.name == name
    assert len(schema.description) > 20
    for word in ("$ref", "$defs", "anyOf", "null", '"title"'):
        assert word not in text
    assert schema.parameters["type"] == "object"
    assert schema.parameters["additionalProperties"] is False
    for node in nodes(schema.parameters):
        if "required" in node:
            assert set(node["required"]) <= set(node["properties"])
    for argument in schema.parameters["properties"].values():
        assert "type" in argument


@pytest.mark.parametrize("name", NAMES)
def test_no_tool_takes_prices_discounts_restaurants_or_numbers_to_dial(name: str) -> None:
    words = json.dumps(TOOLS[name].schema().parameters["properties"])
    for argument in ("discount", "total", "restaurant_id", "tenant", "transfer_to", "schema"):
        assert f'"{argument}"' not in words
    if name != "search_menu":
        assert "price" not in words


def test_lines_are_described_within_the_schema() -> None:
    line = TOOLS["create_order"].schema().parameters["properties"]["lines"]["items"]
    assert line["required"] == ["item_id"]
    assert line["additionalProperties"] is False
    option = line["properties"]["modifiers"]["items"]["properties"]
    assert option["amount"]["enum"] == ["none", "light", "regular", "extra"]
    assert option["side"]["enum"] == ["whole", "left", "right"]


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_has_a_permission_of_the_table_and_an_effect(name: str) -> None:
    assert TOOLS[name].permission in permissions.TABLE
    assert TOOLS[name].effect in ("read", "write", "terminal")


def test_the_documentation_is_the_registry() -> None:
    assert (ROOT / "docs/tools.md").read_text().endswith(table())


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "pizza", "discount": 5},
        {"query": "piz\x00za"},
        {"query": "pizza", "dietary": ["vegan", "\x00"]},
        {"query": "pizza", "limit": 0},
        {"query": "pizza", "max_price": -1},
        {"query": ["pizza"]},
        {"query": "\ud800"},
        {"query": "x" * 201},
        {},
    ],
)
def test_what_was_not_declared_or_cannot_be_kept_is_malformed(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TOOLS["search_menu"].check(arguments)


def test_what_a_price_limit_may_be() -> None:
    for given in (12, "12.50", 12.5, None):
        TOOLS["search_menu"].check({"query": "pizza", "max_price": given})
