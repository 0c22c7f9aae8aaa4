"""`/api/v1/phone-numbers`: the lines that ring for a restaurant, and the carrier accounts they belong to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts import keys
from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import TakenRow
from apps.accounts.rest.views import CollectionView, RecordView, ResourceView
from apps.tenants import lines, scope
from apps.tenants.models import PhoneNumber

TAG = ["phone numbers"]
PERMISSION = {"GET": "phone_numbers.view"} | dict.fromkeys(("POST", "PATCH", "DELETE"), "phone_numbers.change")
MOST_TOKENS = 3
EXAMPLE: dict[str, Any] = {
    "id": "9c7a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10",
    "number": "••• 0101",
    "label": "front desk",
    "active": True,
    "carrier_account_sid": "AC00000000000000000000000000000000",
    "carrier_auth_tokens": {"set": True, "count": 1},
    "sms_registered_at": None,
    "created_at": "2026-11-01T12:00:00Z",
}


class TokensShown(serializers.Serializer[Any]):
    set = serializers.BooleanField()
    count = serializers.IntegerField(help_text="While one is rotated, both validate webhooks.")


class PhoneNumberShown(serializers.ModelSerializer[PhoneNumber]):
    number = MaskedNumber()
    carrier_auth_tokens = serializers.SerializerMethodField()

    class Meta:
        model = PhoneNumber
        fields = (
            "id", "number", "label", "active", "carrier_account_sid", "carrier_auth_tokens", "sms_registered_at",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TokensShown)
    def get_carrier_auth_tokens(self, row: PhoneNumber) -> dict[str, Any]:
        count = len(row.carrier_auth_tokens)
        return {"set": count > 0, "count": count}


class PhoneNumberChanged(TakenRow[PhoneNumber]):
    carrier_account_sid = serializers.RegexField(
        r"^AC[0-9a-fA-F]{32}$", max_length=64, required=False, allow_blank=True
    )
    carrier_auth_tokens = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        max_length=MOST_TOKENS,
        write_only=True,
        help_text="Newest first. Written and never shown.",
    )

    class Meta:
        model = PhoneNumber
        fields: ClassVar[Any] = ("label", "active", "carrier_account_sid", "carrier_auth_tokens", "sms_registered_at")

    def validate_carrier_auth_tokens(self, tokens: list[str]) -> list[str]:
        return [keys.encrypt(token) for token in tokens]


class PhoneNumberTaken(PhoneNumberChanged):
    number = Number(max_length=40)

    class Meta(PhoneNumberChanged.Meta):
        fields: ClassVar[Any] = ("number", *PhoneNumberChanged.Meta.fields)


class _Lines(ResourceView[PhoneNumber]):
    """Lines are given and taken from outside a restaurant, whose role cannot; it sees its own alone."""

    permission: ClassVar = PERMISSION
    serializer_class = PhoneNumberShown
    noun = "phone_numbers"
    queryset = PhoneNumber.objects.all()

    def way_in(self) -> AbstractContextManager[Any]:
        return scope.public()

    def get_queryset(self) -> QuerySet[PhoneNumber]:
        return PhoneNumber.objects.filter(restaurant_id=self.place.id)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="The lines that ring for the restaurant"),
    post=extend_schema(
        tags=TAG,
        summary="Give the restaurant a line",
        request=PhoneNumberTaken,
        examples=[OpenApiExample("A line", value={"number": "+15125550101", "label": "front desk"}, request_only=True)],
        responses={201: PhoneNumberShown, 409: conflict("In use", lines.IN_USE)},
    ),
)
class PhoneNumbersView(_Lines, CollectionView[PhoneNumber]):
    filterset_fields = ("active",)
    search_fields = ("label",)
    ordering_fields = ("number", "created_at")
    ordering = ("number",)
    takes = PhoneNumberTaken
    refusals = (lines.Refusal,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> PhoneNumber:
        return lines.give(self.place.id, **wanted.validated_data)


@extend_schema_view(
    get=extend_schema(
        tags=TAG,
        summary="One line with its whole number; that is on record",
        examples=[OpenApiExample("A line", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=TAG,
        summary="Change a line; its number stays",
        request=PhoneNumberChanged,
        examples=[
            OpenApiExample("While a token is rotated", value={"carrier_auth_tokens": ["new", "old"]}, request_only=True)
        ],
        responses={200: PhoneNumberShown},
    ),
    delete=extend_schema(tags=TAG, summary="Take the line away: nobody answers it any more", responses={204: None}),
)
class PhoneNumberView(_Lines, RecordView[PhoneNumber]):
    changes_serializer_class = PhoneNumberChanged
    lookup_url_kwarg = "number_id"
    number_field = "number"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: PhoneNumber, wanted: Any) -> PhoneNumber:
        """Tokens that take the place of others look the same: that they were written is on record by itself."""
        if "carrier_auth_tokens" in wanted.validated_data:
            self.record("phone_numbers.carrier_auth_tokens", row)
        return super().perform_change(row, wanted)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)
