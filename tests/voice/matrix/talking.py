"""What a caller hears while a voice fails: one cell of the matrix, on real sockets in real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from apps.voice import roster, standing
from apps.voice.audio import RATE
from apps.voice.speaking import PATIENCE, Patience, Speaking
from apps.voice.speech import Provider
from tests.voice.loopback.conduct import Conduct, Conducts, Refusal, comes_back
from tests.voice.loopback.elevenlabs import KEY, VOICE, ElevenLabs, detail, serving

SENTENCES = ("Your total is thirty four dollars and fifty cents.", "It will be ready in twenty five minutes.")
PAUSE_SECONDS = 1.0
"""Between the two, the caller speaks."""
SOON = Patience(rest=0.5)
"""Nobody here waits for a minute and a half until a voice that failed is asked again."""
CONDUCTS = {
    "works": Conducts(),
    "slow": Conducts(Conduct(first_seconds=4.0)),
    "silent": Conducts(Conduct(silent=True)),
    "dies in mid-word": Conducts(Conduct(dies_after_bytes=12_000)),
    "refuses": Conducts(Conduct(refuses=Refusal(401, detail("invalid_api_key", "Invalid API key")))),
    "garbage": Conducts(Conduct(garbage=b"<!DOCTYPE html><h1>Bad gateway</h1>")),
    "comes back": comes_back(Conduct(refuses=Refusal(503, "upstream connect error"))),
}


@dataclass
class Outcome:
    """One call's two sentences, as they sound at the caller's ear."""

    by: list[str] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    """Whether the last voice of each sentence said all of it."""
    gap_seconds: float = 0.0
    """The longest silence before or within a sentence."""

    def __str__(self) -> str:
        return f"{' → '.join(self.by)}: {sum(self.whole)} of {len(self.whole)} sentences whole"


class Ear:
    """Plays what comes as Twilio does, and notices silence."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self.gap = 0.0

    def expect(self) -> None:
        """From now on a sentence is to be heard."""
        self._until = self._clock()

    def play(self, mulaw: bytes) -> None:
        now = self._clock()
        self.gap = max(self.gap, now - self._until)
        self._until = max(now, self._until) + len(mulaw) / RATE

    async def played(self) -> None:
        await asyncio.sleep(max(0.0, self._until - self._clock()))


async def cell(
    chain: list[Provider],
    *,
    patience: Patience = PATIENCE,
    letter_seconds: float = 0.04,
    meanwhile: Callable[[int], Any] = lambda sentence: None,
    tries: int = 1,
) -> Outcome:
    """Say both sentences. Nobody takes less than `letter_seconds` for a letter, or it was not all. `meanwhile` may do
    something to the provider when one is asked for. With `tries` they are said again until the first voice is back."""
    notes: list[tuple[str, dict[str, Any]]] = []
    voice = Speaking(chain, note=lambda event, **facts: notes.append((event, facts)), patience=patience)
    await voice.open()
    outcome, ear = Outcome(), Ear()
    for number, text in enumerate(SENTENCES * tries):
        if number >= len(SENTENCES) and outcome.by[-1] == chain[0].name:
            break
        before = len(notes)
        ear.expect()
        meanwhile(number)
        said = 0
        async for chunk in voice.speak(text):
            ear.play(chunk)
            said += len(chunk)
        outcome.whole.append(said > letter_seconds * RATE * len(text))
        outcome.by += [facts["provider"] for event, facts in notes[before:] if event == "speaking.by"]
        await ear.played()
        await asyncio.sleep(PAUSE_SECONDS)
    await voice.close()
    outcome.gap_seconds = ear.gap
    return outcome


@asynccontextmanager
async def elevenlabs(conducts: Conducts) -> AsyncIterator[str]:
    async with serving(ElevenLabs(conducts=Conducts(conducts.then, list(conducts.first)))) as vendor:
        yield vendor.url


async def all_of(name: str) -> dict[str, Outcome]:
    """Every condition at once, for a voice over a network: they wait, mostly."""
    standing.BOARD.clear()
    await asyncio.to_thread(roster._load, [roster.SYNTHESIZERS[name]])  # as a server has it before its first call

    async def one(condition: str) -> Outcome:
        async with elevenlabs(CONDUCTS[condition]) as url:
            chain = [Provider(name, voice=VOICE, api_key=KEY, url=url), Provider("embedded")]
            return await cell(chain, patience=SOON if condition == "comes back" else PATIENCE)

    try:
        outcomes = await asyncio.gather(*(one(condition) for condition in CONDUCTS))
    finally:
        await roster.let_go()
    return dict(zip(CONDUCTS, outcomes, strict=True))
