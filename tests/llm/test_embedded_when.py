"""A booking's party, day and time gathered over several turns, with the opening hours as the tools tell them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from apps.language.clock import Clock
from apps.llm.embedded import when
from apps.llm.embedded.when import Wish
from tests.llm.embedded_cast import FACTS, Talk

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def facts(opens: str = "11:00", closes: str = "22:00", **others: Any) -> dict[str, Any]:
    hours = [{"day": day, "opens": opens, "closes": closes} for day in WEEK]
    return {"now": "2026-07-03T23:30:00-04:00", "hours": hours, **others}


def gather(*said: str, **given: Any) -> Wish:
    found = when.gather(said, facts=facts(**given))
    assert found is not None
    return found


def test_case_12_the_evening_follows_from_the_opening_hours() -> None:
    wish = gather("a table for four tomorrow at 7")
    assert (wish.party, wish.starts) == (4, datetime(2026, 7, 4, 19))
    assert when.lacking(wish) == ""


def test_case_12_open_in_both_halves_it_is_asked() -> None:
    wish = gather("a table for four tomorrow at 7", opens="06:00")
    assert (wish.day, wish.clock, wish.starts) == (date(2026, 7, 4), Clock(7), None)
    assert when.lacking(wish) == "half"
    settled = gather("a table for four tomorrow at 7", "in the evening", opens="06:00")
    assert settled.starts == datetime(2026, 7, 4, 19)
    assert gather("for four tomorrow at 7", "a m please", opens="06:00").starts == datetime(2026, 7, 4, 7)


def test_unknown_hours_leave_the_half_open() -> None:
    wish = when.gather(["for four tomorrow at 7"], facts={"now": "2026-07-03T23:30:00-04:00"})
    assert wish is not None
    assert when.lacking(wish) == "half"


def test_a_day_of_its_own_beats_the_week() -> None:
    special = [{"date": "2026-07-04", "hours": [{"opens": "06:00", "closes": "15:00"}]}]
    assert gather("for four tomorrow at 7", special_days=special).starts == datetime(2026, 7, 4, 7)
    assert gather("for four on sunday at 7", special_days=special).starts == datetime(2026, 7, 5, 19)


def test_the_half_follows_the_day_when_the_day_changes() -> None:
    special = [{"date": "2026-07-04", "hours": [{"opens": "06:00", "closes": "15:00"}]}]
    assert gather("for four tomorrow at 7", "no, on sunday", special_days=special).starts == datetime(2026, 7, 5, 19)


def test_after_midnight_is_the_night_of_that_day_where_it_is_open_then() -> None:
    assert gather("for two on sunday at 12:30", opens="17:00", closes="01:00").starts == datetime(2026, 7, 6, 0, 30)


def test_before_the_time_at_the_restaurant_is_known_nothing_is_gathered() -> None:
    assert when.gather(["for four tomorrow at 7"], facts=None) is None
    assert when.gather(["for four tomorrow at 7"], facts={"now": "soon"}) is None


@pytest.mark.parametrize(
    ("said", "party", "starts"),
    [
        (("a table for 4 tomorrow at 7",), 4, "2026-07-04 19:00"),
        (("for 4", "tomorrow", "7"), 4, "2026-07-04 19:00"),
        (("a table please", "around 8", "tomorrow", "around 8"), 8, "2026-07-04 20:00"),
        (("for 4 around 7 tomorrow",), 4, "2026-07-04 19:00"),
        (("tomorrow at 7", "four"), 4, "2026-07-04 19:00"),
        (("tomorrow at 7 for 4 people", "actually make it five people"), 5, "2026-07-04 19:00"),
        (("tomorrow at 7 for 4 people", "no, at 8"), 4, "2026-07-04 20:00"),
        (("tomorrow at 7 for 4 people", "on sunday instead"), 4, "2026-07-05 19:00"),
        (("five adults and two children tomorrow at half past six",), 7, "2026-07-04 18:30"),
        (("five people and two pizzas tomorrow at half past six",), 5, "2026-07-04 18:30"),
        (("a table for four tonight at 9:30",), 4, "2026-07-03 21:30"),
        (("a table for four tonight", "9:30"), 4, "2026-07-03 21:30"),
        (("for four this evening at nine",), 4, "2026-07-03 21:00"),
        (("for four tomorrow in the evening, at 8",), 4, "2026-07-04 20:00"),
        (("just me tomorrow at noon",), 1, "2026-07-04 12:00"),
        (("the two of us, tomorrow for lunch at 1",), 2, "2026-07-04 13:00"),
        (("a table for three at evening 5:30 on sunday",), 3, "2026-07-05 17:30"),
        (("party of 6 on the fourth at 7 p m",), 6, "2026-07-04 19:00"),
        (("para cuatro personas mañana a las siete y media",), 4, "2026-07-04 19:30"),
        (("a couple of people in an hour",), 2, "2026-07-04 00:30"),
        (("zero people tomorrow at 7", "four"), 4, "2026-07-04 19:00"),
    ],
)
def test_what_people_say_turn_by_turn(said: tuple[str, ...], party: int, starts: str) -> None:
    wish = gather(*said)
    assert (wish.party, str(wish.starts)[:16]) == (party, starts)


@pytest.mark.parametrize(
    ("said", "lacking"),
    [((), "party"), (("tomorrow at 7",), "party"), (("for 4",), "day"), (("for 4 tomorrow",), "clock"),
     (("for 4 at 7",), "day"), (("for 4 tomorrow at 9:30",), ""), (("for 4 on the weekend at 7",), "day"),
     (("for 4 tomorrow at seven or eight",), "clock")],
)  # fmt: skip
def test_what_is_asked_next(said: tuple[str, ...], lacking: str) -> None:
    wish = gather(*said, closes="23:00", opens="10:00")
    assert when.lacking(wish) == lacking


def test_in_a_conversation_the_half_is_asked_and_the_answer_books() -> None:
    talk = Talk()
    hours = [{"day": day, "opens": "06:00", "closes": "22:00"} for day in WEEK]
    talk.house.facts = {**FACTS, "hours": hours}
    assert talk.say("i'd like to book a table for four people tomorrow at 7") == "In the morning or in the evening?"
    assert "name" in talk.say("in the evening")
    talk.say("Smith")
    assert talk.calls[-1].arguments["starts_at"] == "2026-03-13T19:00"
