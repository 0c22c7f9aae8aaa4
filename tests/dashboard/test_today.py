"""Today: what needs a person with its one deed, figures with what they are counted of, and what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.calls.models import Call, Ticket
from apps.orders import printing
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place

TODAY, PART = "/r/bella-napoli/", "/r/bella-napoli/today"


def an_order(place: Place, number: int, **more: Any) -> Order:
    now = timezone.now()
    with scope.enter(place):
        return Order.objects.create(
            number=number, day=now.date(), cart_version=1, key=f"today:{number}", customer_name="Rosa", subtotal=20,
            tax=1, total=21, ready_at=now + timedelta(minutes=20), confirmed_by="caller", **more,
        )  # fmt: skip


def read(client: Client, address: str = TODAY) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return str(page.content.decode())


def test_what_needs_a_person_has_one_button_each(sam: Client, bella: Place) -> None:
    order = an_order(bella, 61)
    with scope.enter(bella):
        late = timezone.now() - timedelta(minutes=5)
        ticket = Ticket.objects.create(type="callback", summary="Call 512 555 0134 back", key="t", due_at=late)
        Ticket.objects.create(type="other", summary="Tomorrow's", key="u", due_at=late + timedelta(days=1))
    page = read(sam)
    lamp = page.split('class="lamp"')[1].split("</section>")[0]
    assert "2 things need a person" in lamp
    assert f'action="/r/bella-napoli/orders/{order.pk}/do"' in lamp
    assert f'action="/r/bella-napoli/tickets/{ticket.pk}/do"' in lamp
    assert 'value="accepted"' in lamp
    assert "555 0134" not in page
    assert "Tomorrow" not in lamp
    assert "Tomorrow&#x27;s" in page.split("open-tickets")[-1]


def test_a_calm_evening_has_no_lamp(sam: Client, bella: Place) -> None:
    an_order(bella, 62, status="accepted")
    assert 'class="lamp"' not in read(sam)


def test_a_ticket_that_did_not_print_is_printed_again(sam: Client, bella: Place) -> None:
    order = an_order(bella, 63, status="accepted")
    with scope.enter(bella):
        printing.print_ticket(order.pk, by="sam@bella.test", place=bella, now=timezone.now())
        printing.failed(order.pk, why="no paper", by="printer", now=timezone.now())
    lamp = read(sam).split('class="lamp"')[1].split("</section>")[0]
    assert "Order 63 did not print" in lamp
    assert f'action="/r/bella-napoli/orders/{order.pk}/print" target="_blank"' in lamp


def test_no_figure_stands_alone(sam: Client, bella: Place) -> None:
    an_order(bella, 64)
    an_order(bella, 65, status="cancelled")
    with scope.enter(bella):
        for number, answered in enumerate((timezone.now(), None)):
            Call.objects.create(
                carrier_sid=f"CA{number}", to_number="+15125550101", state="ended", answered_at=answered,
                ended_at=timezone.now(),
            )  # fmt: skip
    stats = read(sam).split("<dl")[1].split("</dl>")[0]
    for words in ("of 2 calls", "1 rang out", "of 2 placed", "$21.00", "from 1 order<", "$21.00 each", "in 0 turns"):
        assert words in stats


def test_the_day_is_told_with_its_hours_and_the_quoted_time(ana: Client, sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        OpeningHours.objects.all().delete()
    assert "No opening hours are set" in read(sam)
    with scope.enter(bella):
        for weekday in range(7):
            OpeningHours.objects.create(weekday=weekday, opens="00:00", closes="00:00")
        RestaurantSettings.objects.update(prep_minutes=35)
    assert "quoting 35 minutes" in read(sam)
    assert "Pause ordering" in read(ana)
    assert "Pause ordering" not in read(sam), "that is for administrators"


def test_a_pause_is_told_and_taken_back(ana: Client, bella: Place) -> None:
    ana.post("/r/bella-napoli/orders/pause", {"for": "30"})
    assert "callers are told" in read(ana)
    ana.post("/r/bella-napoli/orders/pause", {"for": "resume"})
    assert "callers are told" not in read(ana)


def test_what_comes_next_and_what_was_last(sam: Client, bella: Place) -> None:
    starts = timezone.now() + timedelta(minutes=1)
    with scope.enter(bella):
        Reservation.objects.create(
            reference="T1", key="t", name="Okafor", party_size=4, starts_at=starts,
            ends_at=starts + timedelta(hours=2), confirmed_by="caller",
        )  # fmt: skip
        call = Call.objects.create(
            carrier_sid="CAlast", from_number="+15125550134", to_number="+15125550101", state="ended",
            ended_at=timezone.now(), outcome="order", duration_seconds=84,
        )  # fmt: skip
    page = read(sam)
    assert "party of 4" in page
    assert f'href="/r/bella-napoli/calls/{call.pk}/"' in page
    assert "1:24" in page


def test_the_part_is_four_pieces_without_the_calls_on_the_line(
    sam: Client, bella: Place, django_assert_max_num_queries: Any
) -> None:
    for number in range(70, 82):
        an_order(bella, number)
    read(sam, PART)
    with django_assert_max_num_queries(30):
        part = read(sam, PART)
    assert part.count("hx-swap-oob") == 3
    assert 'id="line"' not in part
    assert "12 things need a person" in part


@pytest.mark.parametrize("address", [TODAY, PART, "/r/bella-napoli/side"])
def test_it_is_bellas_peoples_alone(client: Client, bella: Place, sakura: Place, address: str) -> None:
    client.post("/", {"email": "yuki@sakura.test", "password": "loman-demo"})
    assert client.get(address).status_code == 403


def test_the_side_bars_figures_are_those_of_now(sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        Call.objects.create(
            carrier_sid="CA9", to_number="+15125550101", state="in_progress", answered_at=timezone.now()
        )
        Call.objects.create(
            carrier_sid="CAdead", to_number="+15125550101", state="in_progress", answered_at=timezone.now(),
            ended_at=timezone.now(),
        )  # fmt: skip
    an_order(bella, 66)
    side = read(sam, "/r/bella-napoli/side")
    assert "1 on the line now" in side
    assert '<span class="count" data-figure data-lamp>1<span class="vh"> new</span>' in side
