"""What the embedded model says of a day's hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.llm.embedded import answers

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)  # a Monday


def facts(opens: str, closes: str) -> dict[str, Any]:
    return {"open_now": True, "hours": [{"day": "Monday", "opens": opens, "closes": closes}], "special_days": []}


@pytest.mark.parametrize(
    ("language", "opens", "closes", "words"),
    [
        ("en", "00:00", "00:00", "We're open now. Today we're open round the clock."),
        ("es", "00:00", "00:00", "Estamos abiertos. Hoy abrimos las veinticuatro horas."),
        ("en", "11:00", "00:00", "We're open now. Today we're open from eleven a m to twelve a m."),
    ],
)
def test_a_day_without_a_close_is_said_as_people_say_it(language: str, opens: str, closes: str, words: str) -> None:
    told = answers.hours_on(NOW.date(), facts=facts(opens, closes), now=NOW, language=language)
    assert told == words
