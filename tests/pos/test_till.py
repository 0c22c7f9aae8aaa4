"""Which lines a till may price itself, and how the others are said."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.pos.square import Square
from apps.pos.till import Choice, Docket, Line

cents = st.integers(0, 100_000).map(lambda amount: Decimal(amount).scaleb(-2))
choices = st.builds(
    Choice,
    name=st.sampled_from(["ham", "olives", "mushrooms"]),
    price=cents,
    amount=st.sampled_from(["none", "light", "regular", "extra"]),
    side=st.sampled_from(["whole", "left", "right"]),
    external_id=st.sampled_from(["", "O-1"]),
)
lines = st.builds(
    Line,
    name=st.just("large Calzone"),
    quantity=st.integers(1, 25),
    each=cents,
    base=st.none() | cents,
    choices=st.lists(choices, max_size=3).map(tuple),
    external_id=st.sampled_from(["", "V-1"]),
    tax_percent=st.sampled_from([Decimal(0), Decimal("8.25")]),
)


def asked(*several: Line, currency: str = "USD", **more: Any) -> Any:
    docket = Docket(
        key="k", reference="r", number=12, customer_name="Kate Bush", customer_number="",
        ready_at=datetime(2026, 11, 23, 19, 0, tzinfo=UTC), lines=several, total=Decimal(0), currency=currency, **more,
    )  # fmt: skip
    return Square(token="t", location="L1", url="http://nowhere").request(docket)


@given(lines)
def test_a_line_comes_to_what_the_guest_was_told_or_to_what_the_till_has_for_it(line: Line) -> None:
    (sent,) = asked(line)["line_items"]
    ours = sum(each["base_price_money"]["amount"] for each in sent["modifiers"] if "base_price_money" in each)
    if line.catalogued:
        known = sum(int(each.price * 100) for each in line.choices if each.catalogued)
        assert line.base is not None
        assert int(line.base * 100) + known + ours == int(line.each * 100)
        assert "base_price_money" not in sent
    else:
        assert sent["base_price_money"]["amount"] + ours == int(line.each * 100)
        assert "catalog_object_id" not in sent


@given(lines)
def test_every_choice_is_said(line: Line) -> None:
    (sent,) = asked(line)["line_items"]
    assert len(sent["modifiers"]) == len(line.choices)
    for choice, said in zip(line.choices, sent["modifiers"], strict=True):
        assert said.get("name", choice.in_words) == choice.in_words


@given(st.lists(lines, min_size=1, max_size=4))
def test_taxes_are_named_for_lines_in_words_and_left_to_the_catalogue_for_others(several: list[Line]) -> None:
    sent = asked(*several)
    named = {tax["uid"]: tax["percentage"] for tax in sent["taxes"]}
    for line, one in zip(several, sent["line_items"], strict=True):
        applied = [named[each["tax_uid"]] for each in one.get("applied_taxes", [])]
        assert applied == ([str(line.tax_percent)] if line.tax_percent and not line.catalogued else [])
    assert len(sent["taxes"]) <= 1, "one rate, one tax"


@pytest.mark.parametrize(
    ("line", "catalogued"),
    [
        (Line("x", 1, Decimal(3), Decimal(3), external_id="V"), True),
        (Line("x", 1, Decimal(3), Decimal(3)), False),
        (Line("x", 1, Decimal(3), None, external_id="V"), False),
        (Line("x", 1, Decimal(3), Decimal("2.99"), external_id="V"), False),
        (Line("x", 1, Decimal(3), Decimal(2), (Choice("ham", Decimal(1)),), external_id="V"), True),
        (Line("x", 1, Decimal(3), Decimal(3), (Choice("ham", Decimal(1)),), external_id="V"), False),
    ],
)
def test_the_till_prices_what_it_knows_and_what_is_the_sum_of_its_parts(line: Line, catalogued: bool) -> None:
    assert line.catalogued is catalogued


@pytest.mark.parametrize(
    ("choice", "words", "catalogued"),
    [
        (Choice("ham", Decimal(1), external_id="O"), "ham", True),
        (Choice("ham", Decimal(1)), "ham", False),
        (Choice("ham", Decimal(1), "extra", external_id="O"), "EXTRA ham", False),
        (Choice("ham", Decimal(1), "none", "left", "O"), "LEFT: NO ham", False),
        (Choice("ham", Decimal(1), side="right", external_id="O"), "RIGHT: ham", False),
    ],
)
def test_halves_and_amounts_are_said_in_words(choice: Choice, words: str, catalogued: bool) -> None:
    assert (choice.in_words, choice.catalogued) == (words, catalogued)


def test_yen_have_no_cents_and_included_taxes_say_so() -> None:
    line = Line("Ramen", 1, Decimal(1200), tax_percent=Decimal(10))
    sent = asked(line, currency="JPY", tax_included=True)
    assert sent["line_items"][0]["base_price_money"] == {"amount": 1200, "currency": "JPY"}
    assert sent["taxes"][0]["type"] == "INCLUSIVE"
    assert asked(line)["taxes"][0]["type"] == "ADDITIVE"
