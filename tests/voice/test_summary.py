"""What a call came to: the same facts every time, a model's words only below them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.calls.models import Call, TranscriptLine
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from apps.voice import ending, summary, tasks
from apps.voice.log import CallLog
from tests.llm import vendor

CHICAGO = "America/Chicago"
ORDER = {
    "number": 12, "status": "new", "total": "41.20", "currency": "USD", "ready_at": "2026-11-23T18:25:00+00:00",
    "lines": [
        {"item": "Margherita", "variant": "large", "quantity": 1}, {"item": "Lasagna", "variant": None, "quantity": 2},
    ],
}  # fmt: skip
BOOKING = {"party_size": 4, "starts_at": "2026-11-29T01:00:00+00:00", "name": "Kate Bush", "status": "booked"}
TICKET = {"type": "large_order", "summary": "Eighteen pizzas for Friday."}


def turn(speaker: str, text: str, heard: str | None = None) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "heard": text if heard is None else heard}


def test_what_was_ordered_booked_and_left_open() -> None:
    report = {"orders": [ORDER], "reservations": [BOOKING], "tickets": [TICKET], "ended_by": "goodbye"}
    assert summary.plain(report, timezone=CHICAGO) == (
        "Ordered 1 large Margherita, 2 Lasagna (order 12, 41.20 USD, ready Mon 23 Nov 12:25 PM). "
        "Booked for 4 on Sat 28 Nov 7:00 PM, Kate Bush. "
        "Open: large order: Eighteen pizzas for Friday. Ended with a goodbye."
    )


def test_what_was_taken_back_says_so() -> None:
    report = {
        "orders": [ORDER | {"status": "cancelled"}], "reservations": [BOOKING | {"status": "cancelled"}],
        "ended_by": "caller",
    }  # fmt: skip
    said = summary.plain(report, timezone=CHICAGO)
    assert "(order 12, cancelled," in said
    assert "Kate Bush (cancelled)." in said


def test_a_call_for_nothing_says_what_was_asked() -> None:
    turns = [turn("agent", "Hello, this is Loman."), turn("caller", "Hi."), turn("caller", "Do you allow dogs inside?")]
    assert summary.plain({"turns": turns, "ended_by": "caller"}, timezone=CHICAGO) == (
        "The caller said: “Do you allow dogs inside?” Nothing was ordered or booked. The caller hung up."
    )


def test_a_silent_call_says_that() -> None:
    said = summary.plain(
        {"turns": [turn("agent", "Hello?"), turn("caller", " ")], "ended_by": "timeout"}, timezone=CHICAGO
    )
    assert said.startswith("The caller said nothing. Nothing was ordered")


@given(st.text(min_size=1, max_size=400), st.sampled_from([*summary.ENDINGS, "", "other"]))
def test_it_is_short_however_much_was_said(words: str, ended_by: str) -> None:
    said = summary.plain({"turns": [turn("caller", words)], "ended_by": ended_by}, timezone=CHICAGO)
    assert len(said) < summary.LONGEST_QUOTE + 110
    assert said == summary.plain({"turns": [turn("caller", words)], "ended_by": ended_by}, timezone=CHICAGO)


def test_a_model_is_asked_about_what_was_heard_and_of_a_long_call_about_its_end() -> None:
    turns = [
        turn("agent", "We have pizza and pasta.", "We have pizza"),
        turn("caller", "Pizza."),
        turn("agent", "", ""),
    ]
    assert summary.transcript(turns) == "agent: We have pizza\ncaller: Pizza."
    long = summary.transcript([turn("caller", f"number {each} " + "a" * 100) for each in range(500)])
    assert len(long) == summary.MOST_WORDS_ASKED
    assert "number 499" in long


@given(st.text(max_size=2000))
def test_what_a_model_says_stands_below_the_facts_and_is_cut(told: str) -> None:
    made = summary.joined("Facts.", told)
    assert made.startswith("Facts.")
    assert len(made) <= len("Facts.\n") + summary.LONGEST_TOLD
    assert made.count("\n") == bool(told.split())


# ---- the job -------------------------------------------------------------------------------------------


@pytest.fixture
def ended(in_bella: Any, settings: Any, tmp_path: Any) -> Call:
    """A call that asked about dogs and hung up, with its log on disk."""
    settings.CALL_LOG_DIR = tmp_path
    call = Call.objects.create(carrier_sid="CA1", from_number="+15125550188", to_number="+15125550101")
    log = CallLog("CA1")
    log.write("started", call_id=str(call.pk))
    log.write("utterance", text="Do you allow dogs inside?", started_ms=1, ended_ms=2)
    log.write("ended", ended_by="caller")
    log.close()
    CallLog.flush()
    return call


def sweep() -> None:
    while outbox.sweep():
        pass


def test_the_end_of_a_call_leaves_its_transcript_and_its_summary_once(ended: Call) -> None:
    for _ in range(2):
        ending.finish(ended.pk)
    assert Work.objects.filter(key=f"call.summarise:{ended.pk}").count() == 1
    assert Work.objects.filter(kind="event", payload__type="call.ended", payload__subject=str(ended.pk)).count() == 1
    sweep()
    ended.refresh_from_db()
    assert ended.summary == (
        "The caller said: “Do you allow dogs inside?” Nothing was ordered or booked. The caller hung up."
    )
    assert list(TranscriptLine.objects.values_list("speaker", "text")) == [("caller", "Do you allow dogs inside?")]
    tasks.summarise({"call": str(ended.pk)})
    assert Work.objects.filter(kind="event", payload__type="call.summarised").count() == 1


@pytest.fixture
def model(settings: Any, request: pytest.FixtureRequest) -> Iterator[vendor.Vendor]:
    """A vendor's model on loopback, in a thread of its own, chosen by the installation."""
    made: vendor.Vendor = request.param
    up, down = threading.Event(), threading.Event()

    async def serve() -> None:
        async with vendor.serving(made):
            up.set()
            await asyncio.to_thread(down.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(5)
    settings.LLM_PROVIDER, settings.LLM_MODEL = "openai", "gpt-test"
    settings.OPENAI_API_KEY, settings.OPENAI_API_BASE = "k", made.url
    yield made
    down.set()
    thread.join()


@pytest.mark.parametrize(
    "model",
    [vendor.Vendor([vendor.text("Wanted to bring a dog; call 512-555-0188 or 4111 1111 1111 1111."), vendor.stop()])],
    indirect=True,
)
def test_a_model_adds_what_was_said_without_numbers(ended: Call, model: vendor.Vendor) -> None:
    ending.finish(ended.pk)
    sweep()
    ended.refresh_from_db()
    facts, told = ended.summary.split("\n")
    assert facts.startswith("The caller said")
    assert told == "Wanted to bring a dog; call ••• 0188 or [card number removed]."
    (asked,) = model.asked
    assert [each["role"] for each in asked["messages"]] == ["system", "user"]
    assert asked["messages"][1]["content"] == "caller: Do you allow dogs inside?"
    assert "tools" not in asked


@pytest.mark.parametrize("model", [vendor.Vendor([], status=500)], indirect=True)
def test_without_an_answer_the_facts_stand_alone(ended: Call, model: vendor.Vendor) -> None:
    ending.finish(ended.pk)
    sweep()
    ended.refresh_from_db()
    assert ended.summary.startswith("The caller said")
    assert "\n" not in ended.summary
    assert model.asked
    assert RestaurantSettings.objects.get().llm_provider == ""
