"""A page of settings, shown and saved: by the rules that REST has, and not over what somebody else has just saved."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.dashboard.settings import sections
from apps.dashboard.settings.forms import Form
from apps.dashboard.shell import Here, render_page, tell
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.voice.api_settings import SettingsTaken


class Outdated(Exception):
    """Somebody else has changed these settings since the page was made."""


class Unfit(Exception):
    """What was sent cannot be: `faults` are sentences by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(str(faults))
        self.faults = faults


def serve(request: HttpRequest, here: Here, form: Form, *, section: str, template: str, said: str) -> HttpResponse:
    """The whole of such a page. `said` is what the toast says once it is saved, and that is for callers' next call."""
    if request.method != "POST":
        return _page(request, here, form, section=section, template=template)
    if not here.may("settings.change"):
        raise PermissionDenied
    try:
        save(here, form.read(request.POST), form=form, seen=request.POST.get("seen", ""))
    except Unfit as unfit:
        return _page(request, here, form, section=section, template=template, faults=unfit.faults)
    except Outdated:
        refusal = _("Somebody else has just changed these settings. Look at what is set now, then save yours again.")
        return _page(request, here, form, section=section, template=template, refusal=refusal)
    if not request.headers.get("HX-Request"):
        return redirect(request.path)
    return tell(_part(request, here, form, template=template), said)


@transaction.atomic
def save(here: Here, given: dict[str, Any], *, form: Form | None = None, seen: str = "") -> None:
    """Set these, checked by REST's rules; on record; open pages and the next call know it."""
    row = restaurant.locked_settings()
    if form is not None and form.seen(row) != seen:
        raise Outdated
    before = copy(row)
    wanted = SettingsTaken(row, data=given, partial=True, context={"view": here})
    if not wanted.is_valid():
        raise Unfit({name: " ".join(str(each) for each in faults) for name, faults in wanted.errors.items()})
    after = wanted.save()
    audit.changed("settings.change", before=before, after=after, actor=here.by, place=here.place)
    live.touched("settings")


def _page(request: HttpRequest, here: Here, form: Form, *, section: str, template: str, **refused: Any) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _part(request, here, form, template=template, **refused)
    return render_page(
        request, here, "dashboard/settings/page.html", section="settings", part=template,
        sections=sections.listed(here), chosen=section, **_shown(request, here, form, **refused),
    )  # fmt: skip


def _part(request: HttpRequest, here: Here, form: Form, *, template: str, **refused: Any) -> HttpResponse:
    return render(request, template, {"here": here, **_shown(request, here, form, **refused)})


def _shown(
    request: HttpRequest, here: Here, form: Form, *, faults: dict[str, str] | None = None, refusal: str = ""
) -> dict[str, Any]:
    row = restaurant.settings()
    sent = request.POST if faults or refusal else None
    return {
        "groups": form.shown(row, sent=sent, faults=faults),
        "seen": form.seen(row),
        "faults": faults,
        "refusal": refusal,
        "may_save": here.may("settings.change"),
        "settings": row,
        **form.extra(row),
    }
