"""A call on the wire, against a tiny server: signatures, frames in real time, marks, clear, TwiML."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from apps.voice.carrier.handset import SILENCE
from apps.voice.carrier.terms import Dialling
from apps.voice.carrier.wire import Line
from tests.voice.carrier.exchange import ACCOUNT, ORIGIN, Server, heard, mark, media

LOUD = b"\x00"
"""The loudest µ-law code there is."""


def a_line(server: Server, **chosen: Any) -> Line:
    dialling = Dialling(caller="+15125550188", called="+15125550101", base_url=ORIGIN, **chosen)
    return Line(dialling, exchange=server.exchange(), account=ACCOUNT, call_sid="CA" + "1" * 32)


async def next_event(hear: Any, event: str) -> dict[str, Any]:
    frame: dict[str, Any] = await hear()
    while frame["event"] not in (event, "gone"):
        frame = await hear()
    return frame


async def test_a_call_is_signed_starts_with_its_token_and_reports_its_end() -> None:
    server = Server()
    await a_line(server).run()
    paths = [path for path, _ in server.posts]
    assert paths == ["/webhooks/twilio/voice", "/webhooks/twilio/status"]
    assert server.posts[0][1]["From"] == "+15125550188"
    assert server.posts[-1][1]["CallStatus"] == "completed"


async def test_connected_comes_first_then_start_with_the_parameters_then_media() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        for _ in range(4):
            await hear()

    server = Server(talk=talk)
    await a_line(server).run()
    connected, start, first = server.frames[:3]
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start["start"]["customParameters"] == {"token": "once"}
    assert start["start"]["callSid"] == "CA" + "1" * 32
    assert first["event"] == "media"
    assert heard([first]) == SILENCE * 160


async def test_frames_come_in_real_time_and_carry_what_the_caller_says() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        while len(server.frames) < 27:
            await hear()

    server = Server(talk=talk)
    line = a_line(server)
    line.say(LOUD * 800)
    began = time.monotonic()
    await line.run()
    assert 0.46 < time.monotonic() - began < 2.0
    assert LOUD * 800 in heard(server.frames)


async def test_a_mark_returns_only_after_the_sound_before_it_was_played() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        await next_event(hear, "start")
        await tell(media(LOUD * 1600))
        await tell(mark("0.0.0"))
        await next_event(hear, "mark")

    server = Server(talk=talk)
    await a_line(server).run()
    before = [frame["event"] for frame in server.frames].index("mark")
    assert sum(frame["event"] == "media" for frame in server.frames[:before]) >= 10


async def test_a_clear_gives_all_marks_back_at_once_and_the_time_it_took_is_kept() -> None:
    returned: list[str] = []

    async def talk(hear: Any, tell: Any) -> None:
        await next_event(hear, "start")
        for number in range(3):
            await tell(media(LOUD * 80_000))
            await tell(mark(str(number)))
        while set(heard([frame := await hear()])) <= set(SILENCE):
            assert frame["event"] != "gone"
        await tell({"event": "clear"})
        for _ in range(3):
            returned.append((await next_event(hear, "mark"))["mark"]["name"])

    server = Server(talk=talk)
    line = a_line(server)

    async def interrupt() -> None:
        while line.agent_sounding_ms < 100:
            await asyncio.sleep(0.01)
        line.say(LOUD * 1600)

    await asyncio.gather(line.run(), interrupt())
    assert returned == ["0", "1", "2"]
    assert 0 <= line.barge_in_ms[0] < 500
    assert LOUD * 1600 not in b"".join(line.tape.agent[-2:])


async def test_the_gap_between_the_callers_last_sound_and_the_agents_first_is_measured() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        while set(heard([await hear()])) <= set(SILENCE):
            pass
        while not set(heard([await hear()])) <= set(SILENCE):
            pass
        for _ in range(10):
            await hear()
        await tell(media(LOUD * 480))
        await tell(mark("end"))
        await next_event(hear, "mark")

    server = Server(talk=talk)
    line = a_line(server)
    line.say(LOUD * 800)
    await line.run()
    assert 200 <= line.gaps[0].latency_ms <= 400


async def test_the_fallback_behind_the_stream_runs_when_the_server_closes_it() -> None:
    line = a_line(Server())
    await line.run()
    assert [h.what for h in line.happenings if h.what in ("stream over", "say", "hangup")] == [
        "stream over",
        "say",
        "hangup",
    ]


async def test_new_twiml_ends_the_stream_dials_and_posts_the_outcome() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        await next_event(hear, "start")
        line.update('<Response><Dial action="/webhooks/twilio/transfer" timeout="20">+15125550191</Dial></Response>')
        await next_event(hear, "stop")

    pages = {"/webhooks/twilio/transfer": "<Response><Hangup/></Response>"}
    server = Server(talk=talk, pages=pages)
    line = a_line(server, outcome="no-answer")
    await line.run()
    assert ("/webhooks/twilio/transfer", "no-answer") in [(p, form.get("DialCallStatus")) for p, form in server.posts]
    assert server.frames[-1]["event"] == "stop"


async def test_a_caller_who_hangs_up_sends_stop_and_hears_no_fallback() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        await next_event(hear, "media")
        line.hang_up()
        await next_event(hear, "stop")

    server = Server(talk=talk)
    line = a_line(server)
    await line.run()
    assert server.frames[-1]["event"] == "stop"
    assert "say" not in [h.what for h in line.happenings]


async def test_a_typed_line_carries_text_without_waiting_and_holds_marks_until_interrupted() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        await next_event(hear, "start")
        await tell(media(b"What can I get for you?"))
        await tell(mark("held"))
        frame = await hear()
        assert frame["event"] == "media"
        assert heard([frame]) == b"two cokes"
        await tell({"event": "clear"})
        assert (await hear())["mark"]["name"] == "held"
        await tell(media(b"Two cokes."))
        await tell(mark("heard"))
        assert (await next_event(hear, "mark"))["mark"]["name"] == "heard"

    server = Server(talk=talk)
    line = a_line(server, medium="typed")
    line.held = True
    line.say(b"two cokes")
    await line.run()
    assert line.words == ["Two cokes."]


async def test_keys_are_sent_as_dtmf() -> None:
    async def talk(hear: Any, tell: Any) -> None:
        frame = await next_event(hear, "dtmf")
        assert frame["dtmf"]["digit"] == "0"

    line = a_line(Server(talk=talk))
    line.press("0")
    await line.run()
    assert line.status == "completed"
