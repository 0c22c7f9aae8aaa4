"""The menu as rows and as a card: read in a fixed number of queries, 86'd, and back by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.menu import demo, notation
from apps.menu import services as menu
from apps.menu.card import Card, Group, every_group
from apps.menu.models import Category, ItemGroup, ItemVariant, MenuItem, MenuModifier, MenuModifierGroup, MenuVersion
from apps.orders.pricing import Choice, Rules, Wanted, price
from apps.tenants import scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def read(now: datetime = NOW) -> Card:
    return menu.read_card(now=now)


def named(name: str, now: datetime = NOW) -> Any:
    return next(item for item in read(now).items if item.name == name)


def queries() -> int:
    read()  # the door is open, the path is set
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured)


def test_a_card_takes_eight_queries_however_long_the_menu_is(in_bella: Any) -> None:
    before = queries()
    category = Category.objects.create(name="More", position=99)
    group = MenuModifierGroup.objects.create(name="More")
    for number in range(40):
        item = MenuItem.objects.create(category=category, name=f"Dish {number}", price=1)
        ItemVariant.objects.create(item=item, name="one", price=1)
        ItemGroup.objects.create(item=item, group=group)
        MenuModifier.objects.create(group=group, name=f"option {number}")
    assert before == queries() == 8


def test_a_card_holds_what_the_rows_say_in_the_menus_order(in_bella: Any) -> None:
    pizza = named("Margherita")
    assert [size.name for size in pizza.variants] == ["small", "medium", "large"]
    assert [size.price for size in pizza.variants] == [Decimal(11), Decimal(14), Decimal(17)]
    assert [group.name for group in pizza.groups] == ["Crust", "Toppings"]
    assert (pizza.groups[0].minimum, pizza.groups[0].maximum, pizza.category) == (1, 1, "Pizza")
    assert pizza.allergens == (("gluten", "contains"), ("milk", "contains"))
    assert "cheese pizza" in pizza.synonyms
    assert read().items[0] == pizza
    assert read().by_id[pizza.id] == pizza


def test_an_item_that_is_not_active_is_not_on_the_card(in_bella: Any) -> None:
    MenuItem.objects.filter(name="Margherita").update(active=False)
    assert "Margherita" not in {item.name for item in read().items}


def test_what_is_86d_until_a_moment_comes_back_by_itself(in_bella: Any) -> None:
    until = NOW + timedelta(hours=2)
    menu.eighty_six(MenuItem.objects.get(name="Lasagna"), until=until, reason="sold out until eight")
    menu.eighty_six(MenuModifier.objects.get(name="mushrooms"), until=until)
    assert (named("Lasagna").available, named("Lasagna").unavailable_reason) == (False, "sold out until eight")
    mushrooms = named("Margherita").groups[1].options[0]
    assert (mushrooms.available, mushrooms.unavailable_reason) == (False, "sold out")
    assert not named("Lasagna", until - timedelta(seconds=1)).available
    assert (named("Lasagna", until).available, named("Lasagna", until).unavailable_reason) == (True, "")
    assert named("Margherita", until).groups[1].options[0].available


def test_what_is_86d_by_hand_stays_off_until_it_is_brought_back(in_bella: Any) -> None:
    row = MenuItem.objects.get(name="Lasagna")
    menu.eighty_six(row)
    assert not named("Lasagna", NOW + timedelta(days=900)).available
    menu.bring_back(row)
    assert named("Lasagna").available


def test_every_change_counts_the_version_up(in_bella: Any) -> None:
    before = read().version
    row = MenuItem.objects.get(name="Lasagna")
    menu.eighty_six(row)
    menu.bring_back(row)
    assert read().version == before + 2
    MenuVersion.objects.all().delete()
    assert read().version == 0
    menu.eighty_six(row)
    assert read().version == 1


def test_a_nested_group_opens_below_its_option_and_one_below_itself_does_not_go_on_for_ever(in_bella: Any) -> None:
    toppings = MenuModifierGroup.objects.get(name="Toppings")
    ham = MenuModifier.objects.get(group=toppings, name="ham")
    cut = MenuModifierGroup.objects.create(name="Cut", parent=ham, minimum=1, maximum=1)
    thick = MenuModifier.objects.create(group=cut, name="thick")
    below = next(option for option in named("Margherita").groups[1].options if option.name == "ham").groups
    assert [(group.name, [option.name for option in group.options]) for group in below] == [("Cut", ["thick"])]
    toppings.parent = thick
    toppings.save()
    assert [group.name for group in every_group(named("Margherita").groups)] == ["Crust", "Toppings", "Cut"]


# ---- the demo -------------------------------------------------------------------------------------------


def any_choices(group: Group) -> list[Choice]:
    chosen = [option for option in group.options if not option.default][: group.minimum]
    return [Choice(option.id) for option in chosen] + [
        choice for option in chosen for below in option.groups for choice in any_choices(below)
    ]


@pytest.mark.parametrize("slug", ["bella-napoli", "sakura"])
def test_a_demo_menu_is_whole_and_everything_on_it_can_be_priced(bella: Any, sakura: Any, slug: str) -> None:
    with scope.enter(bella if slug == "bella-napoli" else sakura):
        card = read()
    dishes = [dish for category in demo.MENUS[slug].categories.values() for dish in category]
    assert [item.name for item in card.items] == [dish.name for dish in dishes]
    assert len(card.items) >= 20
    assert any(item.alcohol for item in card.items)
    assert any(group.minimum for item in card.items for group in item.groups)
    assert any(group.minimum == 0 for item in card.items for group in item.groups)
    for item in card.items:
        choices = tuple(choice for group in item.groups for choice in any_choices(group))
        for size in [variant.id for variant in item.variants] or [None]:
            quote = price(card, [Wanted(item.id, 1, size, choices)], rules=Rules(alcohol_sold=True))
            assert quote.total > 0


def test_a_demo_menus_notation_reads_one_price_or_sizes(in_bella: Any) -> None:
    menu_of_two = notation.Menu(
        groups={
            "heat": notation.Choices(
                "Heat", (notation.Choice("hot", "0.50", below=("more",)),), minimum=1, maximum=1, free=1
            ),
            "more": notation.Choices("How hot", (notation.Choice("very", default=True, synonyms=("really",)),)),
        },
        categories={
            "New": (notation.Dish("Soup", "4.25", ("heat",)), notation.Dish("Stew", "half bowl 5.00, bowl 8.50"))
        },
    )
    demo.MENUS["new"] = menu_of_two
    try:
        demo.load("new")
    finally:
        del demo.MENUS["new"]
    soup, stew = named("Soup"), named("Stew")
    assert (soup.price, soup.variants) == (Decimal("4.25"), ())
    assert [(size.name, size.price) for size in stew.variants] == [
        ("half bowl", Decimal("5.00")),
        ("bowl", Decimal("8.50")),
    ]
    hot = soup.groups[0].options[0]
    assert (soup.groups[0].minimum, soup.groups[0].maximum, soup.groups[0].free) == (1, 1, 1)
    assert (hot.price, hot.groups[0].name, hot.groups[0].options[0].default) == (Decimal("0.50"), "How hot", True)
