"""The menu somebody has before them, the served one or the draft; edits are made under its lock and on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from rest_framework import serializers

from apps.accounts import audit
from apps.accounts.rest import etags
from apps.dashboard.shell import Here, Page, Undo, done, page, render_page
from apps.menu import document, editing, editions, overrides
from apps.menu.document import Document
from apps.menu.models import MenuDraft
from apps.tenants import scope

Row = TypeVar("Row", bound=models.Model)
DRAFT = "draft"


class Refused(Exception):
    """Why nothing was changed, in sentences: by field where it is one's fault, else under "detail"."""

    def __init__(self, errors: Mapping[str, list[str]] | str) -> None:
        self.errors = {"detail": [errors]} if isinstance(errors, str) else dict(errors)
        super().__init__(next(iter(self.errors.values()))[0])

    @property
    def by_field(self) -> dict[str, str]:
        """The first sentence of each."""
        return {name: texts[0] for name, texts in self.errors.items()}


@dataclass(frozen=True)
class Desk:
    """Where edits go. A house that shares a menu has only the served one before it."""

    here: Here
    now: datetime
    in_draft: bool

    @cached_property
    def draft(self) -> MenuDraft | None:
        return MenuDraft.objects.filter(pk=1).first()

    @cached_property
    def source(self) -> scope.Place | None:
        """The house whose menu this one shares."""
        return editions.source()

    @cached_property
    def may_change(self) -> bool:
        return self.here.may("menu.change")

    @property
    def may_edit(self) -> bool:
        """Everything of a row, and not only what a house has otherwise than the menu it shares."""
        return self.may_change and self.source is None

    @property
    def query(self) -> str:
        """What an address needs to lead to the same menu."""
        return f"?in={DRAFT}" if self.in_draft else ""

    @property
    def which(self) -> str:
        return DRAFT if self.in_draft else ""

    def read(self, *tables: type[models.Model]) -> Document:
        if self.in_draft and self.draft is not None:
            found: Document = self.draft.document
            return found
        return document.read(*tables)

    def edit(self, deed: Callable[[], Any]) -> Any:
        """Do it to the menu that is before us, alone with it: all of it or nothing."""
        try:
            with transaction.atomic():
                editions.lock()
                if not self.in_draft:
                    return deed()
                with editions.drafting(by=self.here.by, now=self.now):
                    return deed()
        except editing.Wrong as wrong:
            raise Refused(_plain(wrong.errors)) from None
        except serializers.ValidationError as wrong:
            raise Refused(_plain(wrong.detail)) from None
        except (editing.Refusal, editions.Refusal) as refusal:
            raise Refused(str(refusal)) from None
        except IntegrityError:
            raise Refused(_("Somebody else has just taken that name or place. Look again.")) from None

    def record(
        self, action: str, subject: str, *, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """On record with what differs, as the same deed over REST is; in a draft it says so."""
        was, now = dict(before or {}), dict(after or {})
        names = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
        told = {"draft": True} if self.in_draft else {}
        audit.record(
            action,
            actor=self.here.by,
            place=self.here.place,
            subject=f"menu/{subject}",
            before={name: was[name] for name in names if name in was} | told if before is not None else None,
            after={name: now[name] for name in names if name in now} | told if after is not None else None,
        )

    def shared(self) -> overrides.Shared:
        try:
            return overrides.shared()
        except editing.Refusal as refusal:
            raise Refused(str(refusal)) from None

    def answer(
        self,
        request: HttpRequest,
        said: str,
        *,
        part: str,
        shown: dict[str, Any],
        to: str,
        failed: bool = False,
        undo: Undo | None = None,
    ) -> HttpResponse:
        """The part as it is now and what happened; to a page without scripts the page at `to`."""
        if not request.headers.get("HX-Request"):
            return redirect(to)
        shown = {"desk": self, **shown}
        return done(request, self.here, said, part=part, page="menu-page", shown=shown, failed=failed, undo=undo)


def of(request: HttpRequest, here: Here) -> Desk:
    wanted = request.POST.get("in") or request.GET.get("in")
    desk = Desk(here, timezone.now(), in_draft=False)
    if wanted != DRAFT or not desk.may_edit:
        return desk
    return Desk(here, desk.now, in_draft=True)


def showing(template: str, shown: Callable[[Desk], dict[str, Any]]) -> Page:
    """A page of the menu that is only looked at."""

    @require_GET
    @page("menu.view")
    def show(request: HttpRequest, here: Here) -> HttpResponse:
        desk = of(request, here)
        return render_page(request, here, template, section="menu", desk=desk, **shown(desk))

    return show


def find(table: type[Row], key: UUID) -> Row:
    """Within `edit`: the row of the menu that is before us."""
    row = table._default_manager.filter(pk=key).first()
    if row is None:
        raise Http404("There is no such row on this menu.")
    return row


def mark(*rows: Mapping[str, Any]) -> str:
    """What somebody saw of rows when they decided on a change; where they stand is no part of it."""
    seen = [{name: value for name, value in row.items() if name != "position"} for row in rows]
    return etags.tag_of(json.dumps(seen, sort_keys=True).encode()).strip('"')[:16]


def refuse_outdated(request: HttpRequest, *rows: Mapping[str, Any]) -> None:
    """When somebody else was quicker the later is told, and nothing is written over."""
    seen = request.POST.get("seen")
    if seen and seen != mark(*rows):
        raise Refused(_("Somebody else has changed this meanwhile. Here is how it is now; change it again."))


def refuse_shared(desk: Desk) -> None:
    """Before an edit of what a house does not have for itself."""
    if desk.source is not None:
        house = {"house": desk.source.name}
        raise Refused(_("This comes from the menu of %(house)s. Change it there.") % house)


def whole(value: str) -> int | None:
    """A small whole number as a form sends it."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


def _plain(errors: Any) -> dict[str, list[str]]:
    """Sentences by field; of nested rows the first that says something."""
    if not isinstance(errors, Mapping):
        return {"detail": _sentences(errors)}
    return {str(name): found for name, each in errors.items() if (found := _sentences(each))}


def _sentences(errors: Any) -> list[str]:
    if isinstance(errors, Mapping):
        return [text for each in errors.values() for text in _sentences(each)]
    if isinstance(errors, list | tuple):
        return [text for each in errors for text in _sentences(each)]
    return [str(errors)]
