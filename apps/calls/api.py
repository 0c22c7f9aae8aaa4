"""`/api/v1/blocked-numbers`: callers who are not answered, by their last four digits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import audit
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest.schema import Problem
from apps.calls import blocking
from apps.calls.models import BlockedNumber, Call
from apps.language import phones


class Blocking(serializers.Serializer[Any]):
    """Who shall not be answered: a number, or whoever made a call."""

    number = serializers.CharField(max_length=40, required=False)
    call_id = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("number" in given) == ("call_id" in given):
            raise serializers.ValidationError("Give a number, or the call_id of a call from it.")
        if given["until"] is not None and given["until"] <= timezone.now():
            raise serializers.ValidationError({"until": "This moment has passed."})
        return given


class BlockedCaller(serializers.ModelSerializer[BlockedNumber]):
    class Meta:
        model = BlockedNumber
        fields = ("id", "last4", "reason", "by", "until", "created_at")
        read_only_fields = fields


class BlockedCallers(serializers.Serializer[Any]):
    """One page."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BlockedCaller(many=True)


_REFUSED = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 429: Problem}
_EXAMPLE = OpenApiExample(
    "A robot's number", value={"number": "+15125550134", "reason": "robocalls"}, request_only=True
)


class BlockedNumbersView(RestaurantAPIView):
    """Those that are blocked now, and blocking one."""

    permission = "callers.block"

    @extend_schema(operation_id="blocked_numbers_list", responses={200: BlockedCallers, **_REFUSED})
    def get(self, request: Request) -> Response:
        pages = PageNumberPagination()
        rows = pages.paginate_queryset(blocking.standing(timezone.now()), request, view=self)
        return pages.get_paginated_response(BlockedCaller(rows, many=True).data)

    @extend_schema(request=Blocking, responses={201: BlockedCaller, **_REFUSED}, examples=[_EXAMPLE])
    @transaction.atomic
    def post(self, request: Request) -> Response:
        wanted = Blocking(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        number = _number(given)
        row = blocking.block(number, reason=given["reason"], by=self.grant.by, until=given["until"])
        audit.record(
            "caller.blocked",
            actor=self.grant.by,
            place=self.place,
            subject=str(row.pk),
            address=audit.address_of(request._request),
            after={"reason": row.reason, "until": row.until.isoformat() if row.until else None},
            number=number,
        )
        return Response(BlockedCaller(row).data, status=201)


class BlockedNumberView(RestaurantAPIView):
    """One of them."""

    permission = "callers.block"

    @extend_schema(responses={204: None, **_REFUSED})
    @transaction.atomic
    def delete(self, request: Request, id: UUID) -> Response:
        if not blocking.lift(id):
            raise exceptions.NotFound
        address = audit.address_of(request._request)
        audit.record("caller.unblocked", actor=self.grant.by, place=self.place, subject=str(id), address=address)
        return Response(status=204)


def _number(given: dict[str, Any]) -> str:
    if "number" in given:
        number = phones.normalise(given["number"])
        if number is None:
            raise serializers.ValidationError({"number": "This is no phone number."})
        return number
    call = Call.objects.filter(pk=given["call_id"]).first()
    if call is None or not call.from_number:
        raise serializers.ValidationError({"call_id": "There is no call with a number by this id."})
    return call.from_number
