"""The model client against a vendor on loopback: streaming, tools, deadlines and who answers next."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from apps.llm import client
from apps.llm.client import Provider
from apps.llm.messages import Message, Request, Response, ToolCall, ToolSchema
from apps.menu.card import Card, Item
from tests.llm.vendor import CUT, HANG, Vendor, serving, stop, text, tool, usage

CARD = Card(items=(Item("i1", "Zorbel", "Things", Decimal("4.00")),))
TOOLS = [ToolSchema(name="create_order"), ToolSchema(name="get_context")]
PATIENT = 60.0
"""The first test also waits for the import of LiteLLM."""


def asking(*said: str) -> Request:
    return Request(
        system_prompt="Be brief.", messages=[Message(role="user", content=each) for each in said], tools=TOOLS
    )


def at(vendor: Vendor) -> Provider:
    return Provider("openai", "gpt-test", api_key="k-1", api_base=vendor.url)


async def answer(
    request: Request, *vendors: Vendor, first: float = PATIENT, stalled: float = PATIENT
) -> tuple[list[str], Response]:
    pieces: list[str] = []
    response: Response | None = None
    async for piece in client.stream(
        request,
        chain=(*(at(vendor) for vendor in vendors), client.EMBEDDED),
        card=CARD,
        first_token_seconds=first,
        stalled_seconds=stalled,
    ):
        if isinstance(piece, Response):
            response = piece
        else:
            pieces.append(piece)
    assert response is not None
    return pieces, response


async def vendor_says(*script: Any) -> tuple[list[str], Response, Vendor]:
    async with serving(Vendor(script)) as vendor:
        pieces, response = await answer(asking("hello"), vendor)
    return pieces, response, vendor


async def test_text_comes_in_sentences_and_whole_at_the_end() -> None:
    pieces, response, vendor = await vendor_says(
        text("Hi"), text(" there. How"), text(" are you?"), stop(), usage(9, 4)
    )
    assert pieces == ["Hi there. ", "How are you?"]
    assert (response.type, response.content, response.provider) == ("text", "Hi there. How are you?", "openai")
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (9, 4)
    assert response.confidence is None
    assert vendor.keys == ["Bearer k-1"]
    assert vendor.asked[0]["messages"][0] == {"role": "system", "content": "Be brief."}


async def test_confidence_is_the_mean_probability_of_the_tokens() -> None:
    _, response, _ = await vendor_says(text("Yes", logprob=math.log(0.9)), text(".", logprob=math.log(0.5)), stop())
    assert response.confidence == pytest.approx(0.7)


async def test_arguments_in_pieces_and_parallel_calls_are_put_together() -> None:
    _, response, _ = await vendor_says(
        tool(0, name="create_order", arguments='{"lin'),
        tool(0, arguments='es": []}'),
        tool(1, name="get_context"),
        stop("tool_calls"),
    )
    assert response.type == "tool_call"
    assert response.tool_call == ToolCall(id="call_create_order", name="create_order", arguments={"lines": []})
    assert [call.name for call in response.tool_calls] == ["create_order", "get_context"]
    assert response.tool_calls[1].arguments == {}


async def test_tool_calls_and_results_go_back_to_the_vendor_in_its_own_shape() -> None:
    call = ToolCall(id="c1", name="get_context", arguments={})
    request = asking("where are you")
    request.messages += [
        Message(role="assistant", tool_calls=[call]),
        Message(role="tool", name="get_context", tool_call_id="c1", content='{"address": "12 Main"}'),
    ]
    async with serving(Vendor([text("12 Main."), stop()])) as vendor:
        await answer(request, vendor)
    assistant, result = vendor.asked[0]["messages"][-2:]
    assert assistant["tool_calls"][0]["function"] == {"name": "get_context", "arguments": "{}"}
    assert (result["role"], result["tool_call_id"]) == ("tool", "c1")
    assert json.loads(result["content"]) == {"address": "12 Main"}


@pytest.mark.parametrize(
    "script",
    [
        [stop()],
        [CUT],
        [tool(0, name="create_order", arguments='{"lines": ['), stop("tool_calls")],
        [tool(0, name="create_order", arguments="[1]"), stop("tool_calls")],
    ],
    ids=["empty", "cut off", "malformed arguments", "arguments that are no object"],
)
async def test_an_answer_that_is_none_is_the_next_ones_turn(script: Sequence[Any]) -> None:
    async with serving(Vendor(script)) as broken, serving(Vendor([text("I am next."), stop()])) as other:
        pieces, response = await answer(asking("hello"), broken, other)
    assert (pieces, response.content) == (["I am next."], "I am next.")
    assert len(broken.asked) == 1


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_refusal_is_the_next_ones_turn_at_once(status: int) -> None:
    async with serving(Vendor([], status=status)) as broken, serving(Vendor([text("Here."), stop()])) as other:
        _, response = await answer(asking("hello"), broken, other)
    assert (response.content, len(broken.asked)) == ("Here.", 1)


async def test_silence_before_the_first_word_is_the_next_ones_turn() -> None:
    async with serving(Vendor([text(""), HANG])) as silent, serving(Vendor([text("Here."), stop()])) as other:
        _, response = await answer(asking("hello"), silent, other, first=1.0)
    assert response.content == "Here."


async def test_half_a_sentence_of_a_model_that_dies_is_never_let_out() -> None:
    async with serving(Vendor([text("One moment. Your order is"), HANG])) as dying:
        pieces, response = await answer(asking("hello"), dying, stalled=0.3)
    assert pieces[0] == "One moment. "
    assert "Your order is" not in "".join(pieces)
    assert response.provider == "embedded"


async def test_the_embedded_model_answers_when_all_others_fail() -> None:
    async with serving(Vendor([CUT])) as first, serving(Vendor([], status=500)) as second:
        pieces, response = await answer(asking("hello"), first, second)
    assert response.provider == "embedded"
    assert pieces == [response.content]
    assert response.content


async def test_generate_gives_the_whole_answer() -> None:
    async with serving(Vendor([text("Hello."), stop()])) as vendor:
        response = await client.generate(asking("hi"), chain=(at(vendor),), card=CARD)
    assert response.content == "Hello."


def test_a_chain_ends_in_the_embedded_model_and_leaves_out_what_has_no_key(settings: Any) -> None:
    settings.OPENAI_API_KEY, settings.ANTHROPIC_API_KEY = "", "a"
    found = client.chain("openai/gpt", "anthropic/claude", "nobody/x", "embedded/", "openai/gpt")
    assert [each.name for each in found] == ["anthropic", "embedded"]
    assert client.chain("embedded/") == (client.EMBEDDED,)
    assert [each.api_key for each in client.chain("openai/gpt", keys={"openai": "own"})] == ["own", ""]
