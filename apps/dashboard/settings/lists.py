"""A page of settings with rows: deeds on them by REST's rules, on record, and not over what somebody else did."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import time
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from apps.accounts import audit, keys
from apps.dashboard.settings.forms import Field, Form, Text, Unfit, in_short, read
from apps.dashboard.settings.saving import Outdated, in_frame, save
from apps.dashboard.shell import Here, Page, Undo, page, tell
from apps.outbox import live
from apps.restaurant.models import RestaurantSettings
from apps.voice import api_settings

Row = TypeVar("Row", bound=models.Model)
TARGET = "#list"
"""What every answer replaces."""
CHANGED_MEANWHILE = gettext_noop("Somebody else has just changed this. Look at what it is now, then do yours again.")


class Refused(Exception):
    """Why it cannot be, as a sentence."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that cannot be taken as it is: which of the page's, what stood in it, and what is wrong by field."""

    key: str
    values: QueryDict
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a deed says when it is done, what takes it back, and what is shown this once."""

    said: str
    undo: Undo | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


Deed = Callable[[HttpRequest, Here], Done | HttpResponse]


@dataclass(frozen=True, slots=True)
class Listing:
    """Such a page: a `template` for what changes, and its deeds, each a transaction with the permission it needs."""

    section: str
    template: str
    shown: Callable[[HttpRequest, Here, Sent | None], dict[str, Any]]
    deeds: Mapping[str, tuple[str, Deed]]
    refusals: tuple[type[Exception], ...] = ()

    @property
    def _all_refusals(self) -> tuple[type[Exception], ...]:
        return (Refused, *self.refusals)

    def view(self, permission: str) -> Page:
        """The page's one address, for those who may look at it."""

        @require_http_methods(["GET", "POST"])
        @page(permission)
        def show(request: HttpRequest, here: Here) -> HttpResponse:
            return self.serve(request, here)

        return show

    def serve(self, request: HttpRequest, here: Here) -> HttpResponse:
        if request.method != "POST":
            return self.answer_with(request, here, self.shown(request, here, None))
        permission, deed = self.deeds.get(request.POST.get("deed", ""), ("", None))
        if deed is None:
            raise Http404("There is no such deed.")
        if not here.may(permission):
            raise PermissionDenied
        try:
            with transaction.atomic():
                done = deed(request, here)
        except Unfit as unfit:
            sent = Sent(request.POST.get("key", ""), request.POST, unfit.faults)
            return self.answer_with(request, here, self.shown(request, here, sent))
        except Outdated:
            return self._failed(request, here, _(CHANGED_MEANWHILE))
        except self._all_refusals as refusal:
            return self._failed(request, here, str(refusal))
        return done if isinstance(done, HttpResponse) else self._answer(request, here, done)

    def _answer(self, request: HttpRequest, here: Here, done: Done) -> HttpResponse:
        if not request.headers.get("HX-Request") and not done.shown:
            return redirect(request.path)
        answer = self.answer_with(request, here, {**self.shown(request, here, None), **done.shown})
        if done.shown:
            answer["Cache-Control"] = "no-store"
        return tell(answer, done.said, undo=done.undo)

    def _failed(self, request: HttpRequest, here: Here, said: str) -> HttpResponse:
        """The toast goes; what has to be done first stays on the page."""
        shown = {**self.shown(request, here, None), "refusal": said}
        return tell(self.answer_with(request, here, shown), said, failed=True)

    def answer_with(self, request: HttpRequest, here: Here, shown: dict[str, Any]) -> HttpResponse:
        """What changes alone for a page with scripts, else the page."""
        if request.headers.get("HX-Request"):
            return render(request, self.template, {"here": here, **shown})
        return in_frame(request, here, self.template, section=self.section, **shown)


# ---- rows ----------------------------------------------------------------------------------------------


def seen(row: models.Model) -> str:
    """What a row is, in short."""
    return in_short([getattr(row, each.attname) for each in row._meta.concrete_fields])


def locked(rows: models.QuerySet[Row], request: HttpRequest, *, as_seen: bool = True) -> Row:
    """The row a deed is for, nobody else's to change until the transaction ends. Where it `as_seen` must be what its
    page showed, `Outdated` says that it is not; one that somebody took away is."""
    name = request.POST.get("id", "")
    whole = name.isdecimal() if isinstance(rows.model._meta.pk, models.IntegerField) else _is_uuid(name)
    if not whole:
        raise Http404("There is no such row.")
    row = rows.select_for_update(of=("self",)).filter(pk=name).first()
    if row is None:
        if as_seen and request.POST.get("seen"):
            raise Outdated
        raise Http404("There is no such row.")
    if as_seen and request.POST.get("seen") != seen(row):
        raise Outdated
    return row


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def record(here: Here, action: str, *, before: models.Model | None, after: models.Model | None) -> None:
    """On record, and open pages know it."""
    audit.changed(action, before=before, after=after, actor=here.by, place=here.place)
    live.touched("settings")


