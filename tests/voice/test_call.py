"""The shell of a call in virtual time: what is heard, and how a call ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from apps.language.redaction import PLACEHOLDER
from apps.llm.messages import ToolCall
from apps.voice import speech
from apps.voice.conversation import Limits, Phrases
from tests.voice.telephone import FRAME, GOODBYE, GREETING, NOTICE, Live, calling, sample
from tests.voice.virtual_time import in_virtual_time

QUOTE, COMMIT = calling("create_order", lines=[]), calling("create_order", confirm_version=1)
PLACED = {"status": "placed", "number": 12}
PHRASES = Phrases()
Make = Callable[..., Live]


# ---- what is heard, and by whom ----------------------------------------------------------------------


@in_virtual_time
async def test_nothing_is_heard_or_recorded_before_the_notice_was_heard(live: Make) -> None:
    async with live("Hello.").on_the_line() as call:
        await asyncio.sleep(1.9)
        call.coughs()
        call.ears.report(speech.Partial("tell"))
        assert (call.ears.sound, call.tape.caller_bytes, call.phone.clears) == (b"", 0, 0)
        await asyncio.sleep(1.0)
        assert call.heard == [NOTICE]
        assert len(call.ears.sound) == call.tape.caller_bytes
        assert len(FRAME) * 8 <= len(call.ears.sound) <= len(FRAME) * 10, "only the second since the notice"


@in_virtual_time
async def test_what_the_caller_did_not_hear_is_not_in_the_models_history(live: Make) -> None:
    async with live("We have lasagna. We have pizza. We have soup.", "Which size?").on_the_line() as call:
        await call.until_listening()
        await call.says("what do you have")
        await call.until(lambda: "We have lasagna." in call.heard)
        await asyncio.sleep(1)
        await call.asks("pizza please")
    assert [(message.role, message.content) for message in call.model.asked[1]] == [
        ("assistant", f"{NOTICE} {GREETING}"),
        ("user", "what do you have"),
        ("assistant", "We have lasagna."),
        ("user", "pizza please"),
    ]
    assert call.log.of("interrupted", "heard") == ["We have lasagna."]


@in_virtual_time
async def test_marks_that_are_unknown_or_come_twice_change_nothing(live: Make) -> None:
    async with live("Hello.").on_the_line() as call:
        for name in ("9.9.9", "", "0.0.-1"):
            call.call.mark_returned(name)
        await call.until_listening()
        call.call.mark_returned("0.0.0")
        await call.asks("hi")
    assert call.heard == [NOTICE, GREETING, "Hello."]


@in_virtual_time
async def test_keys_leave_no_trace_but_a_hole_in_the_recording(live: Make) -> None:
    async with live("Hello.").on_the_line() as call:
        await call.until_listening()
        pressed_ms = call.call.now_ms()
        for digit in "4929":
            call.call.pressed(digit)
            await asyncio.sleep(0.2)
        await call.asks("hi")
    assert len(call.tape.redacted) == 4
    for press, (from_ms, to_ms) in enumerate(call.tape.redacted):
        assert from_ms <= pressed_ms + 200 * press - 500
        assert to_ms >= pressed_ms + 200 * press + 499
    assert "4929" not in str(call.log)
    assert not [record for record in call.log if {"digit", "digits"} & set(record)]


@in_virtual_time
async def test_a_spoken_card_number_reaches_neither_log_nor_model_nor_recording(live: Make) -> None:
    number = "4929 1234 5678 9012"
    async with live("Yes?").on_the_line() as call:
        await call.until_listening()
        said_ms = call.call.now_ms()
        await call.asks(f"my card is {number}")
        await call.asks("sorry")
    assert call.log.of("utterance", "text")[0] == f"my card is {PLACEHOLDER}"
    assert "4929" not in str(call.log) + str(call.model.asked)
    ((from_ms, to_ms),) = call.tape.redacted
    assert abs(from_ms - said_ms) <= 200
    assert to_ms >= said_ms + 500
    (started_ms, _), (ended_ms, _) = call.log.of("utterance", "started_ms"), call.log.of("utterance", "ended_ms")
    assert (from_ms, ended_ms - started_ms) == (started_ms, 500)


@in_virtual_time
async def test_a_card_said_in_pieces_reaches_neither_log_nor_recording_and_no_model_whole(live: Make) -> None:
    async with live("Yes?", "Go on.", "Please.").on_the_line() as call:
        await call.until_listening()
        await call.asks("it is 4929 1234")
        await call.asks("5678 9012")
        await call.asks("123")
        await call.asks("sorry")
        await call.asks("a pizza")
    said = call.log.of("utterance", "text")
    assert said == [f"it is {PLACEHOLDER}", PLACEHOLDER, PLACEHOLDER, "sorry", "a pizza"]
    assert "4929" not in str(call.log)
    shown = str(call.model.asked)
    assert "5678" not in shown
    assert "123" not in shown.replace("4929 1234", "")
    assert "4929" not in str(call.model.asked[-1])
    spans = sorted(call.tape.redacted)
    starts, ends = call.log.of("utterance", "started_ms")[:3], call.log.of("utterance", "ended_ms")[:3]
    assert [from_ms for from_ms, _ in spans] == starts
    assert all(to_ms >= ended for (_, to_ms), ended in zip(spans, ends, strict=True))


@in_virtual_time
async def test_half_a_number_that_no_other_follows_is_kept_when_the_call_ends(live: Make) -> None:
    async with live("Yes?").on_the_line() as call:
        await call.until_listening()
        await call.asks("it is 4929 1234")
    assert call.log.of("utterance", "text") == ["it is 4929 1234"]


@in_virtual_time
async def test_every_stage_of_a_turn_is_measured(live: Make) -> None:
    stages = ("stt_first_partial", "stt_final", "llm_first_token", "tts_first_audio", "user_to_audio", "barge_in_clear")
    counts = [f"{stage}_seconds_count" for stage in stages]
    sums = [f"{stage}_seconds_sum" for stage in stages]
    before = {name: sample(name) for name in counts + sums}
    async with live([0.7, "Hello there."], "Fine.").on_the_line() as call:
        await call.until_listening()
        started_ms = call.ears.now_ms
        call.coughs()
        await asyncio.sleep(0.3)
        call.ears.report(speech.Partial("hello"))
        call.ears.report(speech.Partial("hello you"))
        call.ears.report(speech.Utterance("hello you", 0.9, started_ms, call.ears.now_ms))
        await call.until_saying("Hello there.")
        await asyncio.sleep(0.5)
        await call.asks("how are you")
    measured = {name: sample(name) - before[name] for name in counts + sums}
    assert [measured[name] for name in counts] == [1, 2, 2, 3, 2, 1]
    assert measured["stt_first_partial_seconds_sum"] == pytest.approx(0.3)
    assert measured["llm_first_token_seconds_sum"] == pytest.approx(0.7, abs=0.01)
    assert measured["user_to_audio_seconds_sum"] == pytest.approx(0.7, abs=0.25)
    assert measured["barge_in_clear_seconds_sum"] == pytest.approx(0.0, abs=0.01)


# ---- how a call ends ---------------------------------------------------------------------------------


@in_virtual_time
async def test_goodbye_waits_until_it_was_heard(live: Make) -> None:
    async with live(calling("end_call"), results={"end_call": {"status": "ending"}}).on_the_line() as call:
        await call.until_listening()
        await call.says("bye")
        await call.until_saying(GOODBYE)
        await asyncio.sleep(1.9)
        assert call.done == []
        await asyncio.sleep(0.2)
        assert call.done == ["hang up", "keep"]
    assert call.heard[-1] == GOODBYE
    assert call.ended_by == ["goodbye"]


@in_virtual_time
async def test_words_into_a_goodbye_take_it_back(live: Make) -> None:
    async with live(calling("end_call"), "At ten.", results={"end_call": {}}).on_the_line() as call:
        await call.until_listening()
        await call.says("bye")
        await call.until_saying(GOODBYE)
        await asyncio.sleep(1)
        await call.asks("wait when do you close")
        assert call.done == []
    assert call.heard[-1] == "At ten."
    assert (call.ended_by, call.done) == (["caller"], ["keep"])


@in_virtual_time
async def test_a_hand_over_happens_after_its_words_and_with_its_reason(live: Make) -> None:
    transfer = calling("transfer_call", reason="complaint")
    async with live(transfer, results={"transfer_call": {"status": "transferring"}}).on_the_line() as call:
        await call.until_listening()
        await call.says("a person")
        await call.until(lambda: len(call.said) == 3)
        await asyncio.sleep(1.9)
        assert call.done == []
        await call.running
    assert call.done == ["hand over: complaint", "keep"]
    assert call.ended_by == ["transfer"]


@in_virtual_time
async def test_zero_reaches_a_person(live: Make) -> None:
    async with live().on_the_line() as call:
        await call.until_listening()
        call.call.pressed("0")
        await call.running
    assert call.heard[-1] == PHRASES.connecting
    assert call.done == ["hand over: ", "keep"]


@in_virtual_time
async def test_a_hang_up_amid_a_tool_that_writes_lets_it_end_once_and_keeps_the_call_after_it(live: Make) -> None:
    ended: list[str] = []

    async def slow(call: ToolCall) -> dict[str, Any]:
        await asyncio.sleep(3)
        ended.append(call.name)
        return PLACED

    async with live(COMMIT, "Placed.", results=slow).on_the_line() as call:
        await call.until_listening()
        await call.says("yes")
        await asyncio.sleep(1)
        call.call.hung_up()
        await asyncio.sleep(0.5)
        assert (call.ended_by, ended, call.done) == (["caller"], [], [])
        await call.running
    assert (ended, call.done) == (["create_order"], ["keep"])
    assert len(call.ran) == 1
    assert [message.role for message in call.agent.history[-2:]] == ["assistant", "tool"]
    assert "Placed." not in call.said


@in_virtual_time
async def test_words_amid_a_tool_that_writes_are_answered_after_it(live: Make) -> None:
    async def slow(call: ToolCall) -> dict[str, Any]:
        await asyncio.sleep(2)
        return PLACED

    async with live(COMMIT, "It is placed, with forks.", results=slow).on_the_line() as call:
        await call.until_listening()
        await call.says("yes")
        await asyncio.sleep(0.5)
        await call.asks("and forks please")
    assert len(call.ran) == 1
    assert [message.role for message in call.model.asked[1]] == ["assistant", "user", "assistant", "tool", "user"]
    assert call.heard[-1] == "It is placed, with forks."


@in_virtual_time
async def test_silence_is_asked_about_twice_and_then_the_call_ends(live: Make) -> None:
    async with live().on_the_line() as call:
        await call.running
        assert call.call.now_ms() == pytest.approx(3 * 8000 + 5 * 2000, abs=500)
    assert call.heard == [NOTICE, GREETING, *PHRASES.still_there, PHRASES.silent_goodbye]
    assert (call.ended_by, call.done) == (["timeout"], ["hang up", "keep"])


@in_virtual_time
async def test_the_longest_call_ends_after_a_farewell_however_much_is_said(live: Make) -> None:
    async with live(*["Mhm, go on."] * 99, limits=Limits(longest_seconds=60)).on_the_line() as call:
        while not call.running.done():
            await call.says("and another thing")
            await asyncio.sleep(4)
        assert 60_000 <= call.call.now_ms() <= 85_000
    assert PHRASES.too_long in call.said
    assert (call.ended_by, call.done) == (["timeout"], ["hang up", "keep"])
