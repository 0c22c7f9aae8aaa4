"""Cases 11 to 14 of PRODUCT.md: when something can be had, what a time means, and who gets the last table."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest

from apps.calls.models import Ticket
from apps.menu.models import Daypart, MenuItem
from apps.orders.models import Order
from apps.reservations.models import DiningTable, Reservation
from tests.cases.people import Guest, Shop

TEN_TO_TEN = "2026-07-03T21:50-05:00"
"""A Friday evening in Chicago, ten minutes before the cut-off."""


def booked(shop: Shop) -> list[tuple[str, int]]:
    """Local time and party of every standing booking."""
    with shop.books():
        rows = Reservation.objects.exclude(status="cancelled")
        return [(f"{shop.local(row.starts_at):%Y-%m-%d %H:%M}", row.party_size) for row in rows]


def ready(shop: Shop) -> str:
    with shop.books():
        return f"{shop.local(Order.objects.get().ready_at):%Y-%m-%d %H:%M}"


# ---- 11: the cut-off -----------------------------------------------------------------------------------


def test_case_11_too_late_for_tonight_tomorrow_is_offered(shop: Shop, guest: Guest, at: Any) -> None:
    shop.opens(("11:00", "22:00"))
    shop.settings(prep_minutes=25)
    at(TEN_TO_TEN)
    refused = guest.quote(guest.line("Lasagna"))["refused"]
    assert "tomorrow at eleven a m" in refused
    assert guest.quote(guest.line("Lasagna"), pickup_at="2026-07-04T12:00")["status"] == "quoted"


def test_case_11_special_hours_beat_weekly_ones(shop: Shop, guest: Guest, at: Any) -> None:
    shop.opens(("11:00", "22:00"), special={"2026-07-03": (("11:00", "23:30"),), "2026-07-04": ()})
    at(TEN_TO_TEN)
    assert guest.quote(guest.line("Lasagna"))["status"] == "quoted"
    refused = guest.quote(guest.line("Lasagna"), pickup_at="2026-07-04T12:00")["refused"]
    assert "on Sunday at eleven a m" in refused


def test_case_11_half_past_midnight_belongs_to_the_evening_before(shop: Shop, guest: Guest, at: Any) -> None:
    shop.opens(("17:00", "01:30"))
    at("2026-07-04T00:30-05:00")
    guest.order(guest.line("Lasagna"))
    with shop.books():
        order = Order.objects.get()
    assert str(order.day) == "2026-07-03"
    assert order.number == 1


def test_case_11_in_a_call_the_order_is_taken_for_tomorrow(shop: Shop, at: Any) -> None:
    shop.opens(("11:00", "22:00"))
    shop.settings(prep_minutes=25)
    at(TEN_TO_TEN)
    talk = shop.call("one lasagna please", "that's all", "Kate", "yes please", "yes", "bye")
    assert "Would you like it then?" in talk.after("Kate")
    assert "ready tomorrow at eleven" in talk.after("yes please")
    assert ready(shop) == "2026-07-04 11:00"


def test_a_lunch_dish_is_sold_when_the_kitchen_makes_it_at_lunch(shop: Shop, guest: Guest, at: Any) -> None:
    with shop.books():
        lunch = Daypart.objects.create(name="Lunch", weekdays=list(range(7)), opens="11:00", closes="15:00")
        lunch.items.add(MenuItem.objects.get(name="Lasagna"))
    at("2026-07-03T16:00-05:00")
    refused = guest.quote(guest.line("Lasagna"))["refused"]
    assert refused.startswith("I'm sorry, Lasagna is only served from eleven a m to three p m.")
    assert guest.quote(guest.line("Lasagna"), pickup_at="2026-07-04T12:00")["status"] == "quoted"
    at("2026-07-03T14:57-05:00")
    quoted = guest.quote(guest.line("Lasagna"))
    guest.says_yes(quoted)
    at("2026-07-03T15:00-05:00")
    assert "only served" in guest.ask("create_order", confirm_version=quoted["cart_version"])["refused"]


def test_in_a_call_a_dish_out_of_its_hours_is_said_to_be_and_when_it_is_back(shop: Shop, at: Any) -> None:
    with shop.books():
        lunch = Daypart.objects.create(name="Lunch", weekdays=list(range(7)), opens="11:00", closes="15:00")
        lunch.items.add(MenuItem.objects.get(name="Lasagna"))
    at("2026-07-03T16:00-05:00")
    talk = shop.call("one lasagna please", "bye")
    assert "only served from eleven a m to three p m" in talk.after("one lasagna please")


# ---- 12: tomorrow at seven -----------------------------------------------------------------------------


def test_case_12_tomorrow_is_counted_where_the_restaurant_is(shop: Shop, guest: Guest, at: Any) -> None:
    shop.moves_to("America/New_York")
    at("2026-07-04T03:30Z")
    now = guest.ask("get_context")["now"]
    assert now.startswith("2026-07-03T23:30"), "a model counts tomorrow from here"
    held = guest.ask("create_reservation", party_size=2, starts_at="2026-07-04T19:00", name="Kate")
    assert "Saturday, July fourth, at seven p m" in held["read_back"]


@pytest.mark.parametrize(("opens", "closes"), [("17:00", "23:00"), ("11:00", "15:00")])
def test_case_12_in_a_call_morning_or_evening_follows_from_the_hours(
    shop: Shop, at: Any, opens: str, closes: str
) -> None:
    shop.moves_to("America/New_York")
    shop.opens((opens, closes))
    at("2026-07-04T03:30Z")
    hour = "7" if opens == "17:00" else "1"
    shop.call(f"a table for two tomorrow at {hour}", "Kate", "yes", "bye")
    assert booked(shop) == [("2026-07-04 19:00" if hour == "7" else "2026-07-04 13:00", 2)]


def test_case_12_in_a_call_it_is_asked_where_both_are_open(shop: Shop, at: Any) -> None:
    shop.moves_to("America/New_York")
    at("2026-07-04T03:30Z")
    talk = shop.call("a table for two tomorrow at 7", "in the evening", "Kate", "yes", "bye")
    assert "morning or" in talk.after("a table for two tomorrow at 7")
    assert "Saturday, July fourth, at seven p m" in " ".join(talk.agent)
    assert booked(shop) == [("2026-07-04 19:00", 2)]


# ---- 13: the clocks change -----------------------------------------------------------------------------


def test_case_13_times_that_do_not_exist_or_come_twice(shop: Shop, guest: Guest, at: Any) -> None:
    shop.moves_to("America/New_York")
    at("2026-03-01T12:00-05:00")

    def hold(moment: str) -> dict[str, Any]:
        return guest.ask("create_reservation", party_size=2, starts_at=moment, name="Kate")

    assert "doesn't exist" in hold("2026-03-08T02:30")["refused"]
    at("2026-10-30T12:00-04:00")
    twice = hold("2026-11-01T01:30")
    assert datetime.fromisoformat(twice["starts_at"]).isoformat() == "2026-11-01T01:30:00-04:00"
    after = hold("2026-11-01T19:00")
    assert datetime.fromisoformat(after["starts_at"]).isoformat() == "2026-11-01T19:00:00-05:00"


def test_case_13_in_a_call_a_time_that_does_not_exist_is_refused(shop: Shop, at: Any) -> None:
    shop.moves_to("America/New_York")
    at("2026-03-06T12:00-05:00")
    talk = shop.call(
        "a table for two on march eighth at two thirty in the morning", "Kate", "at four a m", "yes", "bye"
    )
    assert "the clocks change" in " ".join(talk.agent)
    assert booked(shop) == [("2026-03-08 04:00", 2)]


def test_case_13_in_a_call_seven_the_day_after_the_clocks_change_is_seven(shop: Shop, at: Any) -> None:
    shop.moves_to("America/New_York")
    at("2026-10-31T19:00-04:00")
    shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye")
    assert booked(shop) == [("2026-11-01 19:00", 2)]


# ---- 14: the last table --------------------------------------------------------------------------------


def one_table(shop: Shop, seats: int = 2) -> None:
    with shop.books():
        DiningTable.objects.all().delete()
        DiningTable.objects.create(name="the only one", seats=seats)


def test_case_14_two_calls_for_the_last_table_exactly_one_wins(shop: Shop, at: Any) -> None:
    one_table(shop)
    at("2026-07-03T12:00-05:00")
    guests = [Guest(shop, number=f"+1512555019{digit}") for digit in range(6)]
    start, answers = threading.Barrier(len(guests)), list[dict[str, Any]]()

    def ask(guest: Guest) -> None:
        start.wait()
        answer = guest.ask("create_reservation", party_size=2, starts_at="2026-07-04T19:00", name="Kate")
        if answer.get("status") == "held":
            guest.says_yes(answer)
            answer = guest.ask("create_reservation", confirm_version=answer["version"])
        answers.append(answer)
        from django.db import connections

        connections.close_all()

    racers = [threading.Thread(target=ask, args=(guest,)) for guest in guests]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answer["status"] for answer in answers) == ["booked"] + ["waitlist_offered"] * 5
    assert booked(shop) == [("2026-07-04 19:00", 2)]


def test_case_14_above_the_largest_party_it_is_a_lead(shop: Shop, guest: Guest, at: Any) -> None:
    at("2026-07-03T12:00-05:00")
    asked = {"party_size": 12, "starts_at": "2026-07-04T19:00", "name": "Kate"}
    assert guest.ask("create_reservation", **asked)["status"] == "lead"
    with shop.books():
        assert [ticket.type for ticket in Ticket.objects.all()] == ["lead"]
    assert booked(shop) == []


def test_case_14_in_a_call_the_table_went_while_it_was_read_back(shop: Shop, at: Any) -> None:
    """The hold keeps it for this caller: whoever comes in between finds it taken."""
    one_table(shop)
    at("2026-07-03T12:00-05:00")
    other = Guest(shop, number="+15125550199")
    answers: list[dict[str, Any]] = []

    def somebody(line: str) -> None:
        if line.startswith("agent: ") and "Shall I book it?" in line:
            wanted = {"party_size": 2, "starts_at": "2026-07-04T19:00", "name": "Joan"}
            worker = threading.Thread(target=lambda: answers.append(other.ask("create_reservation", **wanted)))
            worker.start()
            worker.join()

    shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye", meanwhile=somebody)
    assert answers[0]["status"] == "waitlist_offered"
    assert booked(shop) == [("2026-07-04 19:00", 2)]


def test_case_14_in_a_call_when_it_is_full_near_times_are_offered(shop: Shop, at: Any) -> None:
    one_table(shop)
    at("2026-07-03T12:00-05:00")
    shop.call("a table for two tomorrow at seven p m", "Kate", "yes", "bye")
    talk = shop.call("a table for two tomorrow at seven p m", "Joan", "the first one please", caller="+15125550199")
    offered = talk.after("Joan")
    assert "Which would you like?" in offered or "p m" in offered
    assert len(booked(shop)) == 1


def test_case_14_in_a_call_twelve_guests_are_a_lead(shop: Shop, at: Any) -> None:
    at("2026-07-03T12:00-05:00")
    talk = shop.call("a table for twelve tomorrow at seven p m", "Kate", "bye")
    assert "call you back" in " ".join(talk.agent)
    with shop.books():
        assert [ticket.type for ticket in Ticket.objects.all()] == ["lead"]
    assert booked(shop) == []
