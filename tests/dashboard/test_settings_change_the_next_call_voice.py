"""Greeting, voice, languages, models and keys: what is saved on their pages is what the next call meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.calls.models import Call
from apps.dashboard.settings import greeting, keeping, own_keys, thinking, voice
from apps.llm import race, usage, vendors
from apps.llm.messages import Attempt
from apps.outbox.models import Work
from apps.tenants import scope
from apps.voice import standing
from tests.dashboard.forms import send
from tests.dashboard.next_call import House
from tests.dashboard.vendors import in_a_thread
from tests.llm import vendor
from tests.llm.vendor import Vendor
from tests.llm.wires import anthropic, gemini, ollama
from tests.voice.loopback import deepgram, elevenlabs
from tests.voice.loopback.recognition import Lexicon

PROVED: set[tuple[str, str]] = set()
"""Page and field, as this module's tests prove them."""


def proves(page: Any, *fields: str) -> Callable[[Any], Any]:
    """This test is the proof of these fields of that page."""
    PROVED.update((page.__name__.rpartition(".")[2], field) for field in fields)
    return lambda test: test


@pytest.fixture
def house(open_restaurant: Callable[..., Any], dial: Any) -> Iterator[House]:
    place = open_restaurant(like="bella-napoli")
    race.BOARD.clear()
    standing.BOARD.clear()
    yield House(place, dial)
    race.BOARD.clear()
    standing.BOARD.clear()
    Work.objects.filter(restaurant_id=place.id).delete()


# ---- greeting and notice -------------------------------------------------------------------------------


@proves(greeting, "assistant_name")
def test_the_assistant_goes_by_its_new_name(house: House) -> None:
    assert house.typed()[0].startswith("Hi, this is Loman, the AI assistant of")
    house.save("greeting", assistant_name="Giulia")
    assert house.typed()[0].startswith("Hi, this is Giulia, the AI assistant of")


@proves(greeting, "notice")
def test_the_notice_is_said_in_own_words_and_ours_behind_them_where_they_lack_something(house: House) -> None:
    ours = house.typed()[:2]
    house.save("greeting", notice="Ciao, {name} here, an AI called {assistant}. We record this call.")
    assert house.typed()[0] == f"Ciao, {house.place.name} here, an AI called Loman. We record this call."
    house.save("greeting", notice="Ciao, this is {name}.")
    assert house.typed()[0] == f"Ciao, this is {house.place.name}. {ours[0]}"


@proves(greeting, "greeting")
def test_the_greeting_is_said_in_own_words(house: House) -> None:
    assert house.typed()[1] == "What can I do for you?"
    house.save("greeting", greeting="Welcome to {name}. Pizza tonight?")
    assert " ".join(house.typed()[1:]) == f"Welcome to {house.place.name}. Pizza tonight?"


@proves(voice, "languages")
def test_calls_open_in_the_first_language_and_answer_in_the_others(house: House) -> None:
    house.arrange(languages=["en"])
    assert house.typed("hola, ¿está abierto?")[0].startswith("Hi, this is")
    house.save("voice", languages=["es", "en"])
    assert house.typed()[0].startswith("Hola, soy Loman, el asistente de inteligencia artificial")


@proves(keeping, "carrier_recording")
def test_the_carrier_records_the_call_too_once_the_notice_was_heard(house: House) -> None:
    def is_taped() -> tuple[bool, bool]:
        house.typed("what time do you close")
        with scope.enter(house.place):
            call = Call.objects.latest("started_at")
        return call.recorded_by_carrier, call.recording_url != ""

    assert is_taped() == (False, True)
    send(house.client, house.page("keeping"), "settings", carrier_recording="on")
    assert is_taped() == (True, True)


# ---- who speaks ----------------------------------------------------------------------------------------


@pytest.fixture
def speaker(settings: Any) -> Iterator[elevenlabs.ElevenLabs]:
    """ElevenLabs on loopback, which the installation has a key for; nobody hears, which is not the matter here."""
    with in_a_thread(elevenlabs.serving()) as [served]:
        settings.ELEVENLABS_URL, settings.ELEVENLABS_API_KEY = served.url, elevenlabs.KEY
        settings.ELEVENLABS_VOICE, settings.TTS_PROVIDER = elevenlabs.VOICE, "embedded"
        yield served


