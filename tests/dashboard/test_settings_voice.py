"""Greeting, voice, languages, models and keys: their pages, what cannot be, who comes second, and the tries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts import keys, limits
from apps.accounts.models import AuditEntry
from apps.dashboard.settings import greeting, thinking, voice
from apps.llm import race
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import standing
from tests.dashboard.test_settings import filled, save

GREETING, VOICE, MODELS = (f"/r/bella-napoli/settings/{name}/" for name in ("greeting", "voice", "models"))
KEYS = "/r/bella-napoli/settings/own-keys/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    limits.limiter.cache_clear()
    for board in (standing.BOARD, race.BOARD):
        board.clear()
    yield
    for board in (standing.BOARD, race.BOARD):
        board.clear()


def row(place: Place) -> RestaurantSettings:
    with scope.enter(place):
        return restaurant.settings()


def arrange(place: Place, **values: Any) -> None:
    with scope.enter(place):
        restaurant.settings()
        RestaurantSettings.objects.update(**values)


def words(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# ---- saved and refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [GREETING, VOICE, MODELS])
def test_what_is_saved_as_it_stands_changes_nothing(ana: Client, bella: Place, page: str) -> None:
    arrange(bella, tts_provider="piper", tts_fallbacks=["piper/amy"], llm_provider="openai", llm_model="gpt-4o-mini",
            llm_fallbacks=["anthropic/claude-haiku-4-5"], stt_provider="deepgram", notice="We record.")  # fmt: skip
    before = {each.name: getattr(row(bella), each.name) for each in RestaurantSettings._meta.fields}
    assert "saved" in save(ana, page)["HX-Trigger-After-Settle"]
    after = {each.name: getattr(row(bella), each.name) for each in RestaurantSettings._meta.fields}
    del before["updated_at"], after["updated_at"]
    assert after == before
    assert not AuditEntry.objects.filter(action="settings.change").exists()


def test_every_setting_of_the_pages_is_taken_and_is_on_record(ana: Client, bella: Place) -> None:
    pages: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
        (GREETING, greeting, {"assistant_name": "Giulia", "notice": "An AI. We record.", "greeting": "Ciao"}, {}),
        (
            VOICE,
            voice,
            {"languages": ["es", "en"], "tts_provider": "elevenlabs", "voice": "v", "tts_model": "m",
             "stt_provider": "deepgram", "stt_model": "nova-3", "keyterms": ["Congress Avenue", "Stracciatella"]},
            {"tts_fallbacks": ["piper/amy", "elevenlabs/w"], "stt_fallbacks": ["deepgram/nova-2"]},
        ),
        (
            MODELS,
            thinking,
            {"llm_provider": "openai", "llm_model": "gpt-4o", "llm_temperature": Decimal("0.7"),
             "prompt_additions": "Be kind.", "model_dollars_a_day": Decimal(3), "model_dollars_a_month": Decimal(50)},
            {"llm_fallbacks": ["anthropic/a", "gemini/g"]},
        ),
    ]  # fmt: skip
    for page, module, plain, chains in pages:
        sent = {**plain}
        if "keyterms" in plain:
            sent["keyterms"] = "\n".join(plain["keyterms"])
        for name, links in chains.items():
            sent |= {f"{name}_provider": [each.split("/")[0] for each in links]}
            sent |= {f"{name}_choice": [each.split("/")[1] for each in links]}
        answer = save(ana, page, **sent)
        assert "saved" in answer.get("HX-Trigger-After-Settle", ""), words(answer)
        expected = plain | chains
        assert set(expected) == {each.name for each in module.FORM.fields}
        assert {name: getattr(row(bella), name) for name in expected} == expected
        entry = AuditEntry.objects.filter(action="settings.change").latest("position")
        assert entry.actor == "ana@bella.test"
        assert set(entry.after) == set(expected)


@pytest.mark.parametrize(
    ("page", "changes", "sentence"),
    [
        (GREETING, {"assistant_name": "x" * 61}, "no more than 60 characters"),
        (GREETING, {"assistant_name": ""}, "may not be blank"),
        (VOICE, {"languages": []}, "A restaurant speaks one language at least."),
        (VOICE, {"languages": ["fr"]}, "There is no language “fr” to be spoken."),
        (VOICE, {"tts_provider": "megaphone"}, "is not a valid choice"),
        (VOICE, {"tts_provider": "piper", "voice": "/etc/passwd"}, "This names a file of the server"),
        (VOICE, {"stt_fallbacks_provider": ["deepgram"], "stt_fallbacks_choice": [""]}, "Say which one of deepgram"),
        (VOICE, {"tts_fallbacks_provider": ["piper"] * 7, "tts_fallbacks_choice": list("abcdefg")}, "6 fall-backs"),
        (MODELS, {"llm_temperature": "2.5"}, "less than or equal to 2"),
        (MODELS, {"llm_temperature": "warm"}, "A valid number is required."),
        (MODELS, {"prompt_additions": "x" * 4001}, "no more than 4000 characters"),
        (MODELS, {"model_dollars_a_day": "-1"}, "greater than or equal to 0"),
        (MODELS, {"llm_fallbacks_provider": ["clippy"], "llm_fallbacks_choice": ["1"]}, "no provider “clippy”"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(
    ana: Client, bella: Place, page: str, changes: dict[str, Any], sentence: str
) -> None:
    answer = save(ana, page, **changes)
    assert sentence in words(answer)
    assert 'class="error"' in answer.content.decode()
    assert not AuditEntry.objects.filter(action="settings.change").exists()


def test_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    seen = filled(ana, MODELS)
    save(ana, MODELS, prompt_additions="Mine.")
    page = ana.post(MODELS, {**seen, "prompt_additions": "Yours."}, headers=HTMX).content.decode()
    assert "Somebody else has just changed these settings" in page
    assert row(bella).prompt_additions == "Mine."


def test_staff_see_none_of_it(sam: Client) -> None:
    for page in (GREETING, VOICE, MODELS):
        assert sam.get(page).status_code == 403
        assert sam.post(page, {}).status_code == 403
    for address in ("greeting/opening/", "voice/hear/", "models/try/", "own-keys/"):
        assert sam.post(f"/r/bella-napoli/settings/{address}", {}).status_code == 403


@pytest.mark.parametrize("page", [GREETING, VOICE, MODELS])
def test_a_page_asks_the_database_a_few_times(ana: Client, page: str, django_assert_max_num_queries: Any) -> None:
    ana.get(page)
    with django_assert_max_num_queries(40):
        assert ana.get(page).status_code == 200


# ---- rows that change places ---------------------------------------------------------------------------


def chain_in(page: str) -> list[str]:
    """The fall-backs of the models' form, as it shows them."""
    return re.findall(r'name="llm_fallbacks_choice" value="([^"]*)"', page)


