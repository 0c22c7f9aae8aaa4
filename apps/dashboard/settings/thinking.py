"""Models: who thinks in a call, on what terms, for how much; and the chosen one asked as it stands in the form."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.dashboard.settings import own_keys, trying, vendors
from apps.dashboard.settings.chains import chain
from apps.dashboard.settings.forms import Field, Form, Group
from apps.dashboard.settings.saving import as_it_stands, serve
from apps.dashboard.shell import Here, page
from apps.llm import choice, client, usage
from apps.llm.client import Tried
from apps.llm.vendors import Provider
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tools import snapshot
from apps.tools.snapshot import Snapshot
from apps.voice import admission, api_settings, phrasebook

ANSWER = "dashboard/settings/answer.html"
OF_THE_MODEL = ("llm_provider", "llm_model", "llm_temperature", "prompt_additions")
"""What of an unsaved form counts."""
CALLER_ASKS = {
    "en": "Hi, until when are you open today, and what do you recommend?",
    "es": "Hola, ¿hasta qué hora abren hoy, y qué me recomienda?",
}
"""In the languages that calls are held in: no words of the page's."""
FORM = Form(
    (
        Group(
            __("Who thinks"),
            (
                Field(
                    "llm_provider",
                    __("Provider"),
                    "choice",
                    choices=vendors.choices(api_settings.THINKS, setting="LLM_PROVIDER"),
                ),
                Field("llm_model", __("Model"), hint=__("As the provider names it, for example gpt-4o-mini.")),
                Field(
                    "llm_temperature",
                    __("Temperature"),
                    "money",
                    unit=__("from 0 to 2"),
                    hint=__("Low: the same words each time. High: freer, and less reliable with orders."),
                ),
                chain(
                    "llm_fallbacks",
                    __("When that fails"),
                    known=api_settings.THINKS,
                    choice=__("Model"),
                    last=__("Loman's own model, always last. It takes orders and bookings without any vendor."),
                    hint=__("Used when you have chosen a provider above; else the installation's are."),
                ),
            ),
        ),
        Group(
            __("What it is told besides"),
            (
                Field(
                    "prompt_additions",
                    __("In your own words"),
                    "area",
                    hint=__("4,000 letters at most. For example: recommend the tiramisu; say that we have a terrace."),
                    empty=__("Empty: only the facts, the menu and Loman's rules."),
                ),
            ),
            hint=__(
                "It stands behind Loman's rules and cannot change them: no price, total or discount, no order without "
                "the caller's yes, no promise about allergies, no other number to dial."
            ),
        ),
        Group(
            __("Budget"),
            (
                Field(
                    "model_dollars_a_day",
                    __("At most a day"),
                    "money",
                    unit=__("US dollars"),
                    empty=__("Empty: no limit."),
                ),
                Field(
                    "model_dollars_a_month",
                    __("At most a month"),
                    "money",
                    unit=__("US dollars"),
                    empty=__("Empty: no limit."),
                ),
            ),
            hint=__("Once it is spent no vendor is asked any more, and Loman's own model answers until the next day."),
        ),
    )
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    part = "dashboard/settings/models.html"
    said = _("Models saved. The next call is answered by them")
    return serve(
        request, here, FORM, section="models", template=part, said=said,
        aside="dashboard/settings/models_beside.html", more=lambda: _beside(here),
    )  # fmt: skip


@require_GET
@page("settings.view")
def next_call(request: HttpRequest, here: Here) -> HttpResponse:
    """Whom the next call asks and what was spent, for a page that is open."""
    return render(request, "dashboard/settings/next_model.html", {"here": here, **_next_call(here)})


def _beside(here: Here) -> dict[str, Any]:
    asks = CALLER_ASKS[_language(restaurant.settings())]
    return {**_next_call(here), **own_keys.shown_on("settings-models"), "caller_asks": asks}


def _next_call(here: Here) -> dict[str, Any]:
    row = restaurant.settings()
    today = timezone.now().astimezone(here.zone).date()
    day, month = (of(today, timezone=here.place.timezone) for of in (usage.of_day, usage.of_month))
    try:
        choice.first_of(row)
        lack = ""
    except choice.Unconfigured as why:
        lack = vendors.lacking(why)
    return {
        "asks": [_called(each) for each in choice.chain_of(row)],
        "lack": lack,
        "spent": [
            {"label": _("Today"), "cost": _dollars(day.cost), "of": row.model_dollars_a_day, "requests": day.requests},
            {
                "label": _("This month"),
                "cost": _dollars(month.cost),
                "of": row.model_dollars_a_month,
                "requests": month.requests,
            },
        ],
        "unpriced": month.unpriced,
        "is_spent": usage.purse(row, timezone=here.place.timezone, now=timezone.now()).is_empty,
    }


def _called(provider: Provider) -> str:
    return vendors.called(provider.name, "" if provider == choice.EMBEDDED else provider.model)


def _dollars(amount: Decimal | None) -> str:
    """As exact as small amounts are; empty where nobody knows."""
    if amount is None:
        return ""
    return f"${number_format(amount, decimal_pos=2 if amount >= 1 or not amount else 5)}"


# ---- the chosen model, asked ---------------------------------------------------------------------------


@require_POST
@page("settings.view")
def try_out(request: HttpRequest, here: Here) -> HttpResponse:
    """A caller's question to the model that the unsaved form chooses, with the prompt and the tools of a call."""
    return trying.shown(request, here, _answered, part=ANSWER)


def _answered(request: HttpRequest, here: Here) -> dict[str, Any]:
    row = restaurant.settings()
    given = {name: value for name, value in FORM.read(request.POST).items() if name in OF_THE_MODEL}
    chosen = as_it_stands(here, row, given)
    model = choice.first_of(chosen)
    facts = {"provider": model.name, "model": model.model}
    with trying.alone(here):
        known = replace(snapshot.take(here.place, now=timezone.now()), settings=chosen)
        if model != choice.EMBEDDED and usage.purse(row, timezone=here.place.timezone, now=known.taken_at).is_empty:
            raise trying.Refused(_("The budget for models is spent, so no vendor is asked. Raise it and save first."))
        with trying.turn(here, "settings.try_model", **facts):
            tried = asyncio.run(_asked(model, known, CALLER_ASKS[_language(chosen)]))
        if model != choice.EMBEDDED:
            usage.keep([tried.attempt], source="api", now=known.taken_at)
    return _shown(model, tried)


async def _asked(model: Provider, known: Snapshot, words: str) -> Tried:
    """On an event loop of its own, so that no call's has anything to do with it."""
    return await client.try_out(admission.first_request(known, words), model, card=known.card)


def _shown(model: Provider, tried: Tried) -> dict[str, Any]:
    attempt, answer = tried.attempt, tried.answer
    return {
        "fault": vendors.failed(model.name, tried.failure.reason) if tried.failure else "",
        "who": _called(model),
        "words": answer.content.strip() if answer else "",
        "tools": [call.name for call in answer.tool_calls] if answer else [],
        "first": _seconds(attempt.first_ms),
        "whole": _seconds(attempt.ms),
        "asked": attempt.prompt_tokens,
        "told": attempt.completion_tokens,
        "cost": _("nothing") if model == choice.EMBEDDED else _dollars(attempt.cost),
        "is_embedded": model == choice.EMBEDDED,
    }


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else number_format(milliseconds / 1000, decimal_pos=2)


def _language(chosen: RestaurantSettings) -> str:
    return next(iter(phrasebook.offered(chosen.languages)))
