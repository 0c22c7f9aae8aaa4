"""Resolves the restaurant of a page, once, from its host name or its `/r/<slug>/` path, and enters it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.tenants import scope

PATH_PREFIX = "/r/"
WITHOUT_RESTAURANT = ("/api/", "/tools/", "/llm/", "/webhooks/", "/health", "/metrics", "/static/", "/admin/")
"""Edges that resolve the restaurant from a token, a called number or nothing at all, never from the host."""


class RestaurantMiddleware:
    """Runs the view inside its restaurant, if it has one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = _resolve(request)
        if place is None:
            return self.get_response(request)
        if place.behind:
            return _behind(request, place)
        bool(request.user)  # read now: inside, sessions and password hashes are out of reach
        with scope.enter(place):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A view that goes through the door itself may find it closed."""
        return _behind(request, error.place) if isinstance(error, scope.BehindError) else None


def _behind(request: HttpRequest, place: scope.Place) -> HttpResponse:
    answer = render(request, "behind.html", {"name": place.name}, status=503)
    answer["Retry-After"] = "600"
    return answer


def _resolve(request: HttpRequest) -> scope.Place | None:
    path = request.path_info
    if path.startswith(PATH_PREFIX):
        slug = path.removeprefix(PATH_PREFIX).split("/", 1)[0]
        place = scope.find_by_slug(slug)
        if place is None:
            raise Http404("There is no restaurant at this address.")
        return place
    if path.startswith(WITHOUT_RESTAURANT):
        return None
    host = request.get_host()
    name = host.rsplit(":", 1)[0]
    if name in {"localhost", "127.0.0.1", "[::1]", "testserver"}:
        return None
    return scope.find_by_host(host)
