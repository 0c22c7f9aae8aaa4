"""What each vendor is sent, in its own words, and what its refusals mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.llm import vendors
from apps.llm.answer import Unanswered
from apps.llm.messages import Message, ToolCall
from apps.llm.reasons import Reason
from apps.llm.vendors import Provider
from tests.llm.asking import ASKED, MODELS, hello, whole, why
from tests.llm.vendor import Format, Vendor
from tests.llm.wires import recorded

pytestmark = pytest.mark.usefixtures("loaded")

# ---- what is sent --------------------------------------------------------------------------------------

HISTORY = [
    Message(role="user", content="Weather and time?"),
    Message(
        role="assistant",
        content="Let me look.",
        tool_calls=[
            ToolCall(id="c1", name="weather", arguments={"location": "Rome"}),
            ToolCall(id="c2", name="time", arguments={}),
        ],
    ),
    Message(role="tool", name="weather", tool_call_id="c1", content='{"sky": "clear"}'),
    Message(role="tool", name="time", tool_call_id="c2", content='{"now": "noon"}'),
]


async def sent(speaks: Format) -> tuple[dict[str, Any], Vendor]:
    vendor = Vendor(hello(speaks), speaks=speaks)
    await whole(vendor, request=ASKED.model_copy(update={"messages": HISTORY}))
    return vendor.asked[0], vendor


async def test_openai_is_asked_in_its_own_words() -> None:
    asked, vendor = await sent("openai")
    assert vendor.paths == ["/v1/chat/completions"]
    assert vendor.keys == ["Bearer sk-secret-1"]
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."}
    assistant, first, second = asked["messages"][-3:]
    assert assistant["content"] == "Let me look."
    assert [json.loads(call["function"]["arguments"]) for call in assistant["tool_calls"]] == [{"location": "Rome"}, {}]
    assert [(each["role"], each["tool_call_id"]) for each in (first, second)] == [("tool", "c1"), ("tool", "c2")]
    assert asked["tools"][0]["function"]["name"] == "weather"
    assert asked["stream_options"] == {"include_usage": True}


async def test_anthropic_is_asked_in_its_own_words() -> None:
    asked, vendor = await sent("anthropic")
    assert vendor.paths == ["/v1/messages"]
    assert vendor.keys == ["sk-secret-1"]
    assert "Be brief." in json.dumps(asked["system"])
    assistant, results = asked["messages"][-2:]
    assert [part["type"] for part in assistant["content"]] == ["text", "tool_use", "tool_use"]
    assert [(part["type"], part["tool_use_id"]) for part in results["content"]] == [
        ("tool_result", "c1"), ("tool_result", "c2")
    ]  # fmt: skip
    assert asked["tools"][0]["input_schema"]["properties"] == {"location": {"type": "string"}}


async def test_gemini_is_asked_in_its_own_words() -> None:
    asked, vendor = await sent("gemini")
    assert vendor.paths == ["/models/gemini-2.5-flash:streamGenerateContent?alt=sse"]
    assert vendor.keys == ["sk-secret-1"]
    assert asked["system_instruction"]["parts"] == [{"text": "Be brief."}]
    model, results = asked["contents"][-2:]
    made = [part["function_call"] for part in model["parts"] if "function_call" in part]
    assert [(call["name"], call["args"]) for call in made] == [("weather", {"location": "Rome"}), ("time", {})]
    told = [part["function_response"] for part in results["parts"]]
    assert [each["name"] for each in told] == ["weather", "time"]


async def test_ollama_is_asked_in_its_own_words_and_nothing_else() -> None:
    asked, vendor = await sent("ollama")
    assert vendor.paths == ["/api/chat"]
    roles = [message["role"] for message in asked["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool"]
    assert asked["messages"][2]["tool_calls"][0]["function"] == {"name": "weather", "arguments": {"location": "Rome"}}
    assert asked["tools"][0]["function"]["name"] == "weather"


async def test_geminis_signature_comes_back_with_the_call_it_was_given_with() -> None:
    """Gemini 3 refuses a conversation whose calls have lost theirs."""
    chunks = recorded("google.google-tool-call")
    signature = chunks[0]["candidates"][0]["content"]["parts"][0]["thoughtSignature"]
    response = (await whole(Vendor(chunks, speaks="gemini"), model="gemini-3-pro-preview"))[1]
    history = [
        Message(role="user", content="Weather?"),
        Message(role="assistant", tool_calls=response.tool_calls),
        Message(role="tool", name="weather", tool_call_id=response.tool_calls[0].id, content="{}"),
    ]
    again = Vendor(hello("gemini"), speaks="gemini")
    await whole(again, request=ASKED.model_copy(update={"messages": history}), model="gemini-3-pro-preview")
    part = again.asked[0]["contents"][1]["parts"][0]
    assert (part["function_call"]["name"], part["thoughtSignature"]) == ("weather", signature)


# ---- errors --------------------------------------------------------------------------------------------


def body(speaks: Format, message: str, kind: str = "error") -> dict[str, Any]:
    if speaks == "ollama":
        return {"error": message}
    return {"type": "error", "error": {"message": message, "type": kind, "code": kind, "status": kind}}


@pytest.mark.parametrize(
    ("speaks", "status", "message", "reason"),
    [
        ("openai", 401, "Incorrect API key provided: sk-secret-1.", Reason.BAD_KEY),
        ("openai", 403, "Country, region, or territory not supported", Reason.BAD_KEY),
        ("openai", 404, "The model `gpt-x` does not exist or you do not have access to it.", Reason.NO_SUCH_MODEL),
        ("openai", 400, "invalid model ID", Reason.NO_SUCH_MODEL),
        ("openai", 429, "You exceeded your current quota, please check your plan and billing details.",
         Reason.NO_QUOTA),
        ("openai", 429, "Rate limit reached for gpt-4o on tokens per min (TPM). Visit your billing page to add credit.",
         Reason.RATE_LIMITED),
        ("openai", 400, "This model's maximum context length is 8192 tokens.", Reason.TOO_LONG),
        ("openai", 400, "Invalid schema for function 'weather'", Reason.BAD_REQUEST),
        ("openai", 500, "The server had an error", Reason.OUTAGE),
        ("openai", 503, "Overloaded", Reason.OUTAGE),
        ("anthropic", 401, "invalid x-api-key", Reason.BAD_KEY),
        ("anthropic", 400, "Your credit balance is too low to access the Anthropic API.", Reason.NO_QUOTA),
        ("anthropic", 404, "model: claude-x", Reason.NO_SUCH_MODEL),
        ("anthropic", 429, "This request would exceed your organization's rate limit", Reason.RATE_LIMITED),
        ("anthropic", 400, "prompt is too long: 250000 tokens > 200000 maximum", Reason.TOO_LONG),
        ("anthropic", 529, "Overloaded", Reason.OUTAGE),
        ("gemini", 400, "API key not valid. Please pass a valid API key.", Reason.BAD_KEY),
        ("gemini", 403, "Permission denied", Reason.BAD_KEY),
        ("gemini", 404, "models/gemini-x is not found for API version v1beta", Reason.NO_SUCH_MODEL),
        ("gemini", 429, "You exceeded your current quota, please check your plan and billing details.",
         Reason.NO_QUOTA),
        ("gemini", 429, "You exceeded your current quota, please check your plan and billing details. "
         "Please retry in 7.5s.", Reason.RATE_LIMITED),
        ("gemini", 503, "The model is overloaded.", Reason.OUTAGE),
        ("ollama", 404, "model 'llama9' not found", Reason.NO_SUCH_MODEL),
        ("ollama", 500, "llama runner process has terminated", Reason.OUTAGE),
    ],
)  # fmt: skip
async def test_bad_keys_and_empty_accounts_are_told_from_outages(
    speaks: Format, status: int, message: str, reason: Reason
) -> None:
    found = await why(Vendor(status=status, speaks=speaks, error=body(speaks, message)))
    assert found.reason is reason
    assert "sk-secret-1" not in found.detail
    assert "\n" not in found.detail


async def test_when_to_come_back_is_heard() -> None:
    told = Vendor(status=429, headers={"Retry-After": "7"})
    assert (await why(told)).retry_after == 7.0
    worded = Vendor(status=429, speaks="gemini", error=body("gemini", "Quota. Please retry in 7.5s."))
    assert (await why(worded)).retry_after == 7.5


async def test_a_vendor_nobody_reaches_is_an_outage() -> None:
    for name in MODELS:
        with pytest.raises(Unanswered) as raised:
            async for _ in vendors.ask(ASKED, Provider(name, MODELS[name], api_key="k", api_base=vendors.NOWHERE)):
                pass
        assert raised.value.reason is Reason.OUTAGE
    await vendors.let_go()


def test_no_key_is_ever_shown() -> None:
    assert "sk-secret-1" not in repr(Provider("openai", "m", api_key="sk-secret-1"))
