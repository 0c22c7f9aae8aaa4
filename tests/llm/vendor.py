"""A vendor on loopback: a small HTTP server that speaks OpenAI's streamed chat completions."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

HANG = "hang"
"""A step of a script: say nothing more and keep the line open."""
CUT = "cut"
"""A step of a script: close the line without an end."""


@dataclass
class Vendor:
    """What it will answer, and what it was asked."""

    script: Sequence[Any]
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""


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


@contextlib.asynccontextmanager
async def serving(vendor: Vendor) -> AsyncIterator[Vendor]:
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = {
                key.strip().lower(): value.strip()
                for key, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            vendor.asked.append(json.loads(body))
            vendor.keys.append(headers.get("authorization", ""))
            await _answer(vendor, writer, done)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    vendor.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield vendor
    finally:
        done.set()
        server.close()
        await server.wait_closed()


async def _answer(vendor: Vendor, writer: asyncio.StreamWriter, done: asyncio.Event) -> None:
    if vendor.status != 200:
        body = json.dumps({"error": {"message": "no", "type": "error", "code": str(vendor.status)}}).encode()
        head = f"HTTP/1.1 {vendor.status} No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        return
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    for step in vendor.script:
        if step == HANG:
            await done.wait()
            return
        if step == CUT:
            return
        writer.write(f"data: {json.dumps(step)}\n\n".encode())
        await writer.drain()
    writer.write(b"data: [DONE]\n\n")
    await writer.drain()
