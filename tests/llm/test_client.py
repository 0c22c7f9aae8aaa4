"""The model client against vendors on loopback: whose turn it is, what is let out, and the embedded model last."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts import keys
from apps.llm import choice, client, vendors
from apps.llm.messages import Attempt, Message, Request, Response, ToolSchema
from apps.llm.race import LIVE, UNHURRIED, Patience
from apps.llm.vendors import Provider
from apps.menu.card import Card, Item
from apps.restaurant.models import RestaurantSettings
from apps.voice.management.commands import doctor
from tests.llm.vendor import CUT, HANG, Vendor, serving, serving_in_a_thread, stop, text, tool
from tests.llm.wires import anthropic, gemini, ollama

pytestmark = pytest.mark.usefixtures("loaded")
CARD = Card(items=(Item("i1", "Zorbel", "Things", Decimal("4.00")),))
TOOLS = [ToolSchema(name="create_order"), ToolSchema(name="get_context")]
ASKED = Request(system_prompt="Be brief.", messages=[Message(role="user", content="hello")], tools=TOOLS)
HERE = [text("Here."), stop()]
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "ollama": "llama3"}


def at(vendor: Vendor) -> Provider:
    return Provider(vendor.speaks, MODELS[vendor.speaks], api_key="k-1", api_base=vendor.url)


async def answer(
    *asked: Vendor, patience: Patience = UNHURRIED, spent: list[Attempt] | None = None
) -> tuple[list[str], Response]:
    pieces: list[str] = []
    response: Response | None = None
    chain = (*(at(vendor) for vendor in asked), choice.EMBEDDED)
    told = [] if spent is None else spent
    async for piece in client.stream(ASKED, chain=chain, card=CARD, patience=patience, spent=told.append):
        if isinstance(piece, Response):
            response = piece
        else:
            pieces.append(piece)
    assert response is not None
    return pieces, response


@pytest.mark.parametrize(
    "script",
    [
        [stop()],
        [CUT],
        [tool(0, name="create_order", arguments='{"lines": ['), stop("tool_calls")],
        [tool(0, name="create_order", arguments="[1]"), stop("tool_calls")],
        [text("Your total is"), CUT],
    ],
    ids=["empty", "cut off", "malformed arguments", "arguments that are no object", "cut in a sentence"],
)
async def test_an_answer_that_is_none_is_the_next_ones_turn(script: Sequence[Any]) -> None:
    async with serving(Vendor(script)) as broken, serving(Vendor([text("I am next."), stop()])) as other:
        pieces, response = await answer(broken, other)
    assert (pieces, response.content) == (["I am next."], "I am next.")
    assert len(broken.asked) == 1


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_refusal_is_the_next_ones_turn_at_once(status: int) -> None:
    async with serving(Vendor([], status=status)) as broken, serving(Vendor(HERE)) as other:
        _, response = await answer(broken, other)
    assert (response.content, len(broken.asked)) == ("Here.", 1)


async def test_silence_is_answered_by_the_next_one_and_the_silent_line_is_closed() -> None:
    async with serving(Vendor([text(""), HANG])) as silent, serving(Vendor(HERE)) as other:
        began = time.monotonic()
        _, response = await answer(silent, other, patience=LIVE)
        assert time.monotonic() - began < LIVE.hedge + 0.5
        await _until(lambda: silent.left == 1)
    assert response.content == "Here."


async def test_after_a_sentence_was_let_out_only_the_embedded_model_goes_on() -> None:
    async with serving(Vendor([text("One moment. Your order is"), CUT])) as dying, serving(Vendor(HERE)) as other:
        pieces, response = await answer(dying, other)
    assert pieces[0] == "One moment. "
    assert "Your order is" not in "".join(pieces)
    assert (response.provider, other.asked) == ("embedded", [])


async def test_the_embedded_model_answers_when_all_others_fail_and_costs_nothing() -> None:
    spent: list[Attempt] = []
    async with serving(Vendor([CUT])) as first, serving(Vendor([], status=500)) as second:
        pieces, response = await answer(first, second, spent=spent)
    assert (response.provider, response.cost) == ("embedded", 0)
    assert pieces == [response.content]
    assert response.content
    assert [(each.outcome, each.cost) for each in spent] == [("outage", None), ("outage", None)]


async def test_three_vendors_that_say_nothing_leave_the_caller_less_than_four_seconds() -> None:
    begin = anthropic("Hello")[:1]
    async with (
        serving(Vendor([HANG])) as one,
        serving(Vendor([*begin, HANG], speaks="anthropic")) as two,
        serving(Vendor([HANG], speaks="gemini")) as three,
    ):
        began = time.monotonic()
        pieces, response = await answer(one, two, three, patience=LIVE)
        took = time.monotonic() - began
    assert response.provider == "embedded"
    assert pieces
    assert took < 3.5


async def test_the_log_says_what_to_do_and_never_the_key(caplog: pytest.LogCaptureFixture) -> None:
    error = {"error": {"message": "Incorrect API key provided: k-1", "code": "invalid_api_key"}}
    async with serving(Vendor(status=401, error=error)) as closed:
        with caplog.at_level(logging.WARNING):
            await answer(closed)
            await answer(closed)
    (rests,) = [record for record in caplog.records if getattr(record, "event", "") == "llm.rests"]
    assert (rests.__dict__["reason"], rests.__dict__["seconds"]) == ("bad_key", 600.0)
    assert rests.__dict__["advice"].startswith("Check the key")
    assert len(closed.asked) == 1, "it is left alone"
    assert not any("k-1" in str(record.__dict__) for record in caplog.records)


async def test_generate_gives_the_whole_answer() -> None:
    async with serving(Vendor([text("Hello."), stop()])) as vendor:
        response = await client.generate(ASKED, chain=(at(vendor),), card=CARD)
    assert response.content == "Hello."


def looked_at(made: Vendor, settings: Any) -> list[tuple[str, str]]:
    settings.LLM_PROVIDER, settings.LLM_MODEL = made.speaks, MODELS[made.speaks]
    settings.OPENAI_API_KEY = "k-1"
    with serving_in_a_thread(made):
        settings.OPENAI_API_BASE = made.url
        return [(finding.state, finding.text) for finding in doctor._models()]


def test_the_doctor_asks_every_model_and_says_what_to_do(settings: Any) -> None:
    assert looked_at(Vendor(HERE), settings) == [("ok", "openai/gpt-4o-mini answers.")]
    ((state, said),) = looked_at(Vendor(status=401), settings)
    assert (state, said[:51]) == ("missing", "openai/gpt-4o-mini does not answer (bad_key). Check")
    assert looked_at(Vendor(status=503), settings)[0][0] == "note"
    settings.LLM_PROVIDER = "embedded"
    assert list(doctor._models()) == []


# ---- lines, tasks, threads and the event loop ----------------------------------------------------------

SAYS: dict[str, list[Any]] = {
    "openai": HERE,
    "anthropic": anthropic("Here."),
    "gemini": [gemini({"text": "Here."}, finish="STOP")],
    "ollama": [ollama("Here."), ollama(done=True)],
}


@pytest.mark.parametrize("speaks", list(SAYS))
async def test_a_line_is_kept_and_used_again(speaks: Any) -> None:
    async with serving(Vendor(SAYS[speaks], speaks=speaks)) as vendor:
        for _ in range(10):
            assert (await answer(vendor))[1].content == "Here."
        assert (len(vendor.asked), vendor.lines) == (10, 1)


@pytest.mark.parametrize("speaks", list(SAYS))
async def test_a_hundred_requests_of_all_kinds_leave_nothing_behind(speaks: Any) -> None:
    says, opening = SAYS[speaks], SAYS[speaks][:3] if speaks == "anthropic" else SAYS[speaks][:1]
    kinds: list[Any] = [says, [*opening, CUT], [CUT], says, [*opening, HANG]]
    hasty = Patience(hedge=9, first=0.05, total=9, sentence=9, call=9, stalled=0.05, pause=0.05)
    async with serving(Vendor(says, speaks=speaks)) as vendor:
        await answer(vendor)
        tasks, threads, files = len(asyncio.all_tasks()), threading.active_count(), _open_files()
        for round_ in range(100):
            client.race.BOARD.clear()
            vendor.scripts = [kinds[round_ % len(kinds)]]
            await answer(vendor, patience=hasty)
        assert len(vendor.asked) == 101
        await _until(lambda: vendor.open <= 1)
        await _until(lambda: len(asyncio.all_tasks()) <= tasks + 1)  # of the server's, one per open line
        assert threading.active_count() <= threads + 8  # the pools of asyncio and LiteLLM, which do not grow further
        await _until(lambda: _open_files() <= files + 2)


async def test_a_caller_who_interrupts_leaves_no_line_open() -> None:
    async with serving(Vendor([text("One moment. "), HANG])) as vendor:
        pieces = client.stream(ASKED, chain=(at(vendor),), card=CARD)
        assert await anext(pieces) == "One moment. "
        await pieces.aclose()
        await _until(lambda: vendor.left == 1)


def test_a_first_request_does_not_hold_up_the_event_loop() -> None:
    """In a process in which nothing was asked yet: other calls' sound must go on."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.llm.fresh"], capture_output=True, text=True, check=True, timeout=100
    )
    found = json.loads(ran.stdout)
    assert set(found) == {"loading", *SAYS}
    assert max(found[speaks]["busy_ms"] for speaks in SAYS) < 50, found