def voices(house: House, speaker: elevenlabs.ElevenLabs) -> set[tuple[str, str]]:
    """Who said the opening of the next call at the vendor's: voices and their models."""
    house.in_sound()
    said = {(each.voice, each.model) for each in speaker.said}
    speaker.said.clear()
    standing.BOARD.clear()
    return said


USUAL = "eleven_flash_v2_5"


@proves(voice, "tts_provider")
def test_the_chosen_provider_speaks(house: House, speaker: elevenlabs.ElevenLabs) -> None:
    assert voices(house, speaker) == set()
    house.save("voice", tts_provider="elevenlabs")
    assert voices(house, speaker) == {(elevenlabs.VOICE, USUAL)}


@proves(voice, "voice", "tts_model")
def test_it_speaks_in_the_chosen_voice_and_with_the_chosen_model(house: House, speaker: elevenlabs.ElevenLabs) -> None:
    house.arrange(tts_provider="elevenlabs")
    assert voices(house, speaker) == {(elevenlabs.VOICE, USUAL)}
    house.save("voice", voice=elevenlabs.OTHER_VOICE)
    assert voices(house, speaker) == {(elevenlabs.OTHER_VOICE, USUAL)}
    house.save("voice", tts_model="eleven_turbo_v2_5")
    assert voices(house, speaker) == {(elevenlabs.OTHER_VOICE, "eleven_turbo_v2_5")}


@proves(voice, "tts_fallbacks")
def test_the_first_fall_back_speaks_when_the_chosen_voice_does_not(
    house: House, speaker: elevenlabs.ElevenLabs
) -> None:
    house.arrange(tts_provider="elevenlabs", voice="nobody")
    assert voices(house, speaker) == set(), "Loman's own voice speaks"
    both = [elevenlabs.OTHER_VOICE, elevenlabs.VOICE]
    house.save("voice", tts_fallbacks_provider=["elevenlabs"] * 2, tts_fallbacks_choice=both)
    assert voices(house, speaker) == {(elevenlabs.OTHER_VOICE, USUAL)}
    house.save("voice", tts_fallbacks_provider=["elevenlabs"] * 2, tts_fallbacks_choice=both[::-1])
    assert voices(house, speaker) == {(elevenlabs.VOICE, USUAL)}


@proves(own_keys, "elevenlabs")
def test_the_restaurants_own_key_is_what_the_voice_is_asked_with(
    house: House, speaker: elevenlabs.ElevenLabs, settings: Any
) -> None:
    settings.ELEVENLABS_API_KEY = "of the installation"
    house.arrange(tts_provider="elevenlabs")
    assert voices(house, speaker) == set()
    house.save_key("elevenlabs", elevenlabs.KEY, section="voice")
    assert voices(house, speaker) == {(elevenlabs.VOICE, USUAL)}
    house.save_key("elevenlabs", "", section="voice")
    assert voices(house, speaker) == set()


# ---- who hears -----------------------------------------------------------------------------------------


@pytest.fixture
def ear(settings: Any) -> Iterator[deepgram.Deepgram]:
    """Deepgram on loopback, which the installation has a key for."""
    with in_a_thread(deepgram.serving(deepgram.Deepgram(Lexicon()))) as [served]:
        settings.DEEPGRAM_URL, settings.DEEPGRAM_API_KEY = served.url, deepgram.KEY
        settings.STT_PROVIDER, settings.TTS_PROVIDER = "typed", "embedded"
        yield served


def hears(house: House, ear: deepgram.Deepgram, *, model: str) -> None:
    """The next call is heard by this model at the vendor's."""
    ear.conversations.clear()
    house.in_sound(until=lambda: ear.conversations)
    assert [each.options["model"] for each in ear.conversations] == [[model]]
    standing.BOARD.clear()


def is_turned_away(house: House, ear: deepgram.Deepgram) -> None:
    """The next call asks there and is let in by nobody."""
    before = ear.handshakes
    ear.conversations.clear()
    house.in_sound(until=lambda: ear.handshakes > before)
    assert ear.conversations == []
    standing.BOARD.clear()


