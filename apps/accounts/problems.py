"""Errors over HTTP as RFC 9457 problem documents: `{"type","title","status","detail","errors"}`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.tenants import scope
from loman import observability

CONTENT_TYPE = "application/problem+json"


class Upgrading(exceptions.APIException):
    status_code = 503
    wait = 600


def document(status: int, detail: str, errors: Any = None, *, type: str = "", title: str = "") -> dict[str, Any]:
    """`type` and `title` where a client has to tell this one apart from others of its status. What was wrong with the
    input is told without whole phone numbers: such bodies end up in others' logs."""
    return {
        "type": type or "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": _writable(observability.masked(errors or [])),
    }


def _writable(errors: Any) -> Any:
    """Without what UTF-8 cannot write: errors repeat what was sent, and JSON can send half a character."""
    if isinstance(errors, dict):
        return {_writable(str(name)): _writable(each) for name, each in errors.items()}
    if isinstance(errors, list | tuple):
        return [_writable(each) for each in errors]
    return str(errors).encode("utf-8", "replace").decode() if isinstance(errors, str) else errors


def response(status: int, detail: str, errors: Any = None) -> JsonResponse:
    """For plain Django views."""
    return JsonResponse(document(status, detail, errors), status=status, content_type=CONTENT_TYPE)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. What it does not know is a bug and stays one (500)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, scope.BehindError):
        error = Upgrading(str(error))
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
        kind, title = getattr(error, "problem_type", ""), getattr(error, "problem_title", "")
        body = document(error.status_code, str(error.detail), type=kind, title=title)
    return Response(body, status=error.status_code, headers=headers, content_type=CONTENT_TYPE)


# ---- what Django itself answers, before or outside a view of REST framework ----------------------------

FOR_PROGRAMS = ("/api/", "/tools/", "/llm/", "/.well-known/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _for_programs(request, 400) or defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _for_programs(request, 403) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _for_programs(request, 404) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _for_programs(request, 500) or defaults.server_error(request)


_SENTENCES = {
    400: "This request cannot be read.",
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    500: "Something is wrong on our side. It has been noted; please try again.",
}


def _for_programs(request: HttpRequest, status: int) -> JsonResponse | None:
    """A problem document where a program asks; people get a page."""
    return response(status, _SENTENCES[status]) if request.path_info.startswith(FOR_PROGRAMS) else None
