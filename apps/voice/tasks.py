"""Work of this room: the end of a call that could not be written when it ended, and its summary."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.calls.models import Call
from apps.language.redaction import redact_cards
from apps.llm import choice, client
from apps.llm.messages import Message, Request, Response
from apps.menu.card import Card
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.voice import ending, summary
from loman import observability

FIRST_TOKEN_SECONDS = 30.0
"""Of each model that is asked for a summary."""


@outbox.handles("call.finish")
def finish_later(payload: dict[str, Any]) -> None:
    """For a call whose server was killed, or whose end could not be written: what its log has is kept."""
    if not Call.objects.filter(pk=payload["call"], state=Call.State.ENDED).exclude(report={}).exists():
        ending.finish(UUID(payload["call"]))


@outbox.handles_outward("call.summarise")
def summarise(payload: dict[str, Any]) -> None:
    """Say what a call came to, once. Facts are code's; where a model is configured it adds what was said."""
    call = Call.objects.get(pk=payload["call"])
    place = scope.here()
    if call.summary or place is None:
        return
    facts = summary.plain(call.report, timezone=place.timezone)
    told = observability.masked(redact_cards(_told_by_model(call)))
    with transaction.atomic():
        if Call.objects.filter(pk=call.pk, summary="").update(summary=summary.joined(facts, told)):
            events.announce("call.summarised", call.pk)


def _told_by_model(call: Call) -> str:
    """Nothing, when no model is configured or none answers: the embedded one holds conversations, it tells none."""
    chosen = restaurant.settings()
    chain = client.chain(*choice.wanted(chosen), keys=choice.own_keys(chosen))
    said = summary.transcript(call.report.get("turns", ()))
    if chain[0] == client.EMBEDDED or not said:
        return ""
    request = Request(
        system_prompt=summary.PROMPT, messages=[Message(role="user", content=said)], temperature=0.0, stream=False
    )
    return asyncio.run(_answer(request, chain))


async def _answer(request: Request, chain: client.Chain) -> str:
    """Nobody waits on the line: a model may take its time, and the first one loads its library meanwhile."""
    pieces = client.stream(
        request,
        chain=chain,
        card=Card(),
        first_token_seconds=FIRST_TOKEN_SECONDS,
        stalled_seconds=FIRST_TOKEN_SECONDS,
    )
    async for piece in pieces:
        if isinstance(piece, Response):
            return "" if piece.provider == client.EMBEDDED.name else piece.content
    raise AssertionError("a stream ends with its response")
