"""A load of media streams from another core: frames in real time, what comes back timed, nothing decoded twice."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import deque
from pathlib import Path

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from apps.voice import media

FRAME_SECONDS = 0.02
TICK = os.sysconf("SC_CLK_TCK")


class Stream(WSListener):
    """One call's socket."""

    def __init__(self, number: int, latencies: list[float]) -> None:
        self._frames = media.Inbound(f"MZ{number:032x}", call_sid=f"CA{number:032x}", account_sid="AC")
        self._latencies = latencies
        self._sent: deque[float] = deque()
        self._transport: WSTransport | None = None
        self.pairs = 0
        self.measuring = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        self._send(self._frames.connected())
        self._send(self._frames.start(parameters={"token": "x"}))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        text = frame.get_payload_as_utf8_text()
        if '"mark"' in text[:24]:
            name = json.loads(text)["mark"]["name"]
            self._send(self._frames.mark(name))
        elif self._sent and len(text) > 150:  # a frame of ours; the typed greeting is shorter
            self.pairs += 1
            sent = self._sent.popleft()
            if self.measuring:
                self._latencies.append(time.perf_counter() - sent)

    def speak(self, text: str) -> None:
        self._sent.append(time.perf_counter())
        self._send(text)

    def frame(self, timestamp_ms: int) -> str:
        return self._frames.media(b"\x55" * 160, timestamp_ms=timestamp_ms)

    def _send(self, text: str) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, text.encode())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.disconnect()


async def measure(port: int, pid: int, *, calls: int, seconds: float) -> dict[str, float]:
    """CPU of the server per frame pair in microseconds, and how long a frame takes there and back."""
    latencies: list[float] = []
    streams: list[Stream] = []
    for number in range(calls):
        _, stream = await ws_connect(lambda number=number: Stream(number, latencies), f"ws://127.0.0.1:{port}/")
        streams.append(stream)
    texts = [stream.frame(20) for stream in streams]
    await asyncio.sleep(1.0)
    speaking = asyncio.create_task(_speak(streams, texts))
    await asyncio.sleep(1.0)
    cpu, pairs = _cpu_seconds(pid), sum(stream.pairs for stream in streams)
    for stream in streams:
        stream.measuring = True
    await asyncio.sleep(seconds)
    used, done = _cpu_seconds(pid) - cpu, sum(stream.pairs for stream in streams) - pairs
    speaking.cancel()
    for stream in streams:
        stream.close()
    latencies.sort()
    return {
        "calls": calls,
        "pairs": done,
        "expected_pairs": round(calls * seconds / FRAME_SECONDS),
        "cpu_us_per_pair": round(used / max(1, done) * 1e6, 1),
        "core_percent": round(used / seconds * 100, 1),
        "p50_ms": round(_quantile(latencies, 0.5) * 1000, 2),
        "p99_ms": round(_quantile(latencies, 0.99) * 1000, 2),
    }


async def _speak(streams: list[Stream], texts: list[str]) -> None:
    """Every stream a frame each 20 ms, spread evenly over them so that they do not arrive bunched."""
    loop = asyncio.get_running_loop()
    start, number = loop.time(), 0
    step = FRAME_SECONDS / len(streams)
    while True:
        due = int((loop.time() - start) / step)
        while number <= due:
            streams[number % len(streams)].speak(texts[number % len(streams)])
            number += 1
        await asyncio.sleep(0.001)


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


if __name__ == "__main__":
    port, pid, calls, seconds, core = (int(each) for each in sys.argv[1:6])
    os.sched_setaffinity(0, {core})
    print(json.dumps(uvloop.run(measure(port, pid, calls=calls, seconds=seconds))))
