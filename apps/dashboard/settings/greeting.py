"""Greeting and notice: who says what before a caller says anything, and how that sounds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_http_methods, require_POST

from apps.dashboard.settings.forms import Field, Form, Group, Unfit
from apps.dashboard.settings.languages import NAMES
from apps.dashboard.settings.saving import as_it_stands, serve
from apps.dashboard.shell import Here, page
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.voice import phrasebook

OPENING = "dashboard/settings/opening.html"
FORM = Form(
    (
        Group(
            __("Who answers"),
            (
                Field(
                    "assistant_name",
                    __("Name of the assistant"),
                    hint=__("Said in the notice, and whenever somebody asks who is speaking."),
                ),
            ),
        ),
        Group(
            __("Notice"),
            (
                Field(
                    "notice",
                    __("Your own words"),
                    "area",
                    hint=__("{name} becomes the restaurant, {assistant} who answers."),
                    empty=__("Empty: Loman's own notice is said, in the language that calls open in."),
                ),
            ),
            hint=__(
                "Every caller hears it first, and it cannot be turned off: that an AI speaks, and that the call is "
                "recorded."
            ),
        ),
        Group(
            __("Greeting"),
            (
                Field(
                    "greeting",
                    __("Your own words"),
                    "area",
                    hint=__("Said right after the notice; then the caller speaks."),
                    empty=__("Empty: “What can I do for you?”, in the language that calls open in."),
                ),
            ),
        ),
    )
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    part = "dashboard/settings/greeting.html"
    said = _("Greeting and notice saved. The next call opens with them")
    return serve(
        request, here, FORM, section="greeting", template=part, said=said,
        aside="dashboard/settings/opening_beside.html", more=lambda: opening(here, restaurant.settings()),
    )  # fmt: skip


@require_POST
@page("settings.view")
def heard_first(request: HttpRequest, here: Here) -> HttpResponse:
    """The opening as the unsaved form has it."""
    row = restaurant.settings()
    try:
        shown = opening(here, as_it_stands(here, row, FORM.read(request.POST)))
    except Unfit as unfit:
        shown = {"fault": " ".join(unfit.faults.values())}
    return render(request, OPENING, {"here": here, **shown})


def opening(here: Here, chosen: RestaurantSettings) -> dict[str, Any]:
    """What a caller hears before anything is heard of them, composed as a call composes it."""
    facts = {"assistant": chosen.assistant_name, "name": here.place.name}
    language, book = next(iter(phrasebook.offered(chosen.languages, **facts).items()))
    notice = phrasebook.notice(chosen.notice, book, **facts)
    greeting = phrasebook.greeting(chosen.greeting, book, **facts)
    own = chosen.notice.strip()
    return {
        "notice": notice,
        "greeting": greeting,
        "whole": f"{notice} {greeting}",
        "language": language,
        "spoken": NAMES[language],
        "lacks": phrasebook.unsaid(phrasebook.filled(own, **facts)) if own else [],
    }
