"""Whole conversations with the embedded model: what it asks, which tools it calls, and when it commits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from apps.llm.embedded import model
from apps.llm.messages import Message, Request, ToolCall
from apps.menu.card import Card, Group, Item, Option
from tests.llm.embedded_cast import CARD, TOOLS, House, Talk


def quoted(*said: str) -> Talk:
    """A conversation in which one teskin for Kim has just been read back."""
    talk = Talk()
    for each in said or ("a teskin", "that's all", "Kim"):
        talk.say(each)
    assert talk.read is not None
    return talk


def test_an_order_is_placed_after_a_yes_to_its_read_back_and_the_call_ends_politely() -> None:
    talk = quoted()
    answer = talk.say("yes that's right")
    assert "number seven" in answer
    assert "twelve dollars and fifty cents" in answer
    assert "twelve twenty five p m" in answer
    assert len(talk.house.orders) == 1
    talk.say("no thanks bye")
    assert talk.ended == "end_call"


@pytest.mark.parametrize("said", ["hmm", "what", "maybe", "yes but add an ilmo", "no", "it's five dollars right?"])
def test_nothing_is_placed_without_a_plain_yes(said: str) -> None:
    talk = quoted()
    talk.say(said)
    assert talk.house.orders == []
    assert not any("confirm_version" in call.arguments for call in talk.calls)


def test_a_change_after_the_read_back_is_read_back_again_and_only_that_is_placed() -> None:
    talk = quoted()
    assert "version 2" in talk.say("no make that two")
    assert "version 3" in talk.say("and add an ilmo")
    talk.say("yes")
    assert [line["quantity"] for line in talk.house.orders[0]["lines"]] == [2, 1]


def test_a_yes_that_comes_later_gets_a_new_read_back_first() -> None:
    talk = quoted()
    talk.say("no")
    assert "version 2" in talk.say("actually it's fine")
    talk.say("yes")
    assert len(talk.house.orders) == 1


def test_a_yes_is_never_read_as_an_order() -> None:
    dusts = Group("dust", "Dust", options=(Option("dust-9", "double"),))
    talk = Talk(Card(items=(Item("zorbel", "Zorbel", "Flumps", Decimal(5), groups=(dusts,)),)))
    for each in ("a zorbel", "that's all", "Kim", "everything looks great, thanks for double checking"):
        talk.say(each)
    assert [line["modifiers"] for line in talk.house.orders[0]["lines"]] == [[]]


def test_a_caller_who_is_not_understood_at_the_read_back_is_offered_a_person_and_then_put_through() -> None:
    talk = quoted()
    answers = [talk.say("grumble grumble") for _ in range(3)]
    assert answers[1].endswith("Right?")
    assert answers[2].endswith("Would you like me to get a person on the line?")
    assert talk.say("yes").endswith("put you through.") or talk.ended == "transfer_call"
    assert talk.house.orders == []


def test_a_refused_commit_is_read_back_again() -> None:
    talk = quoted()
    talk.house.refuse["create_order"] = "The order has changed since."
    assert "version 2" in talk.say("yes")
    talk.say("yes")
    assert len(talk.house.orders) == 1


def test_a_refusal_of_the_kitchen_is_said_word_for_word_and_the_rest_goes_on() -> None:
    talk = Talk(house=House(CARD, refuse={"create_order": "I'm sorry, Teskin is sold out right now."}))
    for said in ("a teskin and an ilmo", "that's all"):
        talk.say(said)
    answer = talk.say("Kim")
    assert "I'm sorry, Teskin is sold out right now." in answer
    talk.say("no thanks")
    assert talk.lines == ["1 ilmo"]


def test_a_later_pickup_that_is_offered_can_be_taken() -> None:
    late = "I'm sorry, it's too late for that. We open again tomorrow at eleven a m. Would you like it then?"
    talk = Talk(house=House(CARD, refuse={"create_order": late}))
    talk.say("a teskin")
    talk.say("that's all")
    assert talk.say("Kim") == late
    assert "version 1" in talk.say("yes please")
    assert talk.calls[-1].arguments["pickup_at"] == "2026-03-13T11:00"
    talk.say("yes")
    assert len(talk.house.orders) == 1


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("it's John", "John"),
        ("John Smith", "John Smith"),
        ("uh the name is Maria please", "Maria"),
        ("j o h n", "John"),
        ("John Smith, that's S M Y T H", "John Smyth"),
        ("my name is john smith, s m y t h", "John Smyth"),
        ("put it under Smith, S as in Sam, M, Y, T, H", "Smyth"),
        ("Eric with a k", "Erik"),
        ("kilo alpha tango echo", "Kate"),
        ("Mike", "Mike"),
        ("put it under garcia", "Garcia"),
    ],
)
def test_names_are_taken_as_they_are_said(said: str, name: str) -> None:
    talk = Talk()
    talk.say("a teskin")
    talk.say("that's all")
    talk.say(said)
    assert talk.calls[-1].arguments["customer_name"] == name


def test_words_of_the_menu_are_no_name_while_something_else_is_asked() -> None:
    talk = Talk()
    talk.say("a teskin")
    talk.say("ilmo")
    assert "name" in talk.say("that's all").lower()


def test_an_edit_in_place_of_the_name_is_an_edit() -> None:
    talk = Talk()
    talk.say("a teskin")
    talk.say("that's all")
    assert "name" in talk.say("oh and add an ilmo").lower()
    talk.say("Kim")
    assert talk.lines == ["1 teskin", "1 ilmo"]


def test_facts_come_from_the_tool() -> None:
    talk = Talk()
    assert "eleven a m to ten p m" in talk.say("what time do you close today")
    assert "12 Main Street" in talk.say("and where are you located")
    assert "free parking" in talk.say("is there parking")
    assert [call.name for call in talk.calls] == ["get_context"]


def test_menu_questions_are_answered_from_data_and_order_nothing() -> None:
    talk = Talk()
    answer = talk.say("what flumps do you have")
    assert "Zorbel" in answer
    assert "Teskin" in answer
    assert "seven dollars and fifty cents" in talk.say("how much is the teskin")
    assert "Garnip Tart" in talk.say("do you have anything vegetarian")
    assert {call.name for call in talk.calls} == {"search_menu"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("does the drobe salve have nuts", "may contain nuts"),
        ("does the drobe salve contain dairy", "contains milk"),
        ("is the teskin gluten free", "no information about gluten"),
    ],
)
def test_allergy_answers_are_contains_may_contain_or_unknown_and_offer_a_person(said: str, told: str) -> None:
    answer = Talk().say(said)
    assert told in answer
    assert "person" in answer
    assert "safe" not in answer
    assert "free from" not in answer


def test_a_person_is_fetched_on_request() -> None:
    talk = Talk()
    talk.say("can i speak to a manager please")
    assert talk.ended == "transfer_call"


def test_a_tool_that_is_not_offered_is_not_called() -> None:
    request = Request(messages=[Message(role="user", content="can i speak to a person")], tools=[])
    assert model.generate(request, card=CARD).type == "text"


def test_it_says_that_it_is_an_ai() -> None:
    assert "AI" in Talk().say("am i talking to a robot? are you a real person?")


def test_in_an_emergency_it_says_to_call_911() -> None:
    assert "911" in Talk().say("help there's a fire")


def test_apologies_vary_ask_again_and_then_offer_a_person() -> None:
    talk = Talk()
    talk.say("a zorbel")
    answers = [talk.say("blarg the fnord of mine is quite") for _ in range(3)]
    assert len(set(answers)) == 3
    assert "size" in answers[0].lower()
    assert "person" in answers[2]


def test_a_size_that_is_never_told_ends_with_the_offer_of_a_person_and_not_in_a_loop() -> None:
    talk = Talk()
    talk.say("a quandry")
    answers = [talk.say("that's all thanks") for _ in range(3)]
    assert "leave the Quandry Flump out?" in answers[1]
    assert "person" in answers[2]
    talk.say("yes please")
    assert talk.ended == "transfer_call"


def test_a_dish_nobody_ordered_can_be_left_out_and_the_rest_stays() -> None:
    talk = Talk()
    talk.say("an ilmo and a quandry")
    talk.say("that's all")
    assert talk.say("that's everything") == "Shall I leave the Quandry Flump out?"
    assert "taken that off" in talk.say("yes leave it out")
    talk.say("that's all")
    talk.say("for zara")
    assert talk.lines == ["1 ilmo"]


def test_what_else_is_ordered_while_a_question_is_open_is_told_before_it_is_asked_again() -> None:
    talk = Talk()
    talk.say("a quandry")
    answer = talk.say("and two ilmos")
    assert answer.startswith("Two Ilmo. Which size")


def test_a_table_is_booked_step_by_step() -> None:
    talk = Talk()
    assert "how many" in talk.say("i'd like to book a table").lower()
    assert "name" in talk.say("for four people tomorrow at 7")
    talk.say("Smith")
    held = talk.calls[-1].arguments
    assert (held["party_size"], held["starts_at"], held["name"]) == (4, "2026-03-13T19:00", "Smith")
    assert "K 7" in talk.say("yes please")
    assert len(talk.house.bookings) == 1
    talk.say("thanks bye")
    assert talk.ended == "end_call"


def test_another_models_order_is_taken_over() -> None:
    """A fall-back in the middle of a call goes on with what was sent to the tools."""
    lines = [{"item_id": "teskin", "quantity": 2, "modifiers": [{"option_id": "dust-1", "amount": "extra"}]}]
    call = ToolCall(id="c1", name="create_order", arguments={"lines": lines, "customer_name": "Kim"})
    messages = [
        Message(role="user", content="the usual thing I was telling you about"),
        Message(role="assistant", tool_calls=[call]),
        Message(
            role="tool",
            tool_call_id="c1",
            name="create_order",
            content=json.dumps({"status": "quoted", "cart_version": 4, "read_back": "Two. Right?"}),
        ),
        Message(role="assistant", content="Two. Right?"),
        Message(role="user", content="make it three"),
    ]
    response = model.generate(Request(messages=messages, tools=TOOLS), card=CARD)
    assert response.tool_call is not None
    assert response.tool_call.arguments["lines"][0]["quantity"] == 3
    assert response.tool_call.arguments["lines"][0]["modifiers"][0]["amount"] == "extra"


def test_the_same_request_gets_the_same_answer() -> None:
    request = Request(messages=[Message(role="user", content="two teskins")], tools=TOOLS)
    assert model.generate(request, card=CARD) == model.generate(request, card=CARD)


def test_a_name_nobody_asked_for_is_no_dish_that_is_missing() -> None:
    talk = Talk()
    assert "menu" not in talk.say("hello my name is sophia")
    talk.say("an ilmo")
    assert "name" not in talk.say("that's all")


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("what do you have under fifteen dollars?", {"query": "", "max_price": 15.0}),
        ("do you have zorbels for less than ten fifty?", {"query": "Zorbel", "max_price": 10.5}),
        ("anything cheaper than $5", {"query": "", "max_price": 5.0}),
    ],
)
def test_a_price_limit_narrows_the_search(said: str, arguments: dict[str, Any]) -> None:
    talk = Talk()
    talk.say(said)
    assert arguments.items() <= talk.calls[0].arguments.items()
