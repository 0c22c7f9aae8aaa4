"""Likeness: a measure, and what sounds alike on the telephone is alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language.phonetic import Sound, compare, key, likeness
from apps.language.text import words

CALM = settings(max_examples=120, deadline=None)
DISHES = [
    "margherita",
    "pepperoni",
    "gnocchi",
    "caesar salad",
    "tiramisu",
    "quattro formaggi",
    "prosciutto",
    "bruschetta",
    "spicy tuna roll",
    "edamame",
    "teriyaki",
    "wasabi",
]
phrases = st.one_of(
    st.text(max_size=20),
    st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8), max_size=3).map(" ".join),
    st.sampled_from(DISHES),
)


@given(phrases, phrases)
@CALM
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = likeness(one, other)
    assert 0 <= share <= 1
    assert share == likeness(other, one)
    assert share == compare(Sound.of(one), Sound.of(other))


@given(phrases, phrases)
@CALM
def test_it_is_one_exactly_for_the_same_letters(one: str, other: str) -> None:
    assert likeness(one, one) == 1
    assert (likeness(one, other) == 1) == ("".join(words(one)) == "".join(words(other)))


@given(phrases)
@CALM
def test_how_it_is_written_does_not_matter(text: str) -> None:
    assert likeness(text, " ".join(words(text))) == 1
    assert likeness(text, "".join(words(text))) == 1, "a recogniser parts words where it likes"


@given(st.sampled_from(DISHES), st.data())
@CALM
def test_one_wrong_letter_leaves_a_dish_itself_more_than_any_other(dish: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(dish) - 1))
    changed = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    kind = data.draw(st.sampled_from(["change", "drop", "add", "swap"]))
    heard = {
        "change": dish[:place] + changed + dish[place + 1 :],
        "drop": dish[:place] + dish[place + 1 :],
        "add": dish[:place] + changed + dish[place:],
        "swap": dish[:place] + dish[place : place + 2][::-1] + dish[place + 2 :],
    }[kind]
    assert max(DISHES, key=lambda name: likeness(heard, name)) == dish


@given(st.text())
@CALM
def test_anything_has_a_key_without_vowels_inside(text: str) -> None:
    for word in words(text):
        assert not set(key(word)[1:]) & set("aeiou")
        assert key(word) == key(word.replace("'", ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("knife", "nife"),
        ("gnocchi", "nyoki"),
        ("phone", "fone"),
        ("wrap", "rap"),
        ("psalm", "salm"),
        ("check", "chek"),
        ("quick", "kwik"),
        ("pizza", "pitsa"),
        ("night", "nite"),
        ("bruschetta", "brusketa"),
        ("caesar", "seesar"),
        ("mozzarella", "motsarela"),
        ("xylophone", "silofone"),
        ("fudge", "fuj"),
        ("nation", "nashun"),
        ("match", "mach"),
        ("tahini", "taini"),
        ("yahoo", "yaoo"),
    ],
)
def test_words_that_sound_the_same_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("tuna", "ham"), ("small", "large"), ("thin", "chin"), ("three", "tree"), ("ale", "mole"), ("chicken", "kitchen")],
)
def test_words_that_sound_different_have_two(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("heard", "meant", "instead"),
    [
        ("margarita", "margherita", "marinara"),
        ("margareta", "margherita", "marinara"),
        ("pepper rony", "pepperoni", "peppers"),
        ("nyoki", "gnocchi", "nachos"),
        ("brushetta", "bruschetta", "burrata"),
        ("seizer salad", "caesar salad", "greek salad"),
        ("calamary", "calamari", "caprese"),
        ("ed a mommy", "edamame", "miso soup"),
        ("terry yaki", "teriyaki", "tempura"),
        ("proshuto", "prosciutto", "provolone"),
    ],
)
def test_what_was_nearly_heard_is_nearest_to_what_was_meant(heard: str, meant: str, instead: str) -> None:
    assert likeness(heard, meant) > likeness(heard, instead) + 0.1
    assert 0.4 < likeness(heard, meant) < 1


def test_nothing_is_like_nothing_else() -> None:
    assert likeness("", "pizza") == 0
    assert likeness("", "") == likeness("!", "?") == 1
    assert likeness("abc", "xyz") == 0
