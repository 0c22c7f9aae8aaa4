"""'Where is my order?', and changing it: by number and name, never by guessing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.calls.models import Ticket
from apps.orders import lifecycle, lookups
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.ticket import as_text
from apps.tools.registry import ToolError
from tests.tools.test_live import NOW, Line


@pytest.fixture
def line(in_bella: Any) -> Line:
    return Line(in_bella)


def order(line: Line, **more: Any) -> dict[str, Any]:
    version = line.run("create_order", lines=[line.lasagna()], customer_name="Kate Bush", **more)["cart_version"]
    return line.run("create_order", confirm_version=version, yes=version)


def status(line: Line, **more: Any) -> str:
    return str(line.run("order_status", number=1, name="Kate", **more)["words"])


def refused(line: Line, tool: str, **more: Any) -> str:
    with pytest.raises(ToolError) as raised:
        line.run(tool, **more)
    return str(raised.value)


def test_where_an_order_is_is_said_in_words_at_every_step(line: Line) -> None:
    order(line)
    assert status(line) == "The kitchen has it, and it will be ready at twelve twenty p m."
    late = NOW + timedelta(minutes=25)
    assert status(line, now=late) == "The kitchen has it, and it will be ready any minute now."
    row = Order.objects.get()
    for step, words in [
        ("preparing", "It is being made, and will be ready at twelve twenty p m."),
        ("ready", "It is ready. You can pick it up."),
        ("picked_up", "It was picked up."),
    ]:
        lifecycle.advance(row.pk, to=step, by="sam@bella.test", place=line.place, now=NOW)
        assert status(line) == words


def test_a_planned_order_names_its_day_and_a_cancelled_one_says_so(line: Line) -> None:
    order(line, pickup_at="2026-11-24T18:00")
    assert status(line) == "It is planned, and will be ready tomorrow at six p m."
    line.run("cancel_order", number=1, name="Kate")
    assert status(line) == "It was cancelled."


def test_an_unknown_number_and_a_wrong_name_are_one_answer(line: Line) -> None:
    order(line)
    wrong_name = refused(line, "order_status", number=1, name="Nick")
    unknown = refused(line, "order_status", number=77, name="Kate")
    assert wrong_name == unknown == "I can't find an order with that number and name."


@pytest.mark.parametrize("tool", ["order_status", "cancel_order", "change_order"])
def test_whoever_guesses_is_offered_a_person_and_finds_nothing_more(line: Line, tool: str) -> None:
    order(line)
    for name in ("Nick", "Joni", "Leonard")[: lookups.MOST_MISSED]:
        assert refused(line, tool, number=1, name=name).startswith("I can't find")
    for name in ("Kate", "Nick"):
        assert "put you through to someone" in refused(line, tool, number=1, name=name)
    assert Order.objects.get().status == "new"
    later = NOW + lookups.FORGOTTEN_AFTER
    assert line.run("order_status", number=1, name="Kate", now=later)["number"] == 1


def test_misses_of_long_ago_are_forgotten_and_finding_one_forgives_none(line: Line) -> None:
    order(line)
    for minutes in (0, 20, 40, 60):
        said = refused(line, "order_status", number=9, name="Kate", now=NOW + timedelta(minutes=minutes))
        assert said.startswith("I can't find")
    later = NOW + timedelta(minutes=61)
    for _ in range(lookups.MOST_MISSED - 1):
        assert line.run("order_status", number=1, name="Kate", now=later)["number"] == 1
        refused(line, "order_status", number=9, name="Kate", now=later)
    assert "put you through" in refused(line, "order_status", number=1, name="Kate", now=later)


def test_another_call_may_still_ask(line: Line) -> None:
    order(line)
    for _ in range(lookups.MOST_MISSED):
        refused(line, "order_status", number=9, name="Kate")
    line.call.pk = None
    line.call.carrier_sid = "CA2"
    line.call.id = type(line.call)().id
    line.call.save(force_insert=True)
    assert line.run("order_status", number=1, name="Kate")["number"] == 1


def test_an_order_is_changed_with_the_callers_yes_and_never_without(line: Line) -> None:
    order(line)
    wanted = [{**line.lasagna(), "quantity": 3}]
    quoted = line.run("change_order", number=1, name="bush", lines=wanted)
    assert list(quoted) == [
        "status", "cart_version", "lines", "subtotal", "tax", "total", "ready_at", "read_back",
    ]  # fmt: skip
    version = quoted["cart_version"]
    for tool in ("change_order", "create_order"):
        assert "your yes" in refused(line, tool, confirm_version=version)
    changed = line.run("change_order", confirm_version=version, yes=version)
    assert changed == line.run("create_order", confirm_version=version, yes=version)
    assert changed == {"status": "changed", "number": 1, "total": quoted["total"], "ready_at": quoted["ready_at"]}
    assert Order.objects.get().lines.get().quantity == 3


def test_what_is_begun_is_passed_on_to_staff_at_the_quote_and_at_the_yes(line: Line) -> None:
    order(line)
    version = line.run("change_order", number=1, name="Kate", lines=[line.lasagna()])["cart_version"]
    lifecycle.advance(Order.objects.get().pk, to="preparing", by="sam@bella.test", place=line.place, now=NOW)
    said = "Order 1 is already being made, so I can't change it any more. I'll let them know."
    for _ in range(2):
        assert refused(line, "change_order", number=1, name="Kate", lines=[line.lasagna()]) == said
    assert refused(line, "create_order", confirm_version=version, yes=version) == said
    told = list(Ticket.objects.filter(type="callback").values_list("summary", "callback_number"))
    assert len(told) == 2
    assert all("Order 1 is already being made" in summary and number == "+15125550188" for summary, number in told)


def test_a_change_needs_a_number_a_name_and_lines_and_stays_below_the_caps(line: Line) -> None:
    order(line)
    assert "number of the order" in refused(line, "change_order", lines=[line.lasagna()])
    assert "number of the order" in refused(line, "change_order", number=1, name=" ", lines=[line.lasagna()])
    assert "whole order" in refused(line, "change_order", number=1, name="Kate")
    refused(line, "change_order", number=1, name="Kate", lines=[{**line.lasagna(), "quantity": 18_000}])
    assert Ticket.objects.get().type == "large_order"


# ---- case 15 --------------------------------------------------------------------------------------------


def banners(row: Order) -> list[str]:
    return list(orders.as_json(row)["banners"])


def test_case_15_an_allergy_in_the_note_is_read_back_and_is_a_banner(line: Line) -> None:
    quoted = line.run("create_order", lines=[line.lasagna()], customer_name="Kate", note="I can't have nuts.")
    assert "for Kate. For the kitchen: I can't have nuts. Your total" in quoted["read_back"]
    version = quoted["cart_version"]
    line.run("create_order", confirm_version=version, yes=version)
    row = Order.objects.get()
    assert (row.note, banners(row)) == ("I can't have nuts.", ["ALLERGY"])
    assert "*** ALLERGY ***" in as_text(orders.ticket_of(row, place=line.place))


@pytest.mark.parametrize("note", ["", "ring the bell"])
def test_case_15_what_the_model_left_out_reaches_the_kitchen_all_the_same(line: Line, note: str) -> None:
    line.overheard = "my son is allergic to peanuts"
    order(line, note=note)
    row = Order.objects.get()
    assert row.note == "; ".join(filter(None, (note, "my son is allergic to peanuts")))
    assert banners(row) == ["ALLERGY"]


def test_what_the_model_passed_on_is_not_said_twice(line: Line) -> None:
    line.overheard = "my son is allergic to peanuts"
    order(line, note="peanut allergy")
    assert Order.objects.get().note == "peanut allergy"


def test_a_change_keeps_the_allergy_and_adds_another(line: Line) -> None:
    order(line, note="peanut allergy")
    for note, expected in (("", "peanut allergy"), ("no shellfish", "peanut allergy; no shellfish")):
        version = line.run("change_order", number=1, name="Kate", lines=[line.lasagna()], note=note)["cart_version"]
        line.run("change_order", confirm_version=version, yes=version)
        assert Order.objects.get().note == expected


def test_what_stands_on_an_order_is_told_as_it_would_be_asked_for_again(line: Line) -> None:
    order(line)
    lines = line.run("order_status", number=1, name="Kate")["lines"]
    assert lines == [{**line.lasagna(), "variant_id": None, "quantity": 1, "modifiers": [], "note": ""}]
    quoted = line.run("change_order", number=1, name="Kate", lines=[{**lines[0], "quantity": 2}])
    assert "two Lasagna" in quoted["read_back"]


def test_what_left_the_menu_is_not_told_by_halves(line: Line) -> None:
    order(line)
    Order.objects.get().lines.update(item_id="00000000-0000-0000-0000-000000000000")
    assert line.run("order_status", number=1, name="Kate")["lines"] == []
