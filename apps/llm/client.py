"""One way to ask any model: vendors in their order, the embedded model last, so that there is always an answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from apps.llm import race, vendors
from apps.llm.answer import Answer, Unanswered
from apps.llm.choice import EMBEDDED, Chain
from apps.llm.embedded import model as embedded
from apps.llm.messages import Attempt, Message, Request, Response
from apps.llm.race import LIVE, Patience, Spent
from apps.llm.reasons import Reason
from apps.llm.vendors import Provider
from apps.menu.card import Card

log = logging.getLogger(__name__)

CHECK_SECONDS = 15.0
GREETED = Request(messages=[Message(role="user", content="Say hello.")])


def _nobody_counts(attempt: Attempt) -> None:
    pass


async def generate(
    request: Request, *, chain: Chain, card: Card, patience: Patience = LIVE, spent: Spent = _nobody_counts
) -> Response:
    """The whole answer of the first model that has one."""
    async with aclosing(stream(request, chain=chain, card=card, patience=patience, spent=spent)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Response):
                return piece
    raise AssertionError("a stream ends with its response")


async def stream(
    request: Request, *, chain: Chain, card: Card, patience: Patience = LIVE, spent: Spent = _nobody_counts
) -> AsyncGenerator[str | Response, None]:
    """Text as it comes, a sentence or so at a time, at the end the whole response.

    Half a sentence of a model that fails is never let out. One that fails after whole sentences were is not followed
    by another vendor, who would say them again, but by the embedded model at once. `spent` is told of every request.
    """
    asked = [provider for provider in chain if provider != EMBEDDED]
    if asked:
        running = race.Race(request, asked, patience=patience, spent=spent).run()
        async with aclosing(running) as pieces:
            async for piece in pieces:
                yield piece
                if isinstance(piece, Response):
                    return
        log.warning("the embedded model answers", extra={"event": "llm.embedded"})
    told = await asyncio.to_thread(embedded.generate, request, card=card)
    answer = told.model_copy(update={"cost": Decimal(0)})
    if answer.content:
        yield answer.content
    yield answer


async def check(provider: Provider) -> Unanswered | None:
    """Why this model does not answer one short question; None when it does."""
    answer = Answer()
    try:
        async with asyncio.timeout(CHECK_SECONDS), aclosing(vendors.ask(GREETED, provider)) as pieces:
            async for piece in pieces:
                answer.take(piece)
        answer.response(provider=provider.name, model=provider.model)
    except TimeoutError:
        return Unanswered(Reason.SILENCE, f"nothing within {CHECK_SECONDS:.0f} s")
    except Unanswered as failure:
        return failure
    finally:
        await vendors.let_go()
    return None


@dataclass(frozen=True, slots=True)
class Tried:
    """What one model made of one request, with nobody in its place."""

    attempt: Attempt
    answer: Response | None
    failure: Unanswered | None


async def try_out(request: Request, provider: Provider, *, card: Card) -> Tried:
    """Ask this model alone, breakers or not: somebody wants to know how it stands now."""
    if provider == EMBEDDED:
        return await _try_embedded(request, card)
    await asyncio.to_thread(vendors.ready, provider.name)
    answer, began = Answer(), time.monotonic()
    first: float | None = None
    response: Response | None = None
    failure: Unanswered | None = None
    try:
        async with asyncio.timeout(CHECK_SECONDS), aclosing(vendors.ask(request, provider)) as pieces:
            async for piece in pieces:
                answer.take(piece)
                if first is None and (answer.speaks or answer.calls):
                    first = time.monotonic()
        response = answer.response(provider=provider.name, model=provider.model)
    except TimeoutError:
        failure = Unanswered(Reason.SILENCE, f"nothing within {CHECK_SECONDS:.0f} s")
    except Unanswered as why:
        failure = why
    finally:
        await vendors.let_go()
    attempt = Attempt(
        provider=provider.name,
        model=provider.model,
        outcome="answered" if failure is None else str(failure.reason),
        prompt_tokens=answer.end.prompt_tokens if answer.end else None,
        completion_tokens=answer.end.completion_tokens if answer.end else None,
        cost=answer.end.cost if answer.end else None,
        first_ms=round((first - began) * 1000) if first is not None else None,
        ms=round((time.monotonic() - began) * 1000),
    )
    return Tried(attempt, response, failure)


async def _try_embedded(request: Request, card: Card) -> Tried:
    began = time.monotonic()
    told = await asyncio.to_thread(embedded.generate, request, card=card)
    milliseconds = round((time.monotonic() - began) * 1000)
    attempt = Attempt(
        provider=EMBEDDED.name, model=EMBEDDED.model, outcome="answered", cost=Decimal(0), first_ms=milliseconds,
        ms=milliseconds,
    )  # fmt: skip
    return Tried(attempt, told.model_copy(update={"cost": Decimal(0)}), None)


def warm() -> None:
    """Load, off the event loop, what the models of this installation need."""
    vendors.warm({settings.LLM_PROVIDER, *(each.split("/", 1)[0] for each in settings.LLM_FALLBACKS)})


def warm_for(chain: Chain) -> None:
    """The same for a restaurant's own choice: while a call's notice is said."""
    vendors.warm({provider.name for provider in chain})
