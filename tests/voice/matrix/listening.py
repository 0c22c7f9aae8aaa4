"""What becomes of a caller's words while a recogniser fails: one cell of the matrix, on real sockets in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from apps.menu.card import Card
from apps.voice import roster, standing
from apps.voice.audio import silence
from apps.voice.hearing import Hearing
from apps.voice.links import Patience
from apps.voice.speech import Heard, Provider, Utterance
from tests.voice.loopback.conduct import WORKS, Conduct, Conducts, comes_back
from tests.voice.loopback.deepgram import KEY, UNWELL, WRONG_KEY, Deepgram, deepgram
from tests.voice.loopback.recognition import frames, sentence

FIRST, SECOND = "two large pepperoni pizzas", "and a salad"
NOTICE_SECONDS = 0.6
"""What the caller is silent before speaking: a notice in miniature."""
CONDUCTS = {
    "works": Conducts(),
    "slow": Conducts(Conduct(first_seconds=4.0)),
    "silent": Conducts(Conduct(silent=True)),
    "dies in mid-word": comes_back(Conduct(dies_after_bytes=9600)),
    "refuses": Conducts(Conduct(refuses=WRONG_KEY)),
    "garbage": Conducts(Conduct(garbage=b"<html>502 Bad Gateway</html>")),
    "comes back": comes_back(Conduct(refuses=UNWELL)),
}
NEXT = "nova-2"
"""The model of the Deepgram behind the one that is put to the test."""


@dataclass
class Outcome:
    """What was understood, by whom, and how long nobody listened who could hear."""

    said: list[str]
    heard: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    gap_seconds: float = 0.0
    """From the fault, or from the caller's first sound if that was later, until the next one listened."""
    answer_seconds: float = 0.0
    """From the caller's last sound to final words, of the first sentence."""

    def __str__(self) -> str:
        return f"{' → '.join(self.by)}: {' | '.join(self.heard)}"


class Caller:
    """Says two sentences into a call's hearing."""

    def __init__(self, chain: list[Provider], *, patience: Patience, card: Card | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self._first = chain[0].model or chain[0].name
        self.news: list[tuple[float, Heard]] = []
        self.notes: list[tuple[float, str, dict[str, Any]]] = []
        self.hearing = Hearing(
            chain,
            card=card or Card(),
            report=lambda heard: self.news.append((self.loop.time(), heard)),
            language="en",
            note=lambda event, **facts: self.notes.append((self.loop.time(), event, facts)),
            patience=patience,
        )

    async def hears(self, sound: bytes) -> None:
        """At the pace of speech."""
        began = self.loop.time()
        for number, frame in enumerate(frames(sound)):
            self.hearing.hear(frame)
            await asyncio.sleep(began + 0.02 * (number + 1) - self.loop.time())

    async def talk(
        self, *, between: float = 3.0, meanwhile: Callable[[], None] = lambda: None, tries: int = 1
    ) -> Outcome:
        """`meanwhile` may do something to a provider when the first sentence begins. The second one is said up to
        `tries` times, until the first of the chain is back."""
        outcome = Outcome([FIRST, SECOND])
        await self.hears(silence(NOTICE_SECONDS))
        spoke = self.loop.time()
        meanwhile()
        await self.hears(sentence(FIRST))
        over = self.loop.time()
        for _ in range(tries):
            await self.hears(silence(between))
            await self.hears(sentence(SECOND) + silence(2.5))
            if self._by()[-1:] == [self._first]:
                break
        await self.hearing.close()
        finals = [(at, each.text) for at, each in self.news if isinstance(each, Utterance) and each.text]
        outcome.heard = [text for _, text in finals]
        outcome.answer_seconds = finals[0][0] - over if finals else 99.0
        outcome.by = self._by()
        outcome.gap_seconds = self._gap(spoke)
        return outcome

    def _by(self) -> list[str]:
        return [facts["model"] or facts["provider"] for _, event, facts in self.notes if event == "hearing.by"]

    def _gap(self, spoke: float) -> float:
        """The longest time from a fault that concerns the caller to the next `hearing.by`."""
        gaps = [0.0]
        for at, event, facts in self.notes:
            if event != "hearing.lost":
                continue
            began = spoke if facts["reason"] == "silence" else max(at, spoke)
            taken = next((when for when, what, _ in self.notes if what == "hearing.by" and when >= at), at + 99)
            gaps.append(max(0.0, taken - began))
        return max(gaps)


async def deepgram_cell(model: str, conducts: Conducts) -> Outcome:
    """This model in front, a Deepgram that works behind it."""
    text = f"{FIRST} {SECOND}"
    async with AsyncExitStack() as stack:
        vendor: Deepgram = await stack.enter_async_context(
            deepgram(text, conducts=Conducts(conducts.then, list(conducts.first)))
        )
        spare: Deepgram = await stack.enter_async_context(deepgram(text, conducts=Conducts(WORKS)))
        chain = [
            Provider("deepgram", model=model, api_key=KEY, url=vendor.url),
            Provider("deepgram", model=NEXT, api_key=KEY, url=spare.url),
        ]
        return await Caller(chain, patience=Patience(back=1.5)).talk()


async def all_of(model: str) -> dict[str, Outcome]:
    """Every condition at once: they wait, mostly."""
    standing.BOARD.clear()
    await asyncio.to_thread(roster._load, [roster.TRANSCRIBERS["deepgram"]])  # as a server has it before its first call
    cells = [deepgram_cell(model, conducts) for conducts in CONDUCTS.values()]
    return dict(zip(CONDUCTS, await asyncio.gather(*cells), strict=True))
