"""Any model behind one door: the embedded one, and OpenAI, Anthropic, Gemini and Ollama through LiteLLM.

The only import of LiteLLM, lazy because it takes 4-6 s and 166 MB: `warm` does it in a thread when the server
starts and a cloud model is configured. Models are asked in an order; whoever gives a first speakable token in
time answers, and the embedded model, which needs nothing, is always the last in line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.llm.embedded import model as embedded
from apps.llm.messages import JSON, Message, Request, Response, ToolCall, Usage
from apps.menu.card import Card

log = logging.getLogger(__name__)

FIRST_TOKEN_SECONDS = 2.5
"""Until the first speakable token or tool call: a connection alone is nothing a caller hears."""
NEXT_TOKEN_SECONDS = 4.0
PREFIXES = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "ollama": "ollama_chat"}
USUAL_MODELS = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-3-5-haiku-latest",
    "gemini": "gemini-2.0-flash",
    "ollama": "llama3.1",
}


class Failed(Exception):
    """This model gave no usable answer, as a sentence for the log."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One model in line."""

    provider: str
    model: str = ""


def chain(*names: str) -> tuple[Choice, ...]:
    """`provider/model` names in order, without doubles; the embedded model always ends the line."""
    choices = []
    for name in (*names, "embedded"):
        provider, _, model = name.partition("/")
        if provider != "embedded" and provider not in PREFIXES:
            raise ValueError(f"There is no model provider {provider}; there are embedded, {', '.join(PREFIXES)}.")
        choices.append(Choice(provider, model or USUAL_MODELS.get(provider, "")))
    return tuple(dict.fromkeys(choices))


async def generate(request: Request, *, chain: Sequence[Choice], card: Card) -> Response:
    """The whole answer of the first model that gives one."""
    async for piece in stream(request, chain=chain, card=card):
        if isinstance(piece, Response):
            return piece
    raise Failed("No model answered.")


async def stream(request: Request, *, chain: Sequence[Choice], card: Card) -> AsyncIterator[str | Response]:
    """Pieces of text as they come, then the whole `Response`. The next model is asked only while nothing was
    given out: a caller never hears two answers."""
    for choice in chain:
        given = False
        try:
            async for piece in _ask(choice, request, card):
                given = True
                yield piece
            return
        except Failed as failure:
            log.warning(str(failure), extra={"event": "llm.failed", "provider": choice.provider})
            if given:
                raise


def warm() -> None:
    """Import LiteLLM beside the running server, if any configured model needs it."""
    wanted = [settings.LLM_PROVIDER, *(name.partition("/")[0] for name in settings.LLM_FALLBACKS)]
    if any(provider in PREFIXES for provider in wanted):
        threading.Thread(target=_litellm, name="warm-litellm", daemon=True).start()


async def _ask(choice: Choice, request: Request, card: Card) -> AsyncIterator[str | Response]:
    if choice.provider == "embedded":
        # Milliseconds once the menu's lexicon is built, but building it is not for the event loop.
        response = await asyncio.to_thread(embedded.generate, request, card=card)
        if response.content:
            yield response.content
        yield response
        return
    pieces = _ask_cloud(choice, request)
    seconds = FIRST_TOKEN_SECONDS
    try:
        while True:
            try:
                piece = await asyncio.wait_for(anext(pieces), seconds)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise Failed(f"{choice.provider} gave nothing for {seconds} s.") from None
            seconds = NEXT_TOKEN_SECONDS
            yield piece
    finally:
        await pieces.aclose()


