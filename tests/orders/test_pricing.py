"""Prices: an oracle over thousands of carts, the numbers PRODUCT.md names, and every refusal with its group."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.menu.card import Card, Group, Item, Option, Variant
from apps.orders.pricing import (
    Choice,
    Quote,
    Rules,
    SoldOut,
    TooMuch,
    Unorderable,
    Wanted,
    alternative,
    halves,
    price,
    rounded,
    tax_of,
)

D = Decimal

CRUST = Group("crust", "Crust", 1, 1, (Option("thin", "thin crust"), Option("deep", "deep dish", D(2))))
DIPS = Group("dips", "Dips", 1, 1, (Option("ranch", "ranch"), Option("hot", "hot sauce", available=False)))
TOPPINGS = Group(
    "toppings",
    "Toppings",
    0,
    3,
    (
        Option("basil", "basil", D(1)),
        Option("ham", "ham", D(2)),
        Option("wings", "wings", D(3), groups=(DIPS,)),
        Option("olives", "olives", D("1.50"), available=False, unavailable_reason="sold out"),
    ),
)
STANDARD = Group("standard", "Extras", 0, None, (Option("onions", "onions", D("0.50"), default=True),))
PIZZA = Item(
    "pizza",
    "Margherita",
    "Pizza",
    D(10),
    variants=(Variant("small", "small", D(10)), Variant("large", "large", D(16))),
    groups=(CRUST, TOPPINGS, STANDARD),
)
COKE = Item("coke", "Coke", "Drinks", D("2.50"), tax_class="drinks")
WINE = Item("wine", "House Wine", "Drinks", D(8), alcohol=True)
SODA = Item("soda", "Soda", "Drinks", D(2), available=False, unavailable_reason="sold out")
CARD = Card((PIZZA, COKE, WINE, SODA))
PLAIN = Rules()
THIN = Choice("thin")


def pizza(*choices: Choice, size: str | None = "small", quantity: int = 1) -> Wanted:
    return Wanted("pizza", quantity, size, (THIN, *choices))


def each_of(*wanted: Wanted, rules: Rules = PLAIN, card: Card = CARD) -> D:
    return price(card, wanted, rules=rules).lines[0].each


def refusal(*wanted: Wanted, rules: Rules = PLAIN, card: Card = CARD) -> str:
    with pytest.raises(Unorderable) as raised:
        price(card, wanted, rules=rules)
    return str(raised.value)


def flat(*prices: str) -> tuple[Card, list[Wanted]]:
    items = tuple(Item(f"i{number}", f"Dish {number}", "x", D(each)) for number, each in enumerate(prices))
    return Card(items), [Wanted(item.id) for item in items]


# ---- case 2: tax ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "tax"), [("order", "1.83"), ("line", "1.84")])
def test_four_dishes_are_taxed_per_order_or_per_line(mode: str, tax: str) -> None:
    card, cart = flat("3.49", "4.99", "2.25", "11.50")
    quote = price(card, cart, rules=Rules({"standard": D("8.25")}, tax_mode=mode))
    assert (quote.subtotal, quote.tax, quote.total) == (D("22.23"), D(tax), D("22.23") + D(tax))


@pytest.mark.parametrize(("rounding", "tax"), [("half_up", "0.13"), ("half_even", "0.12")])
def test_half_a_cent_goes_the_restaurants_way(rounding: str, tax: str) -> None:
    card, cart = flat("2.50")
    quote = price(card, cart, rules=Rules({"standard": D(5)}, rounding=rounding))
    assert quote.tax == D(tax)


def test_tax_contained_in_prices_is_told_and_not_added() -> None:
    card, cart = flat("11.90")
    quote = price(card, cart, rules=Rules({"standard": D(19)}, prices_include_tax=True))
    assert (quote.subtotal, quote.tax, quote.total) == (D("11.90"), D("1.90"), D("11.90"))


def test_each_tax_class_has_its_rate_and_a_class_without_one_the_standard() -> None:
    quote = price(CARD, [pizza(), Wanted("coke")], rules=Rules({"standard": D(10), "drinks": D(20)}))
    assert quote.tax == D("1.00") + D("0.50")
    assert tax_of(quote.lines, Rules({"standard": D(10)})) == D("1.25")
    assert tax_of(quote.lines, PLAIN) == 0


# ---- case 3: groups -------------------------------------------------------------------------------------


def test_a_missing_required_choice_is_refused_naming_the_group_and_what_there_is() -> None:
    said = refusal(Wanted("pizza", 1, "small"))
    assert said == "Which crust would you like for the Margherita: thin crust or deep dish?"


def test_one_too_many_is_refused_naming_the_group() -> None:
    assert refusal(pizza(Choice("deep"))) == "For Crust on the Margherita you can have just one."
    many = [Choice("basil"), Choice("ham"), Choice("basil", "extra"), Choice("ham", "light")]
    assert refusal(pizza(*many)) == "For Toppings on the Margherita you can have at most 3."


def test_a_nested_choice_without_its_parent_is_refused_naming_its_group() -> None:
    assert refusal(pizza(Choice("ranch"))) == "Dips on the Margherita goes only with wings."


def test_a_nested_group_opens_with_its_parent_and_is_then_required() -> None:
    assert "Which dips" in refusal(pizza(Choice("wings")))
    assert each_of(pizza(Choice("wings"), Choice("ranch"))) == D(13)
    assert "goes only with" in refusal(pizza(Choice("wings", "none"), Choice("ranch")))


def test_wings_on_both_halves_need_their_dip_once() -> None:
    both = [Choice("wings", side="left"), Choice("wings", "light", "right"), Choice("ranch")]
    assert each_of(pizza(*both)) == D(13)


def test_a_nested_choice_on_one_half_is_asked_for_on_that_half_only() -> None:
    left = [Choice("wings", side="left"), Choice("ranch", side="left")]
    assert each_of(pizza(*left)) == D(13)
    assert "Which dips" in refusal(pizza(Choice("wings", side="left"), Choice("ranch", side="right")))


def test_what_belongs_to_no_group_of_the_dish_is_refused() -> None:
    assert refusal(pizza(Choice("unknown"))) == "One of the choices does not go with Margherita."
    assert refusal(Wanted("coke", 1, None, (THIN,))) == "One of the choices does not go with Coke."


def test_with_and_without_at_once_is_asked_about() -> None:
    asked = "Would you like the Margherita with basil or without?"
    assert refusal(pizza(Choice("basil"), Choice("basil", "none"))) == asked
    assert refusal(pizza(Choice("basil", side="left"), Choice("basil", "none", "left"))) == asked
    assert each_of(pizza(Choice("basil", side="left"), Choice("basil", "none", "right"))) == D(11)


def test_each_half_has_the_maximum_of_its_own() -> None:
    six = [Choice(name, side=side) for side in ("left", "right") for name in ("basil", "ham", "basil")]
    assert each_of(pizza(*six)) == D(14)
    assert "at most 3" in refusal(pizza(*six, Choice("ham")))


# ---- sizes, sold out, alcohol, caps ---------------------------------------------------------------------


def test_a_size_is_asked_for_unless_there_is_a_usual_one() -> None:
    asked = "Which size of Margherita would you like: small or large?"
    assert refusal(pizza(size=None)) == refusal(pizza(size="huge")) == asked
    usual = replace(PIZZA, variants=(PIZZA.variants[0], replace(PIZZA.variants[1], default=True)))
    assert each_of(pizza(size=None), card=Card((usual,))) == D(16)
    assert refusal(Wanted("coke", 1, "large")) == "Coke comes in one size only."


def test_an_unknown_dish_and_no_dish_are_refused() -> None:
    assert refusal(Wanted("other")) == "One of these is not on our menu."
    assert refusal() == "There is nothing in the order yet."
    assert refusal(Wanted("coke", 0)) == "How many Coke would you like?"


def test_what_has_run_out_is_refused_and_the_nearest_thing_of_its_kind_is_offered() -> None:
    with pytest.raises(SoldOut, match=r"^I'm sorry, Soda is sold out right now. We do have Coke.$"):
        price(CARD, [Wanted("soda")], rules=PLAIN)
    gone = replace(PIZZA, available=False)
    assert refusal(pizza(), card=Card((gone, COKE))) == "I'm sorry, Margherita is not available right now."
    cheap, dear = (
        replace(PIZZA, id=name, name=name, variants=(), price=D(each)) for name, each in (("A", 4), ("B", 11))
    )
    assert alternative(Card((cheap, dear, gone)), gone) == "B"


def test_a_choice_that_has_run_out_is_refused_and_others_are_offered_where_one_is_needed() -> None:
    assert refusal(pizza(Choice("olives"))) == "I'm sorry, olives is sold out right now."
    assert refusal(pizza(Choice("wings"), Choice("hot"))) == (
        "I'm sorry, hot sauce is not available right now. We do have ranch."
    )


def test_alcohol_is_off_unless_the_restaurant_sells_it() -> None:
    assert refusal(Wanted("wine")) == "I'm sorry, we can't sell House Wine over the phone."
    assert each_of(Wanted("wine"), rules=Rules(alcohol_sold=True)) == D(8)


def test_case_4_eighteen_thousand_waters_are_more_than_the_caps_allow() -> None:
    with pytest.raises(TooMuch, match="Eighteen thousand of Coke is more"):
        price(CARD, [Wanted("coke", 18_000)], rules=PLAIN)
    with pytest.raises(TooMuch, match="Twenty six of Coke"):
        price(CARD, [Wanted("coke", 13), Wanted("coke", 13)], rules=PLAIN)
    assert price(CARD, [Wanted("coke", 25)], rules=PLAIN).subtotal == D("62.50")


def test_many_dishes_and_dear_ones_have_caps_too() -> None:
    card, cart = flat("1.00", "1.00", "1.00")
    lots = [replace(one, quantity=20) for one in cart]
    assert price(card, lots, rules=PLAIN).total == D(60)
    with pytest.raises(TooMuch, match="very large order"):
        price(card, [*lots, cart[0]], rules=PLAIN)
    card, cart = flat("500.00", "500.00", "0.01")
    assert price(card, cart[:2], rules=PLAIN).total == D(1000)
    with pytest.raises(TooMuch, match="over the phone"):
        price(card, cart, rules=PLAIN)


# ---- case 5: halves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "each"), [("average", "11.00"), ("higher_half", "12.00")])
def test_halves_of_nine_and_eleven_with_a_dollar_on_top(policy: str, each: str) -> None:
    rules = Rules(half_pricing=policy, half_surcharge=D(1))
    assert halves(D(9), D(11), rules=rules) == D(each)
    dish = Item("p", "Pizza", "x", D(9), groups=(Group("t", "Toppings", options=(Option("h", "ham", D(2)),)),))
    assert each_of(Wanted("p", choices=(Choice("h", side="right"),)), card=Card((dish,)), rules=rules) == D(each)


def test_the_whole_is_on_both_halves_and_one_size_holds_for_both() -> None:
    sides = [Choice("basil"), Choice("ham", side="left")]
    assert each_of(pizza(*sides, size="large")) == D(19)
    assert each_of(pizza(*sides, size="large"), rules=Rules(half_pricing="average")) == D(18)


def test_an_odd_cent_between_halves_is_rounded() -> None:
    assert halves(D("9.01"), D("9.02"), rules=Rules(half_pricing="average")) == D("9.02")
    assert halves(D("9.00"), D("9.01"), rules=Rules(half_pricing="average", rounding="half_even")) == D("9.00")
    assert rounded(D("0.005"), PLAIN) == D("0.01")


# ---- amounts, defaults, free choices: case 7 ------------------------------------------------------------


@pytest.mark.parametrize(("amount", "each"), [("none", 10), ("light", 12), ("regular", 12), ("extra", 14)])
def test_an_amount_costs_what_it_is(amount: str, each: int) -> None:
    assert each_of(pizza(Choice("ham", amount))) == D(each)


@pytest.mark.parametrize(("amount", "each"), [("none", "10"), ("light", "10"), ("regular", "10"), ("extra", "10.50")])
def test_what_comes_with_the_dish_is_in_its_price(amount: str, each: str) -> None:
    assert each_of(pizza(Choice("onions", amount))) == D(each)


def described(quote: Quote) -> list[tuple[str, str, str]]:
    return [(one.option.name, one.amount, one.side) for one in quote.lines[0].picked]


def test_case_7_no_onions_leaves_them_off_and_only_the_final_cart_counts() -> None:
    before = price(CARD, [pizza(), Wanted("coke")], rules=PLAIN)
    after = price(CARD, [pizza(Choice("onions", "none"))], rules=PLAIN)
    assert described(before)[-1] == ("onions", "regular", "whole")
    assert described(after)[-1] == ("onions", "none", "whole")
    assert [line.item.name for line in after.lines] == ["Margherita"]


def test_no_onions_on_one_half_keeps_them_on_the_other() -> None:
    quote = price(CARD, [pizza(Choice("onions", "none", "left"))], rules=PLAIN)
    assert described(quote)[1:] == [("onions", "none", "left"), ("onions", "regular", "right")]
    only_there = price(CARD, [pizza(Choice("onions", "regular", "left"))], rules=PLAIN)
    assert described(only_there)[1:] == [("onions", "regular", "left")]


def test_what_comes_with_the_dish_and_has_run_out_is_left_off_and_said_so() -> None:
    gone = Group("standard", "Extras", 0, None, (replace(STANDARD.options[0], available=False),))
    card = Card((replace(PIZZA, groups=(CRUST, gone)),))
    assert described(price(card, [pizza()], rules=PLAIN))[1:] == [("onions", "none", "whole")]
    none_left = price(card, [pizza(Choice("onions", "none", "left"))], rules=PLAIN)
    assert described(none_left)[1:] == [("onions", "none", "left"), ("onions", "none", "right")]
    assert "onions is not available" in refusal(pizza(Choice("onions", "extra")), card=card)


def test_the_first_choices_are_free_then_the_others_are_charged() -> None:
    two_free = replace(TOPPINGS, free=2)
    card = Card((replace(PIZZA, groups=(CRUST, two_free)),))
    wings = [Choice("wings"), Choice("ranch")]
    assert each_of(pizza(Choice("basil")), card=card) == D(10)
    assert each_of(pizza(Choice("basil"), Choice("ham")), card=card) == D(10)
    assert each_of(pizza(Choice("basil"), Choice("ham"), *wings), card=card) == D(13)
    assert each_of(pizza(*wings, Choice("ham"), Choice("basil")), card=card) == D(13)
    assert each_of(pizza(Choice("ham", "extra"), Choice("basil", "none")), card=card) == D(12)


def test_what_comes_with_the_dish_uses_up_no_free_choice() -> None:
    mixed = replace(STANDARD, free=1, options=(*STANDARD.options, Option("basil", "basil", D(1))))
    card = Card((replace(PIZZA, groups=(CRUST, mixed)),))
    assert each_of(pizza(Choice("onions"), Choice("basil")), card=card) == D(10)


def test_quantity_multiplies_the_whole_line() -> None:
    line = price(CARD, [pizza(Choice("ham"), quantity=3)], rules=PLAIN).lines[0]
    assert (line.each, line.total) == (D(12), D(36))
