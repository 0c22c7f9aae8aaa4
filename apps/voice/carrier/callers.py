"""The kinds of callers `place_call` can put on a line: one with a goal, a recording, keys, or a person typing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.voice.carrier import voice
from apps.voice.carrier.conducting import Conversing, Show
from apps.voice.carrier.goals import Goal
from apps.voice.carrier.journal import Journal
from apps.voice.carrier.wire import Line

LOOK_SECONDS = 0.02
SETTLE_SECONDS = 2.0


@dataclass
class WithGoal:
    """Pursues the goal; afterwards `conversing` tells how it went."""

    goal: Goal
    show: Show
    typed: bool
    voice: Callable[[str], bytes] = voice.speak
    """Whose, where it is not typed."""
    conversing: Conversing | None = None

    async def __call__(self, line: Line, journal: Journal) -> None:
        speak = str.encode if self.typed else self.voice
        self.conversing = Conversing(
            goal=self.goal, line=line, journal=journal, voice=speak, show=self.show, typed=self.typed
        )
        await self.conversing.run()

    @property
    def turns(self) -> int:
        return self.conversing.memory.turns if self.conversing else 0

    @property
    def interruptions(self) -> int:
        return self.conversing.interruptions if self.conversing else 0


@dataclass
class Recorded:
    """Plays a recording once the agent listens, waits for the reply, and hangs up."""

    mulaw: bytes
    show: Show

    async def __call__(self, line: Line, journal: Journal) -> None:
        await until_listening(line, journal, self.show)
        line.say(self.mulaw)
        await asyncio.sleep(len(self.mulaw) / voice.LINE_RATE + SETTLE_SECONDS)
        await until_listening(line, journal, self.show)
        line.hang_up()


@dataclass
class Keys:
    """Presses keys once the agent listens."""

    digits: str
    show: Show

    async def __call__(self, line: Line, journal: Journal) -> None:
        await until_listening(line, journal, self.show)
        line.press(self.digits)
        while True:
            _show(journal, self.show)
            await asyncio.sleep(LOOK_SECONDS)


@dataclass
class Lines:
    """Says given sentences one after the other, each when the agent listens. Then waits, or hangs up."""

    texts: list[str]
    show: Show
    typed: bool
    said: int = field(default=0)

    async def __call__(self, line: Line, journal: Journal) -> None:
        try:
            for text in self.texts:
                await until_listening(line, journal, self.show)
                self.show(f"caller: {text}")
                self.said += 1
                line.say(text.encode() if self.typed else voice.speak(text))
                await _until_answered(line, journal, self.show)
            await until_listening(line, journal, self.show)
            line.hang_up()
        finally:
            _show(journal, self.show)  # what was said last, where it was the server that hung up


@dataclass
class Typist:
    """A person at the keyboard. An empty line or the end of the input hangs up."""

    show: Show
    typed: bool

    async def __call__(self, line: Line, journal: Journal) -> None:
        try:
            while True:
                await until_listening(line, journal, self.show)
                text = (await asyncio.to_thread(_ask)).strip()
                if not text:
                    line.hang_up()
                    return
                line.say(text.encode() if self.typed else voice.speak(text))
                await _until_answered(line, journal, self.show)
        finally:
            _show(journal, self.show)


def _ask() -> str:
    sys.stdout.write("you> ")
    sys.stdout.flush()
    return sys.stdin.readline()


def _show(journal: Journal, show: Show) -> None:
    for record in journal.news():
        if record["event"] == "played":
            show(f"agent: {record['text']}")
        elif record["event"] == "utterance":
            show(f"     (heard: {record['text']})")


def _state(journal: Journal) -> str:
    states = [record["state"].upper() for record in journal.records if record["event"] == "state"]
    return states[-1] if states else ""


async def until_listening(line: Line, journal: Journal, show: Show) -> None:
    while True:
        _show(journal, show)
        if _state(journal) == "LISTENING" and line.agent_done:
            return
        await asyncio.sleep(LOOK_SECONDS)


async def _until_answered(line: Line, journal: Journal, show: Show) -> None:
    """The agent begins to reply: nothing else may be said before. (The state was logged before the reply, so
    whoever waits for LISTENING from here on waits for the end of this reply.)"""
    heard = sum(record["event"] == "reply" for record in journal.records)
    while sum(record["event"] == "reply" for record in journal.records) == heard:
        _show(journal, show)
        await asyncio.sleep(LOOK_SECONDS)
