"""`POST /llm/generate`: the model adapter for programs, request and response as in the reference document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from pydantic import ValidationError
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response as HttpResponse

from apps.accounts import problems
from apps.accounts.api_access import RestaurantAPIView
from apps.llm import client
from apps.llm.messages import Request, Response
from apps.menu import services as menu
from apps.menu.card import Card
from apps.restaurant import services as restaurant


class GenerateView(RestaurantAPIView):
    """Asks the restaurant's models. `tenant_id` must be the token's own restaurant."""

    permission = "model.generate"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            asked = Request.model_validate(request.data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            return _problem(400, "The request does not fit the schema.", details)
        if asked.tenant_id is not None and asked.tenant_id != str(self.place.id):
            return _problem(403, "This token belongs to another restaurant.")
        card = menu.read_card(now=timezone.now(), currency=restaurant.settings().currency)
        try:
            chain = client.chain(*_wanted(asked))
        except ValueError as error:
            return _problem(400, str(error))
        if asked.stream:
            return StreamingHttpResponse(_events(asked, chain, card), content_type="text/event-stream")
        answer = asyncio.run(client.generate(asked, chain=chain, card=card))
        return HttpResponse(answer.model_dump())


def _wanted(asked: Request) -> list[str]:
    if asked.provider:
        return [f"{asked.provider}/{asked.model or ''}"]
    return [f"{settings.LLM_PROVIDER}/{settings.LLM_MODEL}", *settings.LLM_FALLBACKS]


async def _events(asked: Request, chain: tuple[client.Choice, ...], card: Card) -> AsyncIterator[bytes]:
    """Server-sent events: `delta` with text as it comes, then `done` with the whole response."""
    try:
        async for piece in client.stream(asked, chain=chain, card=card):
            if isinstance(piece, Response):
                yield _event("done", piece.model_dump())
            else:
                yield _event("delta", {"content": piece})
    except client.Failed as failure:
        yield _event("error", problems.document(502, str(failure)))


def _event(name: str, content: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(content, default=str)}\n\n".encode()


def _problem(status: int, detail: str, errors: Any = None) -> HttpResponse:
    body = problems.document(status, detail, errors)
    return HttpResponse(body, status=status, content_type=problems.CONTENT_TYPE)
