"""Voice and languages: what is spoken, who speaks, who hears, and each of them tried as it stands in the form."""

from __future__ import annotations

import asyncio
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.dashboard.settings import languages, own_keys, trying, vendors
from apps.dashboard.settings.chains import chain
from apps.dashboard.settings.forms import Field, Form, Group
from apps.dashboard.settings.saving import as_it_stands, serve
from apps.dashboard.shell import Here, page
from apps.menu import shelf
from apps.menu.card import Card
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.voice import api_settings, checking, phrasebook, providers, roster
from apps.voice.carrier import voice as callers
from apps.voice.checking import Understood
from apps.voice.speech import Provider
from apps.voice.tts import embedded
from apps.voice.tts.espeak import Voice

HEARD = "dashboard/settings/heard.html"
OF_THE_EAR = ("languages", "stt_provider", "stt_model")
CALLER_SAYS = {
    "en": "Hello, I would like to order {dish}, please.",
    "es": "Hola, quisiera pedir {dish}, por favor.",
}
"""Sound for a recogniser, in the languages that calls are held in: no words of the page's."""
CALLER_WORDS_PER_MINUTE = 145


def _besides(row: RestaurantSettings) -> dict[str, Any]:
    """What a fall-back is listened to with."""
    return {"sample": _samples(row)[0]["text"]}


