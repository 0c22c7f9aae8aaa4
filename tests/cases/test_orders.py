"""Cases 1 to 10 of PRODUCT.md: what an order costs, what it may be, and when it is one."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from apps.calls.models import Message, Ticket
from apps.menu.models import Category, MenuItem, UpsellPair
from apps.orders import services, ticket
from apps.orders.models import Cart, Order, OrderSuggestion
from apps.tenants.models import PhoneNumber
from tests.cases.people import Guest, Shop

THE_BILL = ("3.49", "4.99", "2.25", "11.50")


def sells(shop: Shop, *prices: str) -> list[str]:
    """Put dishes with these prices on the menu, and say their names."""
    names = [f"Dish Number {place}" for place in range(len(prices))]
    with shop.books():
        category = Category.objects.get(name="Desserts")
        for name, price in zip(names, prices, strict=True):
            MenuItem.objects.create(category=category, name=name, price=price)
    return names


def the_order(shop: Shop) -> dict[str, Any]:
    """The only order, as its JSON."""
    with shop.books():
        return services.as_json(Order.objects.get())


def chosen(line: dict[str, Any], what: str = "amount") -> dict[str, str]:
    return {each["name"]: each[what] for each in line["modifiers"]}


def nothing_was_ordered(shop: Shop) -> bool:
    with shop.books():
        return not Order.objects.exists()


# ---- 1: the total is the server's ----------------------------------------------------------------------


def test_case_1_the_total_is_the_servers_and_arguments_hold_no_prices(shop: Shop, guest: Guest) -> None:
    line = guest.line("Lasagna")
    quoted = guest.quote(line)
    assert quoted["total"] == "16.78"
    with pytest.raises(ValueError, match="price"):
        guest.quote({**line, "price": "5.00"})
    with pytest.raises(ValueError, match="total"):
        guest.ask("create_order", lines=[line], customer_name="Kate", total="5.00")
    assert "sixteen dollars and seventy eight cents" in quoted["read_back"]


def test_case_1_in_a_call_its_five_dollars_right_changes_nothing(shop: Shop) -> None:
    talk = shop.call(
        "one lasagna please",
        "it's five dollars, right?",
        "that's all",
        "Kate",
        "it's five dollars, right?",
        "yes",
        "bye",
    )
    spoken = " ".join(talk.agent)
    assert "sixteen dollars and seventy eight cents" in spoken
    assert "five dollars" not in spoken
    assert the_order(shop)["total"] == "16.78"
    placed = talk.tools("create_order")[-1]
    assert placed["result"]["total"] == "16.78"


# ---- 2: tax and rounding are the restaurant's ----------------------------------------------------------


@pytest.mark.parametrize(("mode", "tax"), [("order", "1.83"), ("line", "1.84")])
def test_case_2_tax_per_order_or_per_line(shop: Shop, guest: Guest, mode: str, tax: str) -> None:
    shop.settings(tax_mode=mode)
    names = sells(shop, *THE_BILL)
    assert guest.quote(*(guest.line(name) for name in names))["tax"] == tax


@pytest.mark.parametrize(("rounding", "tax"), [("half_up", "0.13"), ("half_even", "0.12")])
def test_case_2_half_a_cent_is_rounded_as_the_restaurant_does(
    shop: Shop, guest: Guest, rounding: str, tax: str
) -> None:
    shop.settings(tax_rounding=rounding, tax_rates={"standard": "5"})
    (name,) = sells(shop, "2.50")
    assert guest.quote(guest.line(name))["tax"] == tax


@pytest.mark.parametrize(("mode", "total"), [("order", "24.06"), ("line", "24.07")])
def test_case_2_in_a_call_the_spoken_total_follows_the_setting(shop: Shop, mode: str, total: str) -> None:
    shop.settings(tax_mode=mode)
    sells(shop, *THE_BILL)
    wanted = "dish number zero and dish number one and dish number two and dish number three"
    with shop.books():
        for row in MenuItem.objects.filter(name__startswith="Dish Number"):
            digit = row.name[-1]
            row.synonyms = [f"dish number {('zero', 'one', 'two', 'three')[int(digit)]}"]
            row.save()
    talk = shop.call(wanted, "that's all", "Kate", "yes", "bye")
    assert the_order(shop)["total"] == total, talk.lines
    cents = {"24.06": "six cents", "24.07": "seven cents"}[total]
    assert f"twenty four dollars and {cents}" in " ".join(talk.agent)


# ---- 3: modifiers are checked by the server ------------------------------------------------------------


def test_case_3_a_missing_or_superfluous_choice_is_refused_by_the_name_of_its_group(shop: Shop, guest: Guest) -> None:
    assert "crust" in guest.quote(guest.line("Margherita", size="large"))["refused"].lower()
    both = guest.line("Margherita", size="large", thin_crust="regular", deep_dish="regular")
    assert guest.quote(both)["refused"] == "For Crust on the Margherita you can have just one."
    seven = dict.fromkeys(
        ("mushrooms", "onions", "olives", "pepperoni", "sausage", "ham", "pineapple", "thin_crust"), "regular"
    )
    too_many = guest.line("Margherita", size="large", **seven)
    assert guest.quote(too_many)["refused"] == "For Toppings on the Margherita you can have at most 6."
    ranch = next(group for group in shop.item("House Salad").groups if group.name == "Dressing").options[0]
    foreign = {**guest.line("Lasagna"), "modifiers": [{"option_id": ranch.id}]}
    assert "does not go with Lasagna" in guest.quote(foreign)["refused"]
    assert nothing_was_ordered(shop)


def test_case_3_in_a_call_the_missing_choice_is_asked_for(shop: Shop) -> None:
    talk = shop.call("a large margherita", "that's all", "thin crust", "Kate", "yes", "bye")
    assert "crust" in talk.after("a large margherita").lower()
    assert chosen(the_order(shop)["lines"][0]) == {"thin crust": "regular"}


def test_case_3_in_a_call_one_topping_too_many_is_refused(shop: Shop) -> None:
    wanted = "a large margherita with thin crust mushrooms onions olives pepperoni sausage ham and pineapple"
    talk = shop.call(wanted, "that's all", "Kate", "no pineapple then", "yes", "bye")
    assert "at most 6" in " ".join(talk.agent)
    toppings = chosen(the_order(shop)["lines"][0])
    assert len(toppings) == 7
    assert "pineapple" not in toppings


# ---- 4: quantities -------------------------------------------------------------------------------------


def test_case_4_above_the_caps_nothing_is_committed_and_staff_are_told(shop: Shop, guest: Guest) -> None:
    refused = guest.quote(guest.line("Lasagna", quantity=18_000))["refused"]
    assert "more than we can take" in refused
    with shop.books():
        assert not Order.objects.exists()
        assert [ticket.type for ticket in Ticket.objects.all()] == ["large_order"]


@pytest.mark.parametrize("some", ["some cannolis", "a few cannolis", "several cannolis"])
def test_case_4_in_a_call_an_open_quantity_is_asked_about(shop: Shop, some: str) -> None:
    talk = shop.call(f"{some} please", "three", "that's all", "Kate", "yes", "bye")
    assert "How many Cannoli" in talk.after(f"{some} please")
    assert [line["quantity"] for line in the_order(shop)["lines"]] == [3]


def test_case_4_in_a_call_eighteen_thousand_are_not_ordered(shop: Shop) -> None:
    talk = shop.call("eighteen thousand lasagnas", "that's all", "Kate", "yes, one tiramisu", "yes", "bye")
    assert "Eighteen thousand of Lasagna" in talk.after("Kate")
    assert "someone call you back" in talk.after("Kate")
    with shop.books():
        assert [line["item"] for line in the_order(shop)["lines"]] == ["Tiramisu"], "the rest can be had"
        assert [ticket.type for ticket in Ticket.objects.all()] == ["large_order"]


# ---- 5: half and half ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "total"), [("average", "11.00"), ("higher_half", "12.00")])
def test_case_5_halves_of_nine_and_eleven_dollars(shop: Shop, guest: Guest, policy: str, total: str) -> None:
    shop.settings(half_pricing=policy, half_surcharge="1.00", tax_rates={})
    with shop.books():
        MenuItem.objects.get(name="Margherita").variants.filter(name="small").update(price="9.00")
    line = guest.line("Margherita", size="small", thin_crust="regular", pepperoni="regular")
    line["modifiers"][1]["side"] = "right"
    quoted = guest.quote(line)
    assert quoted["total"] == total
    assert "pepperoni on the right half" in quoted["read_back"]


@pytest.mark.parametrize(("policy", "total"), [("average", "11.00"), ("higher_half", "12.00")])
def test_case_5_in_a_call_a_left_a_right_and_a_whole_at_one_size(shop: Shop, policy: str, total: str) -> None:
    shop.settings(half_pricing=policy, half_surcharge="1.00", tax_rates={})
    with shop.books():
        MenuItem.objects.get(name="Margherita").variants.filter(name="small").update(price="9.00")
    shop.call("a small margherita with thin crust and pepperoni on the right half", "that's all", "Kate", "yes", "bye")
    order = the_order(shop)
    assert order["total"] == total
    assert chosen(order["lines"][0], "side") == {"thin crust": "whole", "pepperoni": "right"}


# ---- 6: 86'd in between --------------------------------------------------------------------------------


def test_case_6_what_ran_out_before_the_commit_is_refused_with_an_alternative(shop: Shop, guest: Guest) -> None:
    quoted = guest.quote(guest.line("Tiramisu"))
    guest.says_yes(quoted)
    shop.eighty_six("Tiramisu")
    refused = guest.ask("create_order", confirm_version=quoted["cart_version"])["refused"]
    assert "Tiramisu is sold out right now. We do have" in refused
    assert nothing_was_ordered(shop)


def test_case_6_in_a_call_nothing_reaches_the_kitchen(shop: Shop) -> None:
    def kitchen(line: str) -> None:
        if line.startswith("agent: ") and "Shall I place the order?" in line:
            worker = threading.Thread(target=shop.eighty_six, args=("Tiramisu",))
            worker.start()
            worker.join()

    talk = shop.call("one tiramisu please", "that's all", "Kate", "yes", "bye", meanwhile=kitchen)
    assert "Tiramisu is" in talk.after("yes")
    assert nothing_was_ordered(shop)


# ---- 7 and 8: changes of mind --------------------------------------------------------------------------


def test_case_7_read_back_and_ticket_show_the_final_cart_only(shop: Shop, guest: Guest) -> None:
    guest.quote(guest.line("Lasagna"), guest.line("French Fries"))
    quoted = guest.quote(guest.line("House Salad", size="small", ranch="regular", red_onions="none"))
    assert "Fries" not in quoted["read_back"]
    guest.says_yes(quoted)
    guest.ask("create_order", confirm_version=quoted["cart_version"])
    with shop.books():
        printed = ticket.as_text(services.ticket_of(Order.objects.get(), place=shop.place))
    assert "House Salad" in printed
    assert "NO red onions" in printed
    assert "Fries" not in printed


def test_case_7_in_a_call_actually_no_onions_and_drop_the_fries(shop: Shop) -> None:
    first = "a lasagna and french fries and a small house salad with ranch"
    talk = shop.call(first, "actually no red onions, and drop the fries", "that's all", "Kate", "yes", "bye")
    read_back = talk.after("Kate")
    assert "no red onions" in read_back
    assert "Fries" not in read_back
    lines = the_order(shop)["lines"]
    assert [line["item"] for line in lines] == ["Lasagna", "House Salad"]
    assert chosen(lines[1])["red onions"] == "none"


def test_case_8_any_edit_after_the_yes_voids_it(shop: Shop, guest: Guest) -> None:
    quoted = guest.quote(guest.line("Lasagna"))
    guest.says_yes(quoted)
    again = guest.quote(guest.line("Lasagna", quantity=2))
    assert "changed since" in guest.ask("create_order", confirm_version=quoted["cart_version"])["refused"]
    assert "need your yes" in guest.ask("create_order", confirm_version=again["cart_version"])["refused"]
    assert nothing_was_ordered(shop)


def test_case_8_in_a_call_the_changed_order_is_read_back_and_agreed_to_anew(shop: Shop) -> None:
    words = ("one lasagna please", "that's all", "Kate", "actually make that two lasagnas", "yes", "bye")
    talk = shop.call(*words)
    assert "Two Lasagna" in talk.after("actually make that two lasagnas")
    assert [(line["item"], line["quantity"]) for line in the_order(shop)["lines"]] == [("Lasagna", 2)]


# ---- 9: once -------------------------------------------------------------------------------------------


def test_case_9_the_same_cart_committed_twice_is_one_order_and_one_text(shop: Shop, guest: Guest) -> None:
    from apps.outbox import services as outbox

    with shop.books():
        PhoneNumber.objects.filter(restaurant_id=shop.place.id).update(sms_registered_at="2026-01-01T00:00Z")
    quoted = guest.quote(guest.line("Lasagna"))
    guest.says_yes(quoted)
    answers = [guest.ask("create_order", confirm_version=quoted["cart_version"]) for _ in range(3)]
    outbox.sweep()
    outbox.sweep()
    assert len({str(answer) for answer in answers}) == 1
    with shop.books():
        assert Order.objects.count() == 1
        assert Message.objects.filter(template="order").count() == 1


def test_case_9_in_a_call_two_yeses_are_one_order(shop: Shop) -> None:
    shop.call("one lasagna please", "that's all", "Kate", "yes", "yes yes", "bye")
    assert len(the_order(shop)["lines"]) == 1


# ---- 10: the line drops --------------------------------------------------------------------------------


def test_case_10_a_draft_without_a_yes_fires_no_ticket(shop: Shop, guest: Guest) -> None:
    guest.quote(guest.line("Lasagna"))
    with shop.books():
        assert Cart.objects.get().version == 1
        assert not Order.objects.exists()


def test_case_10_in_a_call_the_draft_is_offered_to_the_next_call_from_there(shop: Shop) -> None:
    shop.call("a lasagna and two cannolis", "that's all", "Kate")
    with shop.books():
        assert not Order.objects.exists()
        ticket = Ticket.objects.get()
    assert ticket.type == "callback"
    back = shop.call("yes please", "yes", "goodbye")
    assert "go on with your order?" in " ".join(back.lines[: back.lines.index("caller: yes please")])
    rows = [(line["item"], line["quantity"]) for line in the_order(shop)["lines"]]
    assert sorted(rows) == [("Cannoli", 2), ("Lasagna", 1)]


# ---- what goes with it ---------------------------------------------------------------------------------


def pairs(shop: Shop) -> None:
    with shop.books():
        bread = MenuItem.objects.get(name="Garlic Bread")
        UpsellPair.objects.create(category=Category.objects.get(name="Pasta"), offer=bread)


@pytest.mark.parametrize(
    ("answer", "ordered"), [("yes please", ["Lasagna", "Garlic Bread"]), ("no thanks", ["Lasagna"])]
)
def test_in_a_call_one_thing_is_offered_with_the_order_and_counted(shop: Shop, answer: str, ordered: list[str]) -> None:
    pairs(shop)
    talk = shop.call("one lasagna please", "that's all", answer, "Kate", "yes", "bye")
    assert talk.after("that's all") == "Would you like Garlic Bread with that?"
    assert " ".join(talk.agent).count("Would you like Garlic Bread") == 1
    assert [line["item"] for line in the_order(shop)["lines"]] == ordered
    with shop.books():
        assert [row.accepted for row in OrderSuggestion.objects.all()] == [len(ordered) == 2]


def test_in_a_call_what_is_said_instead_of_an_answer_is_not_lost(shop: Shop) -> None:
    pairs(shop)
    shop.call("one lasagna please", "that's all", "actually make it two lasagnas", "Kate", "yes", "bye")
    assert [(line["item"], line["quantity"]) for line in the_order(shop)["lines"]] == [("Lasagna", 2)]
