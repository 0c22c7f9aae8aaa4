"""Telephone sound: exact to G.711, and the same however a stream is cut into pieces."""

from __future__ import annotations

import io
import math
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.voice import audio

EVERY_PCM = np.arange(-32_768, 32_768).astype(np.int16)
EVERY_CODE = bytes(range(256))
RATES = [(8000, 16_000), (16_000, 8000), (22_050, 8000), (24_000, 8000)]


# ---- µ-law -------------------------------------------------------------------------------------------


def code_of(sample: int) -> int:
    """G.711's µ-law as its tables say it: decision values of 14 bits, eight segments of sixteen steps."""
    linear = sample >> 2
    sign = 0x80 if linear >= 0 else 0x00
    magnitude = min(abs(linear), 8158)
    lower = 0
    for segment in range(8):
        step = 2 << segment
        upper = lower + 16 * step - (1 if segment == 0 else 0)  # the very first step is half as wide
        if magnitude < upper:
            within = (magnitude + 1) // step if segment == 0 else (magnitude - lower) // step
            return sign | (~(segment << 4 | within) & 0x7F)
        lower = upper
    raise AssertionError("beyond the last decision value")


def test_every_sample_gets_the_code_of_the_standard() -> None:
    assert audio.encode(EVERY_PCM) == bytes(code_of(int(sample)) for sample in EVERY_PCM)


def test_every_code_gives_the_value_of_the_standard() -> None:
    """In the middle of its step; at 14 bits 33 is added so that segments double, and taken away again."""
    for code in range(256):
        segment, step = (~code & 0x7F) >> 4, ~code & 0x0F
        magnitude = ((2 * step + 33) << segment) - 33
        assert audio.decode(bytes([code]))[0] == 4 * (magnitude if code & 0x80 else -magnitude)


def test_every_code_comes_back_from_its_value() -> None:
    back = audio.encode(audio.decode(EVERY_CODE))
    assert back[:0x7F] == EVERY_CODE[:0x7F]
    assert back[0x7F] == 0xFF, "the negative zero is a zero"
    assert back[0x80:] == EVERY_CODE[0x80:]


def test_python_agrees_both_ways() -> None:
    audioop = pytest.importorskip("audioop", reason="not on this machine: audioop, gone since Python 3.13")
    assert audio.encode(EVERY_PCM) == audioop.lin2ulaw(EVERY_PCM.astype("<i2").tobytes(), 2)
    assert audio.decode(EVERY_CODE).astype("<i2").tobytes() == audioop.ulaw2lin(EVERY_CODE, 2)


def test_silence_is_silent_and_any_stride_can_be_encoded() -> None:
    assert audio.encode(np.zeros(4, np.int16)) == audio.SILENCE * 4
    assert not audio.decode(audio.SILENCE * 4).any()
    assert audio.encode(EVERY_PCM[::2]) == audio.encode(EVERY_PCM)[::2]
    assert audio.encode(np.zeros(0, np.int16)) == b""


# ---- frames and levels -------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.binary(max_size=700), st.integers(1, 200))
def test_frames_are_all_of_one_length_and_lose_nothing(mulaw: bytes, frame_bytes: int) -> None:
    frames = audio.split(mulaw, frame_bytes)
    assert all(len(frame) == frame_bytes for frame in frames)
    whole = b"".join(frames)
    assert whole[: len(mulaw)] == mulaw
    assert set(whole[len(mulaw) :]) <= {0xFF}
    assert len(whole) - len(mulaw) < frame_bytes


def test_a_frame_is_twenty_milliseconds() -> None:
    assert [len(frame) for frame in audio.split(audio.silence(0.05))] == [160, 160, 160]
    assert audio.seconds(audio.split(audio.silence(0.02))[0]) == 0.02


