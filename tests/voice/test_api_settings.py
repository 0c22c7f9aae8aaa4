"""`/api/v1/settings`: what a person sets, what is refused in words, and that it holds for the next quote."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.llm import choice
from apps.restaurant import dialling
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.voice.api_settings import BOUNDS, CHOICES, LIMITS, LISTS, PLAIN, RULES, TABLES
from tests.orders.people import quote
from tests.signed_in import Person

PATH = "/api/v1/settings"
NOT_BY_HAND = {
    "id", "updated_at", "calendar_secret", "ordering_paused_until", "prep_minutes_override",
    "prep_minutes_until",
}  # fmt: skip
"""They have addresses of their own."""


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


def test_every_setting_of_the_row_can_be_set_or_has_an_address_of_its_own() -> None:
    rows = {field.name for field in RestaurantSettings._meta.get_fields()}
    by_rest = {*PLAIN, *LISTS, *TABLES, "phone", "transfer_number", "provider_keys"}
    assert rows == by_rest | NOT_BY_HAND
    assert set(RULES) == {*LISTS, *TABLES}


def test_only_admins_see_settings_and_secrets_nobody(
    in_bella: Any, ana: Person, signed_in: Callable[..., Person]
) -> None:
    RestaurantSettings.objects.update(calendar_secret="in-an-address")
    answer = ana.get(PATH)
    shown = answer.json()
    assert (shown["name"], shown["timezone"], shown["prep_minutes"]) == ("Bella Napoli", "America/Chicago", 20)
    assert shown["transfer_number"] == "+15125550191"
    assert AuditEntry.objects.filter(action="numbers.view", subject="settings/1").exists()
    assert "in-an-address" not in answer.content.decode()
    sam = signed_in("sam@bella.test")
    assert (sam.get(PATH).status_code, sam.patch(PATH, {"prep_minutes": 1}).status_code) == (403, 403)


def test_what_is_set_over_rest_holds_for_the_next_quote(in_bella: Any, ana: Person) -> None:
    now = timezone.now()
    before = quote(in_bella, now=now)
    changed = ana.patch(PATH, {"prep_minutes": 50, "tax_rates": {"standard": "10"}})
    assert changed.status_code == 200, changed.content
    after = quote(in_bella, now=now)
    assert after.ready_at == before.ready_at + timedelta(minutes=30)
    assert after.quote.tax > before.quote.tax
    (entry,) = AuditEntry.objects.filter(action="settings.change")
    assert entry.before == {"prep_minutes": 20, "tax_rates": {"standard": "8.25"}}
    assert entry.after == {"prep_minutes": 50, "tax_rates": {"standard": "10"}}


def test_keys_are_written_one_by_one_and_never_shown(in_bella: Any, ana: Person) -> None:
    first = ana.patch(PATH, {"provider_keys": {"openai": "sk-one", "stripe": "rk-two"}})
    assert first.json()["provider_keys"]["openai"] == {"set": True}
    assert choice.own_keys(RestaurantSettings.objects.get()) == {"openai": "sk-one"}
    ana.patch(PATH, {"provider_keys": {"openai": "sk-three"}})
    row = RestaurantSettings.objects.get()
    assert {name: keys.decrypt(sealed) for name, sealed in row.provider_keys.items()} == {
        "openai": "sk-three", "stripe": "rk-two",
    }  # fmt: skip
    gone = ana.patch(PATH, {"provider_keys": {"openai": None}}).json()["provider_keys"]
    assert (gone["openai"], gone["stripe"]) == ({"set": False}, {"set": True})
    told = list(
        AuditEntry.objects.filter(action="settings.provider_keys").order_by("id").values_list("after", flat=True)
    )
    assert told == [{"openai": "set", "stripe": "set"}, {"openai": "set"}, {"openai": "removed"}]
    everything = json.dumps([[entry.before, entry.after] for entry in AuditEntry.objects.all()])
    assert "sk-" not in everything + ana.get(PATH).content.decode()


def test_the_name_and_the_time_zone_are_the_restaurants_own(in_bella: Any, ana: Person) -> None:
    changed = ana.patch(PATH, {"name": "Bella Roma", "timezone": "America/Denver"}).json()
    assert (changed["name"], changed["timezone"]) == ("Bella Roma", "America/Denver")
    place = scope.find_by_id(in_bella.id)
    assert place is not None
    assert (place.name, place.timezone) == ("Bella Roma", "America/Denver")
    with scope.public():
        assert Restaurant.objects.get(slug="sakura").name == "Sakura"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("timezone", "Mars/Olympus", "no such time zone"), ("timezone", "../etc/passwd", "no such time zone"),
        ("tax_rates", {"standard": 8.25}, "no percentage"), ("tax_rates", {"standard": "101"}, "no percentage"),
        ("tax_rates", ["8.25"], "object"), ("languages", ["en", "tlh"], "tlh"), ("languages", [], "at least"),
        ("turn_minutes", {"two": 75}, "size of a party"), ("ticket_minutes", {"gossip": 5}, "gossip"),
        ("outcomes", {"emergency": {"say": "Wait."}}, "stays as it is"), ("services", ["valet"], "valet"),
        ("keyterms", ["nduja", "Nduja"], "twice"), ("keyterms", ["call 512 555 0134"], "phone number"),
        ("keyterms", ["12"], "a word"), ("keyterms", ["x" * 61], "60 letters"), ("keyterms", ["two  blanks"], "a word"),
        ("policies", {"parking": "a\x00b"}, "parking"), ("policies", {"\ud800": "x"}, "subject"),
        ("sms_templates", {"order": "{password}"}, "not known"), ("sms_templates", {"order": "Text CANCEL"}, "CANCEL"),
        ("last_order_by_service", {"25:00": 5}, "25:00"), ("llm_fallbacks", ["skynet/t800"], "skynet"),
        ("stt_fallbacks", ["typed"], "typed"), ("tts_fallbacks", ["piper"], "piper"),
        ("stt_provider", "typed", "valid"),
        ("provider_keys", {"skynet": "x"}, "No key"), ("provider_keys", {"openai": "a\nb"}, "no key"),
        ("currency", "usd", "pattern"), ("transfer_number", "911", "phone number"),
        ("transfer_number", "+19005551234", "ever rung"), ("transfer_number", "+18765550123", "not rung"),
        ("block_abusers_after", 0, "1"), ("prep_minutes", 601, "600"),
        ("last_order_minutes", 10**12, "720"), ("llm_temperature", "3", "2"), ("half_surcharge", "-1", "0"),
        ("most_total", "1e400", ""), ("name", "", "blank"), ("name", "a\x00", "Null"),
        ("greeting", "\ud800", "urrogate"),
        ("calendar_secret", "mine", "no such field"), ("ordering_paused_until", None, "no such field"),
        ("prep_minuets", 5, "no such field"), ("tax_mode", "never", "valid"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_is_set(
    in_bella: Any, ana: Person, name: str, value: Any, words: str
) -> None:
    before = ana.get(PATH).json()
    answer = ana.patch(PATH, {"address": "elsewhere", name: value})
    assert answer.status_code == 400, answer.content
    assert list(answer.json()["errors"]) == [name]
    assert words in json.dumps(answer.json()["errors"], ensure_ascii=False)
    assert ana.get(PATH).json() == before


def test_a_restaurant_names_no_file_of_the_server(in_bella: Any, ana: Person) -> None:
    assert ana.patch(PATH, {"stt_provider": "whisper", "stt_model": "/etc/passwd"}).status_code == 400
    assert ana.patch(PATH, {"stt_provider": "whisper", "stt_model": "base.en"}).status_code == 200
    assert ana.patch(PATH, {"stt_model": "../key"}).status_code == 400


@pytest.mark.parametrize("end", [0, 1])
def test_both_ends_of_every_whole_number_are_taken(in_bella: Any, ana: Person, end: int) -> None:
    body = {name: ends[end] for name, ends in BOUNDS.items() if name not in LIMITS}
    answer = ana.patch(PATH, body)
    assert answer.status_code == 200, answer.content
    assert body.items() <= answer.json().items()


def test_every_choice_is_taken(in_bella: Any, ana: Person) -> None:
    for name, choices in CHOICES.items():
        for each in choices:
            assert ana.patch(PATH, {name: each}).json()[name] == each


def test_settings_decided_on_an_older_version_are_refused_and_an_empty_change_is_none(
    in_bella: Any, ana: Person
) -> None:
    seen = ana.get(PATH)["ETag"]
    assert ana.patch(PATH, {})["ETag"] == seen
    assert not AuditEntry.objects.filter(action="settings.change").exists()
    assert ana.patch(PATH, {"prep_minutes": 30}, headers={"If-Match": seen}).status_code == 200
    assert ana.patch(PATH, {"prep_minutes": 35}, headers={"If-Match": seen}).status_code == 412


LIMITED: dict[str, Any] = {
    "dial_countries": ["US", "MX"], "most_calls": 3, "minutes_a_day": 600, "service_dollars_a_day": "25.00",
}  # fmt: skip


def test_what_keeps_the_installations_money_is_set_by_whoever_runs_it(
    in_bella: Any, ana: Person, signed_in: Callable[..., Person]
) -> None:
    assert set(LIMITED) == LIMITS
    for name, value in LIMITED.items():
        answer = ana.patch(PATH, {name: value})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    owner = signed_in("super@loman.test", restaurant="bella-napoli")
    assert owner.patch(PATH, {"dial_countries": ["US", "Atlantis"]}).status_code == 400
    answer = owner.patch(PATH, LIMITED)
    assert answer.status_code == 200, answer.content
    assert LIMITED.items() <= ana.get(PATH).json().items()
    ana.patch(PATH, {"transfer_number": "+525555550123"})
    assert dialling.house() == "+525555550123", "the country that was opened"
