"""A restaurant that could not be upgraded: nobody sees an error of ours, its callers reach its telephone, nothing of
its work is lost, and nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.calls.models import Call
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant import services
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from apps.voice import tokens


@pytest.fixture
def behind(bella: Place, sakura: Place) -> Place:
    Restaurant.objects.filter(pk=bella.id).update(upgrade_error="ValueError: nobody understands it")
    place = scope.find_by_slug(bella.slug)
    assert place is not None
    assert place.behind
    return place


def test_the_door_is_closed(behind: Place) -> None:
    with pytest.raises(scope.BehindError, match="Bella Napoli is being upgraded"), scope.enter(behind):
        raise AssertionError("it was entered")
    assert not scope.entered()


def test_its_pages_say_so(behind: Place, client: Client) -> None:
    client.force_login(User.objects.get(email="ana@bella.test"))
    answer = client.get("/r/bella-napoli/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "Bella Napoli is being upgraded" in answer.content.decode()
    assert "nobody understands" not in answer.content.decode()


def test_the_neighbours_pages_are_there(behind: Place, client: Client) -> None:
    client.force_login(User.objects.get(email="yuki@sakura.test"))
    assert client.get("/r/sakura/").status_code == 200


def test_a_view_that_goes_through_the_door_itself_says_so_too(behind: Place, client: Client) -> None:
    answer = client.post("/webhooks/pay/stripe/bella-napoli", data=b"{}", content_type="application/json")
    assert answer.status_code == 503


def test_programs_get_a_problem_document(behind: Place, client: Client) -> None:
    login = {"email": "ana@bella.test", "password": "loman-demo", "restaurant": "bella-napoli"}
    pair = client.post("/api/v1/auth/token", login, content_type="application/json").json()
    answer = client.post("/tools/get_context", {}, content_type="application/json",
                         headers={"authorization": f"Bearer {pair['access']}"})  # fmt: skip
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "601"
    assert answer.json()["detail"] == "Bella Napoli is being upgraded. Please try again later."


def test_its_work_waits_and_never_dies(behind: Place) -> None:
    Work.objects.all().delete()
    outbox.add("order.placed", key="behind", place=behind)
    for _ in range(outbox.MOST_ATTEMPTS + 2):
        outbox.sweep()
        row = Work.objects.get()
        assert (row.state, row.attempts) == (Work.State.WAITING, 0)
        assert row.last_error == "BehindError: Bella Napoli is being upgraded. Please try again later."
        assert row.due_at > timezone.now()
        Work.objects.update(due_at=timezone.now())


def test_a_stream_that_was_promised_before_is_refused_so_that_the_caller_is_passed_on(
    open_restaurant: Callable[..., Place],
) -> None:
    place = open_restaurant()
    with scope.enter(place):
        call = Call.objects.create(carrier_sid="CA1", from_number="+15125550134", to_number="+15125550101")
    token = tokens.issue(place, call, origin="https://loman.example.com")
    Restaurant.objects.filter(pk=place.id).update(upgrade_error="ValueError: nobody understands it")
    with pytest.raises(tokens.Refused, match="waits for its upgrade"):
        asyncio.run(tokens.redeem(token, call_sid="CA1"))


def test_where_its_telephone_stands_can_still_be_read(behind: Place) -> None:
    with scope.enter_as_it_is(behind):
        RestaurantSettings.objects.update(transfer_number="+15125550191", ring_seconds=20)
    assert services.telephone(behind) == ("+15125550191", 20)
