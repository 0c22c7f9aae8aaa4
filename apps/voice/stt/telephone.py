"""The acoustic model as the telephone hears: shifted from 16 kHz studio sound to 8 kHz µ-law.

The model in pocketsphinx's wheel was trained on wide-band sound; over a telephone the upper half of the
spectrum is gone and its means no longer fit. `python -m apps.voice.stt.telephone` speaks some thousand
sentences with espeak's voices, aligns the wide-band sound, and measures for every Gaussian how the same
frames look over the telephone. The result, `telephone.npz` beside this file, is added to the wheel's model
when it is first needed. It leans towards synthetic voices: right for a demo's caller, no harm to others
that the wide-band model would not do as well.
"""

from __future__ import annotations

import os
import random
import struct
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pocketsphinx
import soxr

from apps.voice import audio
from apps.voice.stt import cepstra
from apps.voice.stt.cepstra import Floats
from apps.voice.tts import espeak

SHIFT: Final = Path(__file__).with_name("telephone.npz")
_BOOKS, _STREAMS, _GAUSSIANS = 42, 3, 128
_SHAPE: Final = (_BOOKS, _STREAMS, _GAUSSIANS, cepstra.WIDTH)


def wide_band() -> Path:
    """The model as it comes in the wheel."""
    return Path(pocketsphinx.get_model_path()) / "en-us" / "en-us"