async def _until(true: Any) -> None:
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.01)
    assert true()


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


# ---- whose models, whose keys --------------------------------------------------------------------------


def test_a_chain_ends_in_the_embedded_model_and_leaves_out_what_has_no_key(settings: Any) -> None:
    settings.OPENAI_API_KEY, settings.ANTHROPIC_API_KEY = "", "a"
    found = choice.chain("openai/gpt", "anthropic/claude", "nobody/x", "anthropic/claude", "embedded/", "openai/gpt")
    assert [each.name for each in found] == ["anthropic", "embedded"]
    assert choice.chain("embedded/") == (choice.EMBEDDED,)
    assert [each.api_key for each in choice.chain("openai/gpt", keys={"openai": "own"})] == ["own", ""]


def test_a_restaurants_own_models_come_in_its_own_order_with_its_own_keys(settings: Any) -> None:
    settings.ANTHROPIC_API_KEY = "installation"
    chosen = RestaurantSettings(
        llm_provider="gemini",
        llm_model="flash",
        llm_fallbacks=["anthropic/claude", "openai/gpt"],
        provider_keys={"gemini": keys.encrypt("own"), "openai": keys.encrypt("mine too")},
    )
    found = [(each.name, each.model, each.api_key) for each in choice.chain_of(chosen)]
    assert found[:-1] == [
        ("gemini", "flash", "own"),
        ("anthropic", "claude", "installation"),
        ("openai", "gpt", "mine too"),
    ]


def test_keys_of_the_till_and_of_payments_stay_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = {name: keys.encrypt(f"key of {name}") for name in ("stripe", "stripe_webhook", "square", "openai")}
    opened: list[str] = []
    decrypt = keys.decrypt
    monkeypatch.setattr(keys, "decrypt", lambda token: opened.append(token) or decrypt(token))
    assert choice.own_keys(RestaurantSettings(provider_keys=sealed)) == {"openai": "key of openai"}
    assert opened == [sealed["openai"]]


def test_a_key_that_cannot_be_opened_any_more_ends_no_call(caplog: pytest.LogCaptureFixture) -> None:
    assert choice.own_keys(RestaurantSettings(provider_keys={"openai": "gAAAA", "gemini": ""})) == {}
    assert "own key not opened" in caplog.text


def test_every_vendor_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[list[str]] = []
    monkeypatch.setattr(vendors, "_warmed", set())
    monkeypatch.setattr(vendors, "load", loads.append)
    for names in ({"embedded"}, {"openai", "embedded"}, {"openai", "gemini"}):
        vendors.warm(names)
    for thread in threading.enumerate():
        if thread.name == "warm-litellm":
            thread.join()
    assert loads == [["openai"], ["gemini"]]
