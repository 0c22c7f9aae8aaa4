"""The menus of the two demo restaurants, in a short notation, and how they become rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from apps.menu import services
from apps.menu.models import Category, ItemGroup, ItemVariant, MenuItem, MenuModifier, MenuModifierGroup


@dataclass(frozen=True)
class Choice:
    name: str
    price: str = "0"
    default: bool = False
    synonyms: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    """Groups that open once this was chosen."""


@dataclass(frozen=True)
class Choices:
    name: str
    options: tuple[Choice, ...]
    minimum: int = 0
    maximum: int | None = None
    free: int = 0


@dataclass(frozen=True)
class Dish:
    name: str
    prices: str
    """One price, or sizes: "small 12.00, large 16.00"."""
    groups: tuple[str, ...] = ()
    description: str = ""
    synonyms: tuple[str, ...] = ()
    allergens: Mapping[str, str] = field(default_factory=dict)
    dietary: tuple[str, ...] = ()
    alcohol: bool = False
    pronunciation: str = ""


@dataclass(frozen=True)
class Menu:
    groups: Mapping[str, Choices]
    categories: Mapping[str, tuple[Dish, ...]]


WHEAT_MILK = {"gluten": "contains", "milk": "contains"}
FISH_SOY = {"fish": "contains", "soy": "contains", "gluten": "may_contain"}


def _pizza(
    name: str, base: int, description: str, *, synonyms: tuple[str, ...] = (), dietary: tuple[str, ...] = ()
) -> Dish:
    prices = f"small {base}.00, medium {base + 3}.00, large {base + 6}.00"
    return Dish(name, prices, ("crust", "toppings"), description, synonyms, WHEAT_MILK, dietary)


BELLA = Menu(
    groups={
        "crust": Choices(
            "Crust",
            (
                Choice("thin crust", synonyms=("thin", "thin and crispy")),
                Choice("deep dish", "2.00", synonyms=("thick crust", "deep dish crust")),
                Choice("gluten free crust", "3.00", synonyms=("gluten free",)),
            ),
            minimum=1,
            maximum=1,
        ),
        "toppings": Choices(
            "Toppings",
            (
                Choice("mushrooms", "1.50", synonyms=("mushroom",)),
                Choice("onions", "1.00", synonyms=("onion",)),
                Choice("olives", "1.50", synonyms=("black olives",)),
                Choice("pepperoni", "2.00"),
                Choice("sausage", "2.00", synonyms=("italian sausage",)),
                Choice("ham", "2.00"),
                Choice("green peppers", "1.25", synonyms=("peppers", "bell peppers")),
                Choice("fresh basil", "1.00", synonyms=("basil",)),
                Choice("extra cheese", "2.00", synonyms=("cheese", "mozzarella")),
                Choice("pineapple", "1.50"),
                Choice("garlic", "0.75"),
                Choice("spinach", "1.50"),
            ),
            maximum=6,
        ),
        "dressing": Choices(
            "Dressing",
            (
                Choice("ranch"),
                Choice("caesar dressing"),
                Choice("balsamic", synonyms=("balsamic vinegar",)),
                Choice("oil and vinegar"),
            ),
            minimum=1,
            maximum=1,
        ),
        "salad extras": Choices(
            "Salad extras",
            (
                Choice("grilled chicken", "4.00", synonyms=("chicken",)),
                Choice("croutons", default=True),
                Choice("tomatoes", default=True, synonyms=("tomato",)),
                Choice("cucumbers", default=True, synonyms=("cucumber",)),
                Choice("red onions", default=True),
            ),
        ),
        "pasta extras": Choices(
            "Pasta extras",
            (
                Choice("meatballs", "3.50", synonyms=("meatball",)),
                Choice("shrimp", "5.00"),
                Choice("parmesan", "0.00", default=True, synonyms=("parmesan cheese",)),
            ),
        ),
        "wing sauce": Choices(
            "Sauce",
            (
                Choice("hot sauce", synonyms=("hot",)),
                Choice("barbecue sauce", synonyms=("barbecue",)),
                Choice("honey mustard"),
            ),
            minimum=1,
            maximum=1,
        ),
    },
    categories={
        "Pizza": (
            _pizza(
                "Margherita",
                11,
                "Tomato, mozzarella and basil.",
                synonyms=("margherita pizza", "cheese pizza"),
                dietary=("vegetarian",),
            ),
            _pizza("Pepperoni Pizza", 12, "Tomato, mozzarella and pepperoni.", synonyms=("pepperoni pie",)),
            _pizza("Hawaiian", 13, "Ham and pineapple.", synonyms=("hawaiian pizza",)),
            _pizza(
                "Veggie Supreme",
                13,
                "Peppers, onions, mushrooms and olives.",
                synonyms=("veggie pizza", "vegetarian pizza", "vegetable pizza"),
                dietary=("vegetarian",),
            ),
            _pizza("Meat Lovers", 15, "Pepperoni, sausage and ham.", synonyms=("meat lovers pizza",)),
            _pizza(
                "Four Cheese",
                14,
                "Mozzarella, parmesan, ricotta and gorgonzola.",
                synonyms=("four cheese pizza", "quattro formaggi"),
                dietary=("vegetarian",),
            ),
            _pizza("Diavola", 14, "Spicy salami and chili.", synonyms=("diavola pizza", "spicy salami pizza")),
            _pizza("White Pizza", 13, "Ricotta and garlic, no tomato.", dietary=("vegetarian",)),
        ),
        "Pasta": (
            Dish(
                "Spaghetti Bolognese",
                "14.50",
                ("pasta extras",),
                "Beef ragu.",
                ("bolognese", "spaghetti"),
                WHEAT_MILK,
            ),
            Dish("Lasagna", "15.50", (), "Layers of beef ragu and cheese.", (), WHEAT_MILK),
            Dish(
                "Fettuccine Alfredo",
                "14.00",
                ("pasta extras",),
                "Cream and parmesan.",
                ("alfredo", "fettuccine"),
                WHEAT_MILK,
                ("vegetarian",),
            ),
            Dish(
                "Penne Arrabbiata",
                "13.00",
                ("pasta extras",),
                "Spicy tomato.",
                ("arrabbiata", "penne"),
                {"gluten": "contains"},
                ("vegetarian", "vegan"),
            ),
            Dish(
                "Cheese Ravioli",
                "15.00",
                ("pasta extras",),
                "Ricotta and spinach.",
                ("ravioli",),
                WHEAT_MILK,
                ("vegetarian",),
            ),
            Dish(
                "Gnocchi",
                "14.50",
                ("pasta extras",),
                "Potato dumplings with sage butter.",
                (),
                WHEAT_MILK,
                ("vegetarian",),
                pronunciation="nyoki",
            ),
        ),
        "Salads": (
            Dish(
                "Caesar Salad",
                "small 7.50, large 11.00",
                ("salad extras",),
                "Romaine and parmesan.",
                ("caesar",),
                {"gluten": "contains", "milk": "contains", "egg": "contains", "fish": "contains"},
            ),
            Dish(
                "House Salad",
                "small 6.50, large 9.50",
                ("dressing", "salad extras"),
                "Mixed greens.",
                ("garden salad", "green salad"),
                {},
                ("vegetarian",),
            ),
            Dish(
                "Caprese Salad",
                "10.50",
                (),
                "Tomato, mozzarella and basil.",
                ("caprese",),
                {"milk": "contains"},
                ("vegetarian",),
            ),
        ),
        "Starters": (
            Dish("Garlic Bread", "5.50", (), "With butter and parsley.", (), WHEAT_MILK, ("vegetarian",)),
            Dish(
                "Mozzarella Sticks",
                "8.50",
                (),
                "With marinara.",
                ("cheese sticks",),
                WHEAT_MILK,
                ("vegetarian",),
            ),
            Dish(
                "Chicken Wings",
                "six piece 9.00, twelve piece 16.00",
                ("wing sauce",),
                "Crisp and hot.",
                ("wings", "buffalo wings"),
                {"milk": "unknown"},
            ),
            Dish(
                "Bruschetta",
                "7.50",
                (),
                "Tomato and garlic on toast.",
                (),
                {"gluten": "contains"},
                ("vegetarian", "vegan"),
                pronunciation="broosketta",
            ),
            Dish(
                "Minestrone Soup",
                "6.50",
                (),
                "Vegetables and beans.",
                ("minestrone",),
                {"celery": "contains"},
                ("vegetarian", "vegan"),
            ),
            Dish(
                "French Fries",
                "4.50",
                (),
                "Salted.",
                ("fries",),
                {"gluten": "may_contain"},
                ("vegetarian", "vegan"),
            ),
        ),
        "Desserts": (
            Dish(
                "Tiramisu",
                "7.50",
                (),
                "Mascarpone and espresso.",
                (),
                {**WHEAT_MILK, "egg": "contains"},
                ("vegetarian",),
            ),
            Dish("Cannoli", "6.00", (), "Filled with ricotta.", ("cannolis",), WHEAT_MILK, ("vegetarian",)),
            Dish(
                "Chocolate Cake",
                "7.00",
                (),
                "Dark and warm.",
                (),
                {**WHEAT_MILK, "nuts": "may_contain"},
                ("vegetarian",),
            ),
            Dish(
                "Vanilla Gelato",
                "5.50",
                (),
                "Two scoops.",
                ("gelato", "ice cream"),
                {"milk": "contains"},
                ("vegetarian",),
            ),
        ),
        "Drinks": (
            Dish("Coke", "3.00", (), "", ("coca cola", "cola")),
            Dish("Diet Coke", "3.00", (), "", ("diet cola",)),
            Dish("Lemonade", "small 3.00, large 4.00", (), "Fresh."),
            Dish("Iced Tea", "3.25", (), "Unsweetened.", ("ice tea",)),
            Dish("Sparkling Water", "3.50", (), "", ("mineral water",)),
            Dish("Espresso", "3.00", (), ""),
            Dish(
                "House Red Wine",
                "9.00",
                (),
                "A glass.",
                ("red wine",),
                {"sulphites": "contains"},
                alcohol=True,
            ),
        ),
    },
)

SAKURA = Menu(
    groups={
        "broth": Choices(
            "Broth",
            (
                Choice("pork broth", synonyms=("tonkotsu",)),
                Choice("miso broth", synonyms=("miso",)),
                Choice("vegetable broth", synonyms=("veggie broth",)),
            ),
            minimum=1,
            maximum=1,
        ),
        "ramen extras": Choices(
            "Ramen extras",
            (
                Choice("soft egg", "2.00", default=True, synonyms=("egg", "boiled egg")),
                Choice("green onions", default=True, synonyms=("scallions", "onions")),
                Choice("corn", "1.00"),
                Choice("bamboo shoots", "1.50", synonyms=("bamboo",)),
                Choice("extra noodles", "3.00", synonyms=("noodles",)),
                Choice("seaweed", "1.00", default=True),
                Choice("chili oil", "0.50", below=("heat",)),
            ),
            maximum=7,
        ),
        "heat": Choices("Heat", (Choice("mild"), Choice("spicy"), Choice("very spicy")), minimum=1, maximum=1),
        "roll options": Choices(
            "Roll options",
            (
                Choice("brown rice", "1.00"),
                Choice("wasabi", default=True),
                Choice("ginger", default=True, synonyms=("pickled ginger",)),
                Choice("spicy mayo", "0.75"),
                Choice("avocado", "1.50"),
                Choice("cucumber", "0.50", synonyms=("cucumbers",)),
            ),
        ),
        "rice": Choices(
            "Rice",
            (Choice("white rice"), Choice("brown rice", "1.00"), Choice("fried rice", "2.00")),
            minimum=1,
            maximum=1,
        ),
        "bento side": Choices(
            "Side",
            (
                Choice("miso soup"),
                Choice("side salad", synonyms=("salad",)),
                Choice("pickles", synonyms=("pickled vegetables",)),
            ),
            minimum=1,
            maximum=2,
            free=1,
        ),
    },
    categories={
        "Rolls": (
            Dish(
                "California Roll",
                "8.50",
                ("roll options",),
                "Crab, avocado and cucumber.",
                (),
                {"shellfish": "contains", "soy": "contains"},
            ),
            Dish("Spicy Tuna Roll", "9.50", ("roll options",), "Tuna and chili.", ("tuna roll",), FISH_SOY),
            Dish("Salmon Roll", "9.00", ("roll options",), "Fresh salmon.", (), FISH_SOY),
            Dish("Dragon Roll", "14.00", ("roll options",), "Eel and avocado.", (), FISH_SOY),
            Dish("Rainbow Roll", "14.50", ("roll options",), "Five kinds of fish.", (), FISH_SOY),
            Dish(
                "Shrimp Tempura Roll",
                "11.50",
                ("roll options",),
                "Crisp shrimp.",
                ("tempura roll",),
                {"shellfish": "contains", "gluten": "contains"},
            ),
            Dish(
                "Vegetable Roll",
                "7.50",
                ("roll options",),
                "Cucumber, carrot and avocado.",
                ("veggie roll",),
                {"soy": "may_contain"},
                ("vegetarian", "vegan"),
            ),
            Dish(
                "Philadelphia Roll",
                "10.00",
                ("roll options",),
                "Salmon and cream cheese.",
                ("philly roll",),
                {**FISH_SOY, "milk": "contains"},
            ),
        ),
        "Ramen": (
            Dish(
                "Tonkotsu Ramen",
                "regular 14.50, large 17.50",
                ("ramen extras",),
                "Pork bone broth.",
                ("pork ramen",),
                {"gluten": "contains", "egg": "contains"},
            ),
            Dish(
                "Chicken Ramen",
                "regular 13.50, large 16.50",
                ("broth", "ramen extras"),
                "Grilled chicken.",
                (),
                {"gluten": "contains"},
            ),
            Dish(
                "Vegetable Ramen",
                "regular 12.50, large 15.50",
                ("ramen extras",),
                "Mushrooms and greens.",
                ("veggie ramen",),
                {"gluten": "contains"},
                ("vegetarian",),
            ),
            Dish(
                "Spicy Beef Ramen",
                "regular 15.00, large 18.00",
                ("broth", "ramen extras"),
                "Braised beef.",
                ("beef ramen",),
                {"gluten": "contains"},
            ),
        ),
        "Plates": (
            Dish(
                "Chicken Teriyaki",
                "15.50",
                ("rice",),
                "Glazed and grilled.",
                ("teriyaki chicken",),
                {"soy": "contains", "gluten": "contains"},
            ),
            Dish("Salmon Teriyaki", "18.50", ("rice",), "Glazed and grilled.", ("teriyaki salmon",), FISH_SOY),
            Dish(
                "Beef Bowl",
                "regular 13.00, large 16.00",
                (),
                "Beef and onions on rice.",
                ("beef rice bowl",),
                {"soy": "contains"},
            ),
            Dish("Pork Cutlet", "14.50", ("rice",), "Breaded and fried.", ("tonkatsu",), {"gluten": "contains"}),
            Dish(
                "Chicken Curry",
                "14.00",
                ("rice",),
                "Mild Japanese curry.",
                ("curry",),
                {"gluten": "contains"},
            ),
            Dish(
                "Salmon Bento",
                "19.50",
                ("rice", "bento side"),
                "A whole meal.",
                ("bento", "salmon bento box"),
                FISH_SOY,
            ),
        ),
        "Small plates": (
            Dish(
                "Edamame",
                "5.50",
                (),
                "Salted soy beans.",
                ("soy beans",),
                {"soy": "contains"},
                ("vegetarian", "vegan"),
            ),
            Dish(
                "Pork Dumplings",
                "six piece 7.50, ten piece 11.50",
                (),
                "Pan fried.",
                ("dumplings", "gyoza"),
                {"gluten": "contains", "soy": "contains"},
            ),
            Dish(
                "Shrimp Tempura",
                "10.50",
                (),
                "With dipping sauce.",
                ("tempura",),
                {"shellfish": "contains", "gluten": "contains"},
            ),
            Dish("Miso Soup", "4.00", (), "Tofu and seaweed.", ("soup",), {"soy": "contains"}, ("vegetarian",)),
            Dish(
                "Seaweed Salad",
                "6.50",
                (),
                "Sesame dressing.",
                (),
                {"sesame": "contains"},
                ("vegetarian", "vegan"),
            ),
            Dish(
                "Spring Rolls",
                "6.00",
                (),
                "Vegetables, crisp.",
                ("spring roll", "egg rolls"),
                {"gluten": "contains"},
                ("vegetarian",),
            ),
            Dish("Steamed Rice", "3.00", (), "A bowl.", ("bowl of rice",), {}, ("vegetarian", "vegan")),
        ),
        "Desserts": (
            Dish(
                "Mochi",
                "6.50",
                (),
                "Three pieces.",
                ("mochi ice cream",),
                {"milk": "contains"},
                ("vegetarian",),
            ),
            Dish(
                "Green Tea Ice Cream",
                "5.50",
                (),
                "",
                ("matcha ice cream",),
                {"milk": "contains"},
                ("vegetarian",),
            ),
            Dish("Cheesecake", "7.50", (), "Japanese style.", (), WHEAT_MILK, ("vegetarian",)),
        ),
        "Drinks": (
            Dish("Green Tea", "hot 3.00, iced 3.50", (), ""),
            Dish("Lemon Soda", "3.50", (), "", ("lemonade",)),
            Dish("Coke", "3.00", (), "", ("coca cola", "cola")),
            Dish("Sparkling Water", "3.50", (), "", ("mineral water",)),
            Dish("Japanese Beer", "7.00", (), "", ("beer",), {"gluten": "contains"}, alcohol=True),
        ),
    },
)

MENUS = {"bella-napoli": BELLA, "sakura": SAKURA}


@transaction.atomic
def load(slug: str) -> None:
    """Write a demo menu into the restaurant that was entered, which has none yet."""
    menu = MENUS[slug]
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
    services.changed()


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