async def _ask_cloud(choice: Choice, request: Request) -> AsyncGenerator[str | Response]:
    litellm = await asyncio.to_thread(_litellm)
    answer = _Answer(choice)
    try:
        chunks = await litellm.acompletion(
            model=f"{PREFIXES[choice.provider]}/{choice.model}",
            messages=_messages(request),
            tools=[{"type": "function", "function": each.model_dump()} for each in request.tools] or None,
            temperature=request.temperature,
            stream=True,
            stream_options={"include_usage": True},
            num_retries=0,
            _skip_mcp_handler=True,  # else LiteLLM wants the package `mcp` for any tools (FACTS)
            **_access(choice.provider),
        )
        async for chunk in chunks:
            if text := answer.take(chunk):
                yield text
    except Exception as error:  # LiteLLM raises each vendor's own kinds
        raise Failed(f"{choice.provider}: {type(error).__name__}: {str(error)[:200]}") from None
    yield answer.whole()


class _Answer:
    """Puts a stream's pieces together."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._text: list[str] = []
        self._calls: dict[int, dict[str, str]] = {}
        self._usage = Usage()
        self._logprobs: list[float] = []

    def take(self, chunk: Any) -> str:
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self._usage = Usage(prompt_tokens=usage.prompt_tokens or 0, completion_tokens=usage.completion_tokens or 0)
        if not chunk.choices:
            return ""
        delta = chunk.choices[0].delta
        for piece in getattr(delta, "tool_calls", None) or ():
            call = self._calls.setdefault(piece.index or 0, {"id": "", "name": "", "arguments": ""})
            call["id"] = piece.id or call["id"]
            call["name"] = (piece.function.name or "") or call["name"]
            call["arguments"] += piece.function.arguments or ""
        probabilities = getattr(chunk.choices[0], "logprobs", None)
        for token in getattr(probabilities, "content", None) or ():
            self._logprobs.append(token.logprob)
        text = getattr(delta, "content", None) or ""
        self._text.append(text)
        return text

    def whole(self) -> Response:
        calls = [
            ToolCall(id=call["id"] or f"call_{index}", name=call["name"], arguments=_arguments(call["arguments"]))
            for index, call in sorted(self._calls.items())
        ]
        content = "".join(self._text)
        if not calls and not content.strip():
            raise Failed(f"{self._choice.provider} answered with nothing.")
        return Response(
            type="tool_call" if calls else "text",
            content=content,
            tool_call=calls[0] if calls else None,
            tool_calls=calls,
            usage=self._usage,
            confidence=_confidence(self._logprobs),
            provider=self._choice.provider,
            model=self._choice.model,
        )


def _arguments(text: str) -> JSON:
    try:
        parsed = json.loads(text or "{}")
    except ValueError:
        raise Failed("A tool call whose arguments are not JSON.") from None
    if not isinstance(parsed, dict):
        raise Failed("A tool call whose arguments are no object.")
    return parsed


def _confidence(logprobs: Sequence[float]) -> float | None:
    """Geometric mean of the tokens' probabilities, where the vendor reports them; nothing is made up."""
    if not logprobs:
        return None
    return round(math.exp(sum(logprobs) / len(logprobs)), 4)


def _messages(request: Request) -> list[JSON]:
    """OpenAI's shape, which LiteLLM translates for every vendor."""
    made: list[JSON] = [{"role": "system", "content": request.system_prompt}] if request.system_prompt else []
    return made + [_message(message) for message in request.messages]


def _message(message: Message) -> JSON:
    made: JSON = {"role": message.role, "content": message.content}
    if message.role == "tool":
        made |= {"tool_call_id": message.tool_call_id, "name": message.name}
    if message.tool_calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function",
             "function": {"name": call.name, "arguments": json.dumps(call.arguments, default=str)}}
            for call in message.tool_calls
        ]  # fmt: skip
    return made


def _access(provider: str) -> JSON:
    """Key and base URL of a provider, from the installation's settings."""
    name = provider.upper()
    found = {"api_key": getattr(settings, f"{name}_API_KEY", ""), "api_base": getattr(settings, f"{name}_API_BASE", "")}
    return {key: value for key, value in found.items() if value}


def _litellm() -> Any:
    import litellm

    litellm.suppress_debug_info = True
    litellm.drop_params = True  # a parameter one vendor does not know is not worth a lost call
    return litellm
