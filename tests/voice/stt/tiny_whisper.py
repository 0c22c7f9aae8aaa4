"""A Whisper model of 20 MB without any training, that says what it was built to say; for whisper.cpp's own code.

Each word is a direction of its own. The decoder's one layer turns the direction of a word into that of the word after
it, so that the words come in their order whatever is heard, and the end after them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]

VOCABULARY = 51864
"""English only."""
END, START, PREVIOUS, NO_TIMES = 50256, 50257, 50360, 50362
"""Special words, by whisper.cpp's numbers for English models."""
WIDTH = 64
AUDIO_CONTEXT = 1500
TEXT_CONTEXT = 448
MELS = 80
BANDS = 201
LOUD = 40.0
"""How much the next word outweighs the present one."""


def write(path: Path, words: list[str], *, sure: float = 40.0, halves: bool = True) -> Path:
    """A model that hears these words, each as it stands in the vocabulary (a leading space begins a word). `sure`: how
    far the right word lies above all others, in natural logarithms. Without `halves` its weights have 32 bits, and
    whisper.cpp ends its process over them as soon as it hears something."""
    head = [VOCABULARY, AUDIO_CONTEXT, WIDTH, 1, 1, TEXT_CONTEXT, WIDTH, 1, 1, MELS, int(halves)]
    with path.open("wb") as file:
        file.write(struct.pack("<I11i", 0x67676D6C, *head))
        file.write(struct.pack("<2i", MELS, BANDS) + np.full((MELS, BANDS), 1 / BANDS, np.float32).tobytes())
        raw = [word.encode() for word in [*dict.fromkeys(words), " "]]
        file.write(struct.pack("<i", len(raw)))
        for word in raw:
            file.write(struct.pack("<i", len(word)) + word)
        for name, weights in _tensors(words, sure=sure):
            shape = weights.shape[::-1]
            half = halves and len(shape) > 1 and name.endswith("weight")
            file.write(struct.pack(f"<3i{len(shape)}i", len(shape), len(name), int(half), *shape))
            file.write(name.encode() + weights.astype(np.float16 if half else np.float32).tobytes())
    return path


def _tensors(words: list[str], *, sure: float) -> Iterator[tuple[str, Weights]]:
    embedding, first, second = _chain(words)
    yield "encoder.positional_embedding", _zeros(AUDIO_CONTEXT, WIDTH)
    yield "encoder.conv1.weight", _zeros(WIDTH, MELS, 3)
    yield "encoder.conv1.bias", _zeros(WIDTH, 1)
    yield "encoder.conv2.weight", _zeros(WIDTH, WIDTH, 3)
    yield "encoder.conv2.bias", _zeros(WIDTH, 1)
    yield "encoder.ln_post.weight", _ones(WIDTH)
    yield "encoder.ln_post.bias", _zeros(WIDTH)
    yield from _layer("encoder.blocks.0", first=_zeros(4 * WIDTH, WIDTH), second=_zeros(WIDTH, 4 * WIDTH))
    yield "decoder.positional_embedding", _zeros(TEXT_CONTEXT, WIDTH)
    yield "decoder.token_embedding.weight", embedding
    # The last norm makes the direction's length the root of the width; this makes of it how sure the model is.
    yield "decoder.ln.weight", _ones(WIDTH) * np.float32(sure / np.sqrt(WIDTH))
    yield "decoder.ln.bias", _zeros(WIDTH)
    yield from _layer("decoder.blocks.0", first=first, second=second)
    yield from _attention("decoder.blocks.0.cross_attn", "decoder.blocks.0.cross_attn_ln")


def _chain(words: list[str]) -> tuple[Weights, Weights, Weights]:
    """The words as directions, and the layer that leads from each to the next."""
    places = {word: place for place, word in enumerate(dict.fromkeys(words))}
    ways = _directions(len(places) + 2)
    start, end = ways[-2], ways[-1]
    embedding = _zeros(VOCABULARY, WIDTH)
    embedding[NO_TIMES], embedding[END] = start, end
    for place in places.values():
        embedding[place] = ways[place]
    said = [start, *(ways[places[word]] for word in words), end]
    first, second = _zeros(4 * WIDTH, WIDTH), _zeros(WIDTH, 4 * WIDTH)
    for unit, (before, after) in enumerate(pairwise(said)):
        first[unit] = before
        second[:, unit] = after * np.float32(LOUD / np.sqrt(WIDTH))
    return embedding, first, second


def _directions(count: int) -> Weights:
    """At right angles to each other, and to all ones: what a norm leaves as it is."""
    chance = np.random.default_rng(1).normal(size=(WIDTH, count + 1))
    chance[:, 0] = 1
    return np.ascontiguousarray(np.linalg.qr(chance)[0].T[1:], np.float32)


def _layer(name: str, *, first: Weights, second: Weights) -> Iterator[tuple[str, Weights]]:
    yield f"{name}.mlp_ln.weight", _ones(WIDTH)
    yield f"{name}.mlp_ln.bias", _zeros(WIDTH)
    yield f"{name}.mlp.0.weight", first
    yield f"{name}.mlp.0.bias", _zeros(4 * WIDTH)
    yield f"{name}.mlp.2.weight", second
    yield f"{name}.mlp.2.bias", _zeros(WIDTH)
    yield from _attention(f"{name}.attn", f"{name}.attn_ln")


def _attention(name: str, norm: str) -> Iterator[tuple[str, Weights]]:
    """Pays attention to nothing."""
    yield f"{norm}.weight", _ones(WIDTH)
    yield f"{norm}.bias", _zeros(WIDTH)
    for part in ("query", "key", "value", "out"):
        yield f"{name}.{part}.weight", _zeros(WIDTH, WIDTH)
        if part != "key":
            yield f"{name}.{part}.bias", _zeros(WIDTH)


def _zeros(*shape: int) -> Weights:
    return np.zeros(shape, np.float32)


def _ones(*shape: int) -> Weights:
    return np.ones(shape, np.float32)
