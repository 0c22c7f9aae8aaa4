"""Whatever is wrong with ElevenLabs is named alike over both of its wires, and never with the key."""

from __future__ import annotations

import json
import logging
import time

import pytest

from apps.llm.reasons import Reason
from tests.voice.loopback.conduct import Conduct, Conducts, Refusal, comes_back
from tests.voice.loopback.elevenlabs import ERROR_PAGE, GARBAGE, KEY, VOICE, ElevenLabs, detail, rendering, serving
from tests.voice.tts.speaking import a_voice, broken_off, failure, said

SENTENCE = "Your total is thirty four dollars and fifty cents."
HTTP, SOCKET = "elevenlabs-http", "elevenlabs"
LIBRARIES = ("websockets", "httpx", "httpcore", "elevenlabs", "apps")


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody writes down, also what our settings leave out."""
    for name in ("", *LIBRARIES):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


both = pytest.mark.parametrize("name", [HTTP, SOCKET])


def always(conduct: Conduct) -> ElevenLabs:
    return ElevenLabs(conducts=Conducts(conduct))


@both
async def test_a_slow_vendor_is_waited_for(name: str) -> None:
    async with serving(always(Conduct(first_seconds=0.4))) as vendor, a_voice(vendor, name=name) as voice:
        began = time.monotonic()
        assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert time.monotonic() - began > 0.4


@both
async def test_a_sentence_that_ends_without_a_sound_is_empty(name: str) -> None:
    async with serving(always(Conduct(empty=True))) as vendor:
        assert (await failure(vendor, SENTENCE, name=name)).reason is Reason.EMPTY
        assert vendor.meddling == []


@pytest.mark.parametrize(
    ("name", "garbage"),
    [
        (HTTP, ERROR_PAGE),
        (SOCKET, GARBAGE),
        (SOCKET, ERROR_PAGE),
        (SOCKET, b"[1, 2]"),
        (SOCKET, b'{"audio": "no base64", "contextId": "1"}'),
    ],
)
async def test_garbage_is_malformed(name: str, garbage: bytes) -> None:
    vendor = ElevenLabs(conducts=comes_back(Conduct(garbage=garbage)))
    async with serving(vendor), a_voice(vendor, name=name) as voice:
        assert (await broken_off(voice, SENTENCE))[1].reason is Reason.MALFORMED
        assert await said(voice, SENTENCE) == rendering(SENTENCE)


async def test_messages_that_are_none_of_its_business_change_nothing() -> None:
    async with serving(always(Conduct(disorderly=True))) as vendor, a_voice(vendor) as voice:
        for _ in range(3):
            assert await said(voice, SENTENCE) == rendering(SENTENCE)
        assert vendor.made == 1


@both
async def test_it_comes_back(name: str) -> None:
    down = Conduct(refuses=Refusal(503, "<html>Service unavailable</html>"))
    async with serving(ElevenLabs(conducts=comes_back(down, down))) as vendor:
        for _ in range(2):
            told = await failure(vendor, SENTENCE, name=name)
            assert str(told) == "outage: HTTP 503: Service unavailable"
        async with a_voice(vendor, name=name) as voice:
            assert await said(voice, SENTENCE) == rendering(SENTENCE)


@pytest.mark.parametrize(("name", "late"), [(HTTP, False), (SOCKET, False), (SOCKET, True)])
@pytest.mark.parametrize(
    ("status", "kind", "message", "reason"),
    [
        (401, "quota_exceeded", "This request exceeds your quota. You have 2 credits remaining.", Reason.NO_QUOTA),
        (401, "invalid_api_key", f"Invalid API key {KEY}", Reason.BAD_KEY),
        (429, "too_many_concurrent_requests", "Too many concurrent requests.", Reason.RATE_LIMITED),
        (429, "system_busy", "We are experiencing heavy traffic.", Reason.OUTAGE),
    ],
)
async def test_a_refusal_is_named_plainly(
    name: str, late: bool, status: int, kind: str, message: str, reason: Reason, logs: pytest.LogCaptureFixture
) -> None:
    """At the door, or, over a WebSocket, as a message and a close once it was let in."""
    refusal = Refusal(status, detail(kind, message), {"Retry-After": "7"}, late=late)
    async with serving(always(Conduct(refuses=refusal))) as vendor:
        told = await failure(vendor, SENTENCE, name=name)
    assert told.reason is reason
    assert message.replace(KEY, "•••") in told.detail
    assert told.retry_after == (None if late else 7)
    assert KEY not in str(told) + logs.text


@both
async def test_without_a_name_the_vendors_own_example_speaks(name: str) -> None:
    async with serving() as vendor, a_voice(vendor, name=name, voice="") as voice:
        assert await said(voice, SENTENCE) == rendering(SENTENCE, VOICE)


@both
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"api_key": "sk_wrong"}, Reason.BAD_KEY),
        ({"voice": "nobody"}, Reason.NO_SUCH_MODEL),
        ({"voice": f"{VOICE}/stream?x=1"}, Reason.NO_SUCH_MODEL),
        ({"model": "eleven_flush"}, Reason.NO_SUCH_MODEL),
    ],
)
async def test_what_is_configured_wrong_is_named_plainly(name: str, wrong: dict[str, str], reason: Reason) -> None:
    async with serving() as vendor:
        told = await failure(vendor, SENTENCE, name=name, **wrong)
    assert told.reason is reason
    assert "sk_wrong" not in str(told)


@both
async def test_the_key_goes_into_the_header_and_into_no_log(name: str, logs: pytest.LogCaptureFixture) -> None:
    async with serving() as vendor, a_voice(vendor, name=name) as voice:
        await said(voice, SENTENCE)
        assert [each.headers["xi-api-key"] for each in vendor.handshakes] == [KEY] * (name == SOCKET)
        assert KEY not in json.dumps(vendor.messages)
    assert KEY not in logs.text