def materialise(*, root: Path) -> Path:
    """The telephone model's folder under `root`, made unless it is there; safe when two do it at once."""
    if not SHIFT.exists():
        return wide_band()
    stamp = SHIFT.stat()
    folder = root / f"telephone-{stamp.st_size}-{int(stamp.st_mtime)}"
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".making-") as making:
        draft = Path(making) / "telephone"
        draft.mkdir()
        _write_model(draft)
        try:
            os.rename(draft, folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _write_model(folder: Path) -> None:
    original = wide_band()
    for name in ("mdef", "sendump", "transition_matrices", "noisedict"):
        (folder / name).symlink_to(original / name)
    with np.load(SHIFT) as shift:
        means = _read(original / "means") + shift["means"].astype(np.float64)
        variances = _read(original / "variances") * shift["variances"].astype(np.float64)
        centre = ",".join(f"{value:.2f}" for value in shift["centre"])
    _write(folder / "means", means)
    _write(folder / "variances", variances)
    settings = (original / "feat.params").read_text()
    settings = settings.replace("-remove_noise yes", "-remove_noise no").replace("-cmn batch", "-cmn live")
    (folder / "feat.params").write_text(f"{settings}-cmninit {centre}\n")


def _read(path: Path) -> Floats:
    raw = path.read_bytes()
    start = raw.find(b"endhdr\n") + 7 + 32
    count = int(np.prod(_SHAPE))
    return np.frombuffer(raw, "<f4", count, start).reshape(_SHAPE).astype(np.float64)


def _write(path: Path, values: Floats) -> None:
    head = struct.pack("<8i", 0x11223344, _BOOKS, _STREAMS, _GAUSSIANS, *[cepstra.WIDTH] * 3, values.size)
    path.write_bytes(b"s3\nversion 1.0\nendhdr\n" + head + values.astype("<f4").tobytes())


# What follows computes the shift.


def _features(cepstrum: Floats) -> Floats:
    padded = np.pad(cepstrum, ((3, 3), (0, 0)), "edge")

    def at(offset: int) -> Floats:
        return padded[3 + offset : 3 + offset + len(cepstrum)]

    return np.stack([cepstrum, at(2) - at(-2), (at(3) - at(-1)) - (at(1) - at(-3))], 1)


def _phone_numbers() -> dict[str, int]:
    raw = (wide_band() / "mdef").read_bytes()
    start = raw.find(b"+NSN+\0")
    return {name.decode(): n for n, name in enumerate(raw[start:].split(b"\0", _BOOKS)[:_BOOKS])}


def _pair(
    sentence: str, *, voice: espeak.Voice, noise: np.random.Generator
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """The same speech twice, both at 16 kHz: as in a studio, and after a telephone."""
    sound: list[bytes] = []

    def take(chunk: bytes) -> bool:
        sound.append(chunk)
        return True

    espeak.render(sentence, voice=voice, take=take)
    said = np.frombuffer(b"".join(sound), "<i2").astype(np.float64) / 32768
    wide = soxr.resample(said, espeak.rate(), cepstra.RATE)
    wide *= noise.uniform(0.3, 0.8) / max(1e-6, np.abs(wide).max())
    wide = np.concatenate([np.zeros(4800), wide, np.zeros(4800)]) + noise.normal(0, 0.0005, len(wide) + 9600)
    narrow = _pcm(soxr.resample(wide, cepstra.RATE, 8000))
    back = soxr.resample(audio.decode(audio.encode(narrow)).astype(np.float64) / 32768, 8000, cepstra.RATE)
    length = min(len(wide), len(back))
    return _pcm(wide[:length]), _pcm(back[:length])


def _pcm(sound: Floats) -> npt.NDArray[np.int16]:
    return np.asarray(np.clip(sound * 32767, -32768, 32767).astype(np.int16))


@dataclass
class _Sums:
    """What each Gaussian saw: how often, and sums of the frames and their squares, wide and telephone."""

    count: Floats = field(default_factory=lambda: np.zeros(_SHAPE[:3]))
    wide: Floats = field(default_factory=lambda: np.zeros(_SHAPE))
    wide_squares: Floats = field(default_factory=lambda: np.zeros(_SHAPE))
    telephone: Floats = field(default_factory=lambda: np.zeros(_SHAPE))
    telephone_squares: Floats = field(default_factory=lambda: np.zeros(_SHAPE))
    centre: Floats = field(default_factory=lambda: np.zeros(cepstra.WIDTH))
    frames: int = 0

    def add(self, book: int, *, wide: Floats, telephone: Floats, means: Floats, variances: Floats) -> None:
        for stream in range(_STREAMS):
            x, y = wide[:, stream], telephone[:, stream]
            mean, variance = means[book, stream], variances[book, stream]
            score = -0.5 * (((x[:, None] - mean) ** 2 / variance).sum(-1) + np.log(variance).sum(-1))
            share = np.exp(score - score.max(1, keepdims=True))
            share /= share.sum(1, keepdims=True)
            self.count[book, stream] += share.sum(0)
            self.wide[book, stream] += share.T @ x
            self.wide_squares[book, stream] += share.T @ x**2
            self.telephone[book, stream] += share.T @ y
            self.telephone_squares[book, stream] += share.T @ y**2


def _align(decoder: pocketsphinx.Decoder, sentence: str, *, pcm: npt.NDArray[np.int16]) -> list[tuple[str, int, int]]:
    """Which phone is said from which frame and for how long; [] if the sentence cannot be found."""
    raw = pcm.tobytes()
    try:
        decoder.set_align_text(sentence)
        for second_pass in (False, True):
            if second_pass:
                decoder.set_alignment()
            decoder.start_utt()
            decoder.process_raw(raw, full_utt=True)
            decoder.end_utt()
        alignment = decoder.get_alignment()
    except RuntimeError:
        return []
    return [(phone.name.split(" ")[0], phone.start, phone.duration) for word in alignment for phone in word]


def measure(sentences: list[str], *, voices: list[espeak.Voice], seed: int) -> _Sums:
    """Speak each sentence with one of the voices and add up what the Gaussians see."""
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    means, variances = _read(wide_band() / "means"), np.maximum(_read(wide_band() / "variances"), 1e-4)
    books = _phone_numbers()
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    sums = _Sums()
    for sentence in sentences:
        wide, narrow = _pair(sentence, voice=chance.choice(voices), noise=noise)
        first, second = cepstra.of(wide), cepstra.of(narrow)
        phones = _align(decoder, sentence, pcm=wide)
        if not phones:
            continue
        sums.centre += second.sum(0)
        sums.frames += len(second)
        x, y = _features(first - first.mean(0)), _features(second - second.mean(0))
        for phone, start, length in phones:
            if phone in books and length:
                part = slice(start, start + length)
                sums.add(books[phone], wide=x[part], telephone=y[part], means=means, variances=variances)
    return sums


def shift(sums: _Sums, *, towards_voices: float) -> dict[str, npt.NDArray[np.float16]]:
    """What to add to the means and to multiply the variances with.

    `towards_voices` from 0 (only the telephone's effect) to 1 (also how these voices sound).
    """
    count = sums.count[..., None]
    means = _read(wide_band() / "means")
    difference = sums.telephone - sums.wide
    everywhere = difference.sum((0, 2), keepdims=True) / count.sum((0, 2), keepdims=True)
    book = (difference.sum(2, keepdims=True) + 50 * everywhere) / (count.sum(2, keepdims=True) + 50)
    channel = (difference + 10 * book) / (count + 10)
    voices = (sums.wide - count * means) / (count + 20)

    def spread(total: Floats, squares: Floats) -> Floats:
        return np.asarray((squares - total**2 / np.maximum(count, 1e-6)).sum(2, keepdims=True))

    ratio = (spread(sums.telephone, sums.telephone_squares) + 20) / (spread(sums.wide, sums.wide_squares) + 20)
    return {
        "means": (channel + towards_voices * voices).astype(np.float16),
        "variances": np.clip(ratio, 0.3, 3).astype(np.float16),
        "centre": (sums.centre / sums.frames).astype(np.float16),
    }


def main() -> None:
    """Compute `telephone.npz` anew; takes five minutes."""
    from apps.voice.stt import phrases, pronunciation

    names = ("en-us", "en-us+m2", "en-us+m3", "en-us+m7", "en-us+f2", "en-us+f3", "en-us+f4", "en-gb-x-rp")
    voices = [espeak.Voice(name=name, words_per_minute=wpm) for name in names for wpm in (140, 155, 170)]
    said = phrases.sentences(phrases.SAMPLE, count=8000, seed=77)
    known = [s for s in dict.fromkeys(said) if 4 <= len(s.split()) <= 14 and pronunciation.all_known(s)]
    random.Random(5).shuffle(known)
    sums = measure(known[:2700], voices=voices, seed=78)
    made = shift(sums, towards_voices=1.0)
    np.savez_compressed(SHIFT, means=made["means"], variances=made["variances"], centre=made["centre"])


if __name__ == "__main__":
    main()
