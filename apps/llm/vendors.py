"""The vendors' models through LiteLLM: a request out, chunks in, errors as reasons. The only file that imports it.

Of LiteLLM only what builds requests and reads streams is used. Its book-keeping at the end of a stream is stepped
around: it would count tokens that nobody reported, and ask an Ollama server about itself without leaving the event
loop.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import anyio.lowlevel

from apps.llm import history, reasons
from apps.llm.answer import Chunk, End, Part, Unanswered
from apps.llm.messages import Message, Request
from apps.llm.reasons import Reason

log = logging.getLogger(__name__)

ROUTES = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "ollama": "ollama_chat"}
"""Our providers and what LiteLLM calls them."""
MOST_TOKENS = 4096
"""Of one answer, reasoning included: what nobody would listen to is not paid for."""
ENDING_SECONDS = 0.5
"""For what comes after the last word: the count of tokens, and the end of the line."""
LONGEST_DETAIL = 200
NOWHERE = "http://127.0.0.1:1"
"""Nobody listens there: what is sent to it fails at once, after everything that sending needs was loaded."""
_RETRY = re.compile(r"retry (?:in|after)\W{0,3}(\d+(?:\.\d+)?)|retryDelay\W{1,6}(\d+(?:\.\d+)?)s", re.I)
_PARSING = (KeyError, TypeError, IndexError, ValueError)
_CENT_FRACTION = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Provider:
    """One model and how it is reached."""

    name: str
    model: str
    api_key: str = field(default="", repr=False)
    api_base: str = ""


async def ask(request: Request, provider: Provider) -> AsyncGenerator[Chunk | End, None]:
    """What the model answers, as it comes, and the vendor's end. `Unanswered` whatever goes wrong with it."""
    stream: Any = None
    try:
        litellm = await _loaded()
        _know(litellm, provider)
        stream = await litellm.acompletion(**arguments(request, provider), **_line(litellm, provider))
        lines = await _watched(stream) if provider.name == "gemini" else None
        async for chunk in stream:
            yield _read(chunk)
            if chunk.choices and chunk.choices[0].finish_reason:
                break
        if lines is not None and not lines.ended:
            yield End("")
        else:
            yield await _end(stream, provider)
    except (GeneratorExit, Unanswered):
        raise
    except Exception as error:  # whatever a vendor's SDK raises: bad key, quota, outage, a broken stream
        raise _unanswered(error, provider) from error
    finally:
        if stream is not None:
            await stream.aclose()


def _line(litellm: Any, provider: Provider) -> dict[str, Any]:
    """A client of this event loop's own, kept between requests. Left alone LiteLLM takes one for all loops there, and
    a summary in another thread would take it away from a live call. For OpenAI it has one per loop."""
    if provider.name == "openai":
        return {}
    kept = litellm.llms.custom_httpx.http_handler.get_async_httpx_client
    return {"client": kept(llm_provider=litellm.LlmProviders(ROUTES[provider.name]))}


@dataclass(slots=True)
class _Lines:
    """Gemini's own lines, and whether they told an end: LiteLLM puts a "stop" on every chunk of it."""

    inside: Any
    ended: bool = False

    def __aiter__(self) -> _Lines:
        return self

    async def __anext__(self) -> str:
        line: str = await anext(self.inside)
        self.ended = self.ended or '"finishReason"' in line or '"blockReason"' in line
        return line

    async def aclose(self) -> None:
        await self.inside.aclose()


async def _watched(stream: Any) -> _Lines:
    await stream.fetch_stream()  # the request itself: else made with the first chunk
    lines = _Lines(stream.completion_stream.streaming_response)
    stream.completion_stream.streaming_response = lines
    return lines


def _read(chunk: Any) -> Chunk:
    if not chunk.choices:
        return Chunk()
    choice = chunk.choices[0]
    logprobs = getattr(getattr(choice, "logprobs", None), "content", None) or ()
    return Chunk(
        text=choice.delta.content or "",
        parts=tuple(
            Part(
                index=part.index or 0,
                id=part.id or "",
                name=part.function.name or "",
                arguments=part.function.arguments or "",
            )
            for part in choice.delta.tool_calls or ()
        ),
        logprobs=tuple(token["logprob"] if isinstance(token, dict) else token.logprob for token in logprobs),
    )


async def _end(stream: Any, provider: Provider) -> End:
    """LiteLLM makes up a "stop" where a vendor never said it; what the vendor said stands in the stream. Reading to
    the end of the line gives the count of tokens, and the line back to the pool."""
    finish = stream.received_finish_reason or stream.intermittent_finish_reason or ""
    told = [chunk.usage for chunk in stream.chunks if getattr(chunk, "usage", None)]
    if finish:
        try:
            async with asyncio.timeout(ENDING_SECONDS):
                async for chunk in stream.completion_stream:
                    told += [chunk.usage] if getattr(chunk, "usage", None) else []
        except Exception as error:  # the answer is whole: only its price stays unknown
            log.info("no end after an answer", extra={"event": "llm.no_end", "detail": type(error).__name__})
    return _counted(finish, told[-1] if told else None, provider)


def _counted(finish: str, usage: Any, provider: Provider) -> End:
    if usage is None:
        return End(finish)
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    return End(finish, prompt_tokens=prompt, completion_tokens=completion, cost=_cost(provider, usage))


