"""One way to ask any model: providers in order, a deadline on the first thing that can be spoken, the embedded
model last, so that there is always an answer. The only file that imports LiteLLM.

`confidence` is the mean probability of the answer's tokens where the provider reports log-probabilities
(OpenAI's format), and None everywhere else: a number nobody measured would be a lie.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
import re
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings

from apps.llm import history
from apps.llm.embedded import model as embedded
from apps.llm.messages import JSON, Message, Request, Response, ToolCall, Usage
from apps.menu.card import Card

log = logging.getLogger(__name__)

FIRST_TOKEN_SECONDS = 2.5
"""Without anything speakable by then, the next provider is asked."""
STALLED_SECONDS = 4.0
"""A stream that is silent for longer has died."""
LONGEST_PIECE = 160
"""Characters of an unfinished sentence after which it is let go at a space."""
ROUTES = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "ollama": "ollama_chat"}
"""Our providers and what LiteLLM calls them."""
_SENTENCE = re.compile(r"[.!?…][\"')\]]*\s+")


@dataclass(frozen=True, slots=True)
class Provider:
    """One model and how it is reached."""

    name: str
    model: str
    api_key: str = ""
    api_base: str = ""


EMBEDDED = Provider(embedded.PROVIDER, embedded.MODEL)
Chain = tuple[Provider, ...]


class Unanswered(Exception):
    """This provider gave no usable answer."""


def chain(*wanted: str, keys: Mapping[str, str] | None = None) -> Chain:
    """The providers for `provider/model` names, in order, ending in the embedded model. `keys` are a
    restaurant's own. Names we do not know and providers without a key are left out, with a line in the log."""
    providers = []
    for each in wanted:
        name, _, model = each.strip().partition("/")
        if name in ("", embedded.PROVIDER):
            break  # it always answers: nothing after it would ever be asked
        made = _provider(name, model, keys or {})
        if made is not None:
            providers.append(made)
    return (*providers, EMBEDDED)


def _provider(name: str, model: str, keys: Mapping[str, str]) -> Provider | None:
    if name not in ROUTES:
        log.warning("unknown model provider", extra={"event": "llm.unknown_provider", "provider": name})
        return None
    made = Provider(
        name=name,
        model=model,
        api_key=keys.get(name) or str(getattr(settings, f"{name.upper()}_API_KEY", "")),
        api_base=str(getattr(settings, f"{name.upper()}_API_BASE", "")),
    )
    reachable = made.api_base if name == "ollama" else made.api_key
    if not model or not reachable:
        log.warning("model provider is not configured", extra={"event": "llm.unconfigured", "provider": name})
        return None
    return made


async def generate(request: Request, *, chain: Chain, card: Card) -> Response:
    """The whole answer of the first provider that has one."""
    async for piece in stream(request, chain=chain, card=card):
        if isinstance(piece, Response):
            return piece
    raise AssertionError("a stream ends with its response")


async def stream(
    request: Request,
    *,
    chain: Chain,
    card: Card,
    first_token_seconds: float = FIRST_TOKEN_SECONDS,
    stalled_seconds: float = STALLED_SECONDS,
) -> AsyncIterator[str | Response]:
    """Text as it comes, a sentence or so at a time, at the end the whole response.

    When a provider fails, the next one is asked; half a sentence of the one that failed is never let out.
    """
    for provider in chain:
        if provider.name == embedded.PROVIDER:
            break
        try:
            async for piece in _asked(
                request, provider, first_token_seconds=first_token_seconds, stalled_seconds=stalled_seconds
            ):
                yield piece
            return
        except Unanswered as reason:
            log.warning(
                "model gave no answer",
                extra={
                    "event": "llm.unanswered",
                    "provider": provider.name,
                    "model": provider.model,
                    "reason": str(reason),
                },
            )
    answer = await asyncio.to_thread(embedded.generate, request, card=card)
    if answer.content:
        yield answer.content
    yield answer


# ---- LiteLLM -------------------------------------------------------------------------------------------


def warm() -> None:
    """Import LiteLLM in a thread of its own (seconds, and 166 MB), if this installation asks a model at all."""
    asked = {settings.LLM_PROVIDER, *(each.split("/", 1)[0] for each in settings.LLM_FALLBACKS)}
    if asked & set(ROUTES):
        threading.Thread(target=_litellm, name="warm-litellm", daemon=True).start()


@lru_cache(maxsize=1)
def _litellm() -> Any:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the network for prices at import
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    return litellm


