"""Four vendors, each in its own wire format on loopback: what the adapter makes of what they send, exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.llm.messages import ToolCall
from apps.llm.reasons import Reason
from tests.llm.asking import MODELS, calls, hello, said, whole, why
from tests.llm.vendor import CUT, SHORT, Format, Script, Vendor, stop, text, tool, usage
from tests.llm.wires import anthropic, gemini, ollama, recorded, speaks

pytestmark = pytest.mark.usefixtures("loaded")
# ---- recorded streams ----------------------------------------------------------------------------------

CAPITAL = {"country": "UK"}
PLACE = {"location": "San Francisco"}


@pytest.mark.parametrize(
    ("name", "told", "tokens"),
    [
        ("anthropic.anthropic-text", "Hello! I'm doing well, thank you for asking. How are you doing today? "
         "Is there anything I can help you with?", (12, 30)),
        ("anthropic.anthropic-message-delta-input-tokens", "pong", (61, 2)),
        ("google.google-text", 'There are **3** "r"s in strawberry.\n\nst**r**awbe**rr**y', (9, 208)),
        ("google.google-reasoning", 'There are **3** "r"s in strawberry.\n\nHere is the breakdown: '
         "st**r**awbe**rr**y.", (9, 285)),
        ("openai-chat.azure-model-router.1", "Capital of Denmark.", (15, 78)),
        ("openai-chat.tool-then-text.2", "The capital of the UK is London.", (78, 9)),
    ],
)  # fmt: skip
async def test_recorded_texts(name: str, told: str, tokens: tuple[int, int]) -> None:
    spoken, response = await whole(Vendor(recorded(name), speaks=speaks(name)))
    assert (response.type, response.content, response.tool_calls) == ("text", told, [])
    assert "".join(spoken) == told
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == tokens
    assert response.confidence is None


@pytest.mark.parametrize(
    ("name", "called", "arguments", "tokens"),
    [
        ("anthropic.anthropic-json-other-tool.1", "weather", PLACE, (843, 28)),
        ("anthropic.anthropic-json-tool.1", "json",
         {"elements": [{**PLACE, "temperature": 58, "condition": "sunny"}]}, (849, 47)),
        ("google.google-tool-call", "weather", PLACE, (29, 60)),
        ("google.google-tool-call-gemini3", "weather", PLACE, (29, 819)),
        ("openai-chat.tool-then-text.1", "get_capital", CAPITAL, (53, 15)),
        ("openai-chat-compatible.groq-tool-call", "weather", {}, (210, 15)),
        ("openai-chat-compatible.mistral-tool-call", "weather", PLACE, (124, 22)),
        ("openai-chat-compatible.xai-tool-call", "weather", PLACE, (307, 26)),
    ],
)  # fmt: skip
async def test_recorded_tool_calls(name: str, called: str, arguments: Any, tokens: tuple[int, int]) -> None:
    spoken, response = await whole(Vendor(recorded(name), speaks=speaks(name)))
    assert (response.type, response.content, spoken) == ("tool_call", "", [])
    assert calls(response) == [(called, arguments)]
    assert response.tool_calls[0].id
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == tokens


async def test_a_long_recorded_answer_comes_in_sentences() -> None:
    name = "anthropic.anthropic-clear-tool-uses.1"
    spoken, response = await whole(Vendor(recorded(name), speaks="anthropic"))
    assert "".join(spoken) == response.content
    assert spoken[-1] == "If you're looking for warm and sunny weather, San Francisco is the better choice right now."
    assert len(spoken) > 1


async def test_a_recorded_refusal_is_one() -> None:
    vendor = Vendor(recorded("anthropic.anthropic-refusal"), speaks="anthropic")
    assert (await why(vendor)).reason is Reason.REFUSED


async def test_arguments_in_geminis_own_pieces_which_are_never_asked_for_are_malformed() -> None:
    vendor = Vendor(recorded("google.google-stream-tool-call-arguments"), speaks="gemini")
    assert (await why(vendor)).reason is Reason.MALFORMED


@pytest.mark.parametrize("keep", [1, 3, 5, 7, 9])
async def test_a_recorded_stream_that_ends_too_early_is_no_answer(keep: int) -> None:
    """However politely: LiteLLM says "stop" then, where the vendor did not."""
    for ending in (CUT, SHORT):
        vendor = Vendor([*recorded("anthropic.anthropic-text")[:keep], ending], speaks="anthropic")
        reason = (await why(vendor)).reason
        assert reason in (Reason.BROKE_OFF, Reason.OUTAGE) if keep > 3 else reason in (Reason.EMPTY, Reason.OUTAGE)


# ---- every vendor the same -----------------------------------------------------------------------------


def beside(speaks: Format) -> Script:
    """Text, then two calls, one with arguments in pieces where the vendor has pieces, one with none."""
    match speaks:
        case "openai":
            return [
                text("One moment. "),
                tool(0, name="weather", arguments='{"loca'), tool(0, arguments='tion": "Rome"}'),
                tool(1, name="time"), stop("tool_calls"),
            ]  # fmt: skip
        case "anthropic":
            pieces = ["", '{"loca', 'tion": "Rome"}']
            return anthropic(
                "One moment. ", {"name": "weather", "pieces": pieces}, {"name": "time", "pieces": [""]}, stop="tool_use"
            )
        case "gemini":
            return [
                gemini({"text": "One moment. "}, {"functionCall": {"name": "weather", "args": {"location": "Rome"}}}),
                gemini({"functionCall": {"name": "time", "args": {}}}),
                gemini({"text": ""}, finish="STOP"),
            ]
    return [
        ollama("One moment. "),
        ollama(tool_calls=[{"function": {"name": "weather", "arguments": {"location": "Rome"}}}]),
        ollama(tool_calls=[{"function": {"name": "time", "arguments": {}}}]),
        ollama(done=True),
    ]


EVERY = pytest.mark.parametrize("speaks", list(MODELS))
TOKENS = {"openai": (9, 4), "anthropic": (10, 20), "gemini": (9, 4), "ollama": (11, 7)}


@EVERY
async def test_text_comes_in_sentences_with_the_tokens_that_were_reported(speaks: Format) -> None:
    spoken, response = await whole(Vendor(hello(speaks), speaks=speaks))
    assert spoken == ["Hi there. ", "What size?"]
    assert (response.type, response.content, response.provider) == ("text", "Hi there. What size?", speaks)
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == TOKENS[speaks]


@EVERY
async def test_text_beside_parallel_calls_with_and_without_arguments(speaks: Format) -> None:
    spoken, response = await whole(Vendor(beside(speaks), speaks=speaks))
    assert spoken == ["One moment. "]
    assert calls(response) == [("weather", {"location": "Rome"}), ("time", {})]
    assert response.tool_call == response.tool_calls[0]
    assert len({call.id for call in response.tool_calls}) == 2


@EVERY
async def test_a_line_that_is_cut_is_an_outage(speaks: Format) -> None:
    begun = hello(speaks)[:3] if speaks == "anthropic" else hello(speaks)[:1]
    assert (await why(Vendor([*begun, CUT], speaks=speaks))).reason is Reason.OUTAGE


@EVERY
async def test_an_orderly_end_in_the_middle_is_no_end(speaks: Format) -> None:
    begun = hello(speaks)[:3] if speaks == "anthropic" else hello(speaks)[:1]
    assert (await why(Vendor([*begun, SHORT], speaks=speaks))).reason is Reason.BROKE_OFF


@pytest.mark.parametrize(
    ("speaks", "script", "reason"),
    [
        ("openai", [stop()], Reason.EMPTY),
        ("openai", [text(" \n"), stop()], Reason.EMPTY),
        ("openai", [text("I ca"), stop("content_filter")], Reason.REFUSED),
        ("openai", [tool(0, name="weather", arguments='{"location": ['), stop("tool_calls")], Reason.MALFORMED),
        ("openai", [tool(0, name="weather", arguments="[1]"), stop("tool_calls")], Reason.MALFORMED),
        ("openai", [tool(0, arguments="{}"), stop("tool_calls")], Reason.MALFORMED),
        ("openai", [tool(0, name="weather", arguments='{"locat'), stop("length")], Reason.MALFORMED),
        ("openai", [text("Hi"), {"error": {"message": "The server had an error", "type": "server_error"}}],
         Reason.OUTAGE),
        ("anthropic", anthropic(), Reason.EMPTY),
        ("anthropic", anthropic(stop="refusal"), Reason.REFUSED),
        ("anthropic", anthropic({"name": "weather", "pieces": ['{"a": ']}, stop="tool_use"), Reason.MALFORMED),
        ("anthropic", [*anthropic("Hi")[:3],
         {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}], Reason.OUTAGE),
        ("gemini", [gemini({"text": ""}, finish="STOP")], Reason.EMPTY),
        ("gemini", [{"candidates": [{"finishReason": "SAFETY", "index": 0}], "responseId": "r"}], Reason.REFUSED),
        ("gemini", [{"promptFeedback": {"blockReason": "SAFETY"}, "responseId": "r"}], Reason.REFUSED),
        ("gemini", [{"candidates": [{"content": {}, "finishReason": "MALFORMED_FUNCTION_CALL", "index": 0}],
         "responseId": "r"}], Reason.EMPTY),
        ("gemini", [gemini({"functionCall": {"name": "weather"}}, finish="STOP")], Reason.MALFORMED),
        ("gemini", [gemini({"text": "Hi"}), {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED",
         "message": "Quota exceeded for requests per minute"}}], Reason.RATE_LIMITED),
        ("ollama", [ollama(done=True)], Reason.EMPTY),
        ("ollama", [ollama("Hi"), {"error": "out of memory"}], Reason.MALFORMED),
    ],
)  # fmt: skip
async def test_what_is_no_answer(speaks: Format, script: Script, reason: Reason) -> None:
    assert (await why(Vendor(script, speaks=speaks))).reason is reason


async def test_a_start_that_comes_twice_is_one_call() -> None:
    begun = tool(0, name="weather", call_id="c1")
    response = await said("openai", begun, begun, tool(0, arguments='{"location": "Rome"}'), stop("tool_calls"))
    assert response.tool_calls == [ToolCall(id="c1", name="weather", arguments={"location": "Rome"})]
    again = tool(0, name="weather", call_id="c1", arguments='{"location": "Rome"}')
    assert calls(await said("openai", again, again, stop("tool_calls"))) == [("weather", {"location": "Rome"})]


async def test_an_answer_that_was_cut_at_its_longest_is_still_one() -> None:
    assert (await said("openai", text("Hello the"), stop("length"))).content == "Hello the"


async def test_a_refusal_in_openais_own_field_is_not_spoken() -> None:
    """LiteLLM leaves the words out, so that all there is to see is that nothing was said."""
    told = text("")
    told["choices"][0]["delta"] |= {"content": None, "refusal": "I can't help with that."}
    assert (await why(Vendor([told, stop()]))).reason is Reason.EMPTY


# ---- confidence ----------------------------------------------------------------------------------------


async def test_confidence_is_measured_or_null() -> None:
    assert (
        await said("openai", text("Yes", logprob=-0.1053605), text(".", logprob=-0.6931472), stop())
    ).confidence == (pytest.approx(0.7))
    assert (await said("openai", text("Yes."), stop())).confidence is None
    assert (await said("anthropic", *anthropic("Yes."))).confidence is None
    assert (await said("ollama", *hello("ollama"))).confidence is None


async def test_geminis_mean_is_not_passed_on_by_litellm_and_its_tokens_are_believed_where_they_come() -> None:
    mean = gemini({"text": "Yes."}, finish="STOP", avgLogprobs=-0.1)
    assert (await said("gemini", mean)).confidence is None
    chosen = {"chosenCandidates": [{"token": "Yes.", "logProbability": -0.6931472, "tokenId": 1}]}
    assert (await said("gemini", gemini({"text": "Yes."}, finish="STOP", logprobsResult=chosen))).confidence == (
        pytest.approx(0.5)
    )


@pytest.mark.parametrize(("model", "asks"), [("gpt-4o-mini", True), ("gpt-5-mini", False), ("o3", False)])
async def test_models_that_reason_first_are_not_asked_for_what_they_refuse(model: str, asks: bool) -> None:
    vendor = Vendor([text("Yes."), stop()])
    await whole(vendor, model=model)
    assert ("logprobs" in vendor.asked[0]) is asks
    assert ("temperature" in vendor.asked[0]) is asks


# ---- cost ----------------------------------------------------------------------------------------------


async def test_a_price_that_is_known_is_counted_and_one_that_is_not_is_null() -> None:
    script = [text("Hi."), stop(), usage(1000, 100)]
    known = (await whole(Vendor(script), model="gpt-4o-mini"))[1]
    assert known.cost == Decimal("0.00021")  # 1,000 at 0.15 and 100 at 0.60 a million
    assert (await whole(Vendor(script), model="gpt-nobody-knows"))[1].cost is None
    assert (await said("openai", text("Hi."), stop())).cost is None  # nobody reported any tokens
    assert (await said("ollama", *hello("ollama"))).cost is None
    assert (await whole(Vendor(hello("ollama"), speaks="ollama"), model="llama3"))[1].cost == 0


async def test_cached_tokens_are_cheaper() -> None:
    told = usage(2000, 0)
    told["usage"]["prompt_tokens_details"] = {"cached_tokens": 1000}
    response = (await whole(Vendor([text("Hi."), stop(), told]), model="gpt-4o-mini"))[1]
    assert response.cost == Decimal("0.000225")  # half of them at half the price
