"""What callers of restaurants say, as templates: the recogniser's idea of likely sentences.

Written by hand from how people order, book and ask on the telephone. `sentences` fills the templates with
one restaurant's menu; the language model is counted from the result, so the proportions matter and the
exact sentences do not: whatever mixes the same pieces differently is understood as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from apps.voice.stt import answers, dishes
from apps.voice.stt.dishes import Dish, Words
from apps.voice.stt.wordlists import (
    COMMON,
    REFUSED,
    SIZES,
    UNITS,
    either,
)

SAMPLE: Final = Words(
    dishes=(
        Dish(("pepperoni pizza",), ("small", "medium", "large"), ("mushrooms", "onions", "olives", "bacon")),
        Dish(("cheeseburger", "burger"), (), ("lettuce", "pickles", "tomato", "extra cheese")),
        Dish(("caesar salad", "greek salad"), ("small", "large"), ("chicken", "shrimp", "dressing")),
        Dish(("fish tacos", "chicken burrito"), (), ("rice", "beans", "guacamole", "hot sauce")),
        Dish(("latte", "iced coffee", "green tea"), ("small", "large"), ("oat milk", "vanilla", "sugar")),
        Dish(("pad thai", "fried rice", "spring rolls"), (), ("tofu", "beef", "peanuts", "vegetables")),
        Dish(("apple pie", "cheesecake", "vanilla ice cream"), (), ("whipped cream", "strawberries")),
        Dish(("coke", "diet coke", "orange juice", "white wine", "beer"), (), ("ice", "lemon")),
    ),
    choices=("mushrooms", "onions", "extra cheese", "gluten free", "brown rice", "thin crust", "oat milk"),
    categories=("desserts", "drinks", "salads", "sandwiches", "soups"),
)
"""An invented menu of everyday words, to compute the telephone model from."""


LEADS: Final = either(
    "i'd like|i would like|can i get|could i get|can i have|could i have|i'll have|i'll take|"
    "i want|give me|let me get|let me have|may i have|i'd like to order|i want to order|"
    "can i order|i would like to order|we'd like|we'll have|i need|i'll get|i'll do|could we get|"
    "can we get|just|make that|i'm gonna get|i'm going to have|for me|may i please have|hi can i get|"
    "hello i'd like|hi i'd like|hi i would like to order|hello can i have|yes i'd like|"
    "yeah can i get|okay i'll have|um can i get|please give me|i think i'll have|then|"
    "then i'd like|what about|how about|actually i'd like|i was wondering if i could get|"
    "i was hoping to get|i'm looking to order|hi there i'd like to order|can you do|could you do|"
    "can you give me|can i please have|could i please get|let me order|we want|"
    "i'm calling to order|hey can i get|good evening i'd like|hi i was hoping to get|i'll go with"
)
MORE: Final = either(
    "and|also|add|please add|can you add|could you add|and also|plus|and then|and can i get|"
    "and i'd like|also can i get|and i'll have|i'd also like|can i also get|let's add|"
    "could i also have|and maybe|yes and|yeah also|yes add|as well as|and could i get|another|"
    "some|and some|and then also|also some|can you also add|throw in|and let me get|"
    "and one more thing"
)
TAILS: Final = either(
    "|||||please|please|for pickup|for delivery|to go|as well|too|thanks|thank you|that's all|"
    "for now|and that's it|please that's all|for pickup please|instead|then|as well please|"
    "to go please|thanks"
)


def _order(r: random.Random, words: Words) -> str:
    said = [r.choice(LEADS + [""] * 6 + MORE), dishes.item(r, words)]
    while r.random() < 0.35:
        said += [r.choice(["and", "and", "and", *MORE]), dishes.item(r, words)]
    return " ".join([*said, r.choice(TAILS)])


def _choice(r: random.Random, words: Words) -> str:
    choice = r.choice([*words.choices, *SIZES, *REFUSED[:8]])
    dish = r.choice(words.dishes)
    dish_name = r.choice(dish.names)
    other = r.choice(words.choices or tuple(SIZES))
    return r.choice(
        [
            choice,
            f"{choice} please",
            f"{choice} is fine",
            f"{choice} and {other}",
            f"{choice} and {other} please",
            f"the {choice}",
            f"the {choice} one",
            f"i'll take {choice}",
            f"{choice} for the {r.choice(['first', 'second', 'other'])} one",
            dishes.changes(r, words.choices or tuple(REFUSED)),
            f"{dishes.changes(r, words.choices or tuple(REFUSED))} on the {dish_name}",
            f"no {choice} on the {r.choice(['first', 'second', 'third', 'other', 'last'])} one",
            f"no {choice} on that",
            f"can you make it {choice}",
            f"make it {choice}",
            f"make that {choice}",
            f"yes {choice} please",
            f"{choice} thanks",
        ]
    )


def _change_of_mind(r: random.Random, words: Words) -> str:
    item, other = dishes.item(r, words), dishes.item(r, words)
    name = r.choice(r.choice(words.dishes).names)
    count = r.choice(UNITS)
    size = r.choice(SIZES)
    return r.choice(
        [
            f"remove the {name}",
            f"cancel the {name}",
            f"take off the {name}",
            f"take the {name} off",
            f"no wait make that {item}",
            f"actually make that {item}",
            f"actually make it {count}",
            f"make it {count}",
            f"make that {count} please",
            f"no make that a {size}",
            f"no make it {size}",
            f"no i said {count}",
            f"no i said {item}",
            f"i said {item}",
            f"no i wanted {item}",
            f"change the {name} to {item}",
            f"can you change that to {item}",
            f"can you change it to {size}",
            f"could you change the {name} to {count}",
            f"instead of the {name} i'd like {item}",
            f"sorry i meant {item}",
            f"sorry {item} not {other}",
            f"i don't want the {name}",
            f"i don't want the {name} anymore",
            f"not {count} {r.choice(UNITS)}",
            f"forget the {name}",
            "scratch that",
            f"no only {count} {dishes.plural(name)}",
            f"just {count}",
            f"{count} please",
            f"{count} of them",
            f"can i get {count} of those",
            f"one more {name}",
            f"and another {name}",
            "same again",
            f"make it {count} {dishes.plural(name)}",
        ]
    )


def _menu_question(r: random.Random, words: Words) -> str:
    name = r.choice(r.choice(words.dishes).names)
    category = r.choice(words.categories or ("pizzas",))
    choice = r.choice(words.choices or ("cheese",))
    return r.choice(
        [
            f"do you have {name}",
            f"do you have any {dishes.plural(name)}",
            f"do you have {category}",
            f"what {category} do you have",
            f"what kind of {category} do you have",
            f"how much is the {name}",
            f"how much is a {name}",
            f"how much are the {dishes.plural(name)}",
            f"what's in the {name}",
            f"what comes with the {name}",
            f"is the {name} {r.choice(['spicy', 'vegan', 'vegetarian', 'gluten free', 'big', 'good'])}",
            f"does the {name} have {r.choice([choice, *REFUSED])}",
            f"does the {name} contain {r.choice(['nuts', 'dairy', 'gluten', 'egg', 'fish', 'soy'])}",
            f"are there {r.choice(['nuts', 'peanuts', 'eggs'])} in the {name}",
            f"tell me about the {name}",
            f"can i get the {name} without {choice}",
            f"how big is the {r.choice(SIZES)} {name}",
        ]
    )


GENERAL: Final = either(
    "would it be possible to|is it possible to|i'm wondering if you could|could you please|"
    "i would love to|do you think you could|i just want to|i'm trying to|i'd love to|"
    "let's go with|we'll need|i also need|hang on i also need|i don't eat|i can't eat|"
    "i don't like|i like|we all want|make one of those|all of that|none of that|one of them with|"
    "one with|the other with|leave off the|leave out the|swap the|replace the|put that on|"
    "is there any|how many come with|what's the price of|do you still have|are you out of"
)
"""Ways to begin that are about nothing in particular."""


def _general(r: random.Random, words: Words) -> str:
    lead = r.choice(GENERAL)
    if r.random() < 0.3:
        lead = " ".join(r.choice([*COMMON, lead]) for _ in range(r.randint(1, 3)))
    dish = r.choice(words.dishes)
    name, choice = r.choice(dish.names), r.choice(dish.choices or tuple(REFUSED))
    end = r.choice(
        [f"the {name}", f"a {name}", f"get {dishes.item(r, words)}", dishes.item(r, words), choice, f"{choice} on it"]
    )
    return f"{lead} {end}{r.choice(['', '', ' please', ' for me', ' with that', f' for a {name}'])}"


def _weighted(lines: list[str]) -> tuple[str, ...]:
    """Each line's saying as often as the number behind its asterisk."""
    parts = [(line + "*1").split("*")[:2] for line in lines]
    return tuple(saying for saying, times in parts for _ in range(int(times)))