def test_levels_are_in_decibels_below_full() -> None:
    full = np.full(800, -32_768, np.int16)
    assert audio.level_db(full) == 0.0
    assert audio.level_db(full // 10) == pytest.approx(-20, abs=0.01)
    assert audio.level_db(tone(1000, 8000)) == pytest.approx(20 * math.log10(10_000 / 32_768) - 3.01, abs=0.05)
    assert audio.level_db(np.zeros(160, np.int16)) == audio.QUIETEST_DB
    assert audio.level_db(np.zeros(0, np.int16)) == audio.QUIETEST_DB


# ---- resampling --------------------------------------------------------------------------------------


def tone(hertz: float, rate: int, *, seconds: float = 0.5) -> audio.Pcm:
    moments = np.arange(round(rate * seconds)) / rate
    return (10_000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)


def resampled(pcm: audio.Pcm, *, from_rate: int, to_rate: int, sizes: list[int]) -> audio.Pcm:
    """Fed in pieces of these sizes, over and over."""
    resampler = audio.Resampler(from_rate=from_rate, to_rate=to_rate)
    pieces, start, turn = [], 0, 0
    while start < len(pcm):
        size = sizes[turn % len(sizes)]
        pieces.append(resampler.feed(pcm[start : start + size]))
        start, turn = start + size, turn + 1
    return np.concatenate([*pieces, resampler.flush()])


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
@pytest.mark.parametrize("hertz", [200, 1000, 3000])
def test_a_voice_comes_out_as_it_went_in_and_at_the_same_time(from_rate: int, to_rate: int, hertz: int) -> None:
    out = resampled(tone(hertz, from_rate), from_rate=from_rate, to_rate=to_rate, sizes=[from_rate // 50])
    wanted = tone(hertz, to_rate)
    assert len(out) == len(wanted)
    inside = slice(to_rate // 50, -to_rate // 50)
    wrong = (out[inside] - wanted[inside]).astype(np.float64)
    assert np.sqrt(np.mean(wrong**2)) < 10_000 / 1000, "60 dB below the voice"


@pytest.mark.parametrize("from_rate", [16_000, 22_050, 24_000])
@pytest.mark.parametrize("hertz", [4500, 5000, 7000])
def test_what_a_telephone_cannot_carry_is_not_folded_into_the_voice(from_rate: int, hertz: int) -> None:
    out = resampled(tone(hertz, from_rate), from_rate=from_rate, to_rate=8000, sizes=[480])
    assert audio.level_db(out[200:-200]) < audio.level_db(tone(hertz, from_rate)) - 50


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(RATES), st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_it_does_not_matter_how_the_stream_was_cut(rates: tuple[int, int], sizes: list[int]) -> None:
    from_rate, to_rate = rates
    noise = np.random.default_rng(7).integers(-30_000, 30_000, 3000).astype(np.int16)
    whole = resampled(noise, from_rate=from_rate, to_rate=to_rate, sizes=[len(noise)])
    cut = resampled(noise, from_rate=from_rate, to_rate=to_rate, sizes=sizes)
    assert len(whole) == len(cut) == math.ceil(len(noise) * to_rate / from_rate)
    assert np.abs(whole.astype(int) - cut).max() <= 1, "but for the last bit, which summing may turn"


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_only_three_milliseconds_are_held_back(from_rate: int, to_rate: int) -> None:
    resampler = audio.Resampler(from_rate=from_rate, to_rate=to_rate)
    assert resampler.delay_seconds < 0.0031
    out = resampler.feed(np.zeros(from_rate // 50, np.int16))
    assert len(out) >= (0.02 - 0.0031) * to_rate


def test_too_loud_is_cut_off_and_does_not_turn_over() -> None:
    square = np.repeat(np.tile(np.array([32_767, -32_768], np.int16), 20), 40)
    out = resampled(square, from_rate=8000, to_rate=16_000, sizes=[160])
    assert out[20:60].min() > 20_000
    assert out[100:140].max() < -20_000


def test_nothing_in_is_nothing_out() -> None:
    resampler = audio.Resampler(from_rate=8000, to_rate=16_000)
    assert len(resampler.feed(np.zeros(0, np.int16))) == 0
    assert len(resampler.feed(np.ones(10, np.int16))) == 0


# ---- WAV ---------------------------------------------------------------------------------------------


def test_a_stereo_recording_can_be_read_by_others() -> None:
    sides = np.stack([tone(440, 8000), tone(880, 8000)], axis=1)
    sound = sides.astype("<i2").tobytes()
    with wave.open(io.BytesIO(audio.wav_header(sound_bytes=len(sound), channels=2) + sound)) as read:
        assert (read.getnchannels(), read.getframerate(), read.getsampwidth()) == (2, 8000, 2)
        assert read.readframes(read.getnframes()) == sound


def test_a_mulaw_header_names_its_format_and_its_samples() -> None:
    header = audio.wav_header(sound_bytes=1600, channels=2, encoding="mulaw")
    assert len(header) == 58
    assert header[:4] + header[8:16] == b"RIFFWAVEfmt "
    assert int.from_bytes(header[4:8], "little") == len(header) - 8 + 1600
    assert int.from_bytes(header[20:22], "little") == 7
    assert int.from_bytes(header[28:32], "little") == 16_000
    assert header[38:42] == b"fact"
    assert int.from_bytes(header[46:50], "little") == 800
    assert header[50:] == b"data" + (1600).to_bytes(4, "little")
