"""Who hears and speaks for a restaurant: its own choice, else the installation's, the embedded ones in the end."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts import keys
from apps.restaurant.models import RestaurantSettings
from apps.voice import providers
from apps.voice.speech import Provider


@pytest.fixture(autouse=True)
def _installation(settings: Any) -> None:
    settings.STT_PROVIDER, settings.STT_MODEL, settings.STT_FALLBACKS = "deepgram", "nova-3", ["whisper/base.en"]
    settings.TTS_PROVIDER, settings.TTS_FALLBACKS = "elevenlabs", ["piper/amy"]
    settings.DEEPGRAM_API_KEY, settings.ELEVENLABS_API_KEY, settings.ELEVENLABS_VOICE = "dg", "el", "rachel"


def names(chain: providers.Chain) -> list[str]:
    return ["/".join(filter(None, (each.name, each.model, each.voice))) for each in chain]


def test_without_a_choice_of_its_own_the_installations_holds() -> None:
    chosen = RestaurantSettings()
    assert names(providers.hearing(chosen)) == ["deepgram/nova-3", "whisper/base.en", "embedded"]
    assert names(providers.speaking(chosen)) == [
        "elevenlabs/rachel",
        "elevenlabs-http/rachel",
        "piper/amy",
        "embedded",
    ]
    assert providers.hearing(chosen)[0].api_key == "dg"


def test_a_restaurants_own_choice_replaces_all_of_it_and_its_key_is_its_own() -> None:
    chosen = RestaurantSettings(
        stt_provider="deepgram",
        stt_model="flux-general-en",
        stt_fallbacks=["deepgram/nova-3"],
        tts_provider="elevenlabs",
        tts_model="eleven_turbo_v2_5",
        voice="bella",
        provider_keys={"deepgram": keys.encrypt("own key")},
    )
    hearing = providers.hearing(chosen)
    assert names(hearing) == ["deepgram/flux-general-en", "deepgram/nova-3", "embedded"]
    assert {each.api_key for each in hearing[:2]} == {"own key"}
    assert names(providers.speaking(chosen))[0] == "elevenlabs/eleven_turbo_v2_5/bella"
    assert providers.speaking(chosen)[0].api_key == "el"


def test_what_cannot_be_asked_is_left_out(settings: Any) -> None:
    settings.DEEPGRAM_API_KEY = ""
    settings.STT_FALLBACKS = ["megaphone", "whisper", "whisper/base.en", "whisper/base.en"]
    assert names(providers.hearing(RestaurantSettings())) == ["whisper/base.en", "embedded"]


def test_nothing_stands_behind_the_embedded_one_and_a_typed_call_has_no_sound_to_fall_back_on() -> None:
    chosen = RestaurantSettings(stt_provider="embedded", stt_fallbacks=["deepgram"], tts_provider="typed")
    assert names(providers.hearing(chosen)) == ["embedded"]
    assert names(providers.speaking(chosen)) == ["typed"]


def test_a_path_is_the_installations_to_give_and_no_restaurants(settings: Any) -> None:
    settings.STT_FALLBACKS = ["whisper//opt/models/ggml-own.bin"]
    settings.PIPER_VOICE = "/opt/voices/own.onnx"
    assert names(providers.hearing(RestaurantSettings()))[1] == "whisper//opt/models/ggml-own.bin"
    assert names(providers.speaking(RestaurantSettings(tts_provider="piper")))[0] == "piper//opt/voices/own.onnx"
    for path in ("/etc/passwd", "../../secret.bin", "./x"):
        chosen = RestaurantSettings(stt_provider="whisper", stt_model=path, tts_provider="piper", voice=path)
        assert names(providers.hearing(chosen)) == ["embedded"]
        assert names(providers.speaking(chosen)) == ["embedded"]


def test_a_key_is_never_shown() -> None:
    assert "secret" not in repr(Provider("deepgram", api_key="secret"))
