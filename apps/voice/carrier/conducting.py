"""Lets a caller with a goal talk on a line: listens to the log, asks `caller.answer`, speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.voice.carrier import caller
from apps.voice.carrier.goals import Goal
from apps.voice.carrier.journal import Journal, Record
from apps.voice.carrier.wire import Line

LOOK_SECONDS = 0.03
"""How often the caller pricks up their ears."""
GAP_SECONDS = 0.25
"""Between the agent's last sound and the caller's first, as people have it."""
LONGEST_SILENCE_SECONDS = 25.0
FAREWELL_SECONDS = 6.0
"""So long the caller waits for the agent to hang up after the goodbye."""

Show = Callable[[str], None]


@dataclass
class Conversing:
    """One caller on one line. `run` until the caller hangs up; cancelled when the agent did."""

    goal: Goal
    line: Line
    journal: Journal
    voice: Callable[[str], bytes]
    """Turns the caller's words into what the line carries."""
    show: Show
    typed: bool
    memory: caller.Memory = field(init=False)
    satisfied: bool | None = None
    interruptions: int = 0
    _said: list[str] = field(default_factory=list)
    _listening: bool = False
    _quiet_since: float = 0.0
    _gaps: int = 0

    def __post_init__(self) -> None:
        self.memory = caller.begin(self.goal)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        self._quiet_since = loop.time()
        while self.satisfied is None:
            await asyncio.sleep(LOOK_SECONDS)
            for record in self.journal.news():
                self._quiet_since = loop.time()
                self._hear(record)
            await self._react()
            if loop.time() - self._quiet_since > self._patience_seconds() and not self.line.speaking:
                self.satisfied = self.memory.last == "thanks"
        self.line.hang_up()

    def _patience_seconds(self) -> float:
        return FAREWELL_SECONDS if self.memory.last == "thanks" else LONGEST_SILENCE_SECONDS

    def _hear(self, record: Record) -> None:
        match record["event"]:
            case "played":
                self._said.append(record["text"])
            case "state":
                self._listening = record["state"].upper() == "LISTENING"
            case "utterance":
                self.show(f"     (heard: {record['text']})")
            case "interrupted":
                self.show("     (the agent stops)")

    async def _react(self) -> None:
        if self.line.speaking:
            return
        if self.typed and self.line.held:
            if not self.line.agent_done:
                self._perform(*caller.answer(self.goal, caller.Said("", caller.SPEAKS_FOR_MS), self.memory))
                self.line.release()
            return
        if sounding := self.line.agent_sounding_ms:
            self._perform(*caller.answer(self.goal, caller.Said("", sounding), self.memory))
        elif self._listening and self._said and self.line.agent_done:
            await self._reply()

    async def _reply(self) -> None:
        if not self.typed:
            await asyncio.sleep(GAP_SECONDS)
        text = " ".join(self._said)
        self.show(f"agent: {text}{self._latency()}")
        self._perform(*caller.answer(self.goal, caller.Said(text), self.memory))

    def _latency(self) -> str:
        if len(self.line.gaps) == self._gaps:
            return ""
        self._gaps = len(self.line.gaps)
        return f"   [{self.line.gaps[-1].latency_ms} ms]"

    def _perform(self, act: caller.Act, memory: caller.Memory) -> None:
        self.memory = memory
        match act:
            case caller.Say(text):
                self._speak(text)
            case caller.Interrupt(text):
                self.interruptions += 1
                if self._said:
                    self.show(f"agent: {' '.join(self._said)} ...")
                self._speak(text, how=" (interrupting)")
            case caller.Press(digits):
                self._said.clear()
                self.line.press(digits)
            case caller.HangUp(satisfied):
                self.satisfied = satisfied

    def _speak(self, text: str, *, how: str = "") -> None:
        self._said.clear()
        self._listening = False
        self.show(f"caller{how}: {text}")
        self.line.held = self.typed and bool(self.memory.steps) and self.memory.steps[0].interrupting
        self.line.say(self.voice(text))
