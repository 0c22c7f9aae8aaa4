"""Trying out what may cost a vendor's money: not too often, on record, and while it lasts no database is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts import audit, limits
from apps.dashboard.settings import vendors
from apps.dashboard.settings.forms import Unfit
from apps.dashboard.shell import Here, render_page
from apps.llm import choice
from apps.tenants import scope
from apps.voice import providers

LONGEST_SECONDS = 60
"""After so long another may try, whatever became of the first."""


class Refused(Exception):
    """Why it is not tried now, as a sentence."""


def shown(
    request: HttpRequest, here: Here, tried: Callable[[HttpRequest, Here], dict[str, Any]], *, part: str
) -> HttpResponse:
    """What a try of the unsaved form came to, or why there was none: the `part`, or a page with nothing else."""
    try:
        found = tried(request, here)
    except Unfit as unfit:
        found = {"fault": " ".join(unfit.faults.values())}
    except (choice.Unconfigured, providers.Unconfigured) as why:
        found = {"fault": vendors.lacking(why)}
    except Refused as refusal:
        found = {"fault": str(refusal)}
    if request.headers.get("HX-Request"):
        return render(request, part, {"here": here, **found})
    return render_page(request, here, "dashboard/settings/tried.html", section="settings", part=part, **found)


@contextmanager
def turn(here: Here, what: str, **facts: object) -> Iterator[None]:
    """`what` was tried, as the record has it."""
    if not scope.is_served(here.place):
        raise Refused(_("This restaurant is suspended, so nothing that costs is asked."))
    verdict = limits.ask(tries=str(here.place.id))
    if verdict is not None and not verdict.allowed:
        wait = int(verdict.wait) + 1
        raise Refused(
            ngettext(
                "That was tried often. Try again in %(seconds)d second.",
                "That was tried often. Try again in %(seconds)d seconds.",
                wait,
            )
            % {"seconds": wait}
        )
    audit.record(what, actor=here.by, place=here.place, subject="restaurant_settings/1", after=dict(facts))
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: a vendor may take its time, and calls need connections
    yield


@contextmanager
def alone(here: Here) -> Iterator[None]:
    """One after the other per restaurant."""
    key = f"trying:{here.place.id}"
    if not cache.add(key, here.by, timeout=LONGEST_SECONDS):
        raise Refused(_("Something is being tried here already. Wait for its answer."))
    try:
        yield
    finally:
        cache.delete(key)
