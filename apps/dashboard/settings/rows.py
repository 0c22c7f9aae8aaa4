"""Rows of a page of settings, by REST's rules: added, changed and taken away, on record, not over somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.dashboard.settings.forms import Text, in_short, taken
from apps.dashboard.settings.lists import Refused
from apps.dashboard.settings.saving import Outdated
from apps.dashboard.shell import Here
from apps.outbox import live

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows."""

    noun: str
    """As REST's audit record names it."""
    rows: Callable[[], models.QuerySet[Any]]
    takes: Callable[..., Any]
    shown: Callable[..., Any]
    """What REST takes and shows."""
    read: Callable[[QueryDict], JSON]
    """From what was sent, as REST would be told it."""
    said: Text
    """How one is called in a toast: %(name)s."""

    def as_json(self, row: Any) -> JSON:
        plain: JSON = msgspec.to_builtins(self.shown(row).data)
        return plain

    def seen(self, row: Any) -> str:
        return in_short(self.as_json(row))

    def find(self, key: str) -> Any:
        try:
            return self.rows().get(pk=key)
        except (ObjectDoesNotExist, ValidationError, ValueError):
            raise Http404("There is no such row.") from None


def add(here: Here, kind: Kind, given: JSON, **fixed: Any) -> Any:
    """A new row; `fixed` is set besides what a person gives."""
    try:
        with transaction.atomic():
            row = taken(kind.takes(None, data=given, context={"view": here})).save(**fixed)
            _record(here, kind, "create", row, after=kind.as_json(row))
    except IntegrityError:
        raise Refused(_("Somebody else has just taken that name.")) from None
    return row


def change(here: Here, kind: Kind, key: str, given: JSON, *, seen: str) -> Any:
    try:
        with transaction.atomic():
            row = _locked(kind, key, seen=seen)
            before = kind.as_json(row)
            row = taken(kind.takes(row, data=given, partial=True, context={"view": here})).save()
            after = kind.as_json(row)
            if before != after:
                _record(here, kind, "change", row, before=before, after=after)
    except IntegrityError:
        raise Refused(_("Somebody else has just taken that name.")) from None
    return row


@transaction.atomic
def remove(here: Here, kind: Kind, key: str, *, seen: str) -> JSON:
    """Gone; what it was."""
    row = _locked(kind, key, seen=seen)
    before, subject = kind.as_json(row), _subject(kind, row)
    try:
        row.delete()
    except models.ProtectedError:
        raise Refused(_("Something else still uses it.")) from None
    audit.record(f"{kind.noun}.delete", actor=here.by, place=here.place, subject=subject, before=before)
    live.touched("settings")
    return before


def _locked(kind: Kind, key: str, *, seen: str) -> Any:
    row = kind.find(key)
    row = type(row).objects.select_for_update().get(pk=row.pk)
    if seen != kind.seen(row):
        raise Outdated
    return row


def _record(here: Here, kind: Kind, deed: str, row: Any, *, before: JSON | None = None, after: JSON) -> None:
    subject = _subject(kind, row)
    audit.record(f"{kind.noun}.{deed}", actor=here.by, place=here.place, subject=subject, before=before, after=after)
    live.touched("settings")


def _subject(kind: Kind, row: Any) -> str:
    return f"{kind.noun}/{row.pk}"