@proves(voice, "stt_provider", "stt_model")
def test_the_chosen_recogniser_hears_with_the_chosen_model(house: House, ear: deepgram.Deepgram) -> None:
    house.in_sound()
    assert ear.handshakes == 0
    house.save("voice", stt_provider="deepgram", languages=["en"])
    hears(house, ear, model="nova-3")
    house.save("voice", stt_model="flux-general-en")
    hears(house, ear, model="flux-general-en")


@proves(voice, "stt_fallbacks")
def test_the_first_fall_back_hears_when_the_chosen_recogniser_does_not(house: House, ear: deepgram.Deepgram) -> None:
    house.arrange(stt_provider="deepgram", stt_model="nova-0", languages=["en"], stt_fallbacks=["deepgram/nova-2"])
    hears(house, ear, model="nova-2")
    house.save("voice", stt_fallbacks_provider=["deepgram"] * 2, stt_fallbacks_choice=["nova-3", "nova-2"])
    hears(house, ear, model="nova-3")


@proves(voice, "keyterms")
def test_the_recogniser_listens_for_the_restaurants_own_words(house: House, ear: deepgram.Deepgram) -> None:
    house.arrange(stt_provider="deepgram", languages=["en"])
    hears(house, ear, model="nova-3")
    ear.conversations.clear()
    house.save("voice", keyterms="Congress Avenue\nStracciatella")
    house.in_sound(until=lambda: ear.conversations)
    assert ear.conversations[0].options["keyterm"][:2] == ["Congress Avenue", "Stracciatella"]
    standing.BOARD.clear()


@proves(own_keys, "deepgram")
def test_the_restaurants_own_key_is_what_the_recogniser_is_asked_with(
    house: House, ear: deepgram.Deepgram, settings: Any
) -> None:
    settings.DEEPGRAM_API_KEY = "of the installation"
    house.arrange(stt_provider="deepgram", languages=["en"])
    is_turned_away(house, ear)
    house.save_key("deepgram", deepgram.KEY, section="voice")
    hears(house, ear, model="nova-3")


# ---- who thinks ----------------------------------------------------------------------------------------

HELLO = "Hello! What can I get for you?"
MODELS = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "ollama": "llama3.2"}


def thinker(speaks: Any, *, status: int = 200) -> Vendor:
    scripts = {
        "openai": [vendor.text(HELLO), vendor.stop(), vendor.usage(900, 12)],
        "anthropic": anthropic(HELLO),
        "gemini": [gemini({"text": HELLO}), gemini({"text": ""}, finish="STOP")],
        "ollama": [ollama(HELLO), ollama(done=True)],
    }
    return Vendor(scripts[speaks], speaks=speaks, status=status)


@pytest.fixture(scope="module")
def loaded() -> None:
    vendors.load(list(vendors.ROUTES))


@pytest.fixture
def thinks(settings: Any, loaded: None) -> Iterator[dict[str, Vendor]]:
    """Every vendor on loopback, each with a key of the installation's."""
    made = {name: thinker(name) for name in MODELS}
    with vendor.serving_in_a_thread(*made.values()):
        for name, served in made.items():
            setattr(settings, f"{name.upper()}_API_BASE", served.url)
            setattr(settings, f"{name.upper()}_API_KEY", "of-the-installation")
        yield made


def asked(house: House, *vendors_: Vendor) -> list[int]:
    """How often each of these is asked in the next call, whose caller says one thing."""
    before = [len(each.asked) for each in vendors_]
    said = house.typed("hello")
    race.BOARD.clear()
    counted = [len(each.asked) - was for each, was in zip(vendors_, before, strict=True)]
    answered = [each for each, count in zip(vendors_, counted, strict=True) if count and each.status == 200]
    assert (HELLO in " ".join(said)) == bool(answered)
    return counted


