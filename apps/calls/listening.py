"""Playing a recording: a signed address for one person and one call, good for minutes, and the sound behind it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import audit, permissions, problems, tokens
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.models import User
from apps.calls import recordings
from apps.calls.models import Call
from apps.tenants import scope
from apps.tenants.scope import Place

SECONDS = 300
_SALT = "loman.recording"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
NOT_GOOD = "This address is not good any more. Ask for a new one."


class RecordingAddress(serializers.Serializer[dict[str, Any]]):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class RecordingView(RestaurantAPIView):
    """`GET /api/v1/calls/{id}/recording`: where this person can hear this call for the next minutes."""

    permission = "calls.listen"

    @extend_schema(
        operation_id="calls_recording",
        summary="A signed address of a call's recording",
        responses={
            200: RecordingAddress,
            401: OpenApiResponse(description="Not signed in"),
            403: OpenApiResponse(description="May not listen"),
            404: OpenApiResponse(description="No such call, or no recording of it"),
        },
        examples=[
            OpenApiExample(
                "address",
                value={"url": "/api/v1/recordings/eyJ…", "expires_at": "2026-11-29T19:05:00Z"},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request, call_id: UUID) -> Response:
        call = Call.objects.filter(pk=call_id).first()
        if call is None or recordings.find(call.recording_url, slug=self.place.slug) is None:
            raise exceptions.NotFound("There is no recording of this call.")
        url = issue(call, place=self.place, by=self.grant.by)
        return Response({"url": url, "expires_at": timezone.now() + timedelta(seconds=SECONDS)})


@transaction.atomic
def issue(call: Call, *, place: Place, by: str) -> str:
    """The signed address; that it was given is on record."""
    token = signing.dumps({"restaurant": str(place.id), "call": str(call.pk), "by": by}, salt=_SALT)
    audit.record("recordings.listen", actor=by, place=place, subject=f"calls/{call.pk}", number=call.from_number)
    return reverse("recording-sound", kwargs={"token": token})


@require_safe
def sound(request: HttpRequest, token: str) -> HttpResponse:
    """The WAV file, whole or the range that was asked for (RFC 9110, 14), so that a player can seek in it."""
    path = _admitted(token)
    if path is None:
        return problems.response(404, NOT_GOOD)
    size = path.stat().st_size
    asked = _asked(request.headers.get("Range", ""), size=size)
    if asked is not None and not asked:
        nothing: HttpResponse = problems.response(416, "There is nothing there.")
        nothing["Content-Range"] = f"bytes */{size}"
        return nothing
    part = range(size) if asked is None else asked
    with path.open("rb") as file:
        file.seek(part.start)
        response = HttpResponse(file.read(len(part)), content_type="audio/wav")
    if asked is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = f'inline; filename="{path.name}"'
    return response


def _admitted(token: str) -> Path | None:
    """The file, for whoever may still hear it: the address is younger than minutes, the person still belongs there."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    place = scope.find_by_id(said["restaurant"])
    if place is None or place.state == "suspended" or not _may_listen(said["by"], place):
        return None
    with scope.enter(place):
        call = Call.objects.filter(pk=said["call"]).first()
    return recordings.find(call.recording_url, slug=place.slug) if call else None


@scope.public()
def _may_listen(by: str, place: Place) -> bool:
    if by.startswith("key:"):
        return True  # its address is minutes old
    user = User.objects.filter(email=by, is_active=True).first()
    try:
        return user is not None and permissions.allowed(
            tokens.grant_for(user, restaurant=str(place.id)).role, "calls.listen"
        )
    except tokens.Refused:
        return False


def _asked(header: str, *, size: int) -> range | None:
    """The bytes of the one range that was asked for, empty where there are none; None: everything."""
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    begin, end = match.groups()
    if not begin:
        return range(max(0, size - int(end)), size)
    return range(int(begin), min(int(end) + 1 if end else size, size))
