"""Whole calls in Spanish, and the way out for those who speak neither of our languages."""

from __future__ import annotations

import pytest

from apps.calls.models import Ticket
from apps.orders import services
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.restaurant.models import StaffContact
from tests.cases.people import Shop


def test_in_a_call_a_spanish_order_is_taken_read_back_and_placed_in_spanish(shop: Shop) -> None:
    words = ("hola, quiero una margherita grande sin onions", "thin crust", "y dos Cokes", "eso es todo", "Carmen")
    talk = shop.call(*words, "sí, correcto", "gracias, adiós")
    read_back = talk.after("Carmen")
    assert read_back.startswith(
        "Una de Margherita, large con thin crust y sin onions y dos de Coke, a nombre de Carmen."
    )
    assert read_back.endswith("¿Hago el pedido?")
    assert "Su pedido está hecho" in talk.after("sí, correcto")
    assert talk.last.endswith("¡Adiós!")
    with shop.books():
        order = services.as_json(Order.objects.get())
    assert {line["item"]: line["quantity"] for line in order["lines"]} == {"Margherita": 1, "Coke": 2}
    assert order["customer_name"] == "Carmen"


def test_in_a_call_a_spanish_booking_is_made(shop: Shop) -> None:
    talk = shop.call("quiero una mesa para cuatro personas mañana a las siete de la tarde", "Carmen", "sí", "adiós")
    assert "Una mesa para cuatro personas" in talk.after("Carmen")
    assert "a las siete de la tarde" in talk.after("Carmen")
    assert "Tiene su reserva" in talk.after("sí")
    with shop.books():
        booked = Reservation.objects.get()
    assert (booked.party_size, shop.local(booked.starts_at).hour, booked.name) == (4, 19, "Carmen")


def test_in_a_call_spanish_questions_are_answered_from_the_data(shop: Shop) -> None:
    shop.opens(("11:00", "22:00"))
    talk = shop.call("¿a qué hora abren mañana?", "¿cuánto cuesta la lasagna?", "¿la lasagna tiene gluten?", "adiós")
    assert "Mañana abrimos de las once de la mañana a las diez de la noche." in talk.after("¿a qué hora abren mañana?")
    assert "quince dólares con cincuenta centavos" in talk.after("¿cuánto cuesta la lasagna?")
    assert "Lasagna contiene gluten." in talk.after("¿la lasagna tiene gluten?")


def test_in_a_call_whoever_asks_for_spanish_gets_it(shop: Shop) -> None:
    talk = shop.call("do you speak Spanish?", "adiós")
    assert talk.after("do you speak Spanish?").startswith("Sí, hablo español")


def test_where_only_english_is_offered_spanish_is_shown_the_way_out(shop: Shop) -> None:
    shop.settings(languages=["en"])
    talk = shop.call("hola, quiero una mesa para cuatro personas por favor")
    assert "no hablo español" in " ".join(talk.agent)
    assert talk.row.ended_by == "transfer"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("bonjour, je voudrais réserver une table pour deux", "je ne parle pas français"),
        ("Guten Tag, ich möchte bitte einen Tisch reservieren", "Leider spreche ich kein Deutsch"),
        ("我想订一张两个人的桌子", "我不会说中文"),
    ],
)
def test_case_21_in_a_call_an_unsupported_language_gets_through_to_a_person(shop: Shop, words: str, said: str) -> None:
    talk = shop.call(words)
    assert said in " ".join(talk.agent)
    assert talk.row.ended_by == "transfer"


def test_case_21_in_a_call_where_nobody_can_be_reached_they_are_called_back(shop: Shop) -> None:
    shop.settings(transfer_number="")
    with shop.books():
        StaffContact.objects.all().delete()
    talk = shop.call("bonjour, je voudrais réserver une table pour deux")
    assert "vous rappellera" in " ".join(talk.agent)
    assert talk.row.ended_by == "goodbye"
    with shop.books():
        assert Ticket.objects.get().type == "callback"
