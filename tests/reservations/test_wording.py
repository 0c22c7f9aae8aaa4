"""A held table is read back with everything that may be wrong about it."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.reservations import wording

SEVEN = datetime(2026, 11, 27, 19, 0)


def said(party: int = 2, at: datetime = SEVEN, *, moves: bool = False, language: str = "en") -> str:
    return wording.read_back(party, at, name="Kate", moves=moves, language=language)


def test_it_is_read_back_with_guests_weekday_date_time_and_name() -> None:
    assert (
        said()
        == "A table for two people on Friday, November twenty seventh, at seven p m, under Kate. Shall I book it?"
    )
    assert said(1).startswith("A table for one person on")
    assert said(moves=True).endswith("Shall I move your booking there?")


@pytest.mark.parametrize(
    ("hour", "minute", "words"), [(19, 5, "seven oh five p m"), (19, 30, "seven thirty p m"), (0, 0, "twelve a m")]
)
def test_the_half_of_the_day_is_always_said(hour: int, minute: int, words: str) -> None:
    assert f", at {words}," in said(at=SEVEN.replace(hour=hour, minute=minute))


def test_in_spanish_it_is_the_same() -> None:
    assert said(4, language="es") == (
        "Una mesa para cuatro personas, el viernes, veintisiete de noviembre a las siete de la tarde, "
        "a nombre de Kate. ¿La reservo?"
    )
    assert said(1, SEVEN.replace(day=1, hour=13, minute=15), moves=True, language="es") == (
        "Una mesa para una persona, el domingo, primero de noviembre a la una y cuarto de la tarde, a nombre de Kate. "
        "¿Cambio su reserva a esa hora?"
    )
