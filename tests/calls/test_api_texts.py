"""`/api/v1/sms-suppressions` and `/api/v1/sms-templates`: who gets no texts, and what the others read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.calls import messages, texting
from apps.calls.models import Message, Suppression
from apps.tenants.models import PhoneNumber
from tests.signed_in import Person

NUMBER = "+15125550134"
SILENT = "/api/v1/sms-suppressions"
TEMPLATES = "/api/v1/sms-templates"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def register(place: Any) -> None:
    PhoneNumber.objects.filter(restaurant_id=place.id).update(sms_registered_at=timezone.now())


def test_a_number_is_silenced_and_what_waits_for_it_is_not_sent(in_bella: Any, ana: Person) -> None:
    register(in_bella)
    messages.queue(place=in_bella, number=NUMBER, template="address", facts={}, key="1", call_id=None)
    made = ana.post(SILENT, {"number": "512 555 0134"})
    assert made.status_code == 201, made.content
    digest = keys.number_digest(NUMBER)
    assert made["Location"] == f"http://testserver{SILENT}/{digest}"
    assert (made.json()["id"], made.json()["number"]) == (digest, "••• 0134")
    assert Message.objects.get().status == "suppressed"
    assert ana.post(SILENT, {"number": NUMBER}).status_code == 201
    assert ana.get(SILENT).json()["count"] == 1
    entry = AuditEntry.objects.filter(action="sms-suppressions.create").earliest("pk")
    assert (entry.subject, entry.number_last4) == (f"sms-suppressions/{digest}", "0134")
    assert NUMBER not in json.dumps([entry.before, entry.after])


def test_texts_again_is_an_admins_word_and_on_record(in_bella: Any, ana: Person, sam: Person) -> None:
    Suppression.objects.create(number=NUMBER)
    path = f"{SILENT}/{keys.number_digest(NUMBER)}"
    assert sam.get(path).json()["number"] == "••• 0134"
    assert sam.delete(path).status_code == 403
    assert sam.post(SILENT, {"number": NUMBER}).status_code == 403
    assert ana.get(path).json()["number"] == NUMBER
    assert AuditEntry.objects.filter(action="numbers.view").count() == 1
    assert ana.delete(path, headers={"If-Match": '"another"'}).status_code == 412
    assert Suppression.objects.count() == 1
    assert ana.delete(path).status_code == 204
    assert not Suppression.objects.exists()
    assert ana.delete(path).status_code == 404
    (entry,) = AuditEntry.objects.filter(action="sms-suppressions.delete")
    assert NUMBER not in entry.subject + json.dumps(entry.before)


def test_another_restaurants_silence_is_neither_seen_nor_lifted(
    in_bella: Any, signed_in: Callable[..., Person]
) -> None:
    Suppression.objects.create(number=NUMBER)
    yuki, path = signed_in("yuki@sakura.test"), f"{SILENT}/{keys.number_digest(NUMBER)}"
    assert yuki.get(SILENT).json()["count"] == 0
    assert (yuki.get(path).status_code, yuki.delete(path).status_code) == (404, 404)
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("wrong", [{}, {"number": ""}, {"number": "911"}, {"number": NUMBER, "since": "x"}])
def test_what_is_no_number_is_not_silenced(in_bella: Any, ana: Person, wrong: Any) -> None:
    assert ana.post(SILENT, wrong).status_code == 400
    assert not Suppression.objects.exists()


def test_own_words_are_what_the_next_text_says(in_bella: Any, ana: Person) -> None:
    register(in_bella)
    path = f"{TEMPLATES}/address"
    ours = ana.get(path).json()
    assert (ours["own"], ours["blanks"]) == (False, ["address", "name", "phone"])
    changed = ana.put(path, {"wording": "{name} is at {address}."})
    assert (changed.status_code, changed.json()["own"]) == (200, True)
    assert ana.put(path, {"wording": "{name} is at {address}."}).json() == changed.json()
    sent = messages.queue(place=in_bella, number=NUMBER, template="address", facts={}, key="1", call_id=None)
    assert sent is not None
    assert sent.text.startswith("Bella Napoli is at ")
    assert ana.delete(path).json() == ours
    first, last = AuditEntry.objects.filter(action="sms-templates.change").order_by("pk")
    assert first.before == last.after == {"wording": texting.WORDING["address"]}
    assert first.after == {"wording": "{name} is at {address}."}


def test_all_templates_are_on_one_page(ana: Person) -> None:
    page = ana.get(TEMPLATES).json()
    assert (page["count"], page["next"]) == (len(texting.WORDING), None)
    assert {each["template"] for each in page["results"]} == set(texting.WORDING)
    assert ana.get(f"{TEMPLATES}?page=2").status_code == 400


@pytest.mark.parametrize(
    ("wording", "says"),
    [
        ("", "blank"), ("{total} please", "{total} is not known"), ("Text CANCEL to cancel.", "CANCEL"),
        ("x" * 700, "parts"), ("\x00", "Null"), ("\ud800", "urrogate"),
    ],
)  # fmt: skip
def test_words_that_do_not_fit_are_refused_with_a_sentence(in_bella: Any, ana: Person, wording: str, says: str) -> None:
    answer = ana.put(f"{TEMPLATES}/address", {"wording": wording})
    assert answer.status_code == 400, answer.content
    assert says in json.dumps(answer.json()["errors"]["wording"])
    assert ana.get(f"{TEMPLATES}/address").json()["own"] is False


def test_templates_are_for_admins_and_a_change_on_an_older_version_is_refused(ana: Person, sam: Person) -> None:
    path = f"{TEMPLATES}/delay"
    assert (sam.get(TEMPLATES).status_code, sam.get(path).status_code) == (403, 403)
    assert sam.put(path, {"wording": "!"}).status_code == 403
    seen = ana.get(path)["ETag"]
    assert ana.put(path, {"wording": "{name}: later."}, headers={"If-Match": seen}).status_code == 200
    assert ana.put(path, {"wording": "{name}: never."}, headers={"If-Match": seen}).status_code == 412
    assert ana.delete(path, headers={"If-Match": seen}).status_code == 412
    assert ana.get(path).json()["wording"] == "{name}: later."
    assert ana.put(f"{TEMPLATES}/love", {"wording": "!"}).status_code == 404
    assert ana.put(path, {"words": "!"}).status_code == 400