@dataclass(slots=True)
class _Answer:
    """What has come of an answer so far."""

    text: str = ""
    held: str = ""
    """Its last, unfinished sentence."""
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    probabilities: list[float] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        return bool(self.text.strip() or self.calls)

    def take(self, chunk: Any) -> str:
        """Take in one chunk of a stream; what may be spoken now comes back."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.usage = Usage(prompt_tokens=usage.prompt_tokens or 0, completion_tokens=usage.completion_tokens or 0)
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        logprobs = getattr(choice, "logprobs", None)
        for token in getattr(logprobs, "content", None) or ():
            self.probabilities.append(math.exp(token.logprob if hasattr(token, "logprob") else token["logprob"]))
        for part in choice.delta.tool_calls or ():
            known = self.calls.setdefault(part.index or 0, {"id": "", "name": "", "arguments": ""})
            known["id"] = part.id or known["id"]
            known["name"] = (part.function.name or "") if not known["name"] else known["name"]
            known["arguments"] += part.function.arguments or ""
        return self._release(choice.delta.content or "")

    def _release(self, text: str) -> str:
        self.text += text
        self.held += text
        ends = [hit.end() for hit in _SENTENCE.finditer(self.held)]
        if not ends and len(self.held) > LONGEST_PIECE:
            ends = [self.held.rfind(" ") + 1]
        if not ends or not ends[-1]:
            return ""
        spoken, self.held = self.held[: ends[-1]], self.held[ends[-1] :]
        return spoken

    def response(self, provider: Provider) -> Response:
        calls = [
            ToolCall(
                id=one["id"] or f"call_{place}",
                name=one["name"],
                arguments=_arguments(one["name"], one["arguments"]),
            )
            for place, one in sorted(self.calls.items())
        ]
        if not calls and not self.text.strip():
            raise Unanswered("an empty completion")
        confidence = sum(self.probabilities) / len(self.probabilities) if self.probabilities else None
        return Response(
            type="tool_call" if calls else "text",
            content=self.text,
            tool_call=calls[0] if calls else None,
            tool_calls=calls,
            usage=self.usage,
            confidence=confidence,
            provider=provider.name,
            model=provider.model,
        )


def _arguments(name: str, text: str) -> JSON:
    if not name:
        raise Unanswered("a tool call without a name")
    try:
        found = json.loads(text or "{}")
    except ValueError:
        raise Unanswered(f"malformed arguments for {name}") from None
    if not isinstance(found, dict):
        raise Unanswered(f"arguments for {name} that are no object")
    return found


async def _asked(
    request: Request, provider: Provider, *, first_token_seconds: float, stalled_seconds: float
) -> AsyncIterator[str | Response]:
    """One provider's answer. `Unanswered` whatever goes wrong with it."""
    clock = asyncio.get_running_loop().time
    due = clock() + first_token_seconds
    answer = _Answer()
    chunks: Any = None
    try:
        async with asyncio.timeout_at(due):
            litellm = await asyncio.to_thread(_litellm)
            chunks = await litellm.acompletion(**_arguments_of_call(request, provider))
        while True:
            async with asyncio.timeout_at(clock() + stalled_seconds if answer.begun else due):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            spoken = answer.take(chunk)
            if spoken:
                yield spoken
        response = answer.response(provider)
        if answer.held:
            yield answer.held
        yield response
    except (Unanswered, GeneratorExit):
        raise
    except TimeoutError:
        raise Unanswered("silence" if not answer.begun else "stopped in the middle") from None
    except Exception as error:  # whatever a vendor's SDK raises: bad key, quota, outage, a broken stream
        raise Unanswered(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()


def _arguments_of_call(request: Request, provider: Provider) -> dict[str, Any]:
    made: dict[str, Any] = {
        "model": f"{ROUTES[provider.name]}/{provider.model}",
        "messages": [*_system(request), *map(_message, history.recent(request.messages))],
        "temperature": request.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
        "num_retries": 0,
        "max_retries": 0,
        "drop_params": True,
        "_skip_mcp_handler": True,  # without it tools need a package that nobody here needs
    }
    if provider.name == "openai":
        made["logprobs"] = True
    if provider.api_key:
        made["api_key"] = provider.api_key
    if provider.api_base:
        made["api_base"] = provider.api_base
    if request.tools:
        made["tools"] = [
            {
                "type": "function",
                "function": {"name": each.name, "description": each.description, "parameters": each.parameters},
            }
            for each in request.tools
        ]
    return made


def _system(request: Request) -> Sequence[dict[str, Any]]:
    return [{"role": "system", "content": request.system_prompt}] if request.system_prompt else []


def _message(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        made["content"] = message.content or None
        made["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in message.tool_calls
        ]
    if message.role == "tool":
        made["tool_call_id"] = message.tool_call_id or ""
        if message.name:
            made["name"] = message.name
    return made
