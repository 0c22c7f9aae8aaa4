"""Staff step into a running call: the shell in virtual time, and the way there from this process and from another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.llm.messages import ToolCall
from apps.voice import stepping_in, wishes
from apps.voice.conversation import Phrases
from apps.voice.phrasebook import ENGLISH, SPANISH
from apps.voice.wishes import Wish
from tests.voice.telephone import GOODBYE, Live, calling
from tests.voice.virtual_time import in_virtual_time

Make = Callable[..., Live]
SAY = Wish("say", by="ana@bella.test", text="We close early today. At nine.")
BYE, TRANSFER = Wish("hang-up", by="ana@bella.test"), Wish("transfer", by="ana@bella.test", to="house")
TAKE = Wish("take-over", by="ana@bella.test", to="some-contact")

# ---- the shell ---------------------------------------------------------------------------------------


@in_virtual_time
async def test_words_of_staff_are_said_heard_and_known_to_the_model_as_the_agents(live: Make) -> None:
    async with live("Anything else?").on_the_line() as call:
        await call.until_listening()
        assert call.call.step_in(SAY) == ""
        await call.until_listening()
        await call.asks("Good to know.")
    assert call.heard[2:4] == ["We close early today.", "At nine."]
    assert "We close early today. At nine." in [each.content for each in call.model.asked[0]]
    assert [one.get("by") for one in call.log if one["event"] == "sentence"] == [None, None, "staff", "staff", None]
    (noted,) = [one for one in call.log if one["event"] == "staff"]
    assert noted == {"event": "staff", "deed": "say", "by": "ana@bella.test", "text": SAY.text}


@in_virtual_time
async def test_a_yes_after_words_of_staff_is_no_yes_to_what_was_read_back_before_them(live: Make) -> None:
    quoted = {"status": "quoted", "cart_version": 1, "read_back": "One pizza. Shall I place it?"}
    async with live(calling("create_order"), "Pardon?", results={"create_order": quoted}).on_the_line() as call:
        await call.until_listening()
        await call.asks("a pizza")
        call.call.step_in(SAY)
        await call.until_listening()
        await call.asks("yes")
        assert call.call.yes is None


@in_virtual_time
async def test_staff_hang_up_after_the_goodbye_was_heard(live: Make) -> None:
    async with live().on_the_line() as call:
        await call.until_listening()
        assert call.call.step_in(BYE) == ""
        await call.until_saying(GOODBYE)
        await asyncio.sleep(1.9)
        assert call.done == []
        await call.running
    assert (call.heard[-1], call.ended_by, call.done) == (GOODBYE, ["goodbye"], ["hang up", "keep"])


@pytest.mark.parametrize(
    ("wish", "words", "done"),
    [
        (TRANSFER, ENGLISH.putting_through, "hand over: staff to house"),
        (replace(TRANSFER, to=""), ENGLISH.putting_through, "hand over: staff"),
        (TAKE, ENGLISH.taken_over, "hand over: staff to some-contact"),
    ],
)
@in_virtual_time
async def test_staff_have_the_call_put_through(live: Make, wish: Wish, words: str, done: str) -> None:
    async with live().on_the_line() as call:
        await call.until_listening()
        call.call.step_in(wish)
        await call.running
    assert (call.heard[-1], call.ended_by, call.done) == (words, ["transfer"], [done, "keep"])


@in_virtual_time
async def test_a_write_under_way_ends_though_staff_hang_up(live: Make) -> None:
    ended: list[str] = []

    async def slow(call: ToolCall) -> dict[str, Any]:
        await asyncio.sleep(9)
        ended.append(call.name)
        return {"status": "placed", "number": 7}

    async with live(calling("create_order", confirm_version=1), results=slow).on_the_line() as call:
        await call.until_listening()
        await call.says("yes")
        await asyncio.sleep(1)
        call.call.step_in(BYE)
        await call.running
    assert ended == ["create_order"]
    assert len(call.ran) == 1
    assert call.done == ["hang up", "keep"]


@in_virtual_time
async def test_a_call_that_is_over_or_not_begun_says_so(live: Make) -> None:
    async with live().on_the_line() as call:
        assert call.call.step_in(SAY) == wishes.NOT_YET
        await call.until_listening()
        call.call.step_in(BYE)
        await call.until_saying(GOODBYE)
        assert call.call.step_in(SAY) == wishes.ENDING
        await call.running
        assert [call.call.step_in(each) for each in (SAY, BYE, TAKE)] == [wishes.ENDED] * 3


@in_virtual_time
async def test_only_so_much_waits_to_be_said(live: Make) -> None:
    async with live([20.0, "Hello."]).on_the_line() as call:
        await call.until_listening()
        await call.says("hello")
        answers = []
        for _ in range(4):
            answers.append(call.call.step_in(SAY))
            await asyncio.sleep(0.1)
    assert answers == ["", "", "", wishes.TOO_MANY]


def test_it_is_said_in_the_callers_language() -> None:
    assert SPANISH.taken_over != ENGLISH.taken_over
    assert SPANISH.machine != Phrases()


# ---- the way to the call -----------------------------------------------------------------------------


class Running:
    """A call on an event loop of its own, as in the server."""

    def __init__(self, answer: str | Exception) -> None:
        self.call_id, self.restaurant_id = uuid4(), uuid4()
        self.told: list[Wish] = []
        self._answer = answer

    def step_in(self, wish: Wish) -> str:
        self.told.append(wish)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.fixture
def on_the_line() -> Iterator[Callable[..., Running]]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    ends: list[Future[None]] = []

    def begin(answer: str | Exception = "") -> Running:
        call, begun = Running(answer), threading.Event()

        async def run() -> None:
            with stepping_in.reachable(call.call_id, restaurant_id=call.restaurant_id, step_in=call.step_in):
                begun.set()
                await asyncio.Event().wait()

        ends.append(asyncio.run_coroutine_threadsafe(run(), loop))
        assert begun.wait(10)
        return call

    yield begin
    for each in ends:
        each.cancel()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


def test_a_call_of_this_process_is_told_at_once(on_the_line: Callable[..., Running]) -> None:
    call = on_the_line("")
    assert stepping_in.ask(call.call_id, restaurant_id=call.restaurant_id, wish=SAY) == ""
    assert call.told == [SAY]


def test_what_the_call_says_against_it_is_the_answer(on_the_line: Callable[..., Running]) -> None:
    call = on_the_line(wishes.ENDED)
    assert stepping_in.ask(call.call_id, restaurant_id=call.restaurant_id, wish=SAY) == wishes.ENDED


def test_a_call_of_another_process_is_asked_over_redis(on_the_line: Callable[..., Running]) -> None:
    """Two posts, as two processes have them: the one that asks has no call of its own."""
    call = on_the_line("")
    asking = stepping_in._Post()
    answer = asking.ask(call.call_id, restaurant_id=call.restaurant_id, wish=SAY).result(10)
    assert (answer, call.told) == ("", [SAY])


@pytest.mark.parametrize("whose", ["nobody's", "another restaurant's"])
def test_nobody_waits_long_for_a_call_that_nobody_has(
    on_the_line: Callable[..., Running], monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    monkeypatch.setattr(stepping_in, "ANSWER_SECONDS", 0.3)
    call = on_the_line("")
    call_id = call.call_id if whose == "another restaurant's" else UUID(int=1)
    assert stepping_in.ask(call_id, restaurant_id=uuid4(), wish=SAY) == stepping_in.NO_ANSWER
    assert call.told == []


def test_a_dead_redis_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dead:
        def __getattr__(self, name: str) -> Any:
            async def fail(*args: Any) -> None:
                raise ConnectionError("no Redis")

            return fail

    monkeypatch.setattr(stepping_in, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(stepping_in, "get_channel_layer", Dead)
    alone = stepping_in._Post()
    monkeypatch.setattr(stepping_in, "_post", lambda: alone)
    assert stepping_in.ask(uuid4(), restaurant_id=uuid4(), wish=SAY) == stepping_in.NO_ANSWER
