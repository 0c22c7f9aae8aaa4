"""Webhooks, vendors' keys and the cash register on their pages: secrets are shown once or never."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.outbox import webhooks
from apps.outbox.models import Delivery, Endpoint
from apps.pos import services as pos
from apps.pos.models import Connection
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send
from tests.pos import square_server

HOOKS, TILL = "/r/bella-napoli/settings/hooks/", "/r/bella-napoli/settings/till/"
URL = "https://hooks.example/loman"


@pytest.fixture
def hook(bella: Place) -> Endpoint:
    return webhooks.add(bella, url=URL, types=["order.placed"], by="ana@bella.test")[0]


def secret_in(answer: Any) -> str:
    found = re.search(r'id="new-secret"[^>]*>(whsec_[^<]+)<', answer.content.decode())
    assert found
    return found.group(1)


def told(place: Place, type: str) -> list[str]:
    return [row.url for row in webhooks.wanting(type, place=place)]


def owed(place: Place) -> Delivery:
    rows = webhooks.wanting("order.placed", place=place)
    at = timezone.now().isoformat()
    return webhooks.owe(rows, event_id="msg_1", type="order.placed", at=at, data={"number": "+15125550134"})[0]


# ---- webhooks ------------------------------------------------------------------------------------------


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(ana: Client, bella: Place) -> None:
    answer = send(ana, HOOKS, "add", url=URL, types=["ticket.opened"])
    secret = secret_in(answer)
    assert answer["Cache-Control"] == "no-store"
    assert secret not in ana.get(HOOKS).content.decode()
    row = Endpoint.objects.get(url=URL)
    assert webhooks.secrets_of(row, now=timezone.now()) == [secret]
    assert (told(bella, "ticket.opened"), told(bella, "order.placed")) == ([URL], [])


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://hooks.example"])
def test_an_address_that_cannot_be_is_refused_in_words(ana: Client, bella: Place, url: str) -> None:
    page = send(ana, HOOKS, "add", url=url).content.decode()
    assert 'aria-invalid="true"' in page
    assert not Endpoint.objects.exists()


def test_the_next_event_follows_what_is_saved(ana: Client, bella: Place, hook: Endpoint) -> None:
    assert told(bella, "order.placed") == [URL]
    send(ana, HOOKS, "change", of={"id": str(hook.pk)}, types=["call.ended"])
    assert (told(bella, "order.placed"), told(bella, "call.ended")) == ([], [URL])
    send(ana, HOOKS, "change", of={"id": str(hook.pk)}, types=["order.placed"])
    assert "+15125550134" not in owed(bella).body
    Delivery.objects.all().delete()
    send(ana, HOOKS, "change", of={"id": str(hook.pk)}, whole_numbers="on")
    assert "+15125550134" in owed(bella).body


def test_a_paused_one_is_told_nothing_until_it_is_told_again(ana: Client, bella: Place, hook: Endpoint) -> None:
    of = {"id": str(hook.pk)}
    send(ana, HOOKS, "pause", of=of)
    assert told(bella, "order.placed") == []
    assert "Disabled by hand." in ana.get(HOOKS).content.decode()
    assert "It is paused" in send(ana, HOOKS, "test", of=of).content.decode()
    send(ana, HOOKS, "pause", of=of)
    assert told(bella, "order.placed") == [URL]
    send(ana, HOOKS, "remove", of=of)
    assert not Endpoint.objects.exists()


def test_a_new_secret_is_shown_once_and_signs_beside_the_old_one(ana: Client, bella: Place, hook: Endpoint) -> None:
    before = webhooks.secrets_of(hook, now=timezone.now())
    secret = secret_in(send(ana, HOOKS, "rotate", of={"id": str(hook.pk)}))
    hook.refresh_from_db()
    assert webhooks.secrets_of(hook, now=timezone.now()) == [secret, *before]


def test_what_was_given_up_is_sent_again(ana: Client, bella: Place, hook: Endpoint) -> None:
    row = owed(bella)
    Delivery.objects.filter(pk=row.pk).update(state="dead", next_try_at=None, last_status=500)
    page = ana.get(HOOKS).content.decode()
    assert "Given up" in page
    assert "answered 500" in page
    send(ana, HOOKS, "replay", of={"id": str(row.pk)})
    row.refresh_from_db()
    assert (row.state, row.replays) == ("waiting", 1)
    send(ana, HOOKS, "test", of={"id": str(hook.pk)})
    assert Delivery.objects.filter(type="webhook.test").count() == 1
    assert AuditEntry.objects.filter(action="webhook_deliveries.replay").count() == 1


def test_who_comes_second_is_told_and_other_houses_rows_are_not_found(
    ana: Client, bella: Place, sakura: Place, hook: Endpoint
) -> None:
    old = filled(ana, HOOKS, "change", id=str(hook.pk))
    send(ana, HOOKS, "change", of={"id": str(hook.pk)}, types=[])
    assert "Somebody else has just changed this" in ana.post(HOOKS, old, headers=WITH_SCRIPTS).content.decode()
    theirs = webhooks.add(sakura, url="https://sakura.example/x", by="yuki@sakura.test")[0]
    for deed in ("change", "remove", "pause", "rotate", "test"):
        assert ana.post(HOOKS, {"deed": deed, "id": str(theirs.pk)}, headers=WITH_SCRIPTS).status_code == 404


def test_a_vendors_key_is_written_sealed_and_never_shown(ana: Client, bella: Place) -> None:
    answer = send(ana, HOOKS, "key", vendor="stripe", secret_key="sk_live_quetzal")
    assert '"failed": false' in said(answer)
    with scope.enter(bella):
        sealed = restaurant.settings().provider_keys["stripe"]
    assert keys.decrypt(sealed) == "sk_live_quetzal"
    assert "sk_live_quetzal" not in answer.content.decode() + ana.get(HOOKS).content.decode() + sealed
    refused = send(ana, HOOKS, "key", vendor="stripe", secret_key="né")
    assert "That is no key for stripe" in refused.content.decode()
    assert "né" not in refused.content.decode()
    send(ana, HOOKS, "forget", of={"id": "stripe"})
    with scope.enter(bella):
        assert "stripe" not in restaurant.settings().provider_keys
    entries = AuditEntry.objects.filter(action="settings.provider_keys").order_by("position")
    assert [entry.after for entry in entries] == [{"stripe": "set"}, {"stripe": "removed"}]


# ---- the cash register ---------------------------------------------------------------------------------


def test_a_cash_register_is_connected_tried_and_read(ana: Client, bella: Place, settings: Any) -> None:
    assert "None connected" in ana.get(TILL).content.decode()
    catalogue = [square_server.category("Coffee"), square_server.item("Ristretto", under="Coffee", regular=275)]
    with square_server.serving(objects=catalogue) as books:
        settings.SQUARE_API_URL = books.url
        answer = send(ana, TILL, "connect", location=square_server.LOCATION, token=square_server.TOKEN)
        assert '"failed": false' in said(answer)
        assert square_server.TOKEN not in answer.content.decode()
        tried = send(ana, TILL, "try").content.decode()
        assert "Reading the menu would do this" in tried
        assert "never" in tried
        with scope.enter(bella):
            assert Connection.objects.get().pulled_at is None
        assert "1 added" in send(ana, TILL, "read").content.decode()
    with scope.enter(bella):
        assert Connection.objects.get().pulled_at is not None
    send(ana, TILL, "switch", of={"id": "1"})
    with scope.enter(bella):
        assert not Connection.objects.get().active
        with pytest.raises(pos.Refusal):
            pos.pull(dry_run=True, now=timezone.now())


def test_a_cash_register_that_does_not_answer_is_said(ana: Client, bella: Place, settings: Any) -> None:
    refused = send(ana, TILL, "connect", location="L1", token="").content.decode()
    assert "A till needs its location and its key." in refused
    send(ana, TILL, "connect", location="L1", token="wrong")
    settings.SQUARE_API_URL = "http://127.0.0.1:9"
    assert '"failed": true' in said(send(ana, TILL, "try"))


def test_staff_see_none_of_it(sam: Client) -> None:
    for path in (HOOKS, TILL):
        assert sam.get(path).status_code == 403
        assert sam.post(path, {"deed": "add", "url": URL}).status_code == 403
