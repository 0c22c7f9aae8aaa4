"""Which words a recogniser is told to expect."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from apps.menu.card import Card, Group, Item, Option
from apps.voice.stt import language_model, whispered
from apps.voice.stt.keyterms import MOST, MOST_TOKENS, NUMBERS, keyterms


def item(name: str, *options: str, synonyms: tuple[str, ...] = ()) -> Item:
    group = Group(id="g", name="g", options=tuple(Option(id=each, name=each) for each in options))
    return Item(id=name, name=name, category="c", price=Decimal(1), groups=(group,), synonyms=synonyms)


def test_dishes_come_first_then_what_they_are_called_then_what_goes_on_them() -> None:
    card = Card(items=(item("Diavola", "Nduja", synonyms=("devil",)), item("Calzone", "Nduja", "Ricotta")))
    assert keyterms(card) == ["Diavola", "Calzone", "devil", "Nduja", "Ricotta"]


def test_where_a_number_is_asked_for_the_words_of_numbers_come_before() -> None:
    card = Card(items=(item("Diavola"),))
    assert keyterms(card, expected="digits") == [*NUMBERS, "Diavola"]
    assert keyterms(card, expected="yes_or_no") == ["Diavola"]


def test_a_long_menu_is_cut_to_what_the_vendor_takes() -> None:
    card = Card(items=tuple(item(f"Dish number {n:04} with a rather long name") for n in range(500)))
    terms = keyterms(card)
    assert 0 < sum(1 + len(term) // 4 for term in terms) <= MOST_TOKENS
    short = Card(items=tuple(item(f"d{n}") for n in range(500)))
    assert len(keyterms(short)) == MOST


def test_what_staff_taught_comes_before_the_menu_in_every_recogniser() -> None:
    plain = Card(items=(item("Diavola", "Nduja"),))
    taught = replace(plain, keyterms=("Stracciatella",))
    assert keyterms(taught) == ["Stracciatella", "Diavola", "Nduja"]
    assert whispered.prompt(taught, expected="anything").startswith("Stracciatella, Diavola.")
    assert "stracciatella" in language_model.words(taught).choices
    assert language_model.fingerprint(taught) != language_model.fingerprint(plain), "the embedded one learns it anew"
