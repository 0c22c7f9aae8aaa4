"""The kitchen's windows: orders count when they are due, slide to the next free time, and the last place has one
winner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from apps.orders import lifecycle
from apps.orders import services as orders
from apps.orders.models import Order, OrderCounter
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope
from tests.orders.people import NOW, commit, dish, quote
from tests.orders.test_races import at_once


def set_up(**values: Any) -> None:
    RestaurantSettings.objects.update_or_create(pk=1, defaults=values)


def after(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


def order(place: Any, key: str, **more: Any) -> Order:
    now = more.get("now", NOW)
    return commit(place, quote(place, dish("Coke"), key=key, **more).version, key=key, now=now)


def refused(place: Any, **more: Any) -> str:
    with pytest.raises(orders.Refusal) as raised:
        quote(place, dish("Coke"), key="refused", **more)
    return str(raised.value)


@pytest.fixture
def paced(in_bella: Any) -> Any:
    """Two orders due within any quarter of an hour; Bella's prep time is 20 minutes."""
    set_up(throttle_orders=2, throttle_minutes=15)
    return in_bella


def test_orders_as_soon_as_possible_slide_and_the_caller_hears_the_later_time(paced: Any) -> None:
    assert [order(paced, key).ready_at for key in "abcde"] == [after(20), after(20), after(35), after(35), after(50)]
    quoted = quote(paced, dish("Coke"), key="f")
    assert quoted.ready_at == after(50)
    assert "ready at twelve fifty p m" in quoted.read_back


def test_an_order_that_slid_waits_until_its_window_comes(paced: Any) -> None:
    for key in "ab":
        assert order(paced, key).status == "new"
    slid = order(paced, "c")
    assert (slid.status, slid.fires_at) == ("scheduled", after(15))


def test_orders_count_when_they_are_due_not_when_they_were_called_in(paced: Any) -> None:
    for key in "ab":
        order(paced, key, pickup_at=after(300))
    assert order(paced, "c").ready_at == after(20)  # many calls now, room now
    assert order(paced, "d", now=after(283), pickup_at=None).ready_at == after(315)  # the scheduled ones fill theirs


def test_a_wanted_time_that_is_full_gets_the_nearest_free_ones_offered(paced: Any) -> None:
    for key in "ab":
        order(paced, key, pickup_at=after(300))
    assert refused(paced, pickup_at=after(305)) == (
        "I'm sorry, the kitchen is full at five oh five p m. "
        "I could have it ready at four forty five p m or at five fifteen p m. Would that work?"
    )
    for free in (285, 315):
        assert order(paced, f"at {free}", pickup_at=after(free)).ready_at == after(free)


def test_no_time_before_it_can_be_made_and_none_after_closing_is_offered(paced: Any) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(weekday=0, opens=time(10), closes=time(12, 30))  # half an hour from now
    for key in "ab":
        order(paced, key)
    assert "kitchen is full. We open again on Monday" in refused(paced)
    assert refused(paced, pickup_at=after(25)) == (
        "I'm sorry, the kitchen is full at twelve twenty five p m. Which other day or time would you like?"
    )


def test_a_cancelled_order_gives_its_place_back(paced: Any) -> None:
    first, _ = order(paced, "a"), order(paced, "b")
    lifecycle.cancel(first.pk, reason="changed plans", by="caller", place=paced, now=NOW)
    assert order(paced, "c").ready_at == after(20)


def test_a_kitchen_that_takes_none_says_so(in_bella: Any) -> None:
    set_up(throttle_orders=0)
    assert "kitchen is full" in refused(in_bella)
    assert "Which other day or time" in refused(in_bella, pickup_at=after(300))


def test_what_was_read_back_is_what_is_placed_also_a_minute_later(in_bella: Any) -> None:
    quoted = quote(in_bella)
    assert commit(in_bella, quoted.version, now=after(2)).ready_at == quoted.ready_at == after(20)


