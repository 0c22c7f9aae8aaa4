"""Listen-now: any text in the restaurant's voice, and why not when its voice does not speak."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts import limits
from apps.accounts.models import AuditEntry, User
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from apps.voice import checking, standing
from tests.dashboard.vendors import in_a_thread
from tests.voice.loopback import elevenlabs
from tests.voice.loopback.conduct import Conduct, Conducts

LISTEN = "/r/bella-napoli/settings/listen/"
HEADER_BYTES = 44


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    limits.limiter.cache_clear()
    standing.BOARD.clear()
    yield
    standing.BOARD.clear()


@pytest.fixture
def vendor(settings: Any) -> Iterator[elevenlabs.ElevenLabs]:
    with in_a_thread(elevenlabs.serving()) as [served]:
        settings.ELEVENLABS_URL, settings.ELEVENLABS_API_KEY = served.url, elevenlabs.KEY
        settings.ELEVENLABS_VOICE = elevenlabs.VOICE
        yield served


def listen(client: Client, text: str = "Good evening.", **more: str) -> Any:
    return client.post(LISTEN, {"text": text, **more}, headers={"Accept": "application/json"})


def sound(answer: Any) -> bytes:
    return base64.b64decode(answer.json()["sound"])[HEADER_BYTES:]


def test_a_text_is_spoken_by_the_voice_that_is_set_and_it_is_said_who_spoke(ana: Client) -> None:
    answer = listen(ana, "Good evening, this is Bella Napoli.")
    assert answer.status_code == 200
    assert len(sound(answer)) > 16_000, "more than a second"
    told = answer.json()
    assert told["said"].startswith("Loman's own, first sound after 0.")
    assert told["said"].endswith("costs nothing")
    assert 0 <= told["first_ms"] < 5000


def test_without_scripts_a_browser_gets_the_sound_alone(ana: Client) -> None:
    answer = ana.post(LISTEN, {"text": "Good evening."})
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "audio/wav", b"RIFF")


def test_another_language_is_spoken_in_its_own_way(ana: Client) -> None:
    assert sound(listen(ana, "Buenas tardes, dos pizzas")) != sound(
        listen(ana, "Buenas tardes, dos pizzas", language="es")
    )


def test_the_voice_of_the_unsaved_form_speaks_and_nothing_is_saved(
    ana: Client, bella: Place, vendor: elevenlabs.ElevenLabs
) -> None:
    answer = listen(ana, tts_provider="elevenlabs", tts_model="eleven_turbo_v2_5", voice=elevenlabs.OTHER_VOICE)
    assert answer.json()["said"].startswith(f"ElevenLabs ({elevenlabs.OTHER_VOICE}), first sound after ")
    assert answer.json()["said"].endswith("13 letters at the vendor's price")
    [said] = vendor.said
    assert (said.text, said.voice, said.model) == ("Good evening.", elevenlabs.OTHER_VOICE, "eleven_turbo_v2_5")
    with scope.enter(bella):
        assert restaurant.settings().tts_provider == ""


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"voice": "nobody"}, 502, "ElevenLabs knows no such model or voice. Check the names."),
        ({"key": "wrong"}, 502, "ElevenLabs refused the key. Check it, and that it may use this."),
        ({"key": ""}, 409, "ElevenLabs has no key: neither this restaurant nor the installation has one."),
    ],
)
def test_a_voice_that_does_not_speak_says_why_and_nobody_speaks_in_its_place(
    ana: Client, vendor: Any, settings: Any, wrong: dict[str, str], status: int, sentence: str
) -> None:
    settings.ELEVENLABS_API_KEY = wrong.get("key", elevenlabs.KEY)
    answer = listen(ana, tts_provider="elevenlabs", voice=wrong.get("voice", elevenlabs.VOICE))
    assert (answer.status_code, answer.json()) == (status, {"said": sentence})


def test_a_vendor_that_is_silent_is_not_waited_for_for_ever(ana: Client, vendor: Any, settings: Any) -> None:
    vendor.conducts = Conducts(Conduct(silent=True))
    settings.ELEVENLABS_API_KEY = elevenlabs.KEY
    before, checking.SECONDS = checking.SECONDS, 0.2
    try:
        answer = listen(ana, tts_provider="elevenlabs")
    finally:
        checking.SECONDS = before
    assert (answer.status_code, answer.json()["said"]) == (
        502,
        "ElevenLabs did not answer in time. Try again later.",
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"text": "  "}, "There is nothing to say."),
        ({"text": "a" * 1001}, "At most 1000 letters are spoken at once."),
        ({"text": "Hello", "tts_provider": "megaphone"}, '"megaphone" is not a valid choice.'),
        ({"text": "Hello", "tts_provider": "piper", "voice": "/etc/passwd"}, "This names a file of the server"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(ana: Client, asked: dict[str, str], sentence: str) -> None:
    answer = listen(ana, **asked)
    assert answer.status_code == 400
    assert sentence in answer.json()["said"]


def test_it_is_on_record_and_counted(ana: Client, bella: Place, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "tries": "1/hour"}
    assert listen(ana).status_code == 200
    refused = listen(ana)
    assert refused.status_code == 429
    assert "Try again in" in refused.json()["said"]
    [entry] = AuditEntry.objects.filter(action="settings.listen")
    assert (entry.actor, entry.after["provider"], entry.after["letters"]) == ("ana@bella.test", "embedded", 13)


def test_a_suspended_restaurant_asks_for_nothing_that_costs(client: Client, bella: Place) -> None:
    client.force_login(User.objects.get(email="super@loman.test"))
    Restaurant.objects.filter(pk=bella.id).update(state=Restaurant.State.SUSPENDED)
    answer = listen(client)
    assert answer.status_code == 429
    assert "suspended" in answer.json()["said"]


def test_it_is_for_who_may_see_the_settings_and_asked_for_by_post(ana: Client, sam: Client) -> None:
    assert listen(sam).status_code == 403
    assert ana.get(LISTEN).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana.cookies
    assert strict.post(LISTEN, {"text": "Hello"}).status_code == 403
