"""`/api/v1/erasures` and `/api/v1/exports`: forgetting a guest, and giving data out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import problems
from apps.accounts.api_access import RestaurantAPIView
from apps.privacy import erasing, exporting
from apps.privacy.models import Export
from apps.tenants import scope

CHUNK = 1 << 18
"""Bytes"""
REFUSED = {
    400: OpenApiResponse(description="What was sent does not fit"),
    401: OpenApiResponse(description="Not signed in"),
    403: OpenApiResponse(description="Not permitted"),
}


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT


class NumberAsked(serializers.Serializer[dict[str, str]]):
    number = serializers.CharField(max_length=32)


class ExportAsked(serializers.Serializer[dict[str, str]]):
    number = serializers.CharField(max_length=32, required=False, help_text="One guest's; without it the restaurant's")


class Erased(serializers.Serializer[dict[str, Any]]):
    erased = serializers.DictField(child=serializers.IntegerField())


class ExportShown(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(Export.State.choices)
    size = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    url = serializers.CharField(required=False, help_text="Good for fifteen minutes")


class ErasuresView(RestaurantAPIView):
    """`POST {"number"}`: everything about this number is erased, in rows, files and at the carrier."""

    permission = "exports.make"

    @extend_schema(
        operation_id="erasures_create",
        request=NumberAsked,
        responses={200: Erased, **REFUSED, 409: OpenApiResponse(description="A call is on the line, or not a guest's")},
        examples=[
            OpenApiExample("asked", value={"number": "+15125550134"}, request_only=True),
            OpenApiExample(
                "done", value={"erased": {"calls": 2, "orders": 1}}, response_only=True, status_codes=["200"]
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = NumberAsked(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            counts = erasing.erase(self.place, wanted.validated_data["number"], by=self.grant.by, now=timezone.now())
        except erasing.Refusal as refusal:
            raise Conflict(str(refusal)) from None
        return Response({"erased": counts})


class ExportsView(RestaurantAPIView):
    """`POST {"number"}` answers with everything held about it; `POST {}` has the restaurant's data put together."""

    permission = "exports.make"

    @extend_schema(
        operation_id="exports_create",
        request=ExportAsked,
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, description="Everything about one number, by table"),
            202: ExportShown,
            **REFUSED,
            409: OpenApiResponse(description="That is no number"),
        },
        examples=[OpenApiExample("guest", value={"number": "+15125550134"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        wanted = ExportAsked(data=request.data)
        wanted.is_valid(raise_exception=True)
        number = wanted.validated_data.get("number")
        if number is None:
            row = exporting.ask(self.place, by=self.grant.by)
            return Response(_shown(row), status=status.HTTP_202_ACCEPTED)
        try:
            return Response(exporting.guest(self.place, number, by=self.grant.by))
        except erasing.Refusal as refusal:
            raise Conflict(str(refusal)) from None


class ExportView(RestaurantAPIView):
    """`GET`: how an export stands, and where it can be fetched once it is ready."""

    permission = "exports.make"

    @extend_schema(
        operation_id="exports_retrieve",
        responses={200: ExportShown, **REFUSED, 404: OpenApiResponse(description="There is none")},
    )
    def get(self, request: Request, export_id: UUID) -> Response:
        row = Export.objects.filter(pk=export_id, restaurant_id=self.place.id).first()
        if row is None:
            raise exceptions.NotFound("There is no such export.")
        shown = _shown(row)
        if row.state == Export.State.READY:
            shown["url"] = exporting.link(row, place=self.place, by=self.grant.by)
        return Response(shown)


def _shown(row: Export) -> dict[str, Any]:
    return {"id": str(row.pk), "state": row.state, "size": row.size, "created_at": row.created_at}


@require_GET
async def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a signed address, piece by piece."""
    path = await scope.run(None, exporting.behind, token)
    if path is None:
        return problems.response(404, "This address is not good any more. Ask for a new one.")
    response = StreamingHttpResponse(_pieces(path), content_type="application/zip")
    response["Content-Length"] = str(path.stat().st_size)
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["Cache-Control"] = "private, no-store"
    return response


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
