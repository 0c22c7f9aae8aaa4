"""One question to several models: the next is asked when the first is late, and the first that speaks is listened to.

A model speaks when a whole sentence, or its whole answer, is there. Until then all that were asked may win; from then
on the others are cancelled and their lines closed. Nothing is asked twice once something was spoken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from apps.llm import vendors
from apps.llm.answer import Answer, End, Unanswered
from apps.llm.breaker import Board
from apps.llm.messages import Attempt, Request, Response
from apps.llm.reasons import ADVICE, Reason
from apps.llm.vendors import Provider

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds from the question where nothing else is said."""

    hedge: float
    """Since the last was asked, without anybody having begun: the next is asked as well."""
    first: float
    """For one model, since it was asked, to begin."""
    total: float
    """For anybody to begin."""
    sentence: float
    """For somebody who has begun to speak to come to the end of a sentence."""
    call: float
    """For a tool call to be whole: the machine says a filler meanwhile."""
    stalled: float
    """Between two pieces, before anything was spoken."""
    pause: float
    """Between two pieces, afterwards: the caller is listening to the first."""


LIVE = Patience(hedge=1.0, first=2.2, total=2.8, sentence=3.6, call=8.0, stalled=1.5, pause=2.5)
"""With a caller on the line: an answer, if only the embedded model's, within four seconds."""
UNHURRIED = Patience(hedge=30.0, first=30.0, total=90.0, sentence=120.0, call=120.0, stalled=30.0, pause=30.0)
"""Nobody is waiting."""

Spent = Callable[[Attempt], None]
BOARD = Board()
"""The breakers of this process."""


@dataclass(slots=True, eq=False)
class Runner:
    """One model that was asked."""

    provider: Provider
    began: float
    answer: Answer = field(default_factory=Answer)
    fate: str = "dropped"
    first: float | None = None
    """When it began."""
    spoke: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        return self.answer.calls or self.answer.speaks


News = str | Response | Unanswered


