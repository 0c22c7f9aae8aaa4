"""Deepgram through its own SDK and real sockets, against a server that speaks its protocol on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.llm.reasons import Reason
from apps.menu.card import Card, Item
from apps.voice import roster, speech
from apps.voice.audio import silence
from apps.voice.speech import EarlyUtterance, Heard, Lost, Partial, Provider, Resumed, Unserved, Utterance
from apps.voice.stt import deepgram as ours
from tests.voice.loopback.conduct import Conduct, Conducts
from tests.voice.loopback.deepgram import (
    KEY,
    NO_CREDIT,
    NO_MODEL,
    TOO_MANY,
    UNWELL,
    WRONG_KEY,
    Deepgram,
    deepgram,
)
from tests.voice.loopback.recognition import frames, sentence

ORDER = "i would like a large pepperoni pizza"
MORE = "and two salads"
KNOWN = f"{ORDER} {MORE} four one five six seven eight nine zero"
CARD = Card(items=tuple(Item(id=n, name=n, category="Pizza", price=Decimal(9)) for n in ("Diavola", "Margherita")))
MODELS = ("nova-3", "flux-general-en")


class Call:
    def __init__(self, vendor: Deepgram, *, model: str = "nova-3", key: str = KEY, language: str = "en") -> None:
        self.provider = Provider("deepgram", model=model, api_key=key, url=vendor.url)
        self.language = language
        self.news: list[Heard] = []

    async def dial(self) -> speech.Transcriber:
        self.transcriber = await roster.open_transcriber(
            self.provider, card=CARD, report=self.news.append, language=self.language
        )
        return self.transcriber

    def says(self, text: str, *, then: float = 1.5) -> None:
        for frame in frames(sentence(text) + silence(then)):
            self.transcriber.hear(frame)

    async def until(self, true: Callable[[], Any], *, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.01)

    def heard(self) -> list[str]:
        return [each.text for each in self.news if isinstance(each, Utterance)]


def with_deepgram(scene: Callable[[Deepgram], Awaitable[None]], conducts: Conducts | None = None) -> None:
    async def play() -> None:
        async with deepgram(KNOWN, conducts=conducts) as vendor:
            await scene(vendor)

    asyncio.run(play())


@pytest.mark.parametrize("model", MODELS)
def test_an_order_is_heard_word_for_word_with_its_times(model: str) -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model=model)
        transcriber = await call.dial()
        for frame in frames(silence(1.0)):
            transcriber.hear(frame)
        call.says(ORDER)
        await call.until(lambda: call.heard() == [ORDER])
        call.says(MORE)
        await call.until(lambda: call.heard() == [ORDER, MORE])
        await transcriber.close()
        first = next(each for each in call.news if isinstance(each, Utterance))
        assert first.started_ms == 1000
        assert first.ended_ms == pytest.approx(1000 + len(sentence(ORDER)) / 8, abs=25)
        assert first.confidence > 0.9
        assert any(isinstance(each, Partial) and each.text for each in call.news)

    with_deepgram(scene)


def test_it_is_asked_as_the_vendor_documents_it() -> None:
    async def scene(vendor: Deepgram) -> None:
        for model in MODELS:
            call = Call(vendor, model=model)
            await (await call.dial()).close()
        nova, flux = vendor.conversations
        assert nova.path == "/v1/listen"
        assert (nova.options["encoding"], nova.options["sample_rate"]) == (["mulaw"], ["8000"])
        assert (nova.options["interim_results"], nova.options["utterance_end_ms"]) == (["true"], ["1000"])
        assert nova.options["keyterm"] == flux.options["keyterm"] == ["Diavola", "Margherita"]
        assert flux.path == "/v2/listen"
        assert "eager_eot_threshold" in flux.options

    with_deepgram(scene)


def test_a_call_in_several_languages_is_heard_by_a_model_that_knows_them() -> None:
    async def scene(vendor: Deepgram) -> None:
        for model in MODELS:
            call = Call(vendor, model=model, language="multi")
            await (await call.dial()).close()
        nova, flux = vendor.conversations
        assert nova.options["language"] == ["multi"]
        assert flux.options["model"] == ["flux-general-multi"]

    with_deepgram(scene)


def test_flux_says_early_that_a_turn_may_be_over_and_takes_it_back() -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model="flux-general-en")
        transcriber = await call.dial()
        call.says(ORDER, then=0.3)
        call.says(MORE)
        await call.until(lambda: call.heard() == [f"{ORDER} {MORE}"])
        await transcriber.close()
        turns = [each for each in call.news if isinstance(each, EarlyUtterance | Resumed)]
        assert turns == [EarlyUtterance(ORDER), Resumed(), EarlyUtterance(f"{ORDER} {MORE}")]

    with_deepgram(scene)


def test_when_a_number_is_asked_for_its_words_are_expected_and_its_pauses_waited_for() -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor)
        transcriber = await call.dial()
        transcriber.expect("digits")
        await call.until(lambda: vendor.conversations[0].messages)
        call.says("four one five", then=0.6)
        call.says("six seven eight", then=0.6)
        call.says("nine zero", then=1.5)
        await call.until(lambda: call.heard())
        assert call.heard() == ["four one five six seven eight nine zero"]
        transcriber.expect("anything")
        await call.until(lambda: len(vendor.conversations[0].messages) == 2)
        await transcriber.close()
        digits, anything = vendor.conversations[0].messages[:2]
        assert (digits["type"], digits["features"]) == ("Configure", {"numerals": True})
        assert "double" in digits["keyterms"]
        assert anything["keyterms"] == ["Diavola", "Margherita"]

    with_deepgram(scene)


def test_flux_is_configured_for_a_number_too() -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model="flux-general-en")
        transcriber = await call.dial()
        transcriber.expect("digits")
        await call.until(lambda: vendor.conversations[0].messages)
        await transcriber.close()
        message = vendor.conversations[0].messages[0]
        assert message["type"] == "Configure"
        assert message["thresholds"]["eot_timeout_ms"] > 2500
        assert "double" in message["keyterms"]

    with_deepgram(scene)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (WRONG_KEY, Reason.BAD_KEY),
        (NO_CREDIT, Reason.NO_QUOTA),
        (NO_MODEL, Reason.NO_SUCH_MODEL),
        (TOO_MANY, Reason.RATE_LIMITED),
        (UNWELL, Reason.OUTAGE),
    ],
)
def test_a_refusal_is_told_apart_by_what_helps(
    model: str, refusal: Any, reason: Reason, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(vendor: Deepgram) -> None:
        with pytest.raises(Unserved) as caught:
            await Call(vendor, model=model).dial()
        assert caught.value.reason is reason
        assert refusal.body[:60] in caught.value.detail
        assert KEY not in f"{caught.value!r} {caught.value.__dict__} {caplog.text}"
        if refusal is TOO_MANY:
            assert caught.value.retry_after == 7

    with_deepgram(scene, Conducts(Conduct(refuses=refusal)))


def test_a_wrong_key_and_a_wrong_model_of_ours_are_refused_by_the_protocol() -> None:
    async def scene(vendor: Deepgram) -> None:
        for call, reason in (
            (Call(vendor, key="wrong"), Reason.BAD_KEY),
            (Call(vendor, model="nova-9"), Reason.NO_SUCH_MODEL),
        ):
            with pytest.raises(Unserved) as caught:
                await call.dial()
            assert caught.value.reason is reason

    with_deepgram(scene)


def test_nobody_at_the_address_is_an_outage() -> None:
    async def scene() -> None:
        provider = Provider("deepgram", api_key=KEY, url="http://127.0.0.1:9")
        with pytest.raises(Unserved) as caught:
            await roster.open_transcriber(provider, card=CARD, report=lambda news: None)
        assert caught.value.reason is Reason.OUTAGE

    asyncio.run(scene())


@pytest.mark.parametrize("model", MODELS)
def test_a_connection_that_dies_is_lost_once(model: str) -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model=model)
        transcriber = await call.dial()
        call.says(ORDER)
        await call.until(lambda: any(isinstance(each, Lost) for each in call.news))
        call.says(ORDER)
        await asyncio.sleep(0.1)
        await transcriber.close()
        [lost] = [each for each in call.news if isinstance(each, Lost)]
        assert lost.failure.reason is Reason.BROKE_OFF
        assert isinstance(call.news[-1], Lost)

    with_deepgram(scene, Conducts(Conduct(dies_after_bytes=9000)))


@pytest.mark.parametrize("model", MODELS)
def test_disorder_garbage_and_repetition_change_no_word(model: str) -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model=model)
        transcriber = await call.dial()
        call.says(ORDER)
        call.says(MORE)
        await call.until(lambda: len(call.heard()) == 2)
        await asyncio.sleep(0.3)
        await transcriber.close()
        assert call.heard() == [ORDER, MORE]

    with_deepgram(scene, Conducts(Conduct(disorderly=True)))


def test_garbage_alone_is_no_news_at_all() -> None:
    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor)
        transcriber = await call.dial()
        call.says(ORDER)
        await asyncio.sleep(0.6)
        await transcriber.close()
        assert call.news == []

    with_deepgram(scene, Conducts(Conduct(garbage=b"<html>502</html>")))


@pytest.mark.parametrize("model", MODELS)
def test_a_silent_line_is_kept_open_and_times_stay_true(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "KEEP_ALIVE_SECONDS", 0.1)
    monkeypatch.setattr("tests.voice.loopback.deepgram.SILENT_SECONDS", 0.5)

    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor, model=model)
        transcriber = await call.dial()
        await asyncio.sleep(1.0)
        call.says(ORDER)
        await call.until(lambda: call.heard())
        await transcriber.close()
        assert call.heard() == [ORDER]
        heard = next(each for each in call.news if isinstance(each, Utterance))
        assert heard.started_ms == pytest.approx(0, abs=5)

    with_deepgram(scene)


def test_without_being_kept_open_it_would_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.voice.loopback.deepgram.SILENT_SECONDS", 0.2)

    async def scene(vendor: Deepgram) -> None:
        call = Call(vendor)
        transcriber = await call.dial()
        await call.until(lambda: call.news)
        await transcriber.close()
        [lost] = call.news
        assert isinstance(lost, Lost)
        assert "NET-0001" in lost.failure.detail

    with_deepgram(scene)


def test_recordings_of_the_vendor_pass_through_the_sdk_unchanged() -> None:
    folder = Path(__file__).resolve().parents[4] / "shared" / "fixtures" / "deepgram"
    if not folder.is_dir():
        pytest.skip("not on this machine: the recorded results lie beside the project, not in it")
    recordings = sorted(folder.glob("*-response.json"))
    assert recordings

    async def scene(vendor: Deepgram) -> None:
        for path in recordings:
            message = json.loads(path.read_text())
            said = message["channel"]["alternatives"][0]
            vendor.recording = path.read_text()
            call = Call(vendor)
            transcriber = await call.dial()
            await call.until(lambda call=call: call.news)
            await transcriber.close()
            if not said["transcript"]:
                assert call.heard() == []
                continue
            [heard] = [each for each in call.news if isinstance(each, Utterance)]
            assert heard.text == said["transcript"]
            assert heard.started_ms == round(said["words"][0]["start"] * 1000)
            assert heard.ended_ms == round(said["words"][-1]["end"] * 1000)

    with_deepgram(scene)


def test_a_black_hole_can_be_given_up_at_once_and_leaves_nothing() -> None:
    async def scene() -> None:
        async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        hole = await asyncio.start_server(swallow, "127.0.0.1", 0)
        provider = Provider("deepgram", api_key=KEY, url=f"http://127.0.0.1:{hole.sockets[0].getsockname()[1]}")
        await asyncio.to_thread(ours._client, provider.api_key, provider.url)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await roster.open_transcriber(provider, card=CARD, report=lambda news: None)
        hole.close()
        await asyncio.sleep(0.1)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())


@pytest.mark.parametrize("model", MODELS)
def test_a_hundred_connections_leave_no_socket_task_or_thread(model: str) -> None:
    async def scene(vendor: Deepgram) -> None:
        await (await Call(vendor, model=model).dial()).close()
        await asyncio.sleep(0.1)
        tasks, threads, files = _open()
        for number in range(100):
            vendor.conducts.first = [Conduct(dies_after_bytes=3000) if number % 3 == 0 else Conduct()]
            call = Call(vendor, model=model)
            transcriber = await call.dial()
            call.says(MORE, then=0)
            if number % 2:
                await asyncio.sleep(0.005)
            await transcriber.close()
            await transcriber.close()
        await call.until(lambda: vendor.open == 0)
        await asyncio.sleep(0.1)
        assert _open() == (tasks, threads, files)

    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    with_deepgram(scene)


def _open() -> tuple[int, int, int]:
    return (
        len(asyncio.all_tasks()),
        len([t for t in threading.enumerate() if not t.name.startswith("asyncio_")]),
        len(os.listdir("/proc/self/fd")),
    )
