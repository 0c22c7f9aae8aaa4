"""The admin of one restaurant's tables, below its pages: entered and audited as every other page of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from apps.dashboard.shell import Here, page
from apps.tenants import scope
from loman import administration


@page("restaurants.manage")
def inside(request: HttpRequest, here: Here, rest: str = "") -> HttpResponse:
    with scope.public():
        types = administration.content_types()
    return administration.within(request, prefix=f"/r/{here.place.slug}/", path=rest, types=types)
