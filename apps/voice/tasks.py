"""Work of this room: the end of a call that could not be written when it ended, and its summary."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.calls.models import Call
from apps.language.redaction import redact_cards
from apps.llm import choice, client, usage, vendors
from apps.llm.messages import Attempt, Message, Request
from apps.llm.race import UNHURRIED
from apps.menu.card import Card
from apps.outbox import events
from apps.outbox import services as outbox
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.voice import ending, summary
from loman import observability


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
    told = observability.masked(redact_cards(_told_by_model(call, place)))
    with transaction.atomic():
        if Call.objects.filter(pk=call.pk, summary="").update(summary=summary.joined(facts, told)):
            events.announce("call.summarised", call.pk)


def _told_by_model(call: Call, place: scope.Place) -> str:
    """Nothing, when no model is configured, affordable or answers: the embedded one holds conversations, it tells
    none."""
    if not scope.is_served(place):
        return ""
    chosen, now = restaurant.settings(), timezone.now()
    chain = choice.chain_of(chosen)
    said = summary.transcript(call.report.get("turns", ()))
    if chain[0] == choice.EMBEDDED or not said or usage.purse(chosen, timezone=place.timezone, now=now).is_empty:
        return ""
    request = Request(
        system_prompt=summary.PROMPT, messages=[Message(role="user", content=said)], temperature=0.0, stream=False
    )
    spent: list[Attempt] = []
    try:
        return asyncio.run(_answer(request, chain, spent))
    finally:
        usage.keep(spent, source="summary", now=now, call=call)


async def _answer(request: Request, chain: choice.Chain, spent: list[Attempt]) -> str:
    """Nobody waits on the line: a model may take its time, and the first one loads its library meanwhile."""
    try:
        answer = await client.generate(request, chain=chain, card=Card(), patience=UNHURRIED, spent=spent.append)
        return "" if answer.provider == choice.EMBEDDED.name else answer.content
    finally:
        await vendors.let_go()
