"""The front door and Today: who gets in, and that nobody sees another restaurant."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.calls.models import Call
from apps.tenants import scope
from apps.tenants.scope import Place


def sign_in(client: Client, email: str, password: str = "loman-demo") -> Any:
    return client.post("/", {"email": email, "password": password})


def test_ana_signs_in_and_comes_to_her_restaurant(client: Client, bella: Place) -> None:
    assert sign_in(client, "ana@bella.test")["Location"] == "/r/bella-napoli/"
    page = client.get("/r/bella-napoli/")
    assert page.status_code == 200
    assert "Bella Napoli" in page.content.decode()


def test_ana_signs_in_and_out_on_her_restaurants_own_host_name(client: Client, bella: Place) -> None:
    host = {"HTTP_HOST": "bella-napoli.localhost"}
    assert client.get("/", **host).status_code == 200
    login = {"email": "ana@bella.test", "password": "loman-demo"}
    assert client.post("/", login, **host)["Location"] == "/r/bella-napoli/"
    assert client.get("/r/bella-napoli/", **host).status_code == 200
    assert client.post("/sign-out", **host)["Location"] == "/"
    assert client.get("/r/bella-napoli/", **host).status_code == 403


def test_a_wrong_password_is_said_in_words(client: Client, bella: Place) -> None:
    page = sign_in(client, "ana@bella.test", "wrong")
    assert page.status_code == 200
    assert "do not go together" in page.content.decode()


@pytest.mark.parametrize("email", ["yuki@sakura.test", None])
def test_bellas_page_is_closed_to_everybody_else(
    client: Client, bella: Place, sakura: Place, email: str | None
) -> None:
    if email:
        sign_in(client, email)
    assert client.get("/r/bella-napoli/").status_code == 403


def test_numbers_are_masked_and_calls_of_another_restaurant_are_not_there(
    client: Client, bella: Place, sakura: Place
) -> None:
    for place, sid, number in ((bella, "CA1", "+15125550134"), (sakura, "CA2", "+12125550177")):
        with scope.enter(place):
            Call.objects.create(
                carrier_sid=sid, from_number=number, to_number="+15125550101", started_at=timezone.now()
            )
    sign_in(client, "ana@bella.test")
    page = client.get("/r/bella-napoli/").content.decode()
    assert "••• 0134" in page
    assert "5550134" not in page
    assert "0177" not in page


def test_an_unknown_restaurant_is_not_found(client: Client, bella: Place) -> None:
    assert client.get("/r/nobody/").status_code == 404


def test_the_demo_logins_are_shown_only_while_developing(client: Client, bella: Place, settings: Any) -> None:
    assert "ana@bella.test" in client.get("/").content.decode()
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    assert "ana@bella.test" not in client.get("/").content.decode()
