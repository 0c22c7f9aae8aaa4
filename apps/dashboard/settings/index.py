"""The way into the settings: the first of their pages that somebody may open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from apps.dashboard.settings import sections
from apps.dashboard.shell import Here, page


@require_GET
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    return redirect(sections.listed(here)[0]["url"])
