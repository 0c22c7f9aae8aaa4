"""The media socket: who is let in, and what rubbish does to it (nothing)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from apps.accounts import keys
from apps.calls.models import Call
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from apps.voice import consumers, media, tokens

TOKEN, ORIGIN = "secret", "http://localhost"
PATH = "/ws/twilio/media"


class Socket:
    """A peer of the application, in this process."""

    def __init__(self, *, signed: bool = True, token: str = TOKEN, **headers: str) -> None:
        signature = RequestValidator(token).compute_signature("ws://localhost" + PATH, {}) if signed else "no"
        self.scope = {
            "type": "websocket",
            "path": PATH,
            "scheme": "ws",
            "client": ("10.0.0.1", 4000),
            "headers": [
                (b"host", b"localhost"),
                (b"x-twilio-signature", signature.encode()),
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
            "query_string": b"",
            "subprotocols": [],
        }
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.sent: list[dict[str, Any]] = []
        self.heard = asyncio.Event()

    async def run(self) -> None:
        from loman.asgi import application

        async def send(message: dict[str, Any]) -> None:
            self.sent.append(message)
            self.heard.set()
            if message["type"] == "websocket.send":
                frame = json.loads(message["text"])
                if frame["event"] == "mark":  # played at once, as a phone would in a while
                    self.give(json.dumps({"event": "mark", "streamSid": "MZ1", "mark": frame["mark"]}))

        await application(self.scope, self.incoming.get, send)

    def give(self, text: str | bytes) -> None:
        kind = "text" if isinstance(text, str) else "bytes"
        self.incoming.put_nowait({"type": "websocket.receive", kind: text})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})

    @property
    def closed(self) -> list[int]:
        return [message.get("code", 0) for message in self.sent if message["type"] == "websocket.close"]

    @property
    def accepted(self) -> bool:
        return any(message["type"] == "websocket.accept" for message in self.sent)

    def said(self) -> str:
        frames = [json.loads(m["text"]) for m in self.sent if m["type"] == "websocket.send"]
        import base64

        spoken = [base64.b64decode(f["media"]["payload"]).decode() for f in frames if f["event"] == "media"]
        return " ".join(spoken)


@pytest.fixture
def restaurant(open_restaurant: Callable[..., Place], settings: Any, tmp_path: Path) -> Place:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, ORIGIN
    settings.STT_PROVIDER = settings.TTS_PROVIDER = "typed"
    settings.CALL_LOG_DIR, settings.RECORDINGS_URL = tmp_path / "calls", (tmp_path / "rec").as_uri()
    return open_restaurant(like="bella-napoli")


def ring(place: Place, sid: str = "CA1") -> str:
    """A call that rings, and the token its stream shall bring."""
    with scope.enter(place):
        call = Call.objects.create(carrier_sid=sid, from_number="+15125550134", to_number="+15125550101")
    return tokens.issue(place, call, origin=ORIGIN)


def frames(sid: str = "CA1") -> media.Inbound:
    return media.Inbound("MZ1", call_sid=sid, account_sid="AC1")


async def until(true: Callable[[], bool], socket: Socket) -> None:
    async with asyncio.timeout(10):
        while not true():
            socket.heard.clear()
            await socket.heard.wait()


def start(token: str, sid: str = "CA1") -> str:
    return frames(sid).start(parameters={"token": token})


def test_an_unsigned_upgrade_is_refused(restaurant: Place) -> None:
    socket = Socket(signed=False)
    asyncio.run(socket.run())
    assert not socket.accepted
    assert socket.closed == [consumers.POLICY_VIOLATION]


@pytest.mark.parametrize("case", ["missing", "forged", "foreign", "expired", "used", "ended"])
def test_a_stream_without_a_good_token_is_closed_before_anything_is_said(
    restaurant: Place, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ring(restaurant)
    sid = "CA1"
    match case:
        case "missing":
            token = ""
        case "forged":
            token = token[:-3] + "xyz"
        case "foreign":
            sid = "CA2"
        case "expired":
            monkeypatch.setattr(tokens, "LIFE_SECONDS", -1)
        case "used":
            asyncio.run(tokens.redeem(token, call_sid="CA1"))
        case "ended":
            from django.utils import timezone

            with scope.enter(restaurant):
                Call.objects.update(state="ended", ended_at=timezone.now())
    socket = Socket()
    socket.give(frames(sid).connected())
    socket.give(start(token, sid))
    asyncio.run(asyncio.wait_for(socket.run(), 10))
    assert socket.closed == [consumers.POLICY_VIOLATION]
    assert socket.said() == ""


@pytest.mark.parametrize("first", ["stop", "nothing"])
def test_a_stream_that_never_starts_is_closed(restaurant: Place, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "START_SECONDS", 0.1)
    socket = Socket()
    if first == "stop":
        socket.give(frames().stop())
    asyncio.run(asyncio.wait_for(socket.run(), 10))
    assert socket.closed == [consumers.POLICY_VIOLATION]


RUBBISH: tuple[str | bytes, ...] = (
    "not json",
    "{}",
    "[]",
    '{"event": "media"}',
    '{"event": "media", "media": {"payload": "%%%"}}',
    '{"event": "start"}',
    '{"event": "brand-new", "x": 1}',
    b"\x00\xff" * 50,
    "x" * (media.LONGEST_FRAME + 1),
    "[" * 5000,
    '{"event": "mark", "mark": {"name": "999.999.999"}}',
)


def test_rubbish_changes_nothing_for_this_call_or_another(restaurant: Place) -> None:
    first, second = ring(restaurant, "CA1"), ring(restaurant, "CA2")

    async def both() -> tuple[Socket, Socket]:
        loud, quiet = Socket(), Socket()
        for junk in RUBBISH:
            loud.give(junk)  # before the start
        loud.give(start(first, "CA1"))
        quiet.give(start(second, "CA2"))
        running = [asyncio.create_task(loud.run()), asyncio.create_task(quiet.run())]
        await until(lambda: "What can I do" in loud.said(), loud)
        await until(lambda: "What can I do" in quiet.said(), quiet)
        for junk in RUBBISH:
            loud.give(junk)
        other = media.Inbound("MZ2", call_sid="CA2", account_sid="AC1")
        loud.give(other.media(b"ten of everything", timestamp_ms=20))
        loud.give(other.stop())
        for socket in (loud, quiet):
            socket.give(frames().media(b"one lasagna please", timestamp_ms=20))
        await until(lambda: "Lasagna" in loud.said(), loud)
        await until(lambda: "Lasagna" in quiet.said(), quiet)
        for socket in (loud, quiet):
            socket.give(frames().stop())
        await asyncio.wait_for(asyncio.gather(*running), 20)
        return loud, quiet

    asyncio.run(both())
    with scope.enter(restaurant):
        assert set(Call.objects.values_list("state", "ended_by")) == {("ended", "caller")}


def test_a_line_with_an_account_of_its_own_has_its_streams_signed_by_it(restaurant: Place) -> None:
    token = ring(restaurant)
    row = PhoneNumber.objects.filter(restaurant_id=restaurant.id)
    row.update(carrier_auth_tokens=[keys.encrypt("new"), "sealed for good", keys.encrypt("old")])

    async def talk() -> None:
        socket = Socket(token="old")
        socket.give(start(token))
        running = asyncio.create_task(socket.run())
        await until(lambda: "What can I do" in socket.said(), socket)
        socket.leave()
        await asyncio.wait_for(running, 20)

    asyncio.run(talk())
    stranger = Socket(token="somebody else's")
    asyncio.run(stranger.run())
    assert not stranger.accepted


def test_a_page_of_somebody_else_opens_no_stream_even_with_a_signature(restaurant: Place) -> None:
    foreign, ours = Socket(origin="https://elsewhere.example"), Socket(origin="http://localhost")
    for socket in (foreign, ours):
        socket.leave()
        asyncio.run(socket.run())
    assert (foreign.accepted, foreign.closed) == (False, [consumers.POLICY_VIOLATION])
    assert ours.accepted


def test_a_peer_that_sends_sound_faster_than_it_is_spoken_is_cut_off(restaurant: Place) -> None:
    token = ring(restaurant)

    async def pour() -> Socket:
        socket = Socket()
        socket.give(start(token))
        running = asyncio.create_task(socket.run())
        await until(lambda: "What can I do" in socket.said(), socket)
        for _ in range(40):
            socket.give(frames().media(b"\xff" * 8000, timestamp_ms=20))
        await asyncio.wait_for(running, 20)
        return socket

    socket = asyncio.run(pour())
    assert consumers.POLICY_VIOLATION in socket.closed
    with scope.enter(restaurant):
        assert Call.objects.get().state == "ended"


def test_one_address_keeps_few_sockets_waiting_and_others_still_get_in(
    restaurant: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MOST_WAITING", 2)

    async def crowd() -> tuple[list[Socket], Socket, Socket]:
        sockets = [Socket() for _ in range(3)]
        running = [asyncio.create_task(socket.run()) for socket in sockets]
        other = Socket()
        other.scope["client"] = ("10.0.0.2", 4000)
        running.append(asyncio.create_task(other.run()))
        await until(lambda: bool(sockets[2].sent), sockets[2])
        await until(lambda: bool(other.sent), other)
        for socket in [*sockets, other]:
            socket.leave()
        await asyncio.gather(*running)
        later = Socket()
        later.leave()
        await later.run()
        return sockets, other, later

    sockets, other, later = asyncio.run(crowd())
    assert [socket.accepted for socket in sockets] == [True, True, False]
    assert sockets[2].closed == [consumers.TRY_AGAIN]
    assert other.accepted
    assert later.accepted, "whoever left waits no longer"


def test_a_peer_that_sends_only_rubbish_is_cut_off(restaurant: Place) -> None:
    token = ring(restaurant)

    async def drown() -> Socket:
        socket = Socket()
        socket.give(start(token))
        running = asyncio.create_task(socket.run())
        await until(lambda: "What can I do" in socket.said(), socket)
        for _ in range(consumers.MOST_BAD_FRAMES):
            socket.give("rubbish")
        await asyncio.wait_for(running, 20)
        return socket

    asyncio.run(drown())
    with scope.enter(restaurant):
        assert Call.objects.get().state == "ended"


def test_nothing_the_caller_says_before_the_notice_was_heard_is_heard(restaurant: Place) -> None:
    token = ring(restaurant)

    async def early() -> None:
        socket = Socket()
        socket.give(start(token))
        for _ in range(3):
            socket.give(frames().media(b"my secret", timestamp_ms=20))
        running = asyncio.create_task(socket.run())
        await until(lambda: "What can I do" in socket.said(), socket)
        socket.leave()
        await asyncio.wait_for(running, 20)

    asyncio.run(early())
    with scope.enter(restaurant):
        call = Call.objects.get()
        assert not call.transcript.filter(speaker="caller").exists()
        assert "secret" not in json.dumps(call.report)


def test_two_streams_with_one_token_are_one_call(restaurant: Place) -> None:
    token = ring(restaurant)

    async def race() -> list[object]:
        return await asyncio.gather(*(tokens.redeem(token, call_sid="CA1") for _ in range(10)), return_exceptions=True)

    outcomes = asyncio.run(race())
    assert sum(isinstance(each, tokens.Admission) for each in outcomes) == 1
    assert sum(isinstance(each, tokens.Refused) for each in outcomes) == 9
