"""Errors over HTTP as RFC 9457 problem documents: `{"type","title","status","detail","errors"}`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from loman import observability

CONTENT_TYPE = "application/problem+json"


def document(status: int, detail: str, errors: Any = None) -> dict[str, Any]:
    """What was wrong with the input is told without whole phone numbers: such bodies end up in others' logs."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": observability.masked(errors or []),
    }


def response(status: int, detail: str, errors: Any = None) -> JsonResponse:
    """For plain Django views."""
    return JsonResponse(document(status, detail, errors), status=status, content_type=CONTENT_TYPE)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. What it does not know is a bug and stays one (500)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        body = document(error.status_code, "Some of what was sent does not fit.", error.detail)
    else:
        body = document(error.status_code, str(error.detail))
    return Response(body, status=error.status_code, headers=headers, content_type=CONTENT_TYPE)
