"""What each speech provider costs this machine for one call: CPU per second and memory, its own process included.

Every provider is measured in a process of its own, ten calls at once at the pace of speech; vendors are loopbacks in
another process. `BENCH=speech make bench`, writes `var/bench/speech.json`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
CALLS = 10
SECONDS = 12
TEXT = "two large pepperoni pizzas and a salad"
HEARING = ("nothing", "ear", "nova-3", "flux-general-en", "whisper", "embedded")
SPEAKING = ("elevenlabs", "elevenlabs-http", "piper", "embedded voice")


def main() -> None:
    rows = []
    print(f"{'provider':16} {'CPU ms per second of a call':>28} {'KB per call':>12} {'MB once':>8}")
    for name in (*HEARING, *SPEAKING):
        command = [sys.executable, "-m", "tests.bench.speech", name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name} could not be measured: {done.stderr[-2000:]}")
        row = json.loads(done.stdout.splitlines()[-1])
        rows.append(row)
        print(f"{name:16} {row['cpu_ms_per_second']:>28} {row['kb_per_call']:>12} {row['mb_once']:>8}")
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "speech.json").write_text(json.dumps(rows, indent=2) + "\n")
    print(f"Wrote {folder / 'speech.json'}")


# ---- one provider --------------------------------------------------------------------------------------


class Cost:
    """Of this process and those it has started, without the vendor's."""

    def __init__(self, *, without: int | None) -> None:
        self._without = without

    def _processes(self) -> list[psutil.Process]:
        mine = psutil.Process()
        return [mine, *(each for each in mine.children(recursive=True) if each.pid != self._without)]

    def cpu(self) -> float:
        return sum(sum(each.cpu_times()[:2]) for each in self._processes())

    def memory(self) -> int:
        return sum(each.memory_info().rss for each in self._processes())


async def hearing(name: str, url: str, *, cost: Cost, folder: Path) -> dict[str, Any]:
    from apps.menu.card import Card
    from apps.voice import audio, ear, roster
    from apps.voice.speech import Provider
    from tests.voice.loopback.deepgram import KEY
    from tests.voice.loopback.recognition import frames, sentence
    from tests.voice.stt import tiny_whisper

    sound = frames(sentence(TEXT) + audio.silence(2.0))
    empty = cost.memory()

    async def opened() -> Any:
        if name == "nothing":
            return None
        if name == "ear":
            return ear.Ear(report=lambda news: None)
        providers = {
            "whisper": Provider("whisper", model=str(folder / "tiny.bin")),
            "embedded": Provider("embedded"),
        }
        provider = providers.get(name, Provider("deepgram", model=name, api_key=KEY, url=url))
        return await roster.open_transcriber(provider, card=Card(), report=lambda news: None)

    if name == "whisper":
        tiny_whisper.write(folder / "tiny.bin", [" yes"])
    first = await opened()
    await _pace([first], sound[:50], seconds=1)
    once = cost.memory()
    calls = [await opened() for _ in range(CALLS)]
    cpu = cost.cpu()
    await _pace(calls, sound, seconds=SECONDS)
    cpu = cost.cpu() - cpu
    grown = cost.memory() - once
    for call in (first, *calls):
        if call is not None:
            await call.close()
    await roster.let_go()
    return _row(name, cpu=cpu / CALLS / SECONDS, grown=grown, once=once - empty)


async def _pace(calls: list[Any], sound: list[bytes], *, seconds: int) -> None:
    began = time.monotonic()
    for number in range(seconds * 50):
        for place, call in enumerate(calls):
            if call is not None:  # each at another place of the sentence
                call.hear(sound[(number + 17 * place) % len(sound)])
        await asyncio.sleep(max(0.0, began + 0.02 * (number + 1) - time.monotonic()))


async def speaking(name: str, url: str, *, cost: Cost, folder: Path) -> dict[str, Any]:
    from apps.voice import roster
    from apps.voice.speech import LINE, Provider
    from tests.voice.loopback.elevenlabs import KEY, VOICE
    from tests.voice.tts import tiny_piper

    empty = cost.memory()
    providers = {
        "piper": Provider("piper", voice=str(folder / "voice.onnx")),
        "embedded voice": Provider("embedded"),
    }
    if name == "piper":
        tiny_piper.write(folder / "voice.onnx")
    provider = providers.get(name, Provider(name, voice=VOICE, api_key=KEY, url=url))

    async def say(voice: Any, times: int) -> float:
        said = [chunk for _ in range(times) async for chunk in voice.speak(f"{TEXT}. That is thirty four dollars.")]
        return sum(map(len, said)) / LINE.rate

    first = await roster.open_synthesizer(provider)
    await say(first, 1)
    once = cost.memory()
    voices = [await roster.open_synthesizer(provider) for _ in range(CALLS)]
    cpu = cost.cpu()
    spoken = sum(await asyncio.gather(*(say(voice, 4) for voice in voices)))
    cpu = cost.cpu() - cpu
    grown = cost.memory() - once
    for voice in (first, *voices):
        await voice.close()
    await roster.let_go()
    return _row(name, cpu=cpu / spoken, grown=grown, once=once - empty)


def _row(name: str, *, cpu: float, grown: int, once: int) -> dict[str, Any]:
    return {
        "provider": name,
        "cpu_ms_per_second": round(cpu * 1000, 2),
        "kb_per_call": round(grown / CALLS / 1024),
        "mb_once": round(once / 1024 / 1024),
    }


# ---- the vendors -------------------------------------------------------------------------------------


@contextmanager
def _vendor(which: str) -> Iterator[tuple[str, int | None]]:
    if not which:
        yield "", None
        return
    command = [sys.executable, "-m", "tests.bench.speech", "serve", which]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()


async def _serve(which: str) -> None:
    if which == "deepgram":
        from tests.voice.loopback.deepgram import deepgram

        serving: Any = deepgram("")  # it answers, and hears no words: that would be its CPU
    else:
        from tests.voice.loopback.elevenlabs import serving as elevenlabs

        serving = elevenlabs()
    async with serving as vendor:
        print(vendor.url, flush=True)
        await asyncio.Event().wait()


def measure(name: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    django.setup()
    vendor = "deepgram" if name in ("nova-3", "flux-general-en") else "elevenlabs" if "elevenlabs" in name else ""
    work: Callable[..., Any] = hearing if name in HEARING else speaking
    with tempfile.TemporaryDirectory() as folder, _vendor(vendor) as (url, pid):
        print(json.dumps(asyncio.run(work(name, url, cost=Cost(without=pid), folder=Path(folder)))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(_serve(sys.argv[2]))
    elif sys.argv[1:]:
        measure(sys.argv[1])
    else:
        main()
