"""Every provider over a network, failing in every way: what is understood and heard, and how long nobody listened."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest

from tests.voice.matrix import listening, talking

MOST_SECONDS = 2.0
"""Until the next provider hears or speaks."""
HEARD_BY = {
    "works": ["{}"],
    "slow": ["{}", listening.NEXT],
    "silent": ["{}", listening.NEXT],
    "dies in mid-word": ["{}", "{}"],
    "refuses": [listening.NEXT],
    "garbage": ["{}", listening.NEXT],
    "comes back": [listening.NEXT, "{}"],
}
SPOKEN_BY = {
    "works": ["{}"],
    "slow": ["embedded"],
    "silent": ["embedded"],
    "dies in mid-word": ["{}", "embedded"],
    "refuses": ["embedded"],
    "garbage": ["embedded"],
    "comes back": ["embedded", "{}"],
}


@cache
def heard(model: str) -> dict[str, listening.Outcome]:
    """All conditions run side by side, once."""
    return asyncio.run(listening.all_of(model))


@cache
def spoken(name: str) -> dict[str, talking.Outcome]:
    return asyncio.run(talking.all_of(name))


@pytest.mark.parametrize("condition", listening.CONDUCTS)
@pytest.mark.parametrize("model", ["nova-3", "flux-general-en"])
def test_every_word_is_understood_once_and_in_time(model: str, condition: str) -> None:
    outcome = heard(model)[condition]
    assert outcome.heard == outcome.said
    assert outcome.gap_seconds <= MOST_SECONDS
    assert outcome.by == [each.format(model) for each in HEARD_BY[condition]]


@pytest.mark.parametrize("condition", talking.CONDUCTS)
@pytest.mark.parametrize("name", ["elevenlabs", "elevenlabs-http"])
def test_every_sentence_is_said_to_its_end_and_in_time(name: str, condition: str) -> None:
    outcome = spoken(name)[condition]
    assert outcome.whole == [True] * len(talking.SENTENCES)
    assert outcome.gap_seconds <= MOST_SECONDS
    assert outcome.by == [each.format(name) for each in SPOKEN_BY[condition]]
