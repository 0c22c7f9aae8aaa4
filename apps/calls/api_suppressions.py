"""`/api/v1/sms-suppressions`: who gets no more texts from this restaurant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts.rest.fields import Number
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView, RecordView, ResourceView
from apps.calls import messages
from apps.calls.models import Suppression
from apps.language import phones

EXAMPLE = {"id": "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab", "number": "••• 0134",
           "since": "2026-07-04T23:25:00Z"}  # fmt: skip


class SuppressionShown(serializers.ModelSerializer[Suppression]):
    id = serializers.SerializerMethodField(help_text="The number's keyed hash.")
    number = serializers.SerializerMethodField(help_text="Empty when all else about the guest was erased.")

    class Meta:
        model = Suppression
        fields = ("id", "number", "since")
        read_only_fields = fields

    def get_number(self, row: Suppression) -> str:
        known = messages.number_of(row)
        return known if self.context.get("whole") else phones.mask(known)

    def get_id(self, row: Suppression) -> str:
        return messages.name_of(row)


class SuppressionTaken(Taken):
    number = Number(max_length=40)


class _SuppressionView(ResourceView[Suppression]):
    queryset = Suppression.objects.all()
    serializer_class = SuppressionShown
    noun = "sms-suppressions"

    def subject(self, row: Suppression) -> str:
        """The row's key is a whole number, which the audit must not hold."""
        return f"{self.noun}/{messages.name_of(row)}"

    def record(self, action: str, row: Suppression, **more: Any) -> None:
        super().record(action, row, **{"number": messages.number_of(row), **more})


@extend_schema_view(
    get=extend_schema(tags=["messages"], summary="Numbers that get no texts, newest first"),
    post=extend_schema(
        tags=["messages"],
        summary="No more texts to this number; those that wait are not sent",
        request=SuppressionTaken,
        examples=[
            OpenApiExample("A number", value={"number": "+1 512 555 0134"}, request_only=True),
            OpenApiExample("Silenced", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: SuppressionShown},
    ),
)
class SuppressionsView(_SuppressionView, CollectionView[Suppression]):
    permission: ClassVar = {"GET": "messages.view", "POST": "suppressions.change"}
    takes = SuppressionTaken
    ordering_fields = ("since",)
    ordering = ("-since", "-number")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Suppression:
        number = wanted.validated_data["number"]
        messages.silence(number, now=timezone.now())
        return messages.suppression_of(number)

    def address(self, row: Suppression) -> str:
        return messages.name_of(row)


@extend_schema_view(
    get=extend_schema(
        tags=["messages"],
        summary="One number that gets no texts",
        examples=[OpenApiExample("Silenced", value=EXAMPLE, response_only=True)],
    ),
    delete=extend_schema(
        tags=["messages"],
        summary="Texts again, for a number that was silenced by mistake or whose guest asked for them",
        responses={204: None},
    ),
)
class SuppressionView(_SuppressionView, RecordView[Suppression]):
    permission: ClassVar = {"GET": "messages.view", "DELETE": "suppressions.change"}
    number_field = "number"

    def get_object(self) -> Suppression:
        """Hashes cannot be turned back: the few numbers there are, one after the other."""
        for row in self.get_queryset():
            if messages.name_of(row) == self.kwargs["digest"]:
                return row
        raise exceptions.NotFound

    def get_queryset(self) -> QuerySet[Suppression]:
        return Suppression.objects.all()

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)

    def perform_removal(self, row: Suppression) -> None:
        messages.lift(row.number)