def kept(here: Here, wanted: Any, *, noun: str, row: models.Model | None) -> Any:
    """Save what a serializer has looked at: a new row, or the changes of this one."""
    before = copy(row)
    after = wanted.save()
    record(here, f"{noun}.change" if row is not None else f"{noun}.create", before=before, after=after)
    return after


def move(here: Here, rows: models.QuerySet[Any], request: HttpRequest, *, noun: str) -> Any:
    """One place up or down in the order of `position`; the row that moved."""
    listed = list(rows.select_for_update(of=("self",)))
    row = next((each for each in listed if str(each.pk) == request.POST.get("id", "")), None)
    if row is None:
        raise Http404("There is no such row.")
    at = listed.index(row)
    to = at + (-1 if request.POST.get("way") == "up" else 1)
    if not 0 <= to < len(listed):
        return row
    listed.insert(to, listed.pop(at))
    for position, each in enumerate(listed):
        if each.position != position:
            before, each.position = copy(each), position
            each.save(update_fields=["position"])
            if each is row:
                record(here, f"{noun}.change", before=before, after=each)
    return row


def reveal(request: HttpRequest, here: Here, number: str, *, subject: str) -> HttpResponse:
    """A whole number in the place of its button; that it was looked at is on record."""
    if not number:
        raise Http404("There is no number.")
    audit.record("numbers.view", actor=here.by, place=here.place, subject=subject, number=number)
    return render(request, "dashboard/settings/lists/number.html", {"number": number})


def sealed(here: Here, values: Mapping[str, Any]) -> str:
    """What Undo brings back: a row as it was, unreadable to whoever holds it."""
    return keys.encrypt(json.dumps({"place": str(here.place.id), **values}, cls=DjangoJSONEncoder))


def unsealed(here: Here, request: HttpRequest) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(keys.decrypt(request.POST.get("sealed", "")))
    except ValueError:
        raise Http404("There is nothing to bring back.") from None
    if values.pop("place", "") != str(here.place.id):
        raise Http404("There is nothing to bring back.")
    return values


# ---- settings beside them -------------------------------------------------------------------------------


def setting(form: Form, said: Text) -> Deed:
    """The deed that saves a form of the settings on such a page."""

    def save_them(request: HttpRequest, here: Here) -> Done:
        save(here, form.read(request.POST), form=form, seen=request.POST.get("seen", ""))
        return Done(str(said))

    return save_them


def settings_form(
    settings: Form, row: RestaurantSettings, *, sent: Sent | None, key: str = "settings"
) -> dict[str, Any]:
    fields = list(settings.fields)
    values = {each.name: getattr(row, each.name) for each in fields}
    return {**form(fields, key=key, values=values, sent=sent), "seen": settings.seen(row)}


# ---- forms ---------------------------------------------------------------------------------------------


def sent_as(fields: Sequence[Field], request: HttpRequest) -> dict[str, Any]:
    """What was sent, as REST would be told it."""
    return {each.name: read(each, request.POST) for each in fields}


def many(name: str) -> Callable[[QueryDict], list[str]]:
    """How boxes are read of which several may be ticked."""
    return lambda sent: sent.getlist(name)


def form(
    fields: Sequence[Field],
    *,
    key: str,
    values: Mapping[str, Any],
    sent: Sent | None,
    choices: Mapping[str, Sequence[tuple[str, Text]]] | None = None,
) -> dict[str, Any]:
    """For the template: as it is, or as it was sent when that was refused. `key` tells a page's forms apart."""
    mine = sent if sent is not None and sent.key == key else None
    known = {each.name for each in fields}
    return {
        "key": key,
        "is_open": mine is not None,
        "fault": " ".join(text for name, text in mine.faults.items() if name not in known) if mine else "",
        "fields": [_shown(each, key, values, mine, (choices or {}).get(each.name, each.choices)) for each in fields],
    }


def _shown(
    one: Field, key: str, values: Mapping[str, Any], sent: Sent | None, choices: Sequence[tuple[str, Text]]
) -> dict[str, Any]:
    value = values.get(one.name) if sent is None else read(one, sent.values)
    if isinstance(value, time):
        value = f"{value:%H:%M}"
    if one.show is not None:
        value = one.show(value)
    if one.kind == "password":
        value = ""
    fault = sent.faults.get(one.name, "") if sent else ""
    least, most = api_settings.BOUNDS.get(one.name, (None, None))
    return {
        "id": f"{key}-{one.name}",
        "name": one.name,
        "label": one.label,
        "kind": one.kind,
        "hint": one.hint,
        "unit": one.unit,
        "empty": one.empty,
        "choices": choices,
        "least": least,
        "most": most,
        "value": "" if value is None else value,
        "fault": fault,
        "described": f"{key}-{one.name}-about" if one.hint or one.empty or fault else "",
    }
