"""A booking settled by two: what the caller names, what the agent proposes, and the answers to it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import clock, dates
from apps.language.assent import Assent
from apps.language.clock import Clock
from apps.llm.embedded import phrases, proposals, settling, subjects, when
from apps.llm.embedded.settling import Saying, Talk
from apps.llm.embedded.when import NOTHING, Wish

CALM = settings(max_examples=120, deadline=None)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FACTS: dict[str, Any] = {
    "now": "2026-07-03T12:00:00-04:00",
    "hours": [{"day": day, "opens": "11:00", "closes": "22:00"} for day in WEEK],
}
EVENINGS = st.tuples(st.integers(12, 21), st.sampled_from([0, 15, 30, 45])).map(lambda at: time(*at))
YES = st.sampled_from(
    ["yes", "Yes, that's right.", "perfect, thank you", "sounds good to me", "that works", "sure", "yeah go ahead",
     "Great. Do you have parking?", "that time is fine", "Cool. Where are you?"]
)  # fmt: skip


def settled(*said: str, facts: dict[str, Any] | None = FACTS) -> Talk:
    """The caller begins, and the two take turns."""
    sayings = [Saying("agent" if place % 2 else "caller", text) for place, text in enumerate(said)]
    return settling.follow(sayings, facts=facts)


def brief(talk: Talk) -> str:
    """ "4 2026-07-04 19:00", with a dash for what is open."""
    wish = talk.wish
    at = wish.starts or (clock.settle(wish.clock, [(time(11), time(22))]) if wish.clock else None)
    return f"{wish.party or '-'} {wish.day or '-'} {f'{at:%H:%M}' if at else '-'}"


# ---- a yes, a no, a correction ----------------------------------------------------------------------------


@given(st.integers(1, 12), EVENINGS, YES)
@CALM
def test_a_yes_takes_what_was_proposed(party: int, at: time, yes: str) -> None:
    proposal = f"So a table for {party} tomorrow at {clock.say(at)}. Is that right?"
    assert brief(settled("i want to book a table", proposal, yes)) == f"{party} 2026-07-04 {at:%H:%M}"


@given(EVENINGS, EVENINGS, st.sampled_from(["no", "no thanks", "no, that doesn't work", "nope"]))
@CALM
def test_a_no_takes_nothing(wanted: time, proposed: time, no: str) -> None:
    before = f"a table for 4 tomorrow at {clock.say(wanted)}"
    talk = settled(before, f"That's taken. How about {clock.say(proposed)}?", no)
    assert brief(talk) == f"4 2026-07-04 {wanted:%H:%M}"
    assert talk.proposed == NOTHING


@given(EVENINGS, EVENINGS)
@CALM
def test_a_correction_takes_the_rest_of_a_read_back(first: time, second: time) -> None:
    proposal = f"A table for 2 people tomorrow at {clock.say(first)}, correct?"
    talk = settled("book me a table", proposal, f"no, make it {clock.say(second)}")
    assert brief(talk) == f"2 2026-07-04 {second:%H:%M}"


@given(EVENINGS)
@CALM
def test_a_question_leaves_open_what_was_proposed(at: time) -> None:
    proposal = f"I could do {clock.say(at)}."
    talk = settled(
        "a table for 2 tomorrow at noon", proposal, "do you have parking?", "Yes, behind the house.", "ok then"
    )
    assert brief(talk) == f"2 2026-07-04 {at:%H:%M}"


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (("a table for 4 tomorrow", "At what time?", "seven"), "4 2026-07-04 19:00"),
        (("a table tomorrow at 7", "For how many people?", "four"), "4 2026-07-04 19:00"),
        (
            ("a table please", "For how many, and at what time?", "four at 7", "Which day?", "today"),
            "4 2026-07-03 19:00",
        ),
        (("for 2 today at 7", "We're full at 7 pm. Shall I try 7:30 pm?", "yes please"), "2 2026-07-03 19:30"),
        (("for 2 today at 7", "We're full at 7 pm.", "then at 8"), "2 2026-07-03 20:00"),
        (("for 2 today at 7", "Sorry, 7 pm is taken.", "yes"), "2 2026-07-03 19:00"),
        (("for 2 today at 7", "6 pm, 6:30 pm or 9 pm?", "the second one"), "2 2026-07-03 18:30"),
        (("for 2 today at 7", "6 pm, 6:30 pm or 9 pm?", "the last one please"), "2 2026-07-03 21:00"),
        (("for 2 today at 7", "6 pm, 6:30 pm or 9 pm?", "nine"), "2 2026-07-03 21:00"),
        (("for 2 today at 7", "6 pm, 6:30 pm or 9 pm?", "yes"), "2 2026-07-03 19:00"),
        (("for 2 today at 7", "6 pm, 6:30 pm or 9 pm?", "the fourth one"), "2 2026-07-03 19:00"),
        (("for 2 today", "6 pm, 6:30 pm, 8 pm or 9 pm?", "yes"), "2 2026-07-03 -"),
        (("for 2 today", "I can't do 7 pm, sorry.", "okay"), "2 2026-07-03 -"),
        (("for 2 today", "You can reach us at 512-555-0177 any time.", "okay"), "2 2026-07-03 -"),
        (("for 2 today, you can reach me at 512-555-0177",), "2 2026-07-03 -"),
        (("for 2 today, call me at five one two five five five oh one nine nine",), "2 2026-07-03 -"),
        (("for 2 today", "Your code is AB12CD6P.", "okay"), "2 2026-07-03 -"),
        (("for 2 today", "We could seat you at 1730 Grill.", "okay"), "2 2026-07-03 -"),
        (("hello", "You are all set.", "for 2 today at 7"), "2 2026-07-03 19:00"),
        (("table for 2 today", "At 5 pm?", "no", "At 6 pm then?", "yes"), "2 2026-07-03 18:00"),
        (("a table", "For 2 today at 5 pm?", "no", "So at 6 pm?", "yes"), "2 2026-07-03 18:00"),
        (("a table", "For 2 today at 5 pm?", "no", "Where are you calling from?", "yes"), "- - -"),
        (("a table for 2 today at 7", "Right.", "two more people"), "4 2026-07-03 19:00"),
        (("a table at noon", "For 2 on Sunday at 12 pm?", "yes, book it for 12"), "2 2026-07-05 12:00"),
        (("for 4 or 5 people tomorrow at 7", "How many?", "five"), "5 2026-07-04 19:00"),
        (("on friday or saturday at 7 for 2", "Which day?", "saturday"), "2 2026-07-04 19:00"),
        (
            ("a table for 2 today at 11", "We have 10 tables. 8 Sushi is at 110 Oak Street.", "yes"),
            "2 2026-07-03 11:00",
        ),
        (("for 2 today at 7", "Call 512-555-0177 if you are late.", "okay"), "2 2026-07-03 19:00"),
        (("for 2 today at 7", "Your code is AB12CD6P.", "thanks, that's all for tomorrow"), "2 2026-07-04 19:00"),
        (("for 2 tomorrow at 7", "Anything else I can do for you today?", "yes"), "2 2026-07-04 19:00"),
        (("para cuatro personas mañana", "¿A qué hora?", "a las siete"), "4 2026-07-04 19:00"),
    ],
)
def test_what_stands_at_the_end(said: tuple[str, ...], stands: str) -> None:
    assert brief(settled(*said)) == stands


# ---- other subjects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (("a table for 2 today at 7", "Fine.", "I also need a taxi for 5 people at 9"), "2 2026-07-03 19:00"),
        (("our train is at 5 on sunday. a table for 2 today at 7",), "2 2026-07-03 19:00"),
        (("the film starts at 9, so a table for 2 today at 7",), "2 2026-07-03 21:00"),
        (("a train for 3 people on sunday", "Done.", "a table for the same people at 7 that same day"),
         "3 2026-07-05 19:00"),
        (("dinner for 2 today at 7 before the film",), "2 2026-07-03 19:00"),
        (("for 2 today at 7", "Fine.", "i need a taxi to the restaurant at 6"), "2 2026-07-03 19:00"),
        (("book the hotel restaurant for 2 today at 7",), "2 2026-07-03 19:00"),
        (("a table for 2 today at 7", "Your table is booked.", "a taxi to the restaurant by 9 please"),
         "2 2026-07-03 19:00"),
        (("a table for 2 today at 7", "Your table is booked.", "I'll be 5 in the park at 3"), "2 2026-07-03 19:00"),
        (("a table for 2 today at 7", "Your table is booked.", "sorry, make it 8 o'clock"), "2 2026-07-03 20:00"),
        (("a table for 2 today at 7", "Your table is booked.", "no, at 8 please"), "2 2026-07-03 20:00"),
    ],
)  # fmt: skip
def test_other_subjects_pass_by(said: tuple[str, ...], stands: str) -> None:
    assert brief(settled(*said)) == stands


def test_what_was_proposed_stands_once_it_is_booked() -> None:
    assert (
        brief(settled("a table", "For 2 today at 5 pm?", "do you serve beer?", "Yes. It's booked."))
        == "2 2026-07-03 17:00"
    )
    assert brief(settled("a table", "For 2 today at 5 pm?", "do you serve beer?", "It could not be booked.")) == "- - -"
    assert brief(settled("a table at 7 today", "Booked for 4 people.", "thanks")) == "4 2026-07-03 19:00"


@pytest.mark.parametrize(
    ("text", "booked"),
    [
        ("Your reservation is confirmed.", True), ("I was able to book that for you.", True), ("Booked!", True),
        ("It's all set, see you then.", True), ("Congratulations!", True), ("Your table has been reserved.", True),
        ("I'm sorry, your reservation was not successful.", False), ("Shall I book it?", False), ("Hello.", False),
        ("Please confirm that it's booked for 7 pm.", False), ("We are fully booked.", False), ("Is it booked?", False),
        ("Your table is booked. Would you like a taxi?", True),
    ],
)  # fmt: skip
def test_who_says_that_it_is_booked(text: str, booked: bool) -> None:
    assert proposals.says_booked(text) is booked


# ---- what is known, and what is not -----------------------------------------------------------------------


def test_before_the_hours_are_known_everything_is_kept_and_heard_afterwards() -> None:
    talk = settled("a table for 2", "When?", "tomorrow at 7", facts=None)
    assert (talk.wish, len(talk.said)) == (NOTHING, 3)
    assert brief(settling.follow(talk.said, facts=FACTS)) == "2 2026-07-04 19:00"


def test_what_is_full_is_not_asked_for_again() -> None:
    talk = settled("a table for 2 today at 7")
    assert talk.lacking == ""
    full = settling.refused(talk)
    assert full.lacking == "other"
    assert settling.hear(full, Saying("caller", "at 8 then"), facts=FACTS).lacking == ""
    assert settling.hear(full, Saying("caller", "for three"), facts=FACTS).lacking == ""
    assert settling.refused(settled("a table for 2")).lacking == "day"


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ("the time", "clock"),
        ("the day", "day"),
        ("the number of people", "party"),
        ("hm", ""),
        ("the date please", "day"),
    ],
)
def test_what_is_to_be_changed_is_open_again(said: str, lacking: str) -> None:
    talk = settling.reopened(settled("a table for 2 today at 7"), said)
    assert talk.lacking == lacking
    assert (talk.wish.starts is None) == (lacking != "")


@pytest.mark.parametrize(
    ("said", "dropped"),
    [("never mind", True), ("oh forget it then", True), ("no nevermind thanks", True), ("don't bother", True),
     ("never mind, make it 8", False), ("forget the flowers", False), ("no", False), ("", False)],
)  # fmt: skip
def test_who_wants_no_booking_any_more(said: str, dropped: bool) -> None:
    assert settling.dropped(said) is dropped


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yes", Assent.YES), ("Yes, and where are you?", Assent.YES), ("that would be great", Assent.YES),
        ("I confirm all", Assent.YES), ("permission granted", Assent.YES), ("Awesome. Is there parking?", Assent.YES),
        ("Yes, no parking needed", Assent.YES), ("no", Assent.NO), ("No, at eight", Assent.NO),
        ("that doesn't work", Assent.NO),
        ("that's not right", Assent.NO),
        ("at eight", Assent.UNCLEAR), ("is there parking", Assent.UNCLEAR), ("", Assent.UNCLEAR),
    ],
)  # fmt: skip
def test_the_first_clause_that_answers_is_the_answer(said: str, answer: Assent) -> None:
    assert proposals.answered(said) is answer


# ---- what our own agent says ------------------------------------------------------------------------------


@given(st.lists(EVENINGS, min_size=2, max_size=3, unique=True), st.data())
@CALM
def test_every_offer_of_our_own_can_be_pointed_at_and_named(times: list[time], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(times) - 1))
    offer = phrases.say("slots", choices=phrases.either([phrases.clock(each) for each in times]))
    pointed = data.draw(st.sampled_from([("first", "second", "third")[place] + " one", clock.say(times[place])]))
    talk = settled("a table for 2 tomorrow at 11 am", offer, f"the {pointed} please")
    assert brief(talk) == f"2 2026-07-04 {times[place]:%H:%M}"


@given(EVENINGS, YES)
@CALM
def test_a_yes_to_our_one_time_takes_it(at: time, yes: str) -> None:
    talk = settled("a table for 2 tomorrow at 11 am", phrases.say("slot", choice=phrases.clock(at)), yes)
    assert brief(talk) == f"2 2026-07-04 {at:%H:%M}"


@pytest.mark.parametrize("slot", ["party", "day", "clock", "half"])
def test_our_own_questions_are_understood(slot: str) -> None:
    assert proposals.asks(phrases.say(slot), known=NOTHING) == slot


def test_of_several_things_the_one_that_is_not_known_is_asked_for() -> None:
    both = "For how many people and for which day?"
    assert proposals.asks(both, known=NOTHING) == "party"
    assert proposals.asks(both, known=Wish(party=2)) == "day"


@given(st.integers(1, 30), st.dates(date(2026, 7, 3), date(2027, 7, 2)), EVENINGS)
@CALM
def test_our_read_back_names_what_was_wanted(party: int, day: date, at: time) -> None:
    moment = f"{dates.say_whole(day)}, at {clock.say(at)}"
    talk = settled("a table please", f"A table for {party} people on {moment}, under Smith. Shall I book it?")
    proposed = talk.proposed
    assert (proposed.party, proposed.day, proposed.clock) == (party, day, clock.of(at))
    assert proposed.starts == datetime.combine(day, at)
    assert not talk.booked


# ---- whatever is said -------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    "yes no a table for two at seven thirty pm tomorrow friday same day time people or six change book it booked sorry "
    "how about the second one train taxi never mind , . ?".split()
)
_TEXTS = st.text(max_size=60) | st.lists(_WORDS, max_size=14).map(" ".join)


@given(st.lists(_TEXTS, max_size=8))
@CALM
def test_whatever_is_said_the_wish_is_one_and_the_same_words_give_the_same(said: list[str]) -> None:
    talk = settled(*said)
    assert talk == settled(*said)
    wish: Wish = talk.wish
    assert (wish.starts is None) or (wish.day is not None and wish.clock is not None)
    assert talk.said == tuple(Saying("agent" if place % 2 else "caller", text) for place, text in enumerate(said))


@given(st.lists(_TEXTS, min_size=1, max_size=6))
@CALM
def test_an_agent_alone_settles_nothing_unless_it_is_booked(said: list[str]) -> None:
    talk = settling.follow([Saying("agent", text) for text in said], facts=FACTS)
    assert talk.wish == NOTHING or talk.booked


@given(_TEXTS)
@CALM
def test_sentences_lose_no_word(text: str) -> None:
    kept = [word for one in subjects.sentences(text) for word in one.split()]
    assert set(kept) <= set(text.split())


def test_two_times_are_a_choice_and_one_is_none() -> None:
    assert proposals.offered("six p m or eight p m") == (Clock(6, 0, "pm"), Clock(8, 0, "pm"))
    assert proposals.offered("six p m, or would Sunday suit you?") == ()
    assert proposals.offered("lunch at noon and dinner at six p m") == ()
    assert proposals.chosen("the later one", ()) is None
    assert proposals.chosen("the third one", (Clock(6), Clock(7))) is None
    assert when.lacking(NOTHING) == "party"
