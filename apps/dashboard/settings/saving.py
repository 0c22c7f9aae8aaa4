"""A page of settings, shown and saved: by the rules that REST has, and not over what somebody else has just saved."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.dashboard.settings import sections
from apps.dashboard.settings.forms import Form, Unfit, taken
from apps.dashboard.shell import Here, render_page, tell
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.models import Restaurant
from apps.voice.api_settings import SettingsTaken


class Outdated(Exception):
    """Somebody else has changed these settings since the page was made."""


def serve(
    request: HttpRequest,
    here: Here,
    form: Form,
    *,
    section: str,
    template: str,
    said: str,
    aside: str = "",
    around: str = "",
    more: Callable[[], dict[str, Any]] = dict,
) -> HttpResponse:
    """The whole of such a page. `said` is what the toast says once it is saved, and that is for callers' next call.
    `aside` is a template beside the form, for what is tried or shown there and is no setting. A page that is more than
    its form has a template `around` it, which is shown `more`."""

    def answer(**refused: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return _part(request, here, form, template=template, **refused)
        shown = _shown(request, here, form, **refused)
        return in_frame(request, here, around or template, section=section, aside=aside, **{**more(), **shown})

    if request.method != "POST":
        return answer()
    if not here.may("settings.change"):
        raise PermissionDenied
    if "do" in request.POST:  # rows of a list come, go and change places before anything is saved
        return answer(moved=request.POST.get("seen", ""))
    try:
        save(here, form.read(request.POST), form=form, seen=request.POST.get("seen", ""))
    except Unfit as unfit:
        return answer(faults=unfit.faults)
    except Outdated:
        refusal = _("Somebody else has just changed these settings. Look at what is set now, then save yours again.")
        return answer(refusal=refusal)
    if not request.headers.get("HX-Request"):
        return redirect(request.path)
    return tell(_part(request, here, form, template=template), said)


def in_frame(request: HttpRequest, here: Here, part: str, *, section: str, **shown: Any) -> HttpResponse:
    """A page of settings, beside the list of all of them."""
    return render_page(
        request, here, "dashboard/settings/page.html", section="settings", part=part,
        sections=sections.listed(here), chosen=section, **shown,
    )  # fmt: skip


def checked(here: Here, row: RestaurantSettings, given: dict[str, Any]) -> SettingsTaken:
    """What is given, by REST's rules; `Unfit` when it cannot be."""
    wanted: SettingsTaken = taken(SettingsTaken(row, data=given, partial=True, context={"view": here}))
    return wanted


def as_it_stands(here: Here, row: RestaurantSettings, given: dict[str, Any]) -> RestaurantSettings:
    """The settings as they would be with these, for a try: nothing is written. Keys are not given so."""
    tried = copy(row)
    for name, value in checked(here, row, given).validated_data.items():
        setattr(tried, name, value)
    return tried


@transaction.atomic
def save(here: Here, given: dict[str, Any], *, form: Form | None = None, seen: str = "") -> None:
    """Set these, checked by REST's rules; on record; open pages and the next call know it."""
    row = restaurant.locked_settings()
    if form is not None and form.seen(row) != seen:
        raise Outdated
    before, house = copy(row), _house(here)
    after = checked(here, row, given).save()
    for was, now in ((before, after), (house, _house(here))):
        audit.changed("settings.change", before=was, after=now, actor=here.by, place=here.place)
    live.touched("settings")


def _house(here: Here) -> Restaurant:
    """Its name and time zone stand there."""
    found: Restaurant = Restaurant.objects.get(pk=here.place.id)
    return found


def _part(request: HttpRequest, here: Here, form: Form, *, template: str, **refused: Any) -> HttpResponse:
    return render(request, template, {"here": here, **_shown(request, here, form, **refused)})


def _shown(
    request: HttpRequest,
    here: Here,
    form: Form,
    *,
    faults: dict[str, str] | None = None,
    refusal: str = "",
    moved: str | None = None,
) -> dict[str, Any]:
    """`moved`: nothing was refused, the rows of a list changed places in a form of this `seen`."""
    row = restaurant.settings()
    sent = request.POST if faults or refusal or moved is not None else None
    return {
        "groups": form.shown(row, sent=sent, faults=faults),
        "seen": form.seen(row) if moved is None else moved,
        "faults": faults,
        "refusal": refusal,
        "may_save": here.may("settings.change"),
        "settings": row,
        **form.besides(row),
    }
