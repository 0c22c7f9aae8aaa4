"""A dish with its choices in words, in both languages."""

from __future__ import annotations

import pytest

from apps.menu.wording import Chosen, dish

THIN, NO_ONIONS, NO_GARLIC = Chosen("thin crust"), Chosen("onions", "none"), Chosen("garlic", "none")


@pytest.mark.parametrize(
    ("choices", "english", "spanish"),
    [
        ((), "two large Pie", "dos de Pie, large"),
        ((THIN,), "two large Pie with thin crust", "dos de Pie, large con thin crust"),
        ((NO_ONIONS,), "two large Pie with no onions", "dos de Pie, large sin onions"),
        (
            (NO_ONIONS, THIN, NO_GARLIC),
            "two large Pie with no onions, thin crust and no garlic",
            "dos de Pie, large con thin crust, sin onions y sin garlic",
        ),
        (
            (Chosen("basil", "light", "left"), Chosen("extra cheese", "extra", "right")),
            "two large Pie with light basil on the left half and extra cheese on the right half",
            "dos de Pie, large con poco basil en la mitad izquierda y extra cheese en la mitad derecha",
        ),
    ],
)
def test_a_dish_is_said_with_its_choices(choices: tuple[Chosen, ...], english: str, spanish: str) -> None:
    assert dish(2, "Pie", size="large", choices=choices) == english
    assert dish(2, "Pie", size="large", choices=choices, language="es") == spanish


def test_without_a_size_it_is_only_counted() -> None:
    assert (dish(1, "Coke"), dish(1, "Coke", language="es")) == ("one Coke", "una de Coke")
