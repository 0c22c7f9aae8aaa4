"""One question to one vendor on loopback: what it is asked, and what the adapter makes of its answer."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest

from apps.llm import vendors
from apps.llm.answer import Answer, Unanswered
from apps.llm.messages import Message, Request, Response, ToolSchema
from apps.llm.vendors import Provider
from tests.llm.vendor import Format, Script, Vendor, serving, stop, text, usage
from tests.llm.wires import anthropic, gemini, ollama

MODELS: dict[Format, str] = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-haiku-4-5",
    "gemini": "gemini-2.5-flash",
    "ollama": "llama-nobody-knows",
}
WEATHER = ToolSchema(
    name="weather",
    description="Of a place.",
    parameters={"type": "object", "properties": {"location": {"type": "string"}}},
)
ASKED = Request(system_prompt="Be brief.", messages=[Message(role="user", content="Hello?")], tools=[WEATHER])


def at(vendor: Vendor, model: str = "") -> Provider:
    return Provider(vendor.speaks, model or MODELS[vendor.speaks], api_key="sk-secret-1", api_base=vendor.url)


async def whole(vendor: Vendor, *, request: Request = ASKED, model: str = "") -> tuple[list[str], Response]:
    """What may be spoken, piece by piece, and the response."""
    answer, spoken = Answer(), []
    async with serving(vendor), aclosing(vendors.ask(request, at(vendor, model))) as pieces:
        async for piece in pieces:
            spoken += [said] if (said := answer.take(piece)) else []
    response = answer.response(provider=vendor.speaks, model=model or MODELS[vendor.speaks])
    return [*spoken, *([answer.held] if answer.held else [])], response


async def said(speaks: Format, *script: Any) -> Response:
    return (await whole(Vendor(script, speaks=speaks)))[1]


async def why(vendor: Vendor) -> Unanswered:
    with pytest.raises(Unanswered) as raised:
        await whole(vendor)
    return raised.value


def calls(response: Response) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, call.arguments) for call in response.tool_calls]


def hello(speaks: Format) -> Script:
    match speaks:
        case "openai":
            return [text("Hi there. "), text("What size?"), stop(), usage(9, 4)]
        case "anthropic":
            return anthropic("Hi there. ", "What size?")
        case "gemini":
            return [gemini({"text": "Hi there. "}), gemini({"text": "What size?"}, finish="STOP")]
    return [ollama("Hi there. "), ollama("What size?"), ollama(done=True)]