def _cost(provider: Provider, usage: Any) -> Decimal | None:
    """By the price list that ships with LiteLLM, cached tokens at their own price; a model that is not in it has no
    price that we know (LiteLLM would say 0)."""
    litellm = _litellm()
    priced = next((each for each in _entries(litellm, provider) if each.keys() >= _PRICES), None)
    if priced is None:
        return None
    if provider.name == "ollama":  # by LiteLLM's own way its server would be asked
        dollars = usage.prompt_tokens * priced["input_cost_per_token"]
        return Decimal(str(dollars + usage.completion_tokens * priced["output_cost_per_token"]))
    whole = litellm.types.utils.Usage(**usage.model_dump())
    try:
        parts = litellm.cost_per_token(
            model=provider.model, custom_llm_provider=ROUTES[provider.name], usage_object=whole
        )
    except Exception as error:  # a price list that LiteLLM itself cannot read is no price
        log.info("no price", extra={"event": "llm.no_price", "model": provider.model, "detail": str(error)[:100]})
        return None
    return sum((Decimal(str(part)) for part in parts), Decimal(0)).quantize(_CENT_FRACTION)


_PRICES = {"input_cost_per_token", "output_cost_per_token"}


def _entries(litellm: Any, provider: Provider) -> Iterator[dict[str, Any]]:
    for name in (f"{provider.name}/{provider.model}", provider.model):
        found = litellm.model_cost.get(name)
        if found and found.get("litellm_provider") in (provider.name, ROUTES[provider.name]):
            yield {key: value for key, value in found.items() if value is not None}


# ---- errors --------------------------------------------------------------------------------------------


def _unanswered(error: Exception, provider: Provider) -> Unanswered:
    text = _text(error, provider)
    if isinstance(error, TimeoutError):
        return Unanswered(Reason.SILENCE, text)
    status = getattr(error, "status_code", None)
    if type(error).__name__ == "ContextWindowExceededError":
        return Unanswered(Reason.TOO_LONG, text)
    causes = list(_causes(error))
    told = any(type(each).__name__.endswith("HTTPStatusError") for each in causes)
    if not told and any(isinstance(each, _PARSING) for each in causes):
        return Unanswered(Reason.MALFORMED, text)
    reason = reasons.read(int(status) if status else None, str(error))
    return Unanswered(reason, text, retry_after=_retry_after(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised for. LiteLLM wraps what it could not read as an error of the connection."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _text(error: Exception, provider: Provider) -> str:
    """In one line, and without the key: some vendors quote it."""
    said = " ".join(str(error).split("Traceback", 1)[0].split())
    if provider.api_key:
        said = said.replace(provider.api_key, "•••")
    return f"{type(error).__name__}: {said}"[:LONGEST_DETAIL]


def _retry_after(error: Exception) -> float | None:
    told = (getattr(getattr(each, "response", None), "headers", None) or {} for each in _causes(error))
    said = next((str(headers["retry-after"]) for headers in told if "retry-after" in headers), "")
    if not said and (found := _RETRY.search(str(error))):
        said = found[1] or found[2]
    try:
        return float(said)
    except ValueError:
        return None


# ---- requests ------------------------------------------------------------------------------------------


def arguments(request: Request, provider: Provider) -> dict[str, Any]:
    """What LiteLLM is called with."""
    made: dict[str, Any] = {
        "model": f"{ROUTES[provider.name]}/{provider.model}",
        "messages": [*_system(request), *map(_message, history.recent(request.messages))],
        "temperature": request.temperature,
        "max_tokens": MOST_TOKENS,
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


def _system(request: Request) -> list[dict[str, Any]]:
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


# ---- LiteLLM -------------------------------------------------------------------------------------------


def warm(names: set[str]) -> None:
    """Load LiteLLM (seconds, and 166 MB) and what it loads with each vendor's first request, in a thread of its own.
    Once per vendor."""
    if wanted := [name for name in ROUTES if name in names - _warmed]:
        _warmed.update(wanted)
        threading.Thread(target=load, args=(wanted,), name="warm-litellm", daemon=True).start()


def ready(name: str) -> None:
    """The same for one vendor, here and now, unless it was done: who measures an answer must not wait for it."""
    if name in ROUTES and name not in _ready:
        load([name])
        _ready.add(name)


_warmed: set[str] = set()
_ready: set[str] = set()


def load(names: Sequence[str]) -> None:
    """The same, here and now."""

    async def each() -> None:
        request = Request(messages=[Message(role="user", content="?")])
        await anyio.lowlevel.checkpoint()  # LiteLLM closes streams with it; half of it loads with its first use
        for name in names:
            model = _ANY_MODEL[name]
            try:
                async for _ in ask(request, Provider(name, model, api_key="none", api_base=NOWHERE)):
                    pass
            except Unanswered:
                pass
        await let_go()

    _litellm()
    asyncio.run(each())


_ANY_MODEL = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "ollama": "any"}


async def let_go() -> None:
    """Close the lines that were kept open on this event loop, before it ends."""
    if not _litellm.cache_info().currsize:
        return
    cache = _litellm().in_memory_llm_clients_cache
    mine = [key for key in list(cache.cache_dict) if key.endswith(f"-{id(asyncio.get_running_loop())}")]
    for key in mine:
        client = cache.cache_dict.pop(key, None)
        close = getattr(client, "close", None) or getattr(client, "aclose", None)
        if close is not None:
            await close()


async def _loaded() -> Any:
    """Off the event loop while it is not; at once when it is."""
    if _litellm.cache_info().currsize:
        return _litellm()
    return await asyncio.to_thread(_litellm)


@lru_cache(maxsize=1)
def _litellm() -> Any:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the network for prices at import
    import litellm
    import litellm.llms.custom_httpx.http_handler

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).handlers.clear()  # ours write JSON lines
    return litellm


def _know(litellm: Any, provider: Provider) -> None:
    """A model of Ollama's that LiteLLM has not heard of makes it ask the server about it, blocking the event loop."""
    if provider.name == "ollama":
        litellm.model_cost.setdefault(
            f"ollama/{provider.model}", {"litellm_provider": "ollama", "mode": "chat", "max_tokens": MOST_TOKENS}
        )
