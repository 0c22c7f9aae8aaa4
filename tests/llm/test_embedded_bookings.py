"""Bookings held with the embedded model over the tools' answers, and cases evaluated through the same folding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.llm.embedded.evaluation import bookings
from apps.llm.messages import ToolCall
from tests.llm.embedded_cast import CARD, House, Talk

TOMORROW = "2026-03-13T"


@dataclass
class Book(House):
    """A house whose book is full at some times, and has others free."""

    full: frozenset[str] = frozenset()
    free: list[str] = field(default_factory=list)

    def run(self, call: ToolCall) -> dict[str, Any]:
        if call.name == "create_reservation" and call.arguments.get("starts_at") in self.full:
            return {"status": "waitlist_offered", "reason": "We are full then."}
        if call.name == "get_availability":
            return {"available": False, "slots": [], "alternatives": self.free, "reason": "There is nothing then."}
        return super().run(call)


def call(*said: str, full: str = "", free: tuple[str, ...] = ()) -> Talk:
    """These words, with tomorrow's tables at `full` taken and at `free` to be had."""
    house = Book(CARD, full=frozenset({TOMORROW + full}), free=[f"{TOMORROW}{at}:00-05:00" for at in free])
    talk = Talk(CARD, house)
    for each in said:
        talk.say(each)
    return talk


def booked(talk: Talk) -> list[str]:
    """ "2 2026-03-13T19:00 Kim" """
    return [f"{one['party_size']} {one['starts_at']} {one['name']}" for one in talk.house.bookings]


WANTED = ("a table for 2 tomorrow at 7", "Kim")


@pytest.mark.parametrize(
    ("answer", "at"),
    [("the first one", "18:30"), ("the later one please", "20:00"), ("eight", "20:00"), ("eight p m", "20:00"),
     ("how about six thirty", "18:30")],
)  # fmt: skip
def test_one_of_the_times_that_are_offered_is_taken(answer: str, at: str) -> None:
    talk = call(*WANTED, answer, "yes", full="19:00", free=("18:30", "20:00"))
    assert booked(talk) == [f"2 {TOMORROW}{at} Kim"]


@pytest.mark.parametrize("yes", ["yes", "that works", "sure that's fine", "okay let's do that time it works"])
def test_a_yes_takes_the_one_time_that_is_offered(yes: str) -> None:
    talk = call(*WANTED[:-1], full="19:00", free=("18:30",))
    assert talk.say(WANTED[-1]) == "I have six thirty p m. Would that work?"
    talk.say(yes)
    talk.say("yes")
    assert booked(talk) == [f"2 {TOMORROW}18:30 Kim"]


def test_a_time_that_is_full_is_not_tried_twice() -> None:
    talk = call(*WANTED, full="19:00")
    assert talk.say("yes") == "Which other day or time would suit you?"
    tried = [one for one in talk.calls if one.name == "create_reservation"]
    assert len(tried) == 1
    talk.say("on saturday")
    talk.say("yes")
    assert booked(talk) == ["2 2026-03-14T19:00 Kim"]


@pytest.mark.parametrize(
    "asked", ["what times do you have", "do you have anything earlier", "any other times?", "is there anything later"]
)
def test_who_asks_what_is_free_hears_it(asked: str) -> None:
    talk = call(*WANTED, free=("18:00", "21:00"))
    assert "I have six p m or nine p m" in talk.say(asked)
    looked = talk.calls[-1]
    assert (looked.name, looked.arguments) == ("get_availability", {"party_size": 2, "date": "2026-03-13"})
    talk.say("the first one")
    talk.say("yes")
    assert booked(talk) == [f"2 {TOMORROW}18:00 Kim"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("are you open on sunday?", "On Sunday"),
        ("what's your address?", "12 Main Street"),
        ("how much is the teskin?", ""),
    ],
)
def test_a_question_in_between_changes_nothing(asked: str, answer: str) -> None:
    talk = call("a table for 2 tomorrow at 7")
    heard = talk.say(asked)
    assert answer in heard
    assert heard.endswith("What name should I put the reservation under?")
    talk.say("Kim")
    talk.say("yes")
    assert booked(talk) == [f"2 {TOMORROW}19:00 Kim"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("i'd like to book for friday or saturday at 7 for 4",), "For which day?"),
        (("i'd like to book tomorrow for 4 or 5 people at 7",), "For how many people?"),
        (("i'd like to book for 4 tomorrow at 7 or 8",), "At what time?"),
        ((*WANTED, "no"), "Okay, what would you like to change?"),
        ((*WANTED, "no", "the day"), "For which day?"),
        ((*WANTED, "no", "the number of people"), "For how many people?"),
        ((*WANTED, "never mind"), "Okay, I won't book it. Anything else?"),
        ((*WANTED, "cancel the booking please"), "Okay, I won't book it. Anything else?"),
        (("una mesa para dos mañana", "a las siete"), "¿A nombre de quién?"),
    ],
)
def test_one_question_at_a_time(words: tuple[str, ...], asked: str) -> None:
    talk = call(*words[:-1])
    assert talk.say(words[-1]) == asked
    assert booked(talk) == []


