"""`/api/v1/calls/<id>/{say,transfer,hang-up}`: programs step into a running call as staff do on the pages."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import Conflict, ResourceView, answer
from apps.calls.models import Call
from apps.voice import stepping_in, wishes
from apps.voice.wishes import Deed, Refused, Wish

JSON = dict[str, Any]


class Saying(Taken):
    text = serializers.CharField(max_length=wishes.LONGEST_TEXT, help_text="What is said next, at the turn's end.")


class Transferring(Taken):
    contact_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Of the staff contacts; null: by the restaurant's rules."
    )
    take_over = serializers.BooleanField(
        required=False, default=False, help_text="The guest is told that somebody takes the call."
    )


class HangingUp(Taken):
    """Nothing needs to be known."""


class Accepted(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["accepted"], help_text="The call does it when its turn comes.")


REFUSED = conflict("The call is over", wishes.ENDED)


class _StepInView(ResourceView[Call]):
    queryset = Call.objects.all()
    serializer_class = Accepted
    lookup_url_kwarg = "call_id"
    noun = "calls"
    http_method_names: tuple[str, ...] = ("post", "options")
    asks: ClassVar[type[serializers.Serializer[Any]]]
    deed: ClassVar[Deed]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = self.asks(data=request.data)
        wanted.is_valid(raise_exception=True)
        call = self.get_object()
        try:
            stepping_in.step_in(call, self.wish(wanted.validated_data), place=self.place)
        except Refused as refusal:
            raise Conflict(str(refusal)) from None
        return answer(request, msgspec.json.encode({"status": "accepted"}))

    def wish(self, asked: JSON) -> Wish:
        return Wish(self.deed, by=self.grant.by)


@extend_schema_view(
    post=extend_schema(
        tags=["calls"],
        summary="Have the agent say something in a running call, in its own voice",
        request=Saying,
        examples=[OpenApiExample("A word", value={"text": "The oven is slow today."}, request_only=True)],
        responses={200: Accepted, 409: REFUSED},
    )
)
class SayView(_StepInView):
    permission = "calls.say"
    asks = Saying
    deed = "say"

    def wish(self, asked: JSON) -> Wish:
        return Wish("say", by=self.grant.by, text=asked["text"])


@extend_schema_view(
    post=extend_schema(
        tags=["calls"],
        summary="Put a running call through to somebody of the restaurant; no number is ever dialled by name",
        request=Transferring,
        examples=[OpenApiExample("By the rules", value={"contact_id": None}, request_only=True)],
        responses={200: Accepted, 409: conflict("Nobody can be rung", stepping_in.NOBODY)},
    )
)
class TransferView(_StepInView):
    permission = "calls.transfer"
    asks = Transferring
    deed = "transfer"

    def wish(self, asked: JSON) -> Wish:
        deed: Literal["take-over", "transfer"] = "take-over" if asked["take_over"] else "transfer"
        contact = asked.get("contact_id")
        return Wish(deed, by=self.grant.by, to=str(contact) if contact else "")


@extend_schema_view(
    post=extend_schema(
        tags=["calls"],
        summary="End a running call, once the agent's goodbye was heard",
        request=HangingUp,
        responses={200: Accepted, 409: REFUSED},
    )
)
class HangUpView(_StepInView):
    permission = "calls.hang_up"
    asks = HangingUp
    deed = "hang-up"