FORM = Form(
    (
        Group(
            __("Languages"),
            (languages.field(),),
            hint=__("Calls open in the first. After that Loman answers in whichever of them the caller speaks."),
        ),
        Group(
            __("Who speaks"),
            (
                Field(
                    "tts_provider",
                    __("Provider"),
                    "choice",
                    choices=vendors.choices(api_settings.SPEAKS, setting="TTS_PROVIDER"),
                ),
                Field(
                    "voice",
                    __("Voice"),
                    hint=__("As the provider names it: an ElevenLabs voice ID, or a Piper voice that was fetched."),
                    empty=__("Empty: the installation's."),
                ),
                Field("tts_model", __("Model"), empty=__("Empty: the provider's usual one.")),
                chain(
                    "tts_fallbacks",
                    __("When that fails"),
                    known=api_settings.SPEAKS,
                    choice=__("Voice"),
                    last=__("Loman's own voice, always last. It needs nobody else, so there is never silence."),
                    hint=__("Used when you have chosen a provider above; else the installation's are."),
                ),
            ),
        ),
        Group(
            __("Who hears"),
            (
                Field(
                    "stt_provider",
                    __("Provider"),
                    "choice",
                    choices=vendors.choices(api_settings.HEARS, setting="STT_PROVIDER"),
                ),
                Field("stt_model", __("Model"), empty=__("Empty: the provider's usual one.")),
                chain(
                    "stt_fallbacks",
                    __("When that fails"),
                    known=api_settings.HEARS,
                    choice=__("Model"),
                    last=__("Loman's own recogniser, always last. It understands clear English about your menu."),
                    hint=__("Used when you have chosen a provider above; else the installation's are."),
                ),
                Field(
                    "keyterms",
                    __("Words to listen for"),
                    "lines",
                    hint=__(
                        "One a line: names and streets that were misheard. The menu's words are listened for anyway."
                    ),
                ),
            ),
        ),
    ),
    besides=_besides,
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    part = "dashboard/settings/voice.html"
    said = _("Voice and languages saved. The next call speaks and hears so")
    return serve(
        request, here, FORM, section="voice", template=part, said=said,
        aside="dashboard/settings/voice_beside.html", more=lambda: _beside(here),
    )  # fmt: skip


@require_GET
@page("settings.view")
def next_call(request: HttpRequest, here: Here) -> HttpResponse:
    """What the next call speaks and hears with, for a page that is open."""
    return render(request, "dashboard/settings/next_call.html", {"here": here, **_next_call(restaurant.settings())})


def _beside(here: Here) -> dict[str, Any]:
    row = restaurant.settings()
    return {
        **_next_call(row),
        **own_keys.shown_on("settings-voice"),
        "caller_says": _caller_says(row, _card(here, row))[1],
    }


def _next_call(row: RestaurantSettings) -> dict[str, Any]:
    lacks = []
    for first in (providers.first_voice, providers.first_ear):
        try:
            first(row)
        except providers.Unconfigured as why:
            lacks.append(vendors.lacking(why))
    return {
        "samples": _samples(row),
        "speaks": _names(providers.speaking(row)),
        "hears": _names(providers.hearing(row)),
        "lacks": lacks,
    }


def _names(chain: providers.Chain) -> list[str]:
    """In their order; one vendor's two ways to be asked are one."""
    return list(dict.fromkeys(vendors.called(each.name, each.voice or each.model) for each in chain))


def _samples(row: RestaurantSettings) -> list[dict[str, Any]]:
    """A sentence in each language: what calls end with."""
    place = scope.here()
    books = phrasebook.offered(row.languages, name=place.name if place else "", assistant=row.assistant_name)
    return [
        {"language": code, "spoken": languages.NAMES[code], "text": f"{book.greeting} {book.goodbye}"}
        for code, book in books.items()
    ]


# ---- hearing, tried ------------------------------------------------------------------------------------


@require_POST
@page("settings.view")
def hear(request: HttpRequest, here: Here) -> HttpResponse:
    """A sentence of Loman's own caller, played to the recogniser that the unsaved form chooses."""
    return trying.shown(request, here, _heard, part=HEARD)


def _heard(request: HttpRequest, here: Here) -> dict[str, Any]:
    row = restaurant.settings()
    given = {name: value for name, value in FORM.read(request.POST).items() if name in OF_THE_EAR}
    chosen = as_it_stands(here, row, given)
    ear, card = providers.first_ear(chosen), _card(here, row)
    language, text = _caller_says(chosen, card)
    facts = {"provider": ear.name, "model": ear.model, "language": language}
    with trying.alone(here), trying.turn(here, "settings.try_hearing", **facts):
        sound = callers.speak(text, voice=_caller(language))
        found = asyncio.run(_understood(ear, sound, card=card, language=_listened_for(chosen)))
    if found.failure is not None:
        return {"fault": vendors.failed(ear.name, found.failure.reason), "said": text}
    return {
        "who": vendors.called(ear.name, ear.model),
        "said": text,
        "text": found.text,
        "seconds": number_format(found.seconds or 0.0, decimal_pos=2),
        "sure": f"{found.confidence:.0%}" if found.confidence is not None else "",
        "is_free": ear.name in vendors.COST_NOTHING,
    }


def _caller(language: str) -> Voice:
    """Another voice than the restaurant's, and one that is easily understood."""
    return embedded.CALLER if language == "en" else embedded.voice_named(f"{language}@{CALLER_WORDS_PER_MINUTE}")


async def _understood(ear: Provider, sound: bytes, *, card: Card, language: str) -> Understood:
    """On an event loop of its own, as a voice is tried."""
    try:
        return await checking.understands(ear, sound, card=card, language=language)
    finally:
        await roster.let_go()


def _listened_for(chosen: RestaurantSettings) -> str:
    """As a call would be told (apps.voice.admission)."""
    books = phrasebook.offered(chosen.languages)
    return next(iter(books)) if len(books) == 1 else "multi"


def _caller_says(chosen: RestaurantSettings, card: Card) -> tuple[str, str]:
    """In the first language, of the first dish there is."""
    language = next(iter(phrasebook.offered(chosen.languages)))
    dish = next((item.name for item in card.items if item.available), "a pizza")
    return language, CALLER_SAYS[language].format(dish=dish)


def _card(here: Here, row: RestaurantSettings) -> Card:
    return shelf.current(here.place.id, now=timezone.now(), currency=row.currency, alcohol_sold=row.alcohol_sold).card
