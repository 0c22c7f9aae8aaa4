"""`/api/v1/messages`: text messages to guests and from them, how they fared, and new ones from a template."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import django_filters
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.filters import MomentFilter, NumberFilter
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView, RecordView, ResourceView
from apps.calls import services, texting
from apps.calls.api_tickets import ONCE
from apps.calls.models import Call, Message
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.voice import texts
from loman import observability

STATUSES = (
    "queued", "disabled", "suppressed", "sending", "sent", "delivered", "failed", "undelivered", "received",
)  # fmt: skip
EXAMPLE: dict[str, Any] = {
    "id": "6f0cbb1e-53d8-4d0c-9f0b-6d2f1f6f3f01",
    "direction": "out",
    "number": "••• 0134",
    "template": "address",
    "text": "Bella Napoli: 801 South Lamar Boulevard",
    "segments": 1,
    "status": "queued",
    "error_code": "",
    "call_id": None,
    "created_at": "2026-07-04T23:25:00Z",
}


class MessageShown(serializers.ModelSerializer[Message]):
    direction = serializers.ChoiceField(choices=["out", "in"], read_only=True)
    status = serializers.ChoiceField(
        choices=STATUSES,
        read_only=True,
        help_text="disabled: no registration for texts is recorded. suppressed: the guest asked for no more.",
    )
    number = MaskedNumber()
    text = serializers.SerializerMethodField()
    call_id = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = (
            "id", "direction", "number", "template", "text", "segments", "status", "error_code", "call_id",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_text(self, message: Message) -> str:
        """Guests write their numbers; ours is in what we send, and no secret."""
        hidden = message.direction == "in" and not self.context.get("whole")
        return str(observability.masked(message.text)) if hidden else message.text


class MessageFilters(django_filters.FilterSet):
    direction = django_filters.ChoiceFilter(choices=[("out", "out"), ("in", "in")])
    status = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATUSES])
    template = django_filters.ChoiceFilter(choices=[(one, one) for one in sorted(texting.WORDING)])
    number = NumberFilter()
    call_id = django_filters.UUIDFilter()
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Message
        fields: ClassVar[tuple[str, ...]] = ()


class MessageTaken(Taken):
    template = serializers.ChoiceField(choices=texts.BY_HAND)
    number = Number(required=False, allow_blank=True, max_length=40, help_text="Empty: whoever ordered or booked.")
    order_id = serializers.UUIDField(required=False, help_text="For `order`.")
    reservation = serializers.CharField(required=False, max_length=12, help_text="For `reservation`: its reference.")
    call_id = serializers.UUIDField(required=False, allow_null=True)

    def validate_call_id(self, call_id: Any) -> Any:
        return call_id if call_id is None else _the(Call, "call", pk=call_id).pk

    def validate_order_id(self, order_id: Any) -> Any:
        return _the(Order, "order", pk=order_id)

    def validate_reservation(self, reference: str) -> Any:
        return _the(Reservation, "booking", reference=reference)


def _the(model: Any, noun: str, **by: Any) -> Any:
    found = model.objects.filter(**by).first()
    if found is None:
        raise serializers.ValidationError(f"There is no such {noun} in this restaurant.")
    return found


class _MessageView(ResourceView[Message]):
    queryset = Message.objects.all()
    serializer_class = MessageShown
    lookup_url_kwarg = "message_id"
    noun = "messages"
    number_field = "number"
    refusals = (services.Refusal,)


@extend_schema_view(
    get=extend_schema(tags=["messages"], summary="Text messages, newest first"),
    post=extend_schema(
        tags=["messages"],
        summary="Send a text message from a template; its status says whether it goes out",
        request=MessageTaken,
        parameters=[ONCE],
        examples=[
            OpenApiExample("The address", value={"template": "address", "number": "+1512…"}, request_only=True),
            OpenApiExample("Queued", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: MessageShown, 409: conflict("Nobody to send it to", "There is no number to send it to.")},
    ),
)
class MessagesView(_MessageView, CollectionView[Message]):
    permission: ClassVar = {"GET": "messages.view", "POST": "messages.send"}
    takes = MessageTaken
    filterset_class = MessageFilters
    ordering_fields = ("created_at",)
    ordering = ("-created_at", "-id")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Message:
        asked = wanted.validated_data
        once = self.request.headers.get("Idempotency-Key") or str(uuid4())
        return texts.send(
            place=self.place,
            template=asked["template"],
            number=asked.get("number", ""),
            order=asked.get("order_id"),
            reservation=asked.get("reservation"),
            call_id=asked.get("call_id"),
            key=f"rest:{self.grant.by}:{once}",
        )


@extend_schema_view(
    get=extend_schema(
        tags=["messages"],
        summary="One text message, with the whole number for those who may see it",
        examples=[OpenApiExample("A message", value=EXAMPLE, response_only=True)],
    )
)
class MessageView(_MessageView, RecordView[Message]):
    permission = "messages.view"
