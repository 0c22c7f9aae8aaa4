"""The menus of the two demo restaurants, and how they become rows."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from apps.menu.demo_bella import BELLA
from apps.menu.demo_sakura import SAKURA
from apps.menu.models import Category, ItemGroup, ItemVariant, MenuItem, MenuModifier, MenuModifierGroup
from apps.menu.notation import Dish, Menu

MENUS: dict[str, Menu] = {"bella-napoli": BELLA, "sakura": SAKURA}


def load(slug: str) -> None:
    """Write a demo menu into the restaurant that was entered, which has none yet."""
    write(MENUS[slug])


@transaction.atomic
def write(menu: Menu) -> None:
    """Any menu in this notation, into a restaurant that has none yet."""
    groups = {
        key: MenuModifierGroup(
            name=each.name, minimum=each.minimum, maximum=each.maximum, free=each.free, position=place
        )
        for place, (key, each) in enumerate(menu.groups.items())
    }
    MenuModifierGroup.objects.bulk_create(groups.values())
    options = [
        MenuModifier(
            group=groups[key],
            name=choice.name,
            price=Decimal(choice.price),
            default=choice.default,
            synonyms=list(choice.synonyms),
            position=place,
        )
        for key, choices in menu.groups.items()
        for place, choice in enumerate(choices.options)
    ]
    MenuModifier.objects.bulk_create(options)
    _nest(menu, groups, options)
    for place, (name, dishes) in enumerate(menu.categories.items()):
        category = Category.objects.create(name=name, position=place)
        for position, dish in enumerate(dishes):
            _write(dish, category, position, groups)


def _nest(menu: Menu, groups: dict[str, MenuModifierGroup], options: list[MenuModifier]) -> None:
    rows = iter(options)
    for choices in menu.groups.values():
        for choice in choices.options:
            row = next(rows)
            for key in choice.below:
                groups[key].parent = row
                groups[key].save(update_fields=["parent"])


def _write(dish: Dish, category: Category, position: int, groups: dict[str, MenuModifierGroup]) -> None:
    sizes = [each.strip().rsplit(" ", 1) for each in dish.prices.split(",")]
    one_price = len(sizes) == 1 and len(sizes[0]) == 1
    item = MenuItem.objects.create(
        category=category,
        name=dish.name,
        description=dish.description,
        price=Decimal(sizes[0][-1]),
        position=position,
        synonyms=list(dish.synonyms),
        allergens=dict(dish.allergens),
        dietary=list(dish.dietary),
        alcohol=dish.alcohol,
        pronunciation=dish.pronunciation,
    )
    if not one_price:
        ItemVariant.objects.bulk_create(
            ItemVariant(item=item, name=name, price=Decimal(price), position=place)
            for place, (name, price) in enumerate(sizes)
        )
    ItemGroup.objects.bulk_create(
        ItemGroup(item=item, group=groups[key], position=place) for place, key in enumerate(dish.groups)
    )
