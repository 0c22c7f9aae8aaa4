"""A restaurant's own keys at vendors: written, replaced and removed, never shown."""

from __future__ import annotations

import hashlib
from copy import copy
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts import audit
from apps.dashboard.settings import vendors
from apps.dashboard.settings.forms import Unfit
from apps.dashboard.settings.saving import Outdated, checked
from apps.dashboard.shell import Here, page, render_page, tell
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

PART = "dashboard/settings/own_keys.html"
OF = {"settings-voice": ("elevenlabs", "deepgram"), "settings-models": ("openai", "anthropic", "gemini", "ollama")}
"""Whose keys stand on which page."""


@require_POST
@page("settings.change")
def change(request: HttpRequest, here: Here) -> HttpResponse:
    """`deed` is set, with a `key`, or remove; of a `vendor` whose key was as `seen` when the page was made."""
    vendor, deed = request.POST.get("vendor", ""), request.POST.get("deed", "")
    where = next((name for name, known in OF.items() if vendor in known), None)
    if where is None or deed not in ("set", "remove"):
        raise Http404("A key is set or removed, of a vendor that is asked for something.")
    key = request.POST.get("key", "").strip()
    fault = ""
    if deed == "set" and not key:
        fault = _("Type or paste the key.")
    else:
        try:
            _write(here, vendor, key if deed == "set" else None, seen=request.POST.get("seen", ""))
        except Unfit as unfit:
            fault = " ".join(unfit.faults.values())
        except Outdated:
            fault = _("Somebody else has just changed this key. Look whether it is set, then save yours again.")
    shown = shown_on(where, vendor=vendor, fault=fault)
    if not request.headers.get("HX-Request"):
        if fault:
            return render_page(request, here, "dashboard/settings/tried.html", section="settings", part=PART, **shown)
        return redirect(where, slug=here.place.slug)
    answer = render(request, PART, {"here": here, **shown})
    if fault:
        return answer
    done = _("Key of %(who)s saved") if deed == "set" else _("Key of %(who)s removed")
    return tell(answer, done % {"who": vendors.name(vendor)})


@transaction.atomic
def _write(here: Here, vendor: str, key: str | None, *, seen: str) -> None:
    row = restaurant.locked_settings()
    if _seen(row, vendor) != seen:
        raise Outdated
    before = copy(row)
    after = checked(here, row, {"provider_keys": {vendor: key}}).save()
    audit.changed("settings.change", before=before, after=after, actor=here.by, place=here.place)
    done = {vendor: "removed" if key is None else "set"}
    audit.record("settings.provider_keys", actor=here.by, place=here.place, subject="settings/1", after=done)
    live.touched("settings")


def shown_on(where: str, *, vendor: str = "", fault: str = "") -> dict[str, Any]:
    """For the template: which are set, on the page of this name; the `fault` is of that vendor's."""
    row = restaurant.settings()
    return {
        "keys": [
            {
                "vendor": each,
                "who": vendors.name(each),
                "is_set": bool(row.provider_keys.get(each)),
                "installations": bool(getattr(settings, f"{each.upper()}_API_KEY", "")),
                "seen": _seen(row, each),
                "fault": fault if each == vendor else "",
            }
            for each in OF[where]
        ]
    }


def _seen(row: RestaurantSettings, vendor: str) -> str:
    return hashlib.sha256(str(row.provider_keys.get(vendor, "")).encode()).hexdigest()[:16]