def test_what_was_said_before_a_table_was_asked_for_counts() -> None:
    assert booked(call("we're four and thinking of tomorrow at 7", "so can i book a table", "Kim", "yes")) == [
        f"4 {TOMORROW}19:00 Kim"
    ]
    talk = call("what are your hours tomorrow?", "ok a table for 4 at 7")
    assert talk.say("hm").startswith("For which day?"), "a question is no wish"


def test_what_was_said_of_an_order_is_not_about_the_table() -> None:
    talk = call("a teskin for tomorrow at 7 p m", "that's all", "Kim", "yes")
    assert len(talk.house.orders) == 1
    assert talk.say("and i'd like to book a table for four") == "For which day?"


def test_a_second_table_starts_anew_under_the_same_name() -> None:
    talk = call(*WANTED, "yes", "and a table for three on sunday at noon", "yes")
    assert booked(talk) == [f"2 {TOMORROW}19:00 Kim", "3 2026-03-15T12:00 Kim"]


def test_an_order_in_the_middle_of_a_booking_is_an_order() -> None:
    talk = call("a table for 2 tomorrow at 7", "actually i want to order food", "a teskin", "that's all", "Kim", "yes")
    assert booked(talk) == []
    assert len(talk.house.orders) == 1


def test_the_number_is_passed_on_when_it_was_given() -> None:
    talk = call(*WANTED, "you can call me at 512 555 0199", "yes")
    given = [one.arguments for one in talk.calls if "number" in one.arguments]
    assert [one["number"] for one in given] == ["+15125550199"]


# ---- evaluation -------------------------------------------------------------------------------------------


def case(*said: str, **more: Any) -> dict[str, Any]:
    turns = [{"speaker": "system" if place % 2 else "user", "text": text} for place, text in enumerate(said)]
    return {"dialogue_id": "d-1", "turns": turns, **more}


def test_a_case_with_a_date_keeps_dates_and_one_without_keeps_the_day_of_the_week() -> None:
    said = ("a table for two on friday at 7",)
    assert bookings.stands(case(*said, reference_date="2026-07-01")) == {
        "party_size": 2, "date": "2026-07-03", "time": "19:00",
    }  # fmt: skip
    assert bookings.stands(case(*said)) == {"party_size": 2, "day": "friday", "time": "19:00"}


def test_what_is_not_known_is_none() -> None:
    assert bookings.stands(case("hello")) == {"party_size": None, "day": None, "time": None}
    assert bookings.stands(case("at seven for two")) == {"party_size": 2, "day": None, "time": "19:00"}


def test_a_refused_attempt_does_not_stand_unless_it_is_booked_in_the_end() -> None:
    attempt = {"party_size": "2", "date": "2026-07-03", "time": "19:00"}
    said = ("a table for two on friday at 7", "Sorry, that's full.")
    given = {"reference_date": "2026-07-01", "failed_attempts": [attempt]}
    nothing = {"party_size": None, "date": None, "time": None}
    assert bookings.stands(case(*said, **given)) == nothing
    assert bookings.stands(case(*said, "then at 8", **given))["time"] == "20:00"
    elsewhere = case(*said, "is there another place?", "Yes. Your table there is booked.", **given)
    assert bookings.stands(elsewhere)["time"] == "19:00"
    assert bookings.stands(case("hello", **(given | {"failed_attempts": [{"party_size": "2"}]}))) == nothing
