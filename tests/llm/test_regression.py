"""A restaurant's own cases: written in plain lines, replayed against its own menu, and told right from wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.llm.embedded.evaluation import dialogues, regression
from apps.menu import services as menu
from apps.menu.card import Card


@pytest.fixture
def card(in_bella: Any) -> Card:
    return menu.read_card(now=timezone.now())


def user(*said: str) -> list[dict[str, str]]:
    return [{"speaker": "user", "text": each} for each in said]


def line(name: str, quantity: int = 1, size: str | None = None, **options: str) -> dict[str, Any]:
    chosen = [{"name": name, "amount": amount} for name, amount in options.items()]
    return {"name": name, "size": size, "quantity": quantity, "options": chosen}


def test_lines_are_read_in_the_menus_words_and_written_as_they_are_read(card: Card) -> None:
    text = "2 large Margherita, no basil, extra mozzarella\n\n1 Tiramisu"
    read = regression.read(text, card=card)
    assert read is not None
    assert [(each["name"], each["size"], each["quantity"]) for each in read] == [
        ("Margherita", "large", 2), ("Tiramisu", None, 1),
    ]  # fmt: skip
    assert [each["amount"] for each in read[0]["options"]] == ["none", "extra"]
    assert regression.read(regression.written(read), card=card) == read
    assert regression.read("margherita LARGE", card=card) == [line("Margherita", 1, "large")]
    assert regression.read(" \n", card=card) is None
    assert regression.written(None) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 Diabolo", "There is no “Diabolo” on the menu."),
        ("1 Margherita, no plutonium", "There is no “plutonium” for Margherita."),
        ("1 Tiramisu\n" * 21, "20 lines are the most."),
    ],
)
def test_what_cannot_be_read_is_said(card: Card, text: str, why: str) -> None:
    with pytest.raises(regression.Unreadable, match=why):
        regression.read(text, card=card)


def test_a_menu_goes_into_a_file_and_comes_back_understood_alike(card: Card) -> None:
    again = dialogues.load(json.loads(json.dumps(regression.menu_file(card))))
    assert len(again.items) == len(card.items)
    for said in ("Two large margheritas without basil, please", "a small diavola and a tiramisu"):
        found = regression.stands(user(said), card=card)
        assert found
        assert regression.stands(user(said), card=again) == found


def test_an_order_fits_in_any_order_and_with_any_size_that_was_not_asked(card: Card) -> None:
    found = [line("Margherita", 2, "large", basil="none"), line("Tiramisu")]
    assert regression.fits(found, [line("Tiramisu"), line("margherita", 2, None, Basil="none")])
    assert not regression.fits(found, [line("Tiramisu")]), "one too many"
    assert not regression.fits(found, [line("Tiramisu"), line("Margherita", 2, "small", basil="none")])
    assert not regression.fits(found, [line("Tiramisu"), line("Margherita", 2, "large")])
    assert not regression.fits([line("Tiramisu"), line("Tiramisu")], [line("Tiramisu"), line("Margherita")])
    assert regression.fits([], None)


def test_evaluate_says_how_many_came_out_as_they_should(card: Card, tmp_path: Path, capsys: Any) -> None:
    catalog, cases, out = (tmp_path / name for name in ("menu.json", "cases.jsonl", "out.jsonl"))
    catalog.write_text(json.dumps(regression.menu_file(card)))
    kept = [
        {"dialogue_id": "1", "turns": user("a large margherita"), "expected": [line("Margherita", 1, "large")]},
        {"dialogue_id": "2", "turns": user("a large margherita"), "expected": [line("Tiramisu")]},
        {"dialogue_id": "3", "turns": user("do you have parking?"), "expected": None},
    ]
    cases.write_text("\n".join(json.dumps(each) for each in kept))
    call_command("evaluate", "dialogues", catalog=catalog, cases=cases, out=out)
    answers = [json.loads(each) for each in out.read_text().splitlines()]
    assert [each["as_expected"] for each in answers] == [True, False, True]
    assert "2 of 3 came out as expected" in capsys.readouterr().out
