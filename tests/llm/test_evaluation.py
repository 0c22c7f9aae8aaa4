"""The evaluation of cases: shapes in, shapes out, through the understanding that serves calls; words are invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.llm.embedded.evaluation import catalogs, dialogues, orders, speech
from apps.menu.card import Card

MENU = {
    "menu": "flumps",
    "items": [
        {"name": "Zorbel", "price": "4.50", "groups": ["milk", "brim"]},
        {"name": "Warm Teskin", "price": "4.50", "groups": ["milk"]},
        {"name": "Quandry", "price": "3.00", "groups": ["brim"]},
    ],
    "groups": {
        "milk": {"min": 0, "max": 1, "options": ["vonnel milk", "3% milk"]},
        "brim": {"min": 0, "max": 1, "options": ["crispa", "pelk"]},
    },
}
LISTED = {
    "menu": "sips",
    "catalog": {
        "sip": {"zorbel": ["zorbel"], "long_teskin": ["long teskin"]},
        "size": {"vast": ["vast"], "petite": ["petite"]},
        "dusts": {"vonnel_dust": ["vonnel dust"], "crispa": ["crispa"]},
    },
}


def turns(*said: str) -> list[dict[str, str]]:
    """The caller and the other side by turns."""
    return [{"speaker": "assistant" if place % 2 else "user", "text": text} for place, text in enumerate(said)]


@pytest.fixture(scope="module")
def card() -> Card:
    return dialogues.load(MENU)


def zorbel(**options: str) -> dict[str, Any]:
    return {"name": "Zorbel", "options": options}


@pytest.mark.parametrize(
    ("said", "order"),
    [
        (("a zorbel with crispa", "Is that right?", "yes it is"), [zorbel(brim="crispa")]),
        (("a zorbel", "Is that right?", "It does."), [zorbel()]),
        (("two zorbels", "Right?", "that's what I wanted"), [zorbel()]),
        (("a zorbel with three percent", "Right?", "yep no issues"), [zorbel(milk="3% milk")]),
        (
            ("two zorbels, one with crispa and the other with pelk", "Right?", "you've got it"),
            [zorbel(brim="pelk"), zorbel(brim="crispa")],
        ),
        (("two zorbels, one of them crispa", "Right?", "yes"), [zorbel(), zorbel(brim="crispa")]),
        (("a crispa zorbel and one regular", "Right?", "yes"), [zorbel(brim="crispa"), zorbel()]),
        (("a zorbel with crispa and another with pelk", "Right?", "yes"), [zorbel(brim="crispa"), zorbel(brim="pelk")]),
        (("a zorbel", "Right?", "no, with pelk please", "Now?", "yes that's right"), [zorbel(brim="pelk")]),
        (("a zorbel with teskin syrup", "Right?", "yes"), [zorbel()]),
        (("a zorbel", "Right?", "no"), None),
        (("a zorbel", "Right?", "yes but make it two"), None),
        (("a zorbel", "Right?"), None),
        (("do you have zorbel?", "We do. Would you like one?", "no thanks"), None),
        (("a grumbat", "We have none. Something else?", "yes, what do you have?"), None),
    ],
)
def test_a_dialogue_ends_in_the_order_the_caller_agreed_to_or_in_none(
    card: Card, said: tuple[str, ...], order: list[dict[str, Any]] | None
) -> None:
    assert dialogues.placed(turns(*said), card=card) == order


def test_what_cannot_be_had_that_day_is_not_placed(card: Card) -> None:
    today = dialogues.without(card, ["Zorbel"])
    assert dialogues.placed(turns("a zorbel", "We have none.", "okay"), card=today) is None
    assert dialogues.placed(turns("a zorbel", "Right?", "okay"), card=card) == [zorbel()]


def test_a_spoken_order_is_answered_in_slots() -> None:
    known, view = catalogs.load_listed(LISTED)
    assert speech.slots("a vast long teskin with extra vonnel dust no crispa", known=known, view=view) == [
        {"slot": "sip", "name": "long_teskin", "amount": "regular"},
        {"slot": "size", "name": "vast", "amount": "regular"},
        {"slot": "dusts", "name": "vonnel_dust", "amount": "extra"},
    ]


def test_an_utterance_is_answered_as_an_order() -> None:
    catalog = {
        "menu": "flump",
        "catalog": {
            "topping": {"vonnel": ["vonnel", "vonnels"], "crispa": ["crispa"]},
            "drinks": {"ilmo": ["ilmo"]},
            "size": {"vast": ["vast"]},
        },
    }
    known, view = catalogs.load(catalog)
    answer = orders.understand("two vast flumps with vonnels no crispa and an ilmo", known=known, view=view)
    flump, ilmo = answer["items"]
    assert (flump["type"], flump["quantity"], flump["size"]) == ("flump", 2, "vast")
    assert flump["toppings"] == [{"slot": "topping", "name": "vonnel"}]
    assert flump["not"] == [{"slot": "topping", "name": "crispa"}]
    assert (ilmo["type"], ilmo["name"]) == ("drink", "ilmo")


def test_the_command_writes_one_answer_a_case(tmp_path: Path) -> None:
    catalog, cases, out = (tmp_path / name for name in ("menu.json", "cases.jsonl", "answers.jsonl"))
    catalog.write_text(json.dumps(MENU))
    rows = [
        {"dialogue_id": "one", "unavailable": [], "turns": turns("a zorbel", "Right?", "yes")},
        {"dialogue_id": "two", "unavailable": ["Zorbel"], "turns": turns("a zorbel", "Sorry.", "yes")},
    ]
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows))
    call_command("evaluate", "dialogues", catalog=catalog, cases=cases, out=out, verbosity=0)
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert answers == [{"dialogue_id": "one", "order": [zorbel()]}, {"dialogue_id": "two", "order": None}]
