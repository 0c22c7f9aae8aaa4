"""Rules that hold for every menu and every order: generated menus of invented words, orders from a grammar of
their own, arbitrary text."""

from __future__ import annotations

import gc
import time
import weakref
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.language.assent import Assent, assent
from apps.llm.embedded import lexicon, model
from apps.llm.embedded.grammar import COMMON
from apps.llm.messages import Message, Request
from apps.menu.card import Card, Group, Item, Option, Variant
from tests.llm.embedded_cast import CARD, TOOLS, Talk, brief, ordered

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_SYLLABLES = "bra dru fle gox hib jum kra lov mip nuz pel qua rov sti tuv wex yab zog cral dwim fosk".split()
NUMBERS = {1: "a", 2: "two", 3: "three", 4: "four", 6: "half a dozen", 11: "eleven", 20: "twenty"}


@dataclass(frozen=True)
class Part:
    """One thing of a generated order, with what is said for it and what should come of it."""

    words: str
    line: str


def _unlike(names: list[str]) -> bool:
    """Invented names that nobody could mistake for each other: else a wrong guess would be right."""
    heads = [name[:3] for name in names]
    return len(set(heads)) == len(heads)


@st.composite
def menus(draw: st.DrawFn) -> Card:
    names = draw(
        st.lists(
            st.lists(st.sampled_from(_SYLLABLES), min_size=2, max_size=3, unique=True).map("".join),
            min_size=9,
            max_size=9,
            unique=True,
        ).filter(_unlike)
    )
    toppings = tuple(Option(f"o{place}", name) for place, name in enumerate(names[:4]))
    sizes = names[4:6]
    items = []
    for place, name in enumerate(names[6:]):
        variants = tuple(Variant(f"i{place}-{size}", size, Decimal(5)) for size in sizes) if place else ()
        groups = (Group("g", "Extras", options=toppings),) if place != 1 else ()
        items.append(Item(f"i{place}", name, f"Kind{place}", Decimal(4), variants=variants, groups=groups))
    return Card(items=tuple(items))


@st.composite
def parts(draw: st.DrawFn, card: Card, item: Item) -> Part:
    quantity = draw(st.sampled_from(sorted(NUMBERS)))
    size = draw(st.sampled_from(item.variants)) if item.variants else None
    chosen = draw(st.lists(st.sampled_from(item.groups[0].options), max_size=2, unique=True)) if item.groups else []
    refused = None
    if item.groups:
        left = [option for option in item.groups[0].options if option not in chosen]
        refused = draw(st.none() | st.sampled_from(left))
    wanted = {option: draw(st.sampled_from(["", "extra ", "light "])) for option in chosen}
    said = [NUMBERS[quantity], size.name if size else "", item.name + ("s" if quantity > 1 else "")]
    if wanted:
        said.append("with " + " and ".join(f"{amount}{option.name}" for option, amount in wanted.items()))
    if refused is not None:
        said.append(draw(st.sampled_from(["no ", "without ", "but no ", "hold the "])) + refused.name)
    line = {
        "quantity": quantity,
        "item_id": item.id,
        "variant_id": size.id if size else None,
        "modifiers": [
            {"option_id": option.id, "amount": amount.strip() or "regular", "side": "whole"}
            for option, amount in wanted.items()
        ]
        + ([{"option_id": refused.id, "amount": "none", "side": "whole"}] if refused else []),
    }
    return Part(" ".join(filter(None, said)), brief(line))


@given(st.data())
@CALM
def test_an_order_from_any_menu_is_understood(data: st.DataObject) -> None:
    card = data.draw(menus())
    chosen = data.draw(st.lists(st.sampled_from(card.items), min_size=1, max_size=3, unique=True))
    wanted = [data.draw(parts(card, item)) for item in chosen]
    opening = data.draw(st.sampled_from(["", "hi i'd like ", "can i get ", "could you do ", "let me have "]))
    joined = data.draw(st.sampled_from([" and ", " and also ", " plus "]))
    said = opening + joined.join(part.words for part in wanted)
    assert sorted(ordered(said, card=card)) == sorted(part.line for part in wanted), said


@given(st.data())
@CALM
def test_what_is_said_over_several_turns_is_the_same_order(data: st.DataObject) -> None:
    card = data.draw(menus())
    chosen = data.draw(st.lists(st.sampled_from(card.items), min_size=2, max_size=3, unique=True))
    wanted = [data.draw(parts(card, item)) for item in chosen]
    dropped = data.draw(st.sampled_from(chosen))
    said = [part.words for part in wanted] + [f"actually drop the {dropped.name}"]
    left = [part.line for part, item in zip(wanted, chosen, strict=True) if item is not dropped]
    assert sorted(ordered(*said, card=card)) == sorted(left), said


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
@CALM
def test_no_text_breaks_it(said: list[str]) -> None:
    talk = Talk()
    for each in said:
        if talk.ended:
            break
        talk.say(each)


_WORDS = st.sampled_from(
    "a the two no not without make that it change to instead of actually drop add extra light half left right and "
    "with same again both all on off side one yes okay teskin zorbel grand petite vonnel crispa ilmo flump brim "
    "for too cancel everything more other large what how much is do you have john".split()
)


@given(st.lists(st.lists(_WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=6))
@CALM
def test_no_words_of_ordering_break_it_and_nothing_is_placed_without_a_yes(said: list[str]) -> None:
    talk = Talk()
    for each in said:
        if talk.ended:
            break
        before = len(talk.house.orders)
        talk.say(each)
        assert len(talk.house.orders) == before or assent(each) is Assent.YES
        for call in talk.calls:
            assert set(call.arguments) <= {
                "lines", "customer_name", "confirm_version", "query", "limit", "dietary", "reason", "type", "summary",
                "party_size", "starts_at", "name", "date", "time",
            }  # fmt: skip


def test_a_menu_that_is_gone_is_forgotten() -> None:
    card = Card(items=CARD.items)
    gone = weakref.ref(lexicon.of(card))
    assert lexicon.of(card) is gone()
    del card
    lexicon.of(Card(items=CARD.items))
    gc.collect()
    assert gone() is None


def test_three_hundred_items_are_answered_in_time() -> None:
    card = Card(
        items=tuple(
            Item(
                f"i{number}",
                f"{_SYLLABLES[number % 20]}{_SYLLABLES[number // 20]} {_SYLLABLES[(number * 7) % 20]}on",
                f"Kind{number % 12}",
                Decimal(5),
                groups=CARD.items[0].groups,
            )
            for number in range(300)
        )
    )
    lexicon.of(card)
    taken = []
    for number in range(60):
        name = card.items[number * 5].name
        said = f"hi could i please get two {name}z with vonnell and no crispa and a nice {card.items[number].name}"
        request = Request(messages=[Message(role="user", content=said)], tools=TOOLS)
        began = time.process_time()
        model.generate(request, card=card)
        taken.append(time.process_time() - began)
    assert sorted(taken)[len(taken) // 2] < 0.030


def test_the_generator_shares_no_food_with_the_models_own_words() -> None:
    names = {word for item in CARD.items for word in item.name.lower().split()}
    assert not names & COMMON
