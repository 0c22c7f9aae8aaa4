"""`POST /llm/generate`: the model adapter for a signed-in user or a machine, whole or as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pydantic
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response as HttpResponse

from apps.accounts import problems
from apps.accounts.api_access import RestaurantAPIView
from apps.llm import choice, client, usage
from apps.llm.messages import Attempt, Request, Response
from apps.menu import shelf
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place

EXAMPLE = {
    "system_prompt": "You are a restaurant receptionist...",
    "messages": [{"role": "user", "content": "I'd like to order a pizza"}],
    "tools": [],
}


class _EventsToo(DefaultContentNegotiation):
    """A client that asks for `text/event-stream` gets it from the body's "stream", not from a renderer."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema_view(
    post=extend_schema(
        tags=["model"],
        summary="Ask the model adapter",
        request={"application/json": Request},
        responses={(200, "application/json"): Response, (200, "text/event-stream"): OpenApiTypes.OBJECT},
        examples=[OpenApiExample("A caller", value=EXAMPLE, request_only=True)],
    )
)
class GenerateView(RestaurantAPIView):
    """Request and response as `apps.llm.messages` has them; `tenant_id` must be the token's restaurant."""

    permission = "model.generate"
    content_negotiation_class = _EventsToo
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        try:
            asked = Request.model_validate(request.data)
        except pydantic.ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            body = problems.document(400, "That is not a request to a model.", details)
            return HttpResponse(body, status=400, content_type=problems.CONTENT_TYPE)
        if asked.tenant_id not in (None, str(self.place.id)):
            raise exceptions.PermissionDenied("tenant_id is not the restaurant you are signed in to.")
        if not scope.is_served(self.place):
            raise exceptions.PermissionDenied("This restaurant is suspended.")
        chosen, now = restaurant.settings(), timezone.now()
        card = shelf.current(self.place.id, now=now, currency=chosen.currency).card
        if usage.purse(chosen, timezone=self.place.timezone, now=now).is_empty:
            providers: choice.Chain = (choice.EMBEDDED,)
        elif asked.provider:
            providers = choice.chain(f"{asked.provider}/{asked.model or ''}", keys=choice.own_keys(chosen))
        else:
            providers = choice.chain_of(chosen)
        spent: list[Attempt] = []
        pieces = client.stream(asked, chain=providers, card=card, spent=spent.append)
        told = written(pieces, self.place, spent)
        if asked.stream:
            return StreamingHttpResponse(
                events(told),
                content_type="text/event-stream",
                headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
            )
        return HttpResponse(async_to_sync(whole)(told).model_dump(mode="json"))


async def written(
    pieces: AsyncGenerator[str | Response, None], place: Place, spent: list[Attempt]
) -> AsyncGenerator[str | Response, None]:
    """The same pieces; in the end, also of an answer that nobody waited for, its requests are in the books."""
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece
    finally:
        if spent:
            books = scope.run(place, usage.keep, spent, source="api", now=timezone.now())
            await asyncio.shield(asyncio.ensure_future(books))


async def whole(pieces: AsyncGenerator[str | Response, None]) -> Response:
    async with aclosing(pieces):
        found = [piece async for piece in pieces if isinstance(piece, Response)]
    return found[-1]


async def events(pieces: AsyncIterator[str | Response]) -> AsyncIterator[str]:
    """`delta` events with text as it comes, then one `response` event with the whole answer."""
    async for piece in pieces:
        if isinstance(piece, Response):
            yield f"event: response\ndata: {piece.model_dump_json()}\n\n"
        else:
            yield f"event: delta\ndata: {_json(piece)}\n\n"


def _json(text: str) -> str:
    return pydantic.TypeAdapter(dict[str, str]).dump_json({"content": text}).decode()
