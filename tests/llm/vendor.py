"""Vendors on loopback: an HTTP server that speaks one vendor's own wire format, keeps its lines open as theirs do,
and counts who is connected."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from apps.llm import vendors

HANG = "hang"
"""A step of a script: say nothing more and keep the line open."""
CUT = "cut"
"""A step of a script: close the line without an end."""
SHORT = "short"
"""A step of a script: end the answer in good order, without the vendor's own end."""

Format = Literal["openai", "anthropic", "gemini", "ollama"]
Script = Sequence[Any]
"""What is sent, step by step: JSON (a dict), a pause in seconds (a float), or one of the words above."""


@dataclass
class Vendor:
    """What it will answer, and what it was asked."""

    script: Script = ()
    status: int = 200
    speaks: Format = "openai"
    error: dict[str, Any] | None = None
    """The body of an answer that is no 200, in the vendor's own words."""
    headers: dict[str, str] = field(default_factory=dict)
    scripts: list[Script] = field(default_factory=list)
    """For the requests one after the other; `script` for those after them."""
    thinks: Callable[[dict[str, Any]], Script] | None = None
    """Makes up its answer from what it is asked."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""
    lines: int = 0
    """Connections ever made."""
    open: int = 0
    """Connections that are open now."""
    left: int = 0
    """Answers whose asker hung up in the middle."""


# ---- OpenAI's chunks -----------------------------------------------------------------------------------


def text(piece: str, *, logprob: float | None = None) -> dict[str, Any]:
    return _chunk({"role": "assistant", "content": piece}, logprob=logprob, token=piece)


def tool(index: int, *, arguments: str = "", name: str = "", call_id: str = "") -> dict[str, Any]:
    part: dict[str, Any] = {"index": index, "function": {"arguments": arguments}}
    if name:
        part |= {"id": call_id or f"call_{name}", "type": "function"}
        part["function"]["name"] = name
    return _chunk({"tool_calls": [part]})


def stop(reason: str = "stop") -> dict[str, Any]:
    return _chunk({}, finish=reason)


def usage(prompt: int, completion: int) -> dict[str, Any]:
    made = _chunk({})
    made["choices"] = []
    made["usage"] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    return made


def _chunk(
    delta: dict[str, Any], *, finish: str | None = None, logprob: float | None = None, token: str = ""
) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    if logprob is not None:
        choice["logprobs"] = {"content": [{"token": token, "logprob": logprob, "bytes": None, "top_logprobs": []}]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "gpt-test",
        "choices": [choice],
    }


# ---- the server ----------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[Vendor]:
    done = asyncio.Event()
    lines: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own: asyncio.Task[None] | None = asyncio.current_task()
        assert own is not None
        vendor.lines += 1
        vendor.open += 1
        lines[own] = writer
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await _one_request(vendor, reader, writer, done):
                pass
        vendor.open -= 1
        del lines[own]
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    vendor.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" + ("/v1" if vendor.speaks == "openai" else "")
    try:
        yield vendor
    finally:
        await vendors.let_go()
        done.set()
        server.close()
        for writer in lines.values():
            writer.close()
        if lines:
            await asyncio.wait(set(lines))
        await server.wait_closed()


async def _one_request(
    vendor: Vendor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, done: asyncio.Event
) -> bool:
    """Whether the line stays open for another."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    request, *rest = head.split("\r\n")
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    vendor.asked.append(json.loads(body) if body else {})
    vendor.paths.append(request.split(" ")[1])
    vendor.keys.append(headers.get("authorization") or headers.get("x-api-key") or headers.get("x-goog-api-key") or "")
    script = vendor.scripts.pop(0) if vendor.scripts else vendor.script
    if vendor.thinks is not None:
        script = vendor.thinks(vendor.asked[-1])
    answer = asyncio.create_task(_answer(vendor, script, writer, done))
    gone = asyncio.create_task(reader.read(1))  # an asker says nothing while it is answered, but may hang up
    await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        vendor.left += not done.is_set()
        answer.cancel()
        await asyncio.wait({answer})
        return False
    gone.cancel()
    await asyncio.wait({gone})
    return answer.result()


async def _answer(vendor: Vendor, script: Script, writer: asyncio.StreamWriter, done: asyncio.Event) -> bool:
    extra = "".join(f"{name}: {value}\r\n" for name, value in vendor.headers.items())
    if vendor.status != 200:
        said = vendor.error or {"error": {"message": "no", "type": "error", "code": str(vendor.status)}}
        body = json.dumps(said).encode()
        head = (
            f"HTTP/1.1 {vendor.status} No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{extra}"
        )
        writer.write(f"{head}\r\n".encode() + body)
        await writer.drain()
        return True
    kind = "application/x-ndjson" if vendor.speaks == "ollama" else "text/event-stream"
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n{extra}\r\n".encode())
    ending = b"data: [DONE]\n\n" if vendor.speaks == "openai" else b""
    for step in script:
        if step == HANG:
            await done.wait()
            return False
        if step == CUT:
            return False
        if step == SHORT:
            ending = b""
            break
        if isinstance(step, float):
            await asyncio.sleep(step)
            continue
        _send(writer, _framed(vendor.speaks, step))
        await writer.drain()
    if ending:
        _send(writer, ending)
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _framed(speaks: Format, step: Any) -> bytes:
    said = json.dumps(step)
    match speaks:
        case "anthropic":
            return f"event: {step['type']}\ndata: {said}\n\n".encode()
        case "gemini":
            return f"data: {said}\r\n\r\n".encode()
        case "ollama":
            return f"{said}\n".encode()
    return f"data: {said}\n\n".encode()


def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


@contextlib.contextmanager
def serving_in_a_thread(*vendors_: Vendor) -> Iterator[None]:
    """For tests whose own event loop comes later, or that have none."""
    up, down = threading.Event(), threading.Event()

    async def serve() -> None:
        async with contextlib.AsyncExitStack() as stack:
            for vendor in vendors_:
                await stack.enter_async_context(serving(vendor))
            up.set()
            await asyncio.to_thread(down.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert up.wait(5)
    try:
        yield
    finally:
        down.set()
        thread.join()