FIXED: Final = _weighted(Path(__file__).with_name("sayings.txt").read_text("utf-8").splitlines())
"""Whole sentences that need no filling in."""


def _fixed(r: random.Random) -> str:
    first = r.choice(FIXED)
    return f"{first} {r.choice(FIXED)}" if r.random() < 0.08 else first


def _combined(r: random.Random, words: Words) -> str:
    """Two things in one breath: an answer and a wish, a wish and a name."""
    start = r.choice(
        [
            "no",
            "yes",
            "okay",
            "yeah",
            "hi",
            "hello",
            "no wait",
            "actually",
            "um",
            "and",
            "sorry",
        ]
    )
    return r.choice(
        [
            f"{start} {_order(r, words)}",
            f"{start} {_change_of_mind(r, words)}",
            f"{start} {_choice(r, words)}",
            f"{start} {answers.booking(r)}",
            f"{_order(r, words)} {answers.name(r)}",
            f"{r.choice(['pickup', 'for pickup', 'delivery'])} {answers.name(r)}",
            f"{answers.name(r)} and {answers.telephone(r)}",
            f"yes {answers.name(r)}",
            f"{start} {_fixed(r)}",
            f"{start} {answers.name(r)}",
        ]
    )


def sentences(words: Words, *, count: int, seed: int) -> list[str]:
    """So many likely sentences for this menu, always the same ones for the same arguments."""
    r = random.Random(seed)
    sayings: list[tuple[float, Callable[[random.Random], str]]] = [
        (3.5, _fixed),
        (2.5, answers.booking),
        (1.0, answers.name),
        (0.8, answers.telephone),
        (0.3, answers.address),
    ]
    if words.dishes:
        sayings += [
            (9, partial(_order, words=words)),
            (2, partial(_choice, words=words)),
            (2, partial(_change_of_mind, words=words)),
            (1.5, partial(_menu_question, words=words)),
            (2, partial(_combined, words=words)),
            (1, partial(_general, words=words)),
        ]
    weights = [weight for weight, _ in sayings]
    makers = [maker for _, maker in sayings]
    made = [make(r) for make in r.choices(makers, weights, k=count)]
    return [" ".join(sentence.split()) for sentence in [*made, *_every_dish(words), *FIXED, *COMMON]]


def _every_dish(words: Words) -> list[str]:
    """Each dish in the plainest sentences, so that none depends on luck."""
    said = []
    for dish in words.dishes:
        for name in dish.names:
            said += [name, f"a {name}", f"the {name}", f"one {name} please", f"and a {name}"]
            said += [f"the {name} please", f"and the {name}", f"with the {name}", f"in the {name}"]
            said += [f"{count} {dishes.plural(name)}" for count in UNITS[1:4]]
            said += [f"a {size} {name}" for size in dish.sizes]
            said += [f"two {size} {dishes.plural(name)}" for size in dish.sizes]
    return said