@proves(thinking, "llm_provider", "llm_model")
def test_the_chosen_model_answers(house: House, thinks: dict[str, Vendor]) -> None:
    openai = thinks["openai"]
    assert asked(house, openai) == [0]
    house.save("models", llm_provider="openai", llm_model="gpt-4o-mini")
    assert asked(house, openai) == [1]
    house.save("models", llm_model="gpt-4o")
    asked(house, openai)
    assert [each["model"] for each in openai.asked] == ["gpt-4o-mini", "gpt-4o"]


@proves(thinking, "llm_temperature", "prompt_additions")
def test_it_is_asked_at_the_chosen_temperature_and_told_the_restaurants_own_words(
    house: House, thinks: dict[str, Vendor]
) -> None:
    house.arrange(llm_provider="openai", llm_model="gpt-4o-mini")
    asked(house, thinks["openai"])
    house.save("models", llm_temperature="0.85", prompt_additions="Recommend the tiramisu.")
    asked(house, thinks["openai"])
    before, after = thinks["openai"].asked
    assert (before["temperature"], after["temperature"]) == (0.3, 0.85)
    told = [each["messages"][0]["content"] for each in (before, after)]
    assert ["From the restaurant:\nRecommend the tiramisu." in each for each in told] == [False, True]


@proves(thinking, "llm_fallbacks")
def test_the_fall_backs_are_asked_in_the_order_they_were_saved_in(house: House, thinks: dict[str, Vendor]) -> None:
    thinks["openai"].status = 500
    chain = [thinks[name] for name in ("openai", "anthropic", "gemini")]
    house.arrange(llm_provider="openai", llm_model="gpt-4o-mini")
    assert asked(house, *chain) == [1, 0, 0]
    names = ["anthropic", "gemini"]
    for order, expected in ((names, [1, 1, 0]), (names[::-1], [1, 0, 1])):
        choices = [MODELS[name] for name in order]
        house.save("models", llm_fallbacks_provider=order, llm_fallbacks_choice=choices)
        assert asked(house, *chain) == expected


@proves(thinking, "model_dollars_a_day")
def test_the_days_budget_ends_the_vendors_use(house: House, thinks: dict[str, Vendor]) -> None:
    house.arrange(llm_provider="openai", llm_model="gpt-4o-mini")
    spend(house, "4.00")
    assert asked(house, thinks["openai"]) == [1]
    house.save("models", model_dollars_a_day="3.50")
    assert asked(house, thinks["openai"]) == [0]
    house.save("models", model_dollars_a_day="9.00")
    assert asked(house, thinks["openai"]) == [1]


@proves(thinking, "model_dollars_a_month")
def test_the_months_budget_does_too(house: House, thinks: dict[str, Vendor]) -> None:
    house.arrange(llm_provider="openai", llm_model="gpt-4o-mini")
    spend(house, "40.00")
    house.save("models", model_dollars_a_month="35")
    assert asked(house, thinks["openai"]) == [0]
    house.save("models", model_dollars_a_month="")
    assert asked(house, thinks["openai"]) == [1]


def spend(house: House, dollars: str) -> None:
    spent = Attempt(provider="openai", model="gpt-4o-mini", outcome="answered", cost=Decimal(dollars))
    with scope.enter(house.place):
        usage.keep([spent], source="api", now=timezone.now())


@proves(own_keys, *MODELS)
@pytest.mark.parametrize("name", list(MODELS))
def test_the_restaurants_own_key_is_what_the_model_is_asked_with(
    house: House, thinks: dict[str, Vendor], name: str
) -> None:
    house.arrange(llm_provider=name, llm_model=MODELS[name])
    for key in ("", "of-the-restaurant", ""):
        if key or thinks[name].asked:
            house.save_key(name, key, section="models")
        assert asked(house, thinks[name]) == [1]
    keys = [key.removeprefix("Bearer ") for key in thinks[name].keys]
    assert keys == ["of-the-installation", "of-the-restaurant", "of-the-installation"]


def test_every_field_of_these_pages_has_its_proof() -> None:
    fields = {
        (page.__name__.rpartition(".")[2], field.name)
        for page in (greeting, voice, thinking)
        for field in page.FORM.fields
    }
    fields |= {("own_keys", name) for names in own_keys.OF.values() for name in names}
    assert fields == PROVED - {("keeping", "carrier_recording")}
