"""Cases 21 to 23 of PRODUCT.md: calls that go nowhere, interruptions, and what is said first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from apps.calls.models import Ticket
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.voice import speech
from apps.voice.conversation import Limits
from tests.cases.people import Shop
from tests.voice.telephone import GREETING, NOTICE, Live, calling
from tests.voice.virtual_time import in_virtual_time

Make = Callable[..., Live]


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Make:
    from tests.voice.telephone import connected

    return lambda *answers, **chosen: connected(Live(*answers, **chosen), monkeypatch)


# ---- 21: silence, abuse, robocallers, other languages, relay operators ---------------------------------


@in_virtual_time
async def test_case_21_silence_ends_within_its_limits(live: Make) -> None:
    limits = Limits()
    call = live(limits=limits)
    async with call.on_the_line():
        await call.until(lambda: call.ended_by, seconds=120)
    assert call.ended_by == ["timeout"]
    assert call.done == ["hang up", "keep"]


def test_case_21_in_a_call_abuse_is_ended(shop: Shop) -> None:
    talk = shop.call("fuck you asshole")
    assert talk.row.ended_by == "goodbye"
    with shop.books():
        assert not Order.objects.exists()


def test_case_21_in_a_call_a_robocaller_is_not_talked_to_for_ever(shop: Shop) -> None:
    speech_of_a_robot = "this is an important message about your google business listing press one now"
    talk = shop.call(*[speech_of_a_robot] * 6)
    assert talk.row.ended_by in ("goodbye", "transfer"), talk.lines
    assert len([line for line in talk.lines if line.startswith("caller")]) <= 4


def test_case_21_in_a_call_another_language_comes_to_a_person(shop: Shop) -> None:
    talk = shop.call(*["guten tag ich möchte gerne etwas bestellen bitte"] * 4)
    assert talk.row.ended_by == "transfer" or "person" in " ".join(talk.agent)


def test_case_21_in_a_call_a_relay_operator_gets_through(shop: Shop) -> None:
    talk = shop.call(
        "hello this is the relay operator a person who is deaf is calling you through me go ahead",
        "they would like one lasagna please go ahead",
        "that's all go ahead",
        "Kate",
        "yes",
        "bye",
    )
    with shop.books():
        assert Order.objects.count() == 1, talk.lines


# ---- 22: interruptions and writes ----------------------------------------------------------------------


@in_virtual_time
async def test_case_22_an_interruption_never_cancels_a_write_and_never_doubles_it(live: Make) -> None:
    committed: list[str] = []

    async def slow(call: Any) -> dict[str, Any]:
        await asyncio.sleep(2)
        committed.append(call.name)
        return {"status": "placed", "number": 12}

    call = live(calling("create_order", confirm_version=1), "It is placed.", "Yes, it is.", results=slow)
    async with call.on_the_line():
        await call.until_listening()
        await call.says("yes please")
        await asyncio.sleep(0.5)
        call.coughs()
        call.ears.report(speech.Utterance("hello are you there", 0.9, 0, 500))
        await call.until_listening()
    assert committed == ["create_order"]


def test_case_22_in_a_call_the_order_is_there_once(shop: Shop) -> None:
    shop.call("one lasagna please", "that's all", "Kate", "yes", "hello? did you get that?", "yes", "bye")
    with shop.books():
        assert Order.objects.count() == 1


# ---- 23: who is speaking -------------------------------------------------------------------------------


@in_virtual_time
async def test_case_23_nothing_is_stored_or_recognised_before_the_notice_was_heard(live: Make) -> None:
    async with live("Hello.").on_the_line() as call:
        await asyncio.sleep(1.9)
        assert (call.ears.sound, call.tape.caller_bytes) == (b"", 0)
        await call.until_listening()
        assert call.heard == [NOTICE, GREETING]
        assert call.tape.caller_bytes > 0


@pytest.mark.parametrize("question", ["are you a robot?", "am I talking to a machine?", "is this a real person?"])
def test_case_23_in_a_call_it_says_that_it_is_an_ai_and_that_it_records(shop: Shop, question: str) -> None:
    talk = shop.call(question, "bye")
    assert "AI assistant" in talk.agent[0]
    assert "recorded" in talk.agent[0]
    assert "AI" in talk.after(question)


# ---- what else must have a stated outcome --------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("do you do catering for parties?", "catering"),
        ("are you hiring at the moment?", "job"),
        ("I'm calling from your coffee supplier", "vendor"),
        ("I'm a reporter and I'm writing an article about pizza", "press"),
        ("I left my umbrella at your place yesterday", "lost_item"),
    ],
)
def test_in_a_call_staff_get_a_ticket_of_its_kind_and_the_caller_hears_what_becomes_of_it(
    shop: Shop, words: str, kind: str
) -> None:
    talk = shop.call(words, "bye")
    assert "passed it on" in talk.after(words)
    with shop.books():
        assert [ticket.type for ticket in Ticket.objects.all()] == [kind]


def test_in_a_call_who_complains_gets_a_person(shop: Shop) -> None:
    talk = shop.call("I want to complain, my food was cold")
    assert talk.row.ended_by == "transfer"


def test_in_a_call_delivery_is_answered_as_the_restaurant_has_it(shop: Shop) -> None:
    assert "We do not deliver" in shop.call("do you deliver pizza?", "bye").after("do you deliver pizza?")
    talk = shop.call("can I get a small house salad with ranch delivered?", "that's all", "Kate", "yes", "bye")
    assert "We do not deliver" in talk.after("can I get a small house salad with ranch delivered?")
    assert "House Salad" in talk.after("Kate")
    shop.settings(policies={}, outcomes={"delivery": {"say": "We deliver within two miles."}})
    assert "within two miles" in shop.call("do you deliver pizza?", "bye").after("do you deliver pizza?")


def test_in_a_call_an_emergency_is_sent_to_911_and_a_person_is_offered(shop: Shop) -> None:
    talk = shop.call("there's a fire in your kitchen", "yes please")
    assert "911" in talk.after("there's a fire in your kitchen")
    assert talk.row.ended_by == "transfer"


# ---- what callers want done about what they have -------------------------------------------------------


def test_in_a_call_an_order_is_cancelled_by_number_and_name_once_that_was_agreed(shop: Shop) -> None:
    shop.call("one tiramisu please", "that's all", "Kate", "yes", "bye")
    kept = shop.call("I want to cancel my order", "number one", "Kate", "no", "bye")
    assert "Shall I cancel it?" in kept.after("Kate")
    with shop.books():
        assert Order.objects.get().status == "new"
    shop.call("please cancel my order number one", "Kate", "yes", "bye")
    with shop.books():
        assert Order.objects.get().status == "cancelled"


def test_in_a_call_a_booking_is_cancelled_by_name_and_day(shop: Shop, at: Any) -> None:
    at("2026-07-03T12:00-05:00")
    shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye")
    lost = shop.call("I need to cancel my reservation", "Joan", "tomorrow", "bye")
    assert "can't find" in lost.after("tomorrow")
    talk = shop.call("I need to cancel my reservation", "Kate", "tomorrow", "yes", "bye")
    assert "two people on Saturday, July fourth at seven p m" in talk.after("tomorrow")
    with shop.books():
        assert Reservation.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        (("I'd like to change my reservation", "Kate", "tomorrow", "make it eight p m for four people"), ("20:00", 4)),
        (("can you move my reservation to 8", "Kate", "it's tomorrow"), ("20:00", 2)),
        (("please change my booking under Kate tomorrow", "we will be five people"), ("19:00", 5)),
    ],
)
def test_in_a_call_a_booking_is_moved_by_name_and_day(
    shop: Shop, at: Any, words: tuple[str, ...], moved: tuple[str, int]
) -> None:
    at("2026-07-03T12:00-05:00")
    shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye")
    talk = shop.call(*words, "yes", "bye")
    with shop.books():
        row = Reservation.objects.get()
    assert (f"{shop.local(row.starts_at):%H:%M}", row.party_size) == moved, talk.lines
