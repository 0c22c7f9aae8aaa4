"""Why somebody rang, as lists of calls have it: by what was done, else by what was said."""

from __future__ import annotations

from typing import Any

import pytest

from apps.calls.blocking import ABUSIVE
from apps.calls.models import TICKET_TYPES
from apps.tools import registry
from apps.voice import reasons


def tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments, "result": {}, "ms": 1.0}


def said(*words: str) -> list[dict[str, Any]]:
    return [{"speaker": "caller", "text": each} for each in words]


def why(report: dict[str, Any]) -> str:
    return reasons.reason(report, kinds=frozenset(TICKET_TYPES), unwanted=frozenset(ABUSIVE))


@pytest.mark.parametrize(
    ("tools", "wanted"),
    [
        ([tool("search_menu"), tool("create_order"), tool("create_order")], "order"),
        ([tool("order_status"), tool("create_order")], "order_status"),
        ([tool("cancel_order")], "order_change"),
        ([tool("get_context"), tool("get_availability")], "reservation"),
        ([tool("find_reservation"), tool("cancel_reservation")], "reservation_change"),
        ([tool("get_context")], "question"),
        ([tool("create_ticket", type="catering")], "catering"),
        ([tool("create_ticket", type="other"), tool("search_menu")], "question"),
        ([tool("transfer_call", reason="complaint")], "complaint"),
        ([tool("transfer_call", reason="wants the chef")], "person"),
        ([tool("end_call", reason="robocall")], "unwanted"),
        ([tool("end_call", reason="goodbye")], "other"),
        ([{"name": "create_ticket", "arguments": None}], "other"),
    ],
)
def test_the_first_thing_that_was_asked_for_is_why_they_rang(tools: list[dict[str, Any]], wanted: str) -> None:
    assert why({"tools": tools, "turns": said("Hello.")}) == wanted


def test_what_was_refused_was_asked_for_all_the_same() -> None:
    refused = {**tool("create_order"), "result": {"error": "The kitchen is closed."}}
    assert why({"tools": [refused], "turns": said("A pizza.")}) == "order"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("Hi, do you have parking", "Thanks, bye"), "question"),
        (("Your dog, is it allowed?",), "question"),
        (("I just wanted to say thank you",), "other"),
        ((), ""),
    ],
)
def test_without_a_deed_the_words_tell_a_question_from_other_things(words: tuple[str, ...], wanted: str) -> None:
    assert why({"turns": said(*words)}) == wanted


def test_what_a_call_left_is_a_reason_where_no_tool_tells() -> None:
    assert why({"reservations": [{}], "turns": said("Yes.")}) == "reservation"
    assert why({}) == ""


def test_every_tool_has_its_place() -> None:
    named = {*reasons.DEEDS, *reasons.LOOKING_UP, "create_ticket", "transfer_call", "end_call"}
    assert set(registry.TOOLS) <= named