def test_rows_are_moved_added_and_removed_before_anything_is_saved(ana: Client, bella: Place) -> None:
    arrange(bella, llm_fallbacks=["openai/a", "anthropic/b", "gemini/c"])
    rows = {"llm_fallbacks_provider": ["openai", "anthropic", "gemini"], "llm_fallbacks_choice": ["a", "b", "c"]}
    expected = {
        "up 2": (["a", "c", "b"], 'id="llm_fallbacks-up-1"'),
        "up 1": (["b", "a", "c"], 'id="llm_fallbacks-down-0"'),
        "down 1": (["a", "c", "b"], 'id="llm_fallbacks-up-2"'),
        "remove 0": (["b", "c"], 'id="llm_fallbacks-remove-0"'),
        "add": (["a", "b", "c", ""], 'name="llm_fallbacks_provider" aria-label="Provider of fall-back 4"'),
        "up 0": (["a", "b", "c"], ""),
        "remove 9": (["a", "b", "c"], ""),
        "up x": (["a", "b", "c"], ""),
    }
    for do, (order, focused) in expected.items():
        answer = save(ana, MODELS, **rows, do=f"llm_fallbacks {do}")
        page = answer.content.decode()
        assert chain_in(page) == order
        tags = re.findall(r"<(?:button|select)[^>]* autofocus[^>]*>", page)
        assert [focused in tag for tag in tags] == ([True] if focused else [])
        assert "HX-Trigger-After-Settle" not in answer.headers
    assert row(bella).llm_fallbacks == ["openai/a", "anthropic/b", "gemini/c"]
    whole = ana.post(MODELS, {**filled(ana, MODELS), **rows, "do": "llm_fallbacks up 2"})
    assert chain_in(whole.content.decode()) == ["a", "c", "b"], "without scripts as well"


def test_a_row_that_is_moved_keeps_what_the_form_had_seen(ana: Client, bella: Place) -> None:
    seen = filled(ana, MODELS)["seen"]
    save(ana, MODELS, prompt_additions="Theirs.")
    moved = save(ana, MODELS, seen=seen, do="llm_fallbacks add").content.decode()
    assert f'name="seen" value="{seen[0]}"' in moved, "so that who saves it is told of the other"