class Race:
    """`run` gives pieces of text and at the end the response; it ends without one when nobody answered."""

    def __init__(self, request: Request, providers: Sequence[Provider], *, patience: Patience, spent: Spent) -> None:
        self._request = request
        self._waiting = list(providers)
        self._patience = patience
        self._spent = spent
        self._clock = asyncio.get_running_loop().time
        self._news: asyncio.Queue[tuple[Runner, News]] = asyncio.Queue()
        self._runners: list[Runner] = []
        """Those that may still win, in the order they were asked."""
        self._closing: list[asyncio.Task[None]] = []

    async def run(self) -> AsyncGenerator[str | Response, None]:
        try:
            first = await self._first_to_speak()
            while first is not None:
                runner, news = first
                if isinstance(news, Unanswered):
                    return
                yield news
                if isinstance(news, Response):
                    return
                first = await self._news_of(runner)
        finally:
            self._let_go(self._runners)
            if self._closing:
                await asyncio.wait(self._closing)

    async def _first_to_speak(self) -> tuple[Runner, News] | None:
        """Who speaks first and what; None when nobody does in time."""
        began = self._clock()
        self._ask_next()
        asked_at = began
        while self._runners:
            hedge_at = asked_at + self._patience.hedge
            begun = any(runner.begun for runner in self._runners)
            last_at = began + self._longest()
            try:
                async with asyncio.timeout_at(last_at if begun or not self._waiting else min(hedge_at, last_at)):
                    runner, news = await self._news.get()
            except TimeoutError:
                now = self._clock()
                if now >= began + self._longest():
                    self._outrun(self._runners)
                    return None
                if not any(runner.begun for runner in self._runners) and self._ask_next():
                    asked_at = now
                continue
            if not isinstance(news, Unanswered):
                self._outrun([other for other in self._runners if other is not runner])
                return runner, news
            self._runners.remove(runner)
            if self._ask_next():
                asked_at = self._clock()
        return None

    def _longest(self) -> float:
        """How long those in the race may take, from its beginning."""
        if any(runner.answer.calls for runner in self._runners):
            return self._patience.call
        if any(runner.begun for runner in self._runners):
            return self._patience.sentence
        return self._patience.total

    async def _news_of(self, winner: Runner) -> tuple[Runner, News]:
        while True:
            runner, news = await self._news.get()
            if runner is winner:
                return runner, news

    def _ask_next(self) -> bool:
        """Ask the next model that may be asked."""
        while self._waiting:
            provider = self._waiting.pop(0)
            if not BOARD.allows(now=self._clock(), **names(provider)):
                log.info(
                    "model is left alone",
                    extra={"event": "llm.resting", "provider": provider.name, "model": provider.model},
                )
                continue
            runner = Runner(provider, self._clock())
            runner.task = asyncio.create_task(self._run(runner))
            self._runners.append(runner)
            return True
        return False

    def _outrun(self, runners: Sequence[Runner]) -> None:
        """Somebody else speaks. Who has not even begun when the next was already asked is silent: were that held
        against nobody, a vendor that is down without saying so would cost every answer a second."""
        now = self._clock()
        for runner in list(runners):
            silent = not runner.begun and now - runner.began >= self._patience.hedge
            self._let_go([runner], fate=Reason.SILENCE if silent else "outrun")

    def _let_go(self, runners: Sequence[Runner], *, fate: str = "") -> None:
        for runner in list(runners):
            self._runners.remove(runner)
            runner.fate = fate or runner.fate
            if runner.task is not None:
                runner.task.cancel()
                self._closing.append(runner.task)

    # ---- one runner ----------------------------------------------------------------------------------

    async def _run(self, runner: Runner) -> None:
        failure: Unanswered | None = None
        try:
            self._news.put_nowait((runner, await self._listen(runner)))
            runner.fate = "answered"
        except Unanswered as reason:
            failure, runner.fate = reason, reason.reason
        except Exception as error:  # a bug of ours: the caller must not wait for an answer that cannot come
            log.exception("a model's answer was not read", extra={"event": "llm.bug"})
            failure, runner.fate = Unanswered(Reason.MALFORMED, type(error).__name__), Reason.MALFORMED
        finally:
            if failure is None and runner.fate == Reason.SILENCE:
                failure = Unanswered(Reason.SILENCE)
            self._conclude(runner, failure)
        if failure is not None:
            self._news.put_nowait((runner, failure))

    async def _listen(self, runner: Runner) -> Response:
        """Take in all there is, let go what may be spoken, and give the response."""
        answer = runner.answer
        async with aclosing(vendors.ask(self._request, runner.provider)) as pieces:
            while True:
                try:
                    async with asyncio.timeout_at(self._due(runner)):
                        piece = await anext(pieces, None)
                except TimeoutError:
                    raise Unanswered(Reason.BROKE_OFF if runner.begun else Reason.SILENCE) from None
                if piece is None:
                    break
                spoken = answer.take(piece)
                if runner.first is None and runner.begun:
                    runner.first = self._clock()
                if spoken:
                    runner.spoke = True
                    self._news.put_nowait((runner, spoken))
                if isinstance(piece, End):
                    break
        response = answer.response(provider=runner.provider.name, model=runner.provider.model)
        if answer.held:
            self._news.put_nowait((runner, answer.held))
        return response

    def _due(self, runner: Runner) -> float:
        if not runner.begun:
            return runner.began + self._patience.first
        return self._clock() + (self._patience.pause if runner.spoke else self._patience.stalled)

    def _conclude(self, runner: Runner, failure: Unanswered | None) -> None:
        """Tell the books, the breakers and the log what came of it."""
        provider, end = runner.provider, runner.answer.end
        attempt = Attempt(
            provider=provider.name,
            model=provider.model,
            outcome=str(runner.fate),
            prompt_tokens=end.prompt_tokens if end else None,
            completion_tokens=end.completion_tokens if end else None,
            cost=end.cost if end else None,
            first_ms=round((runner.first - runner.began) * 1000) if runner.first is not None else None,
            ms=round((self._clock() - runner.began) * 1000),
        )
        self._spent(attempt)
        if failure is not None:
            _failed(provider, failure, now=self._clock())
        elif attempt.outcome == "answered":
            BOARD.answered(**names(provider))
        else:
            BOARD.gave_up(**names(provider))


def names(provider: Provider) -> dict[str, tuple[str, ...]]:
    """What the breakers know it by: whose account asks, and which model at which address."""
    service = (provider.name, provider.model, provider.api_base)
    return {"account": (*service, provider.api_key), "service": service}


def _failed(provider: Provider, failure: Unanswered, *, now: float) -> None:
    rest = BOARD.failed(failure.reason, now=now, retry_after=failure.retry_after, **names(provider))
    facts = {
        "provider": provider.name,
        "model": provider.model,
        "reason": str(failure.reason),
        "detail": failure.detail,
        "advice": ADVICE[failure.reason],
    }
    if rest is None:
        log.warning("model gave no answer", extra={"event": "llm.unanswered", **facts})
    else:
        log.error("model is left alone", extra={"event": "llm.rests", "seconds": rest, **facts})
