"""`POST /llm/generate`: the model adapter for a signed-in user or a machine, whole or as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pydantic
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response as HttpResponse

from apps.accounts import problems
from apps.accounts.api_access import RestaurantAPIView
from apps.llm import choice, client
from apps.llm.messages import Request, Response
from apps.menu import shelf
from apps.restaurant import services as restaurant


class _EventsToo(DefaultContentNegotiation):
    """A client that asks for `text/event-stream` gets it from the body's "stream", not from a renderer."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


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
        chosen = restaurant.settings()
        card = shelf.current(self.place.id, now=timezone.now(), currency=chosen.currency).card
        wanted = [f"{asked.provider}/{asked.model or ''}"] if asked.provider else choice.wanted(chosen)
        providers = client.chain(*wanted, keys=choice.own_keys(chosen))
        if asked.stream:
            pieces = client.stream(asked, chain=providers, card=card)
            return StreamingHttpResponse(
                events(pieces),
                content_type="text/event-stream",
                headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
            )
        answer = async_to_sync(client.generate)(asked, chain=providers, card=card)
        return HttpResponse(answer.model_dump(mode="json"))


async def events(pieces: AsyncIterator[str | Response]) -> AsyncIterator[str]:
    """`delta` events with text as it comes, then one `response` event with the whole answer."""
    async for piece in pieces:
        if isinstance(piece, Response):
            yield f"event: response\ndata: {piece.model_dump_json()}\n\n"
        else:
            yield f"event: delta\ndata: {_json(piece)}\n\n"


def _json(text: str) -> str:
    return pydantic.TypeAdapter(dict[str, str]).dump_json({"content": text}).decode()