def test_languages_are_added_and_put_in_order(ana: Client, bella: Place) -> None:
    arrange(bella, languages=["en"])
    page = save(ana, VOICE, do="languages add es").content.decode()
    assert re.findall(r'name="languages" value="(\w+)"', page) == ["en", "es"]
    page = save(ana, VOICE, languages=["en", "es"], do="languages up 1").content.decode()
    assert re.findall(r'name="languages" value="(\w+)"', page) == ["es", "en"]


# ---- the opening ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "says"),
    [
        ("", ["“Hi, this is Giulia, the AI assistant of Bella Napoli. This call is recorded.”"]),
        ("An AI answers, and we record.", ["“An AI answers, and we record.”"]),
        ("Ciao.", ["“Ciao. Hi, this is Giulia,", "say neither that an AI speaks nor that the call is recorded"]),
        ("We record calls.", ["“We record calls. Hi,", "do not say that an AI speaks"]),
        ("I am an AI.", ["“I am an AI. Hi,", "do not say that the call is recorded"]),
        ("I am no AI. We do not record.", ["We do not record. Hi,", "say neither"]),
    ],
)
def test_the_opening_is_shown_as_the_unsaved_form_makes_it(
    ana: Client, bella: Place, notice: str, says: list[str]
) -> None:
    sent = {"assistant_name": "Giulia", "notice": notice, "greeting": "Pizza, {name}?"}
    answer = ana.post(f"{GREETING}opening/", sent)
    for each in (*says, "“Pizza, Bella Napoli?”"):
        assert each in words(answer)
    assert ("said behind them" in words(answer)) == (len(says) > 1)
    whole = re.search(r'name="text" value="([^"]*)"', answer.content.decode())
    assert whole is not None
    assert unescape(whole[1]).endswith("Pizza, Bella Napoli?")
    assert row(bella).assistant_name == "Loman"


def test_the_opening_is_in_the_first_language(ana: Client, bella: Place) -> None:
    arrange(bella, languages=["es", "en"])
    page = ana.get(GREETING)
    assert "“Hola, soy Loman, el asistente de inteligencia artificial de Bella Napoli." in words(page)
    assert "in Spanish, the first of your languages" in words(page)


# ---- keys ----------------------------------------------------------------------------------------------

SECRET = "sk-very-secret-4711"


def write_key(client: Client, **sent: str) -> Any:
    page = client.get(MODELS).content.decode()
    seen = page.partition('name="vendor" value="openai"')[2].partition('name="seen" value="')[2].partition('"')[0]
    return client.post(KEYS, {"vendor": "openai", "deed": "set", "seen": seen, **sent}, headers=HTMX)


def test_a_key_is_written_replaced_and_removed_and_never_shown(ana: Client, bella: Place) -> None:
    answer = write_key(ana, key=f" {SECRET} ")
    assert "Key of OpenAI saved" in answer["HX-Trigger-After-Settle"]
    assert keys.decrypt(row(bella).provider_keys["openai"]) == SECRET
    write_key(ana, key=SECRET + "2")
    assert keys.decrypt(row(bella).provider_keys["openai"]) == SECRET + "2"
    for page in (answer, ana.get(MODELS), ana.get(VOICE)):
        assert SECRET not in page.content.decode()
    assert write_key(ana, deed="remove").status_code == 200
    assert row(bella).provider_keys == {}
    entries = AuditEntry.objects.filter(action="settings.provider_keys").order_by("position")
    assert [each.after for each in entries] == [{"openai": "set"}, {"openai": "set"}, {"openai": "removed"}]
    assert SECRET not in str(list(AuditEntry.objects.values_list("before", "after")))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"key": ""}, "Type or paste the key."),
        ({"key": "ключ"}, "That is no key for openai"),
        ({"key": "x" * 501}, "The key for openai is too long."),
        ({"key": SECRET, "seen": "of an hour ago"}, "Somebody else has just changed this key."),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field_and_not_repeated(
    ana: Client, bella: Place, sent: dict[str, str], sentence: str
) -> None:
    answer = write_key(ana, **sent)
    assert sentence in words(answer)
    assert SECRET not in answer.content.decode()
    assert row(bella).provider_keys == {}


def test_there_is_no_key_for_somebody_nobody_asks(ana: Client) -> None:
    assert write_key(ana, vendor="stripe", key=SECRET).status_code == 404
    assert write_key(ana, deed="show").status_code == 404
