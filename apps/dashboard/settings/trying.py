"""Trying out what may cost a vendor's money: not too often, on record, and while it lasts no database is held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts import audit, limits
from apps.dashboard.shell import Here
from apps.tenants import scope

LONGEST_SECONDS = 60
"""After so long another may try, whatever became of the first."""


class Refused(Exception):
    """Why it is not tried now, as a sentence."""


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
