"""What a voice of ElevenLabs costs this process, over HTTP and over its WebSocket: CPU per second of speech, memory per
open voice. The vendor is a loopback in a process of its own: `python -m tests.bench.voices`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps.voice import roster
from apps.voice.speech import LINE, Provider, Synthesizer
from apps.voice.tts import elevenlabs

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "Your total is thirty four dollars and fifty cents."
PROVIDERS = ("elevenlabs-http", "elevenlabs")


def measure(provider: str, *, voices: int = 80, sentences: int = 2) -> dict[str, Any]:
    """That many voices are opened, and speak at once. For a true figure of memory in a process of its own."""
    from tests.voice.loopback.elevenlabs import KEY, VOICE

    with _vendor() as url:
        return asyncio.run(_measure(Provider(provider, voice=VOICE, api_key=KEY, url=url), voices, sentences))


async def _measure(provider: Provider, voices: int, sentences: int) -> dict[str, Any]:
    first = await roster.open_synthesizer(provider)  # loads what is loaded once
    await _say(first, 1)
    memory = _resident()
    opened = [await roster.open_synthesizer(provider) for _ in range(voices)]
    await asyncio.gather(*(_say(voice, 1) for voice in opened))
    grown = _resident() - memory
    cpu = time.process_time()
    spoken = sum(await asyncio.gather(*(_say(voice, sentences) for voice in opened)))
    cpu = time.process_time() - cpu
    for voice in (first, *opened):
        await voice.close()
    await elevenlabs.let_go()
    return {
        "provider": provider.name,
        "voices": voices,
        "seconds_of_speech": round(spoken, 1),
        "cpu_ms_per_second": round(cpu / spoken * 1000, 3),
        "kb_per_voice": round(grown / voices / 1024, 1),
    }


async def _say(voice: Synthesizer, times: int) -> float:
    """Seconds of speech that came."""
    came = 0
    for _ in range(times):
        async for chunk in voice.speak(SENTENCE):
            came += len(chunk)
    return came / LINE.rate


def _resident() -> int:
    """Bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _vendor() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.voices", "serve"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def _serve() -> None:
    from tests.voice.loopback.elevenlabs import serving

    async with serving() as vendor:
        print(vendor.url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    if sys.argv[1:] == ["serve"]:
        asyncio.run(_serve())
    elif sys.argv[1:]:
        print(json.dumps(measure(sys.argv[1])))
    else:
        for provider in PROVIDERS:
            subprocess.run([sys.executable, "-m", "tests.bench.voices", provider], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
