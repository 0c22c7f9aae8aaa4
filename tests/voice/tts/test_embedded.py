"""The voice that ships with the product."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

from apps.voice import audio, roster
from apps.voice.speech import Provider, Unserved
from apps.voice.tts import embedded, espeak

ROOT = Path(__file__).resolve().parents[3]
SENTENCE = "Your total is thirty four dollars and fifty cents. It will be ready in about twenty five minutes."


async def _say(text: str, voice: str = "") -> bytes:
    synthesizer = await roster.open_synthesizer(Provider("embedded", voice=voice))
    try:
        return b"".join([chunk async for chunk in synthesizer.speak(text)])
    finally:
        await synthesizer.close()


def test_a_sentence_becomes_telephone_sound_of_plausible_length_and_level() -> None:
    pcm = audio.decode(asyncio.run(_say(SENTENCE)))
    assert 4 < len(pcm) / 8000 < 10
    peak = int(np.abs(pcm.astype(int)).max())
    assert 8000 < peak < 32000


def test_voices_differ_and_spanish_speaks() -> None:
    ours, other, spanish = (asyncio.run(_say("hola, buenas tardes", name)) for name in ("", "en-us+f3", "es"))
    assert len({ours, other, spanish}) == 3
    assert all(len(sound) > 4000 for sound in (ours, other, spanish))


def test_an_unknown_voice_is_refused_by_name() -> None:
    with pytest.raises(Unserved, match="xx-nowhere"):
        asyncio.run(roster.open_synthesizer(Provider("embedded", voice="xx-nowhere")))


def test_closing_the_stream_stops_the_voice() -> None:
    async def first_chunk_then_abort() -> tuple[int, int]:
        synthesizer = await roster.open_synthesizer(Provider("embedded"))
        sound = synthesizer.speak(SENTENCE * 20)
        first = await anext(sound)
        await sound.aclose()
        after = b"".join([chunk async for chunk in synthesizer.speak("Hello.")])
        await synthesizer.close()
        return len(first), len(after)

    first, after = asyncio.run(first_chunk_then_abort())
    assert 0 < first < 8000
    assert 1000 < after < 16000


def test_no_thread_is_left_once_the_last_voice_is_closed() -> None:
    async def two_voices() -> None:
        one, two = [await roster.open_synthesizer(Provider("embedded")) for _ in range(2)]
        assert [chunk async for chunk in one.speak("One.")]
        await one.close()
        assert [chunk async for chunk in two.speak("Two.")]
        await two.close()

    asyncio.run(two_voices())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("espeak")]


def test_sentences_spoken_at_once_do_not_mix() -> None:
    async def together() -> list[bytes]:
        return await asyncio.gather(*(_say(text) for text in ("First.", SENTENCE, "Third one.")))

    alone = [asyncio.run(_say(text)) for text in ("First.", SENTENCE, "Third one.")]
    for mixed, clean in zip(asyncio.run(together()), alone, strict=True):
        assert len(mixed) == pytest.approx(len(clean), rel=0.01)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Call +1 (415) 555-0100 now", "Call 1, 4 1 5, 5 5 5, 0 1 0 0 now"),
        ("at 7 p.m. sharp", "at 7 P M sharp"),
        ("at 7pm", "at 7 P M"),
        ("**Two** margheritas & a coke", "Two margheritas and a coke"),
        ("I am here", "I am here"),
        ("order 12", "order 12"),
    ],
)
def test_what_espeak_misreads_is_spelled_out(written: str, said: str) -> None:
    assert embedded.spoken(written) == said


def test_mulaw_decodes_what_it_encoded_and_is_monotonic() -> None:
    assert audio.encode(np.zeros(1, np.int16)) == b"\xff"
    codes = bytes(range(256))
    again = audio.encode(audio.decode(codes))
    assert np.array_equal(audio.decode(again), audio.decode(codes))
    samples = np.arange(-32768, 32768).astype(np.int16)
    assert (np.diff(audio.decode(audio.encode(samples)).astype(int)) >= 0).all()


def test_the_voice_speaks_from_a_folder_with_a_very_long_path(tmp_path: Path) -> None:
    """espeak cuts long paths off; a checkout may lie anywhere. (In a process of its own: it is loaded once.)"""
    folder = tmp_path / ("a long name " * 12) / ("and another " * 12)
    folder.mkdir(parents=True)
    shutil.copytree(espeakng_loader.get_data_path(), folder / "espeak-ng-data")
    script = f"""
import espeakng_loader
espeakng_loader.get_data_path = lambda: {str(folder / "espeak-ng-data")!r}
from apps.voice.tts import espeak
print(espeak.ipa("pizza", voice=espeak.Voice()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == espeak.ipa("pizza", voice=espeak.Voice()), done.stderr
