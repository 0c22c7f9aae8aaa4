"""A restaurant with Square: its catalogue becomes the menu, and every order is there once, at the same price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts import keys
from apps.calls.models import Ticket
from apps.menu.models import MenuItem, MenuModifier
from apps.orders import lifecycle
from apps.orders.models import Order
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.pos import services as pos
from apps.pos.models import ExternalId, PushedOrder
from apps.pos.square import Square
from apps.pos.till import Unavailable
from apps.restaurant.models import RestaurantSettings
from tests.orders.people import NOW, commit, dish, quote
from tests.pos import square_server
from tests.pos.square_server import LOCATION, TOKEN, Books

STAFF = "sam@bella.test"


def ordered(place: Any, *wanted: Any, **more: Any) -> Order:
    lines = wanted or (dish("Calzone", "ham", size="large", quantity=2), dish("Ristretto"))
    return commit(place, quote(place, *lines, **more).version)


def sweep() -> None:
    while outbox.sweep():
        pass


def again() -> None:
    """What waits is due now."""
    Work.objects.filter(state="waiting", kind="pos.order").update(due_at=timezone.now())
    sweep()


def pushed() -> PushedOrder:
    return PushedOrder.objects.get()


def tickets() -> list[str]:
    return list(Ticket.objects.filter(type="other").order_by("created_at").values_list("summary", flat=True))


# ---- the catalogue -------------------------------------------------------------------------------------


def test_the_menu_becomes_what_is_sold_at_this_location(in_bella: Any, square: Books) -> None:
    pos.connect(vendor="square", location=LOCATION, token=TOKEN)
    dry = pos.pull(dry_run=True, now=NOW)
    assert sorted(dry.changes.added) == ["Calzone", "Ristretto"]
    assert not MenuItem.objects.filter(name="Calzone").exists()
    assert not ExternalId.objects.exists()
    pulled = pos.pull(dry_run=False, now=NOW)
    calzone = MenuItem.objects.get(name="Calzone")
    assert [(size.name, size.price) for size in calzone.variants.all()] == [
        ("small", Decimal("11.00")), ("large", Decimal("14.50")),
    ]  # fmt: skip
    assert not MenuItem.objects.filter(name__in=["Grappa", "Elsewhere"]).exists()
    assert (pulled.linked, ExternalId.objects.count()) == (5, 5)
    assert set(ExternalId.objects.values_list("external_id", flat=True)) == {
        "V-Calzone-small", "V-Calzone-large", "V-Ristretto-regular", "O-ham", "O-olives",
    }  # fmt: skip
    assert pos.pull(dry_run=False, now=NOW).changes.unchanged == ["Calzone", "Ristretto"]


def test_a_name_that_two_dishes_have_is_no_id(in_bella: Any, square: Books) -> None:
    square.objects.append(square_server.item("Ristretto", under="Oven", regular=300))
    pos.connect(vendor="square", location=LOCATION, token=TOKEN)
    pos.pull(dry_run=False, now=NOW)
    assert not ExternalId.objects.filter(external_id__startswith="V-Ristretto").exists()


@pytest.mark.parametrize("trouble", [401, 429, 500, "garbage", "list"])
def test_a_pull_that_fails_changes_nothing(in_bella: Any, square: Books, trouble: Any) -> None:
    pos.connect(vendor="square", location=LOCATION, token=TOKEN)
    square.troubles = [None, trouble]  # on the second page
    with pytest.raises(Unavailable):
        pos.pull(dry_run=False, now=NOW)
    assert not MenuItem.objects.filter(name="Calzone").exists()


# ---- orders --------------------------------------------------------------------------------------------


def test_an_order_is_in_the_till_by_its_own_names_at_the_same_price(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella, customer_number="+15125550188")
    sweep()
    (there,) = till.orders.values()
    assert there["total_money"]["amount"] == order.total * 100
    assert (pushed().state, pushed().differs, tickets()) == ("pushed", False, [])
    calzone, ristretto = there["line_items"]
    assert (calzone["catalog_object_id"], calzone["quantity"]) == ("V-Calzone-large", "2")
    assert calzone["modifiers"] == [{"catalog_object_id": "O-ham"}]
    assert ristretto["catalog_object_id"] == "V-Ristretto-regular"
    (pickup,) = there["fulfillments"]
    assert pickup["pickup_details"]["pickup_at"] == order.ready_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert pickup["pickup_details"]["recipient"] == {"display_name": "Kate Bush", "phone_number": "+15125550188"}
    assert there["reference_id"] == str(order.pk)
    assert list(till.keys) == [order.key]


def test_what_the_till_does_not_know_goes_in_words_with_our_price_and_tax(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella, dish("Margherita", "thin crust", "mushrooms", size="large"), dish("Ristretto"))
    sweep()
    (there,) = till.orders.values()
    pizza = there["line_items"][0]
    line = order.lines.get(position=0)
    assert pizza["name"] == "large Margherita"
    assert pizza["base_price_money"] == {"amount": int(line.each * 100), "currency": "USD"}
    assert {"name": "mushrooms", "base_price_money": {"amount": 0, "currency": "USD"}} in pizza["modifiers"]
    assert there["total_money"]["amount"] == order.total * 100
    assert not pushed().differs


def test_half_and_extra_of_a_known_option_are_said_in_words(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella, dish("Calzone", size="small", ham="extra", olives="none"))
    sweep()
    (there,) = till.orders.values()
    (line,) = there["line_items"]
    said = {each.get("name"): each.get("base_price_money", {}).get("amount") for each in line["modifiers"]}
    assert said == {"EXTRA ham": 300, "NO olives": 0}
    assert there["total_money"]["amount"] == order.total * 100


def test_another_price_in_the_till_is_pushed_flagged_and_told_staff_once(in_bella: Any, till: Books) -> None:
    till.objects[4]["item_data"]["variations"][0]["item_variation_data"]["price_money"]["amount"] = 300
    order = ordered(in_bella, dish("Ristretto", quantity=2))
    sweep()
    (there,) = till.orders.values()
    theirs = Decimal(there["total_money"]["amount"]).scaleb(-2)
    assert theirs > order.total
    assert (pushed().state, pushed().differs, pushed().their_total) == ("pushed", True, theirs)
    (summary,) = tickets()
    assert summary == f"The till charges {theirs} USD for order {order.number}; the guest was told {order.total}."


def test_staff_hear_of_another_price_even_while_the_till_takes_nothing(in_bella: Any, till: Books) -> None:
    till.percent, till.troubles = Decimal(50), [None, 500]
    ordered(in_bella, dish("Ristretto"))
    sweep()
    assert (pushed().state, pushed().differs, len(tickets())) == ("waiting", True, 1)


def test_a_price_that_has_changed_on_our_menu_since_goes_as_the_guest_heard_it(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella, dish("Ristretto"))
    MenuItem.objects.filter(name="Ristretto").update(price=9)
    sweep()
    (there,) = till.orders.values()
    assert there["line_items"][0]["base_price_money"]["amount"] == 275
    assert there["total_money"]["amount"] == order.total * 100


def test_an_option_whose_price_has_changed_since_goes_as_the_guest_heard_it(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella, dish("Calzone", "ham", size="small"))
    MenuModifier.objects.filter(name="ham", group__name="Fillings").update(price=9)
    till.objects[2]["modifier_list_data"]["modifiers"][0]["modifier_data"]["price_money"]["amount"] = 900
    sweep()
    (there,) = till.orders.values()
    assert there["line_items"][0]["modifiers"] == [
        {"name": "ham", "base_price_money": {"amount": 150, "currency": "USD"}}
    ]
    assert there["total_money"]["amount"] == order.total * 100


def test_a_second_push_finds_the_first(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    sweep()
    for to in ("accepted", "ready"):
        lifecycle.advance(order.pk, to=to, by=STAFF, place=in_bella, now=NOW)
    sweep()
    assert till.paths("/v2/orders") == ["POST /v2/orders/calculate", "POST /v2/orders"]


def test_an_answer_that_was_lost_makes_no_second_order_even_when_ours_has_changed(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    till.troubles = [None, "deaf"]
    sweep()
    assert (pushed().state, len(till.orders)) == ("waiting", 1)
    lifecycle.delay(order.pk, minutes=10, by=STAFF, place=in_bella, now=NOW)
    again()
    assert (pushed().state, pushed().external_id, len(till.orders)) == ("pushed", "order1", 1)
    assert till.paths("/v2/orders").count("POST /v2/orders") == 2


@pytest.mark.parametrize("trouble", [401, 403, 408, 429, 500, 503, "garbage", "list", "deaf"])
@pytest.mark.parametrize("at", [0, 1])
def test_after_any_trouble_the_order_is_there_once(in_bella: Any, till: Books, trouble: Any, at: int) -> None:
    till.troubles = [None] * at + [trouble]
    ordered(in_bella)
    sweep()
    assert PushedOrder.objects.filter(state="pushed").count() == 0
    again()
    assert (pushed().state, len(till.orders)) == ("pushed", 1)
    assert bool(tickets()) == (trouble in (401, 403))


def test_a_till_that_hangs_is_not_waited_for(in_bella: Any, till: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pos.TILLS, "square", lambda **how: Square(**how, seconds=0.2))
    till.troubles = [None, "hang"]
    ordered(in_bella)
    sweep()
    assert "did not answer within 0.2 seconds" in pushed().last_error
    again()
    assert (pushed().state, pushed().last_error, len(till.orders)) == ("pushed", "", 1)


def test_a_busy_till_is_asked_again_when_it_said(in_bella: Any, till: Books) -> None:
    till.troubles, till.retry_after = [429], "120"
    ordered(in_bella)
    sweep()
    due = Work.objects.get(kind="pos.order").due_at
    assert timedelta(seconds=118) < due - timezone.now() <= timedelta(seconds=120)


def test_what_the_till_refuses_a_person_enters(in_bella: Any, till: Books) -> None:
    till.troubles = [400]
    order = ordered(in_bella)
    sweep()
    again()
    assert (pushed().state, till.orders) == ("refused", {})
    (summary,) = tickets()
    assert summary.startswith(f"Order {order.number} has to be entered into the till by hand: Square refused: 400")
    assert Work.objects.get(kind="pos.order").state == "done"


def test_staff_hear_of_an_order_that_is_late_once(in_bella: Any, till: Books) -> None:
    till.troubles = [500] * 3
    order = ordered(in_bella)
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=9))
    sweep()
    assert not tickets()
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    again()
    again()
    (summary,) = tickets()
    assert summary.startswith(f"Order {order.number} has not reached the till yet: Square failed: 500")


def test_a_key_that_is_no_good_is_told_once_a_day_not_once_an_order(in_bella: Any, till: Books) -> None:
    pos.connect(vendor="square", location=LOCATION, token="old")
    ordered(in_bella)
    Order.objects.update(created_at=timezone.now())
    sweep()
    again()
    (summary,) = tickets()
    assert summary.startswith("No order reaches the till: Square does not take our key: 401")
    pos.connect(vendor="square", location=LOCATION, token=TOKEN)
    again()
    assert len(till.orders) == 1


# ---- cancelled, scheduled, approved --------------------------------------------------------------------


def cancelled(order: Order, place: Any) -> None:
    lifecycle.cancel(order.pk, reason="ill", by=STAFF, place=place, now=NOW)


def test_a_cancellation_reaches_the_till(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    sweep()
    till.orders["order1"]["version"] = 4  # somebody else was at it
    cancelled(order, in_bella)
    sweep()
    assert (pushed().state, till.orders["order1"]["state"]) == ("cancelled", "CANCELED")


def test_a_cancellation_whose_answer_was_lost_is_found_done(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    sweep()
    cancelled(order, in_bella)
    till.troubles = [None, "deaf"]
    sweep()
    assert pushed().state == "pushed"
    again()
    assert (pushed().state, till.orders["order1"]["version"]) == ("cancelled", 2)


def test_what_was_cancelled_before_it_was_pushed_never_goes_there(in_bella: Any, till: Books) -> None:
    cancelled(ordered(in_bella), in_bella)
    sweep()
    assert not till.asked


def test_what_may_be_there_is_found_before_it_is_taken_back(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    till.troubles = [None, "deaf"]
    sweep()
    cancelled(order, in_bella)
    again()
    assert (pushed().state, till.orders["order1"]["state"], len(till.orders)) == ("cancelled", "CANCELED", 1)


def test_what_is_cancelled_while_it_is_pushed_is_taken_back(
    in_bella: Any, till: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered(in_bella)

    class Slow(Square):
        def push_order(self, *args: Any, **how: Any) -> Any:
            taken = super().push_order(*args, **how)
            cancelled(order, in_bella)
            return taken

    monkeypatch.setitem(pos.TILLS, "square", Slow)
    Work.objects.filter(kind="event").delete()
    pos.bring(order.pk, now=NOW)
    assert (pushed().state, till.orders["order1"]["state"]) == ("cancelled", "CANCELED")


def test_a_completed_order_cannot_be_taken_back_and_a_person_hears_of_it(in_bella: Any, till: Books) -> None:
    order = ordered(in_bella)
    sweep()
    till.orders["order1"]["state"] = "COMPLETED"
    cancelled(order, in_bella)
    sweep()
    (summary,) = tickets()
    assert summary.startswith(f"Order {order.number} has to be cancelled in the till by hand")


def test_an_order_that_waits_for_approval_is_pushed_once_approved(in_bella: Any, till: Books) -> None:
    RestaurantSettings.objects.update(shadow_mode=True)
    order = ordered(in_bella)
    sweep()
    assert not till.asked
    lifecycle.advance(order.pk, to="new", by=STAFF, place=in_bella, now=NOW)
    sweep()
    assert len(till.orders) == 1


def test_without_a_till_nothing_is_asked(in_bella: Any, square: Books) -> None:
    ordered(in_bella, dish("Lasagna"))
    sweep()
    assert not square.asked
    assert set(Work.objects.filter(kind="pos.order").values_list("state", flat=True)) == {"done"}


# ---- by hand -------------------------------------------------------------------------------------------


def command(*words: str) -> str:
    out = StringIO()
    call_command("pos", "--restaurant", "bella-napoli", *words, stdout=out)
    return out.getvalue()


def test_the_command_connects_pulls_and_says_what_needs_a_person(
    in_bella: Any, square: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("status") == "No till is connected.\n"
    with pytest.raises(CommandError, match="No till"):
        command("pull")
    monkeypatch.setattr("sys.stdin", StringIO(TOKEN + "\n"))
    assert command("connect", "square", "--location", LOCATION) == "Connected: square L1\n"
    sealed = RestaurantSettings.objects.get().provider_keys["square"]
    assert TOKEN not in sealed
    assert keys.decrypt(sealed) == TOKEN
    assert "2 added" in command("pull", "--dry-run")
    assert "2 added" in command("pull")
    square.troubles = [400]
    ordered(in_bella)
    sweep()
    assert "refused" in command("status")


def test_what_is_not_built_is_refused(in_bella: Any) -> None:
    for vendor in ("clover", "toast"):
        with pytest.raises(pos.Refusal, match="no till called"):
            pos.connect(vendor=vendor, location="1", token="2")
    with pytest.raises(pos.Refusal, match="location"):
        pos.connect(vendor="square", location=" ", token="2")
