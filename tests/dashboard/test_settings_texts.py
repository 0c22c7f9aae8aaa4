"""Text messages on their page: off until registered, in whose words, previewed, and who gets none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls import messages, texting
from apps.calls.models import Suppression
from apps.dashboard.settings import texts
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send

PAGE = "/r/bella-napoli/settings/texts/"
GUEST = "+15125550134"
OF = {"template": "delay"}


def own_words(place: Place) -> dict[str, str]:
    with scope.enter(place):
        return dict(restaurant.settings().sms_templates)


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(said(answer))["said"]["undo"]
    return client.post(back["to"], back["fields"], headers=WITH_SCRIPTS)


def test_every_message_is_explained_with_what_it_may_speak_of() -> None:
    assert set(texts.TITLES) == set(texting.WORDING)
    assert set(texts.BLANKS) == {blank for blanks in texting.BLANKS.values() for blank in blanks}


def test_before_the_registration_the_page_says_that_no_texts_go_out(ana: Client, bella: Place) -> None:
    PhoneNumber.objects.filter(restaurant_id=bella.id).update(sms_registered_at=None)
    assert "No texts go out yet." in page(ana)
    assert "Not registered" in page(ana)
    PhoneNumber.objects.filter(restaurant_id=bella.id).update(sms_registered_at=timezone.now())
    assert "No texts go out yet." not in page(ana)
    assert "Registered" in page(ana)


def test_a_preview_says_it_with_an_example_and_saves_nothing(ana: Client, bella: Place) -> None:
    wording = "{name}: {number} takes until {ready} 🍕 " + "x" * 60
    answer = send(ana, PAGE, "preview", of=OF, wording=wording).content.decode()
    assert "Bella Napoli: 43 takes until 6:45 pm 🍕" in answer
    assert "It would say" in answer
    assert "2 parts" in answer
    assert own_words(bella) == {}


def test_own_words_are_saved_on_record_and_given_up_again(ana: Client, bella: Place) -> None:
    send(ana, PAGE, "wording", of=OF, wording="{name}: {number} is late, {ready}.")
    assert own_words(bella) == {"delay": "{name}: {number} is late, {ready}."}
    entry = AuditEntry.objects.get(action="sms-templates.change")
    assert (entry.actor, entry.after) == ("ana@bella.test", {"wording": "{name}: {number} is late, {ready}."})
    answer = send(ana, PAGE, "ours", of=OF)
    assert own_words(bella) == {}
    undo(ana, answer)
    assert own_words(bella) == {"delay": "{name}: {number} is late, {ready}."}


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        ("", "The text message is empty."),
        ("{name}: {total}", "{total} is not known in this message."),
        ("{name}: text CANCEL to cancel it", "Guests must not be told to text CANCEL"),
        ("é日" * 400, "The text message takes"),
    ],
)
@pytest.mark.parametrize("deed", ["wording", "preview"])
def test_words_that_cannot_be_are_refused_beside_them(
    ana: Client, bella: Place, deed: str, wording: str, sentence: str
) -> None:
    answer = send(ana, PAGE, deed, of=OF, wording=wording).content.decode()
    assert sentence in answer
    assert wording in answer, "what was written stays written"
    assert own_words(bella) == {}


def test_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    old, when = filled(ana, PAGE, "wording", **OF), filled(ana, PAGE, "settings")
    send(ana, PAGE, "wording", of=OF, wording="{name}: first.")
    send(ana, PAGE, "settings", sms_quiet_from="22:00")
    for sent in ({**old, "wording": "{name}: second."}, {**when, "sms_quiet_from": "23:00"}):
        assert "Somebody else has just changed this" in ana.post(PAGE, sent, headers=WITH_SCRIPTS).content.decode()
    assert own_words(bella) == {"delay": "{name}: first."}
    with scope.enter(bella):
        assert f"{restaurant.settings().sms_quiet_from:%H:%M}" == "22:00"


def test_a_number_gets_no_texts_until_it_is_taken_off_the_list(ana: Client, bella: Place) -> None:
    send(ana, PAGE, "silence", number="(512) 555-0134")
    assert GUEST not in page(ana)
    assert "••• 0134" in page(ana)
    with scope.enter(bella):
        assert messages.is_silenced(GUEST)
        name = messages.name_of(Suppression.objects.get())
    answer = send(ana, PAGE, "lift", of={"id": name})
    assert GUEST not in said(answer)
    with scope.enter(bella):
        assert not messages.is_silenced(GUEST)
    undo(ana, answer)
    with scope.enter(bella):
        assert messages.is_silenced(GUEST)
    actions = AuditEntry.objects.filter(action__startswith="sms-suppressions").order_by("position")
    assert [(one.action.rpartition(".")[2], one.number_last4) for one in actions] == [
        ("create", "0134"), ("delete", "0134"), ("create", "0134"),
    ]  # fmt: skip


def test_what_is_no_number_is_refused_at_its_field(ana: Client, bella: Place) -> None:
    assert "This is not a phone number." in send(ana, PAGE, "silence", number="STOP").content.decode()
    with scope.enter(bella):
        assert not Suppression.objects.exists()


def test_an_unknown_message_or_number_is_not_found(ana: Client) -> None:
    for sent in ({"deed": "wording", "template": "love"}, {"deed": "lift", "id": "nobody"}):
        assert ana.post(PAGE, sent, headers=WITH_SCRIPTS).status_code == 404


def test_staff_see_none_of_it(sam: Client) -> None:
    assert sam.get(PAGE).status_code == 403
    assert sam.post(PAGE, {"deed": "silence", "number": GUEST}).status_code == 403


def test_many_silent_numbers_cost_no_more_queries(
    ana: Client, bella: Place, django_assert_max_num_queries: Any
) -> None:
    with scope.enter(bella):
        Suppression.objects.bulk_create(Suppression(number=f"+1512555{n:04}", since=timezone.now()) for n in range(300))
    with django_assert_max_num_queries(40):
        assert "The newest 200 of 300." in page(ana)