def test_a_yes_that_comes_late_hears_the_new_time_first(in_bella: Any) -> None:
    version = quote(in_bella).version
    with pytest.raises(orders.Refusal, match="By now it would be ready at twelve thirty p m"):
        commit(in_bella, version, now=after(10))
    assert not Order.objects.exists()


def test_a_place_that_was_taken_after_the_quote_is_refused_with_the_next_time_and_leaves_no_gap(paced: Any) -> None:
    versions = {key: quote(paced, dish("Coke"), key=key).version for key in "abc"}
    for key in "ab":
        commit(paced, versions[key], key=key)
    with pytest.raises(
        orders.Refusal, match=r"full at twelve twenty p m\. I could have it ready at twelve thirty five"
    ):
        commit(paced, versions["c"], key="c")
    assert order(paced, "c").number == 3


# ---- how long it takes ----------------------------------------------------------------------------------


def test_staff_quote_another_time_for_tonight_and_it_ends_by_itself(in_bella: Any) -> None:
    set_up(prep_minutes_override=45, prep_minutes_until=after(120))
    assert quote(in_bella).ready_at == after(45)
    assert quote(in_bella, now=after(120)).ready_at == after(140)


def test_a_busy_kitchen_quotes_longer_and_still_begins_at_once(in_bella: Any) -> None:
    set_up(busy_orders=2, busy_extra_minutes=15)
    first = order(in_bella, "a")
    assert order(in_bella, "b").ready_at == after(20)
    third = order(in_bella, "c")
    assert (third.ready_at, third.status) == (after(35), "new")
    lifecycle.advance(first.pk, to="ready", by="sam@bella.test", place=in_bella, now=NOW)
    lifecycle.advance(third.pk, to="picked_up", by="sam@bella.test", place=in_bella, now=NOW)
    assert order(in_bella, "d").ready_at == after(20)
    assert order(in_bella, "e", pickup_at=after(300)).fires_at == after(280)  # by then the rush is over


def test_each_service_has_its_own_last_order(in_bella: Any) -> None:
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(weekday=0, opens=time(11), closes=time(14, 30))
    OpeningHours.objects.create(weekday=0, opens=time(17), closes=time(22))
    set_up(last_order_minutes=30, last_order_by_service={"14:30": 10})
    assert quote(in_bella, pickup_at=after(140)).ready_at == after(140)  # 14:20
    assert "too late for that" in refused(in_bella, pickup_at=after(571))
    assert quote(in_bella, pickup_at=after(570)).ready_at == after(570)  # 21:30
    assert "We open again today at five p m" in refused(in_bella, pickup_at=after(141))


# ---- races ----------------------------------------------------------------------------------------------


def test_of_many_who_race_for_the_last_place_one_wins_and_the_others_hear_the_next_time(
    open_restaurant: Callable[..., Any],
) -> None:
    place = open_restaurant(like="bella-napoli")
    racers = 12
    with scope.enter(place):
        set_up(throttle_orders=3, throttle_minutes=15)
        for key in "ab":
            order(place, key)
        versions = [quote(place, dish("Coke"), key=f"race:{number}").version for number in range(racers)]

    answers = at_once(place, lambda number: commit(place, versions[number], key=f"race:{number}"), threads=racers)

    won = [one for one in answers if isinstance(one, Order)]
    lost = [str(one) for one in answers if isinstance(one, orders.Refusal)]
    assert [one.ready_at for one in won] == [after(20)]
    assert lost == [
        "I'm sorry, the kitchen is full at twelve twenty p m. "
        "I could have it ready at twelve thirty five p m. Would that work?"
    ] * (racers - 1)

    slid = at_once(place, lambda number: order(place, f"again:{number}"), threads=racers)
    with scope.enter(place):
        due = sorted(Order.objects.values_list("ready_at", flat=True))
        numbers = sorted(Order.objects.values_list("number", flat=True))
        assert OrderCounter.objects.get().last == len(due)
    assert numbers == list(range(1, len(numbers) + 1))  # refusals take no number
    assert len(due) == 3 + sum(isinstance(one, Order) for one in slid)
    for start in due:
        assert sum(start <= one < start + timedelta(minutes=15) for one in due) <= 3
