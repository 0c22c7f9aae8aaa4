"""A placed order changed by talking: what is understood, which tools are called, and when. The menu means nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.llm.embedded import model
from apps.llm.messages import Request, Response, ToolCall, ToolSchema
from tests.llm.embedded_cast import CARD, TOOLS, House, Talk, brief

MORE = [ToolSchema(name=name) for name in ("order_status", "change_order", "cancel_order")]
STANDS = [
    {"item_id": "teskin", "quantity": 2, "modifiers": [{"option_id": "dust-4", "amount": "none"}]},
    {"item_id": "ilmo", "quantity": 1},
]


@dataclass
class Books(House):
    """A house that has one order on its books: number seven, for Kim."""

    stands: list[dict[str, Any]] = field(default_factory=lambda: list(STANDS))
    changed: list[dict[str, Any]] = field(default_factory=list)
    cancelled: int = 0

    def run(self, call: ToolCall) -> dict[str, Any]:
        given = call.arguments
        if call.name not in ("order_status", "change_order", "cancel_order") or call.name in self.refuse:
            return super().run(call)
        if "confirm_version" not in given and (given["number"], given["name"].lower()) != (7, "kim"):
            return {"error": "I can't find an order with that number and name."}
        if call.name == "order_status":
            return {"number": 7, "status": "new", "words": "The kitchen has it.", "lines": self.stands}
        if call.name == "cancel_order":
            self.cancelled += 1
            return {"number": 7, "status": "cancelled"}
        if "confirm_version" not in given:
            return self._quote(call) | {"status": "quoted", "cart_version": self.version}
        if self.yes != given["confirm_version"] or self.quoted is None:
            return {"error": "I still need your yes."}
        self.changed.append(self.quoted)
        return {"status": "changed", "number": 7, "total": "20.00", "ready_at": "2026-03-12T12:25:00-05:00"}


@dataclass
class Call(Talk):
    tools: list[ToolSchema] = field(default_factory=lambda: TOOLS + MORE)

    def __post_init__(self) -> None:
        self.house = self.house or Books(CARD)

    def ask(self) -> Response:
        return model.generate(Request(messages=self.messages, tools=self.tools), card=self.card)


def changed(*said: str) -> list[str] | None:
    """The order as it was changed to by these words and a yes; None when it was not."""
    call = Call()
    for each in (*said, "yes"):
        if not call.ended:
            call.say(each)
    assert isinstance(call.house, Books)
    assert not call.house.orders
    return [brief(line) for line in call.house.changed[-1]["lines"]] if call.house.changed else None


FOUND = ("I want to change the order I placed earlier", "number seven", "Kim")


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ((*FOUND, "add a garnip tart"), ["2 teskin none dust-4", "1 ilmo", "1 garnip"]),
        ((*FOUND, "make it three ilmos"), ["2 teskin none dust-4", "3 ilmo"]),
        ((*FOUND, "take off the ilmo"), ["2 teskin none dust-4"]),
        ((*FOUND, "extra vonnel on the teskin"), ["2 teskin extra dust-1 none dust-4", "1 ilmo"]),
        ((*FOUND, "a drobe salve instead of the ilmo"), ["2 teskin none dust-4", "1 drobe"]),
        ((*FOUND, "add a quandry", "grand"), ["2 teskin none dust-4", "1 ilmo", "1 quandry grand"]),
        (
            (*FOUND, "add a garnip tart", "no", "make it two garnip tarts"),
            ["2 teskin none dust-4", "1 ilmo", "2 garnip"],
        ),
        (("add a garnip tart to my order number seven please", "Kim"), ["2 teskin none dust-4", "1 ilmo", "1 garnip"]),
        ((*FOUND, "how much is the ilmo?", "drop the ilmo"), ["2 teskin none dust-4"]),
        ((*FOUND, "add a garnip tart", "uh", "hmm"), ["2 teskin none dust-4", "1 ilmo", "1 garnip"]),
        ((*FOUND, "no leave it as it is"), None),
        ((*FOUND, "that's all"), None),
        ((*FOUND, "add a garnip tart", "no", "no leave it"), None),
        ((*FOUND, "add a garnip tart", "what was that"), ["2 teskin none dust-4", "1 ilmo", "1 garnip"]),
        (("I want to change the order I placed earlier", "number nine", "Kim", "add a garnip tart"), None),
        (("I want to change the order I placed earlier", "number seven", "Joan", "add a garnip tart"), None),
    ],
)
def test_an_order_of_another_call(said: tuple[str, ...], lines: list[str] | None) -> None:
    assert changed(*said) == lines


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (("oh and add an ilmo",), ["1 teskin", "1 ilmo"]),
        (("actually make that two",), ["2 teskin"]),
        (("make the teskin without pelk",), ["1 teskin none dust-4"]),
        (("take the teskin off and add an ilmo",), ["1 ilmo"]),
        (("add an ilmo", "yes", "and also a garnip tart"), ["1 teskin", "1 ilmo", "1 garnip"]),
        (("no thanks",), None),
        (("what time do you close?",), None),
    ],
)
def test_the_order_of_this_call(said: tuple[str, ...], lines: list[str] | None) -> None:
    call = Call()
    for each in ("a teskin", "that's all", "Kim", "yes", *said, "yes"):
        if not call.ended:
            call.say(each)
    assert isinstance(call.house, Books)
    assert len(call.house.orders) == 1
    stored = [brief(line) for line in call.house.changed[-1]["lines"]] if call.house.changed else None
    assert stored == lines


def test_nothing_is_changed_without_a_yes_to_the_very_version() -> None:
    call = Call()
    for each in (*FOUND, "add a garnip tart", "and an ilmo"):
        call.say(each)
    assert [one.name for one in call.calls] == ["order_status", "change_order", "change_order"]
    call.say("yes")
    assert call.calls[-1].arguments == {"confirm_version": 2}


def test_what_is_open_is_asked_before_anything_is_priced() -> None:
    call = Call()
    for each in FOUND:
        call.say(each)
    assert call.say("add a quandry") == "Which size for the Quandry Flump: petite or grand?"
    assert [one.name for one in call.calls] == ["order_status"]


def test_the_orders_number_counts_no_dishes() -> None:
    call = Call(house=Books(CARD, stands=[{"item_id": "ilmo", "quantity": 1}]))
    call.say("change my order number seven please")
    assert call.say("Kim") == "So far it is one Ilmo. What would you like to change?"


def test_after_two_noes_it_stays_as_it_is() -> None:
    call = Call()
    for each in (*FOUND, "add a garnip tart"):
        call.say(each)
    assert call.say("no") == "Okay, what would you like to change?"
    assert call.say("no") == "Okay, it stays as it is. Anything else?"


def test_asking_what_more_would_cost_changes_nothing() -> None:
    call = Call()
    for each in ("a teskin", "that's all", "Kim", "yes"):
        call.say(each)
    assert "change" not in call.say("how much would it be to add an ilmo?")


def test_a_refusal_ends_it_and_a_new_order_starts_empty() -> None:
    late = "Order 7 is already being made, so I can't change it any more. I'll let them know."
    call = Call(house=Books(CARD, refuse={"change_order": late}))
    for each in FOUND:
        call.say(each)
    assert late in call.say("add a garnip tart")
    call.say("then I'd like an ilmo")
    call.say("that's all")
    assert call.lines == ["1 ilmo"]


def test_a_dish_that_ran_out_is_left_out_and_the_rest_is_changed() -> None:
    gone = "I'm sorry, Garnip Tart is sold out right now."
    call = Call(house=Books(CARD, refuse={"change_order": gone}))
    for each in (*FOUND, "add a garnip tart and drop the ilmo"):
        said = call.say(each)
    assert gone in said
    call.say("and two ilmos")
    assert call.lines == ["2 teskin none dust-4", "2 ilmo"]


def test_taking_everything_off_is_a_cancellation_that_is_asked_about() -> None:
    call = Call()
    for each in (*FOUND, "drop the teskins"):
        call.say(each)
    assert call.say("and take off the ilmo").endswith("Shall I cancel it?")
    call.say("yes")
    assert isinstance(call.house, Books)
    assert call.house.cancelled == 1
    assert not call.house.changed


def test_without_the_tool_or_the_lines_a_person_does_it() -> None:
    for call in (Call(tools=TOOLS), Call(house=Books(CARD, stands=[]))):
        for each in FOUND:
            if not call.ended:
                call.say(each)
        assert call.ended == "transfer_call"


@pytest.mark.parametrize("said", ["the usual please", "the same as last time", "what I had yesterday", "same again"])
def test_what_was_had_another_time_is_not_made_up(said: str) -> None:
    call = Call()
    assert call.say(said) == "I can't see what you had another time. What can I get for you?"
    assert not call.calls
