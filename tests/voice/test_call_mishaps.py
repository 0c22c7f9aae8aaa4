"""The shell of a call in virtual time: what others do wrong, and how the call goes on or ends all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from apps.llm.messages import ToolCall
from apps.llm.reasons import Reason
from apps.voice import speech
from apps.voice.conversation import Phrases
from tests.voice.telephone import GOODBYE, GREETING, NOTICE, Live, calling, sample
from tests.voice.virtual_time import in_virtual_time

QUOTE, COMMIT = calling("create_order", lines=[]), calling("create_order", confirm_version=1)
PLACED = {"status": "placed", "number": 12}
PHRASES = Phrases()
Make = Callable[..., Live]


@in_virtual_time
async def test_a_model_that_raises_amid_a_sentence_is_apologised_for_and_the_call_goes_on(live: Make) -> None:
    broken = ["We have lasagna. And we al", ConnectionError("model")]
    async with live(broken, "We have lasagna and soup.").on_the_line() as call:
        await call.until_listening()
        await call.asks("what do you have")
        assert call.heard[2:] == ["We have lasagna.", PHRASES.failed]
        await call.asks("what do you have")
    assert call.heard[-1] == "We have lasagna and soup."
    assert call.log.of("error", "message") == ["ConnectionError: model"]


@in_virtual_time
async def test_a_model_that_raises_again_and_again_brings_a_person(live: Make) -> None:
    async with live(*[[ConnectionError("model")]] * 3).on_the_line() as call:
        await call.until_listening()
        for _ in range(2):
            await call.asks("hello")
        await call.says("hello")
        await call.running
    assert call.heard[-1] == PHRASES.to_a_person
    assert call.ended_by == ["transfer"]


@in_virtual_time
async def test_a_model_that_hangs_is_bridged_and_then_given_up(live: Make) -> None:
    async with live([600.0, "Never."], "Here I am.").on_the_line() as call:
        await call.until_listening()
        await call.asks("hello")
        assert call.heard[2:] == [*PHRASES.waiting, PHRASES.failed]
        await call.asks("hello?")
    assert call.heard[-1] == "Here I am."
    assert "Never." not in call.said


@pytest.mark.parametrize("sentence", [NOTICE, GREETING, "Hello."])
@in_virtual_time
async def test_a_voice_that_raises_ends_the_call_for_the_carrier_to_go_on(live: Make, sentence: str) -> None:
    call = live("Hello.")
    call.voice.fails = {sentence}
    async with call.on_the_line():
        if sentence == "Hello.":
            await call.until_listening()
            await call.says("hi")
        await call.running
    assert sentence not in call.heard
    assert (call.ended_by, call.done) == (["error"], ["keep"])
    assert "broke_off: ConnectionError" in call.log.of("error", "message")[0]


@in_virtual_time
async def test_a_voice_that_raises_at_the_goodbye_does_not_stop_it(live: Make) -> None:
    call = live(calling("end_call"), results={"end_call": {}})
    call.voice.fails = {GOODBYE}
    async with call.on_the_line():
        await call.until_listening()
        await call.says("bye")
        await call.running
    assert (call.ended_by, call.done) == (["goodbye"], ["hang up", "keep"])


@pytest.mark.parametrize("chunks", [0, 5])
@pytest.mark.parametrize("sentence", [NOTICE, "Hello."])
@in_virtual_time
async def test_a_voice_that_hangs_leaves_nobody_on_a_dead_line(live: Make, sentence: str, chunks: int) -> None:
    call = live("Hello.")
    call.voice.hangs = {sentence: chunks}
    async with call.on_the_line():
        if sentence == "Hello.":
            await call.until_listening()
            await call.says("hi")
        await asyncio.wait_for(call.running, 10)
    assert (call.ended_by, call.done) == (["error"], ["keep"])


async def _refuse() -> None:
    raise ConnectionError("no recogniser")


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


@in_virtual_time
async def test_a_caller_whom_no_recogniser_can_hear_is_put_through_to_a_person(live: Make) -> None:
    call = live()
    call.ears.opening = _refuse
    async with call.on_the_line():
        await asyncio.wait_for(call.running, 30)
    assert call.heard[-1] == Phrases().to_a_person
    assert (call.ended_by, call.done) == (["transfer"], ["hand over: ", "keep"])
    assert call.voice.closed == 1


@in_virtual_time
async def test_so_is_one_whose_recogniser_never_opens(live: Make) -> None:
    call = live()
    call.ears.opening = _never
    async with call.on_the_line():
        await asyncio.wait_for(call.running, 60)
    assert (call.ended_by, call.done) == (["transfer"], ["hand over: ", "keep"])
    assert call.voice.closed == 1


@in_virtual_time
async def test_a_caller_whom_nobody_can_hear_any_more_is_put_through_once(live: Make) -> None:
    call = live()
    async with call.on_the_line():
        await call.until_listening()
        call.ears.opening = _refuse
        call.ears.report(speech.Lost(speech.Unserved(Reason.OUTAGE, "gone")))
        await asyncio.wait_for(call.running, 30)
    assert call.said.count(Phrases().to_a_person) == 1
    assert call.ended_by == ["transfer"]


@pytest.mark.parametrize("closing", [_refuse, _never])
@in_virtual_time
async def test_a_recogniser_that_cannot_be_closed_does_not_lose_the_call(live: Make, closing: Any) -> None:
    call = live()
    call.ears.closing = closing
    async with call.on_the_line():
        await call.until_listening()
    assert call.done == ["keep"]
    assert call.voice.closed == 1


@pytest.mark.parametrize("unwilling", [{"hang up"}, {"keep"}, {"hang up", "keep"}])
@in_virtual_time
async def test_a_carrier_or_a_database_that_is_away_does_not_stop_the_end(live: Make, unwilling: set[str]) -> None:
    active = sample("active_calls")
    call = live(calling("end_call"), results={"end_call": {}})
    call.unwilling = unwilling
    async with call.on_the_line():
        await call.until_listening()
        assert sample("active_calls") == active + 1
        await call.says("bye")
        await call.running
    assert call.done == ["hang up", "keep"]
    assert sample("active_calls") == active


@in_virtual_time
async def test_a_tool_that_raises_is_apologised_for(live: Make) -> None:
    async def broken(call: ToolCall) -> dict[str, Any]:
        raise RuntimeError("a bug")

    async with live(QUOTE, "Better now.", results=broken).on_the_line() as call:
        await call.until_listening()
        await call.asks("one lasagna")
        await call.asks("one lasagna")
    assert call.heard[2:] == [PHRASES.failed, "Better now."]
