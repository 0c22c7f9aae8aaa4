"""The house: its name, where it is, what it does by phone, and what callers ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_http_methods

from apps.dashboard.settings.forms import Field, Form, Group
from apps.dashboard.settings.pairs import pairs
from apps.dashboard.settings.saving import serve
from apps.dashboard.shell import Here, page
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Restaurant

BOTH = "pickup reservations"


def _read_services(sent: QueryDict) -> list[str]:
    return sent.get("services", "").split()


def _show_services(chosen: Any) -> str:
    """Where nobody has chosen yet, both are done."""
    return " ".join(sorted(chosen or BOTH.split()))


def _beside() -> Mapping[str, Any]:
    """What stands with the restaurant itself."""
    place = scope.here()
    assert place is not None
    row = Restaurant.objects.get(pk=place.id)
    return {"name": row.name, "timezone": row.timezone}


def _zones(row: RestaurantSettings) -> Mapping[str, Any]:
    """Those that are named after a place."""
    return {"zones": sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))}


FORM = Form(
    (
        Group(
            __("Name and place"),
            (
                Field("name", __("Name"), hint=__("As Loman says it when it answers.")),
                Field("phone", __("Phone callers know"), hint=__("With its country code: +1 512 555 0101.")),
                Field("address", __("Address"), hint=__("Said as it is written here."), is_wide=True),
                Field("timezone", __("Time zone"), "zone", hint=__("All hours are hours there: America/Chicago.")),
                Field("currency", __("Currency"), hint=__("Three letters: USD, CAD, MXN.")),
            ),
        ),
        Group(
            __("By phone"),
            (
                Field(
                    "services",
                    __("Loman takes"),
                    "choice",
                    choices=(
                        (BOTH, __("pickup orders and bookings")),
                        ("pickup", __("pickup orders")),
                        ("reservations", __("bookings")),
                    ),
                    hint=__("Who wants the other is told that it is not taken by phone."),
                    read=_read_services,
                    show=_show_services,
                ),
            ),
        ),
        Group(
            __("What callers ask about"),
            (
                pairs(
                    "policies",
                    __("Answers"),
                    keys=__("Subject"),
                    values=__("What is said about it"),
                    kind="texts",
                    hint=__("A subject is a word callers use: parking, dogs, payment, dress code."),
                ),
            ),
            hint=__("Loman says it as it stands here."),
        ),
    ),
    besides=_zones,
    beside=_beside,
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    said = _("The house is saved. The next call follows it")
    return serve(request, here, FORM, section="house", template="dashboard/settings/house.html", said=said)
