"""A call's hearing that outlives its providers: reconnected or replaced in mid-call, no word lost and none doubled.

What the caller says is kept until it is heard as final words. Whoever takes over hears it again from there, faster than
it was said. Nobody waits for the switch: sound goes on being kept meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from typing import Any

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import ear, roster, standing
from apps.voice.ear import Began, Ear, Ended
from apps.voice.kept import Kept
from apps.voice.links import PATIENCE, Link, Patience
from apps.voice.speech import (
    Alive,
    Expectation,
    Heard,
    Lost,
    Partial,
    Provider,
    Report,
    SpeechStarted,
    Unserved,
    Utterance,
)

TRIMMED_MS = 2000
"""How often what is kept is looked through."""
FAR = frozenset({"deepgram"})
"""For those that are not on this machine our own ear tells when somebody begins to speak: it is quicker, and it knows
when they are silent although somebody speaks."""


def _ear(report: ear.Report) -> Ear:
    return Ear(report=report)


class Hearing:
    """A `Transcriber` over several, in order. It is there at once, and connects in the background. It reports `Lost`
    only when nobody in the line can hear."""

    def __init__(
        self,
        chain: Sequence[Provider],
        *,
        card: Card,
        report: Report,
        language: str,
        note: standing.Note,
        patience: Patience = PATIENCE,
        open_ear: Callable[[ear.Report], Ear] = _ear,
    ) -> None:
        self._chain = tuple(chain)
        self._card = card
        self._tell = report
        self._language = language
        self._note = note
        self._patience = patience
        self._clock = asyncio.get_running_loop().time
        self._kept = Kept()
        self._trimmed_ms = 0
        self._link: Link | None = None
        self._trial: Link | None = None
        """A better one that failed before: it takes over when it has proved that it hears."""
        self._final_ms = 0
        """Until here there are final words."""
        self._expected: Expectation = "anything"
        self._resting: dict[Provider, float] = {}
        """Until when this call leaves it alone."""
        self._mute: set[Provider] = set()
        """Those that were there and said nothing: they have to prove themselves first."""
        self._broke: dict[Provider, float] = {}
        """When it last broke off."""
        self._tries_back = 0
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ear = open_ear(self._noticed) if any(each.name in FAR for each in chain) else None
        self._start(self._connect(since=None))

    # ---- as a transcriber ----------------------------------------------------------------------------

    def hear(self, mulaw: bytes) -> None:
        self._kept.add(mulaw)
        if self._ear is not None:
            self._ear.hear(mulaw)
        for link in (self._link, self._trial):
            if link is not None and link.transcriber is not None:
                link.transcriber.hear(mulaw)
        if self._kept.heard_ms > self._trimmed_ms + TRIMMED_MS:
            self._trimmed_ms = self._kept.heard_ms
            self._kept.trim()

    def expect(self, what: Expectation) -> None:
        self._expected = what
        if self._link is not None and self._link.transcriber is not None:
            self._link.transcriber.expect(what)

    async def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        for link in (self._link, self._trial):
            if link is not None:
                self._let_go(link)
        self._link = self._trial = None
        for task in list(self._tasks):
            if task.get_name() != "closing":
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._ear is not None:
            await self._ear.close()

    # ---- connecting ----------------------------------------------------------------------------------

    async def _connect(self, *, since: float | None) -> None:
        """Have the call heard by the first that can. `since`: when the one before was lost; None at the start."""
        failure = Unserved(Reason.OUTAGE, "nobody to hear the call")
        for provider in self._asked():
            try:
                link = await self._open(provider, since=since)
                self._hear_again(link)
                self._take_over(link, since=since)
                return
            except Unserved as reason:
                failure = reason
                self._failed(provider, reason)
        self._tell(Lost(failure))

    def _asked(self, *, before: Provider | None = None) -> Iterator[Provider]:
        """Those that may be asked, in order; the last always: there is nobody after it."""
        for provider in self._chain:
            if provider == before:
                return
            rests = self._clock() < self._resting.get(provider, 0.0) or (before is None and provider in self._mute)
            if provider == self._chain[-1] or (not rests and standing.allows(provider)):
                yield provider

    async def _open(self, provider: Provider, *, since: float | None) -> Link:
        patience, now = self._patience, self._clock()
        due = now + patience.open_first if since is None else min(now + patience.open, since + patience.total)
        if provider == self._chain[-1]:
            due = now + patience.open_last
        link = Link(provider)
        try:
            with standing.told_apart("not ready in time"):
                async with asyncio.timeout_at(due):
                    link.transcriber = await roster.open_transcriber(
                        provider,
                        card=self._card,
                        report=lambda heard: self._heard(link, heard),
                        language=self._language,
                    )
        except asyncio.CancelledError:
            standing.gave_up(provider)
            raise
        if link.failure is not None:
            self._let_go(link)
            raise link.failure
        return link

    def _hear_again(self, link: Link) -> None:
        """It begins with what is not final yet."""
        assert link.transcriber is not None
        self._kept.trim()
        link.from_ms = self._kept.from_ms
        link.transcriber.expect(self._expected)
        if self._kept.sound:
            link.transcriber.hear(bytes(self._kept.sound))

    def _take_over(self, link: Link, *, since: float | None) -> None:
        """From now on this one's news count."""
        before, self._link = self._link, link
        self._note(
            "hearing.by",
            provider=link.provider.name,
            model=link.provider.model,
            again_ms=self._kept.heard_ms - link.from_ms,
            gap_ms=None if since is None else round((self._clock() - since) * 1000),
        )
        if before is not None:
            self._let_go(before)
        if self._kept.speech_ms is not None:
            self._expect_news()
        self._look_back_later()

    def _look_back_later(self) -> None:
        if self._link is not None and self._link.provider != self._chain[0]:
            wait = min(self._patience.back * 2**self._tries_back, self._patience.back_most)
            self._after("back", wait, lambda: self._start(self._go_back()))

    async def _go_back(self) -> None:
        """Try those that come before the present one."""
        self._tries_back += 1
        present = self._link
        for provider in self._asked(before=present.provider if present else self._chain[0]):
            try:
                better = await self._open(provider, since=None)
            except Unserved as reason:
                self._failed(provider, reason)
                continue
            if self._link is present:
                self._trial, better.tried = better, True
                self._hear_again(better)
                far = better.provider.name in FAR  # the others tell nothing while nobody speaks
                self._after("trial", self._patience.trial if far else self._patience.back_most, self._not_proved)
                return
            self._let_go(better)
        self._look_back_later()

    def _not_proved(self) -> None:
        if self._trial is not None:
            self._lost(self._trial, Unserved(Reason.SILENCE, "nothing while it was tried"))

    def _proved(self, link: Link) -> None:
        """It hears. Between two utterances it takes over."""
        self._stop("trial")
        if self._kept.speech_ms is None and not (self._link is not None and self._link.words):
            self._trial = None
            self._mute.discard(link.provider)
            self._take_over(link, since=None)

    # ---- what they report ----------------------------------------------------------------------------

    def _heard(self, link: Link, news: Heard) -> None:
        if isinstance(news, Lost):
            self._lost(link, news.failure)
        if link not in (self._link, self._trial) or isinstance(news, Lost):
            return
        if not link.answered:
            link.answered = True
            standing.answered(link.provider)
        if link is self._trial:
            if isinstance(news, Alive | Utterance) or (isinstance(news, Partial) and news.text):
                self._proved(link)
            return
        match news:
            case SpeechStarted():
                if link.provider.name in FAR:
                    return
                self._kept.spoken()
            case Partial(text):
                self._kept.spoken()
                link.words = link.words or bool(text)
            case Utterance():
                link.words = False
                news = replace(news, started_ms=link.from_ms + news.started_ms, ended_ms=link.from_ms + news.ended_ms)
                if link.tried and news.ended_ms <= self._final_ms:
                    return  # said before this one took over, and known
                self._kept.final(ended_ms=news.ended_ms)
                self._final_ms = self._kept.from_ms
        if link.words or isinstance(news, Utterance):
            self._stop("deaf")
        self._attend()
        if not isinstance(news, Alive):
            self._tell(news)

    def _noticed(self, news: Began | Ended) -> None:
        """From our own ear."""
        if isinstance(news, Ended):
            self._stop("deaf")
            if self._kept.speech_ms is None:
                self._stop("news")  # all of it is final; else it is still to be told of
            return
        self._kept.spoken(since_ms=news.started_ms)
        if self._link is None or self._link.provider.name in FAR:
            self._after("deaf", self._patience.deaf, lambda: self._silent("no word of what is said"))
            self._tell(SpeechStarted())
        if "news" not in self._timers:
            self._expect_news()

    def _attend(self) -> None:
        """There is news. If there is more to tell of, expect more of it."""
        speech_goes_on = self._ear is not None and self._ear.hears_speech
        if self._link is not None and (speech_goes_on or self._link.words):
            self._expect_news()
        else:
            self._stop("news")

    def _expect_news(self) -> None:
        self._after("news", self._patience.news, lambda: self._silent("nothing while somebody speaks"))

    def _silent(self, how: str) -> None:
        """After the last in the line there is nobody: it may take its time."""
        if self._link is not None and self._link.provider != self._chain[-1]:
            self._lost(self._link, Unserved(Reason.SILENCE, how))

    # ---- losing --------------------------------------------------------------------------------------

    def _lost(self, link: Link, failure: Unserved) -> None:
        if link.failure is not None:
            return
        link.failure = failure
        trial, self._trial = self._trial, None
        if trial is not None:
            self._stop("trial")
            self._let_go(trial)
        if link is trial:
            standing.failed(link.provider, failure, what="hearing.trial", note=self._note)
            self._look_back_later()
        if link is not self._link:
            return
        self._link = None
        self._stop("news", "deaf", "back")
        self._failed(link.provider, failure, connected=True)
        self._let_go(link)
        self._start(self._connect(since=self._clock()))

    def _failed(self, provider: Provider, failure: Unserved, *, connected: bool = False) -> None:
        """Who broke off may be asked again at once; everybody else rests."""
        standing.failed(provider, failure, what="hearing", note=self._note)
        now = self._clock()
        if failure.reason is Reason.SILENCE:
            self._mute.add(provider)
        again = connected and failure.reason is Reason.BROKE_OFF
        if not again or now - self._broke.get(provider, -self._patience.again) < self._patience.again:
            self._resting[provider] = now + self._patience.back
        self._broke[provider] = now

    def _let_go(self, link: Link) -> None:
        if not link.answered and link.failure is None:
            standing.gave_up(link.provider)
        link.failure = link.failure or Unserved(Reason.BROKE_OFF, "let go")
        if link.transcriber is not None:
            self._start(roster.close(link.transcriber), name="closing")

    # ---- tasks and timers ----------------------------------------------------------------------------

    def _start(self, work: Coroutine[Any, Any, None], *, name: str = "") -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _after(self, name: str, seconds: float, then: Callable[[], None]) -> None:
        self._stop(name)
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, self._due, name, then)

    def _due(self, name: str, then: Callable[[], None]) -> None:
        del self._timers[name]
        then()

    def _stop(self, *names: str) -> None:
        for name in names:
            if (timer := self._timers.pop(name, None)) is not None:
                timer.cancel()
