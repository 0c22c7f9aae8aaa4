"""`/api/v1/staff-contacts` and `/api/v1/transfer-rules`: who is rung, for what, and what if nobody answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import TakenRow
from apps.accounts.rest.views import CollectionView, RecordView
from apps.restaurant import dialling, services
from apps.restaurant.models import StaffContact, TransferRule

TAG = ["staff"]
LAST = 10_000
SEEN_BY_ADMINS = {"GET": "staff_contacts.view"} | dict.fromkeys(("POST", "PATCH", "DELETE"), "staff_contacts.change")


def reason(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=40, help_text="person, complaint, allergy, large_order, …", **more)


class ContactShown(serializers.ModelSerializer[StaffContact]):
    number = MaskedNumber()
    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = StaffContact
        fields = ("id", "name", "number", "reasons", "position", "active")
        read_only_fields = fields


class ContactTaken(TakenRow[StaffContact]):
    number = Number(max_length=40, validators=[dialling.validate])
    reasons = serializers.ListField(
        child=reason(), required=False, max_length=20, help_text="Which hand-overs ring them; none: all."
    )
    position = serializers.IntegerField(min_value=0, max_value=LAST, required=False)

    class Meta:
        model = StaffContact
        fields = ("name", "number", "reasons", "position", "active")


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="People who may be rung, in the order in which they are"),
    post=extend_schema(
        tags=TAG,
        summary="Add somebody who may be rung",
        request=ContactTaken,
        examples=[
            OpenApiExample(
                "The chef", value={"name": "Marco", "number": "+15125550134", "reasons": ["allergy"]}, request_only=True
            )
        ],
        responses={201: ContactShown},
    ),
)
class ContactsView(CollectionView[StaffContact]):
    permission: ClassVar = SEEN_BY_ADMINS
    queryset = StaffContact.objects.all()
    serializer_class = ContactShown
    filterset_fields = ("active",)
    search_fields = ("name",)
    ordering_fields = ("position", "name")
    ordering = ("position", "name", "id")
    takes = ContactTaken
    noun = "staff_contacts"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One contact with the whole number; that is on record"),
    patch=extend_schema(
        tags=TAG,
        summary="Change a contact",
        request=ContactTaken,
        examples=[OpenApiExample("On holiday", value={"active": False}, request_only=True)],
        responses={200: ContactShown},
    ),
    delete=extend_schema(
        tags=TAG,
        summary="Remove a contact whom no rule rings",
        responses={204: None, 409: conflict("Still rung", "1 transfer rule rings them: change those first.")},
    ),
)
class ContactView(RecordView[StaffContact]):
    permission: ClassVar = SEEN_BY_ADMINS
    queryset = StaffContact.objects.all()
    serializer_class = ContactShown
    changes_serializer_class = ContactTaken
    lookup_url_kwarg = "contact_id"
    noun = "staff_contacts"
    number_field = "number"
    refusals = (services.Refusal,)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)

    def perform_removal(self, row: StaffContact) -> None:
        services.remove_contact(row)


class RuleShown(serializers.ModelSerializer[TransferRule]):
    hours = serializers.ChoiceField(choices=TransferRule.Hours.choices, read_only=True)
    fallback = serializers.ChoiceField(choices=TransferRule.Fallback.choices, read_only=True)
    contact_name = serializers.CharField(source="contact.name", allow_null=True, default=None, read_only=True)

    class Meta:
        model = TransferRule
        fields = ("id", "reason", "hours", "contact", "contact_name", "ring_seconds", "fallback", "position")
        read_only_fields = fields


class RuleTaken(TakenRow[TransferRule]):
    reason = reason(required=False, allow_blank=True)
    contact = serializers.PrimaryKeyRelatedField(
        queryset=StaffContact.objects.all(), allow_null=True, required=False, help_text="Nobody: to the fallback."
    )
    ring_seconds = serializers.IntegerField(min_value=5, max_value=120, allow_null=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=LAST, required=False)

    class Meta:
        model = TransferRule
        fields = ("reason", "hours", "contact", "ring_seconds", "fallback", "position")


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Whom a call rings, by reason and hours, in their order"),
    post=extend_schema(
        tags=TAG,
        summary="Add a rule",
        request=RuleTaken,
        examples=[
            OpenApiExample(
                "Complaints at night",
                value={"reason": "complaint", "hours": "closed", "fallback": "ticket"},
                request_only=True,
            )
        ],
        responses={201: RuleShown},
    ),
)
class RulesView(CollectionView[TransferRule]):
    permission: ClassVar = SEEN_BY_ADMINS
    queryset = TransferRule.objects.select_related("contact")
    serializer_class = RuleShown
    filterset_fields = ("reason", "hours", "contact")
    ordering_fields = ("position", "reason")
    ordering = ("position", "id")
    takes = RuleTaken
    noun = "transfer_rules"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One rule"),
    patch=extend_schema(
        tags=TAG,
        summary="Change a rule",
        request=RuleTaken,
        examples=[OpenApiExample("Ring longer", value={"ring_seconds": 40}, request_only=True)],
        responses={200: RuleShown},
    ),
    delete=extend_schema(tags=TAG, summary="Remove a rule", responses={204: None}),
)
class RuleView(RecordView[TransferRule]):
    permission: ClassVar = SEEN_BY_ADMINS
    queryset = TransferRule.objects.select_related("contact")
    serializer_class = RuleShown
    changes_serializer_class = RuleTaken
    lookup_url_kwarg = "rule_id"
    noun = "transfer_rules"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)
