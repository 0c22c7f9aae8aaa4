"""`/api/v1/webhooks`: who is told of a restaurant's events, and what did not arrive."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.rest.filters import MomentFilter
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView, CommandView, Conflict, ListView, Nothing, RecordView, ResourceView
from apps.outbox import posting, webhooks
from apps.outbox.models import Delivery, Endpoint

TAG = ["webhooks"]
PERMISSION = {"GET": "webhooks.view"} | dict.fromkeys(("POST", "PATCH", "DELETE"), "webhooks.change")
BY_HAND = "Disabled by hand."
STATES = tuple(Delivery.State.values)
EXAMPLE: dict[str, Any] = {
    "id": "0c7a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10",
    "url": "https://hooks.example/loman",
    "types": ["order.placed"],
    "whole_numbers": False,
    "enabled": True,
    "failures": 0,
    "failing_since": None,
    "disabled_at": None,
    "disabled_reason": "",
    "created_at": "2026-11-01T12:00:00Z",
}


class WebhookShown(serializers.ModelSerializer[Endpoint]):
    types = serializers.ListField(child=serializers.ChoiceField(choices=webhooks.TYPES), read_only=True)
    enabled = serializers.SerializerMethodField()

    class Meta:
        model = Endpoint
        fields = (
            "id", "url", "types", "whole_numbers", "enabled", "failures", "failing_since", "disabled_at",
            "disabled_reason", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_enabled(self, row: Endpoint) -> bool:
        return row.disabled_at is None


class WebhookMade(WebhookShown):
    secret = serializers.CharField(read_only=True, help_text="What its messages are signed with. Shown this once.")

    class Meta:
        model = Endpoint
        fields = (*WebhookShown.Meta.fields, "secret")
        read_only_fields = fields


def _types(**more: Any) -> serializers.ListField:
    child = serializers.ChoiceField(choices=webhooks.TYPES)
    return serializers.ListField(child=child, max_length=len(webhooks.TYPES), help_text="None: all of them.", **more)


class WebhookTaken(Taken):
    url = serializers.CharField(max_length=posting.LONGEST_URL)
    types = _types(required=False, default=list)

    def validate_url(self, url: str) -> str:
        try:
            posting.check(url)
        except posting.Refused as reason:
            raise serializers.ValidationError(str(reason)) from None
        return url


class WebhookChanged(Taken):
    types = _types(required=False)
    whole_numbers = serializers.BooleanField(
        required=False, help_text="Tell it phone numbers unmasked: the restaurant answers for what becomes of them."
    )
    enabled = serializers.BooleanField(required=False)


class _Webhooks(ResourceView[Endpoint]):
    serializer_class = WebhookShown
    noun = "webhooks"
    refusals = (webhooks.Refusal,)
    queryset = Endpoint.objects.all()

    def get_queryset(self) -> QuerySet[Endpoint]:
        return Endpoint.objects.filter(restaurant_id=self.place.id)

    def record(self, action: str, row: Endpoint, **more: Any) -> None:
        """The services put on record what becomes of a webhook, whoever asks for it."""


class _WebhookView(_Webhooks, RecordView[Endpoint]):
    lookup_url_kwarg = "webhook_id"


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Who is told of events"),
    post=extend_schema(
        tags=TAG,
        summary="Post events to a URL from now on; the secret is shown this once",
        request=WebhookTaken,
        examples=[
            OpenApiExample("Orders", value={"url": EXAMPLE["url"], "types": ["order.placed"]}, request_only=True),
            OpenApiExample(
                "With its secret", value={**EXAMPLE, "secret": "whsec_…"}, response_only=True, status_codes=["201"]
            ),
        ],
        responses={201: WebhookMade, 409: conflict("Told already, or too many", "That URL is told already.")},
    ),
)
class WebhooksView(_Webhooks, CollectionView[Endpoint]):
    permission: ClassVar = PERMISSION
    search_fields = ("url",)
    ordering_fields = ("created_at", "url")
    ordering = ("created_at", "id")
    takes = WebhookTaken
    secret = ""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Endpoint:
        endpoint, self.secret = webhooks.add(self.place, by=self.grant.by, **wanted.validated_data)
        return endpoint

    def announced(self, row: Endpoint) -> dict[str, Any]:
        return {**self.shown(row, whole=False), "secret": self.secret}


@extend_schema_view(
    get=extend_schema(
        tags=TAG, summary="One webhook", examples=[OpenApiExample("A webhook", value=EXAMPLE, response_only=True)]
    ),
    patch=extend_schema(
        tags=TAG,
        summary="Change what it is told, whether numbers are whole, and whether it is posted to at all",
        request=WebhookChanged,
        examples=[OpenApiExample("Post there again", value={"enabled": True}, request_only=True)],
        responses={200: WebhookShown},
    ),
    delete=extend_schema(tags=TAG, summary="Tell it nothing more, and forget what it was owed", responses={204: None}),
)
class WebhookView(_WebhookView):
    permission: ClassVar = PERMISSION
    changes_serializer_class = WebhookChanged

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)

    def perform_removal(self, row: Endpoint) -> None:
        webhooks.remove(row, by=self.grant.by)

    def perform_change(self, row: Endpoint, wanted: Any) -> Endpoint:
        asked, by = wanted.validated_data, self.grant.by
        if "types" in asked:
            webhooks.tell_of(row, types=asked["types"], by=by)
        if "whole_numbers" in asked:
            (webhooks.grant_whole_numbers if asked["whole_numbers"] else webhooks.mask_numbers)(row, by=by)
        if asked.get("enabled") is True:
            webhooks.enable(row, by=by)
        if asked.get("enabled") is False:
            webhooks.disable(row, reason=BY_HAND, now=timezone.now(), by=by)
        row.refresh_from_db()
        return row


class Secret(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="Shown this once. The old one signs beside it for a day.")


class RotateView(_WebhookView):
    permission = "webhooks.change"
    http_method_names = ("post", "options")

    @extend_schema(
        tags=TAG,
        summary="A new secret; for a day messages are signed with the old one, too",
        request=None,
        responses={200: Secret},
        examples=[OpenApiExample("The new one", value={"secret": "whsec_…"}, response_only=True)],
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            row = self.locked()
            secret = webhooks.rotate(row, now=timezone.now(), by=self.grant.by)
        return Response({"secret": secret}, headers={"Cache-Control": "no-store"})


class DeliveryShown(serializers.ModelSerializer[Delivery]):
    """Without what was sent, which tells of guests."""

    state = serializers.ChoiceField(choices=STATES, read_only=True)

    class Meta:
        model = Delivery
        fields = (
            "id", "event_id", "type", "state", "tries", "replays", "next_try_at", "last_status", "last_answer",
            "took_ms", "created_at", "delivered_at",
        )  # fmt: skip
        read_only_fields = fields


class TestView(_WebhookView):
    permission = "webhooks.change"
    http_method_names = ("post", "options")

    @extend_schema(
        tags=TAG,
        summary="Post a message that says nothing there, to see it arrive: look at its delivery in a moment",
        request=None,
        responses={
            202: DeliveryShown,
            409: conflict("Disabled", "That webhook is disabled: it answered 410 Gone."),
        },
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            row = self.locked()
            if row.disabled_at is not None:
                raise Conflict(f"That webhook is disabled: {row.disabled_reason}")
            made = webhooks.test(row)
        return Response(DeliveryShown(made).data, status=202)


class DeliveryFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATES])
    type = django_filters.ChoiceFilter(choices=[(one, one) for one in (*webhooks.TYPES, webhooks.TEST)])
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Delivery
        fields = ()


@extend_schema_view(get=extend_schema(tags=TAG, summary="What a webhook was told and is owed, newest first"))
class DeliveriesView(ListView[Delivery]):
    permission = "webhooks.view"
    serializer_class = DeliveryShown
    filterset_class = DeliveryFilters
    ordering_fields = ("created_at",)
    ordering = ("-created_at", "-id")
    queryset = Delivery.objects.all()

    def get_queryset(self) -> QuerySet[Delivery]:
        mine = Endpoint.objects.filter(restaurant_id=self.place.id)
        return Delivery.objects.filter(endpoint=get_object_or_404(mine, pk=self.kwargs["webhook_id"]))


@extend_schema_view(
    post=extend_schema(
        tags=TAG,
        summary="Send it again under its old id, whether it arrived or not",
        request=None,
        responses={200: DeliveryShown, 409: conflict("Disabled", "That webhook is disabled: it answered 410 Gone.")},
    )
)
class ReplayView(CommandView[Delivery]):
    permission = "webhooks.change"
    asks = Nothing
    serializer_class = DeliveryShown
    lookup_url_kwarg = "delivery_id"
    noun = "webhook_deliveries"
    action = "webhook_deliveries.replay"
    refusals = (webhooks.Refusal,)
    queryset = Delivery.objects.all()

    def get_queryset(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(endpoint__restaurant_id=self.place.id, endpoint_id=self.kwargs["webhook_id"])

    def perform(self, row: Delivery, asked: dict[str, Any]) -> Delivery:
        return webhooks.replay(self.place, row.pk)
