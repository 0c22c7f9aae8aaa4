"""Opening hours as the world writes them: read as they are meant, or refused by what is not understood."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.restaurant import hours, osm, services
from apps.restaurant.hours import Span, Week

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "opening_hours.dev.jsonl"
FIRST = date(2026, 11, 23)


def week(text: str, first: date = FIRST) -> Week:
    return osm.read(text, timezone="UTC", first=first)[0]


def is_open(read: hours.Week, at: datetime) -> bool:
    return hours.opening_at(read, at) is not None


def test_the_published_cases_agree() -> None:
    if not CASES.exists():
        pytest.skip("not on this machine: the published cases lie beside the project, not in it")
    for line in CASES.read_text().splitlines():
        case = json.loads(line)
        at = datetime.fromisoformat(case["at"]).replace(tzinfo=UTC)
        read = week(case["hours"], first=at.date() - timedelta(days=400))
        found = {"open": is_open, "open_until": hours.open_until, "opens_next": hours.opens_next}
        (asked,) = found.keys() & case.keys()
        wanted = case[asked]
        if isinstance(wanted, str):
            wanted = datetime.fromisoformat(wanted).replace(tzinfo=UTC)
        assert found[asked](read, at) == wanted, case


@pytest.mark.parametrize(
    ("text", "weekly"),
    [
        ("Mo-Fr 10:00-12:00,14:00-18:00", dict.fromkeys(range(5), ((10, 12), (14, 18)))),
        ("Fr-Mo 18:00-02:00", dict.fromkeys([4, 5, 6, 0], ((18, 2),))),
        ("Sa 18:00-26:00", {5: ((18, 2),)}),
        ("Mo-Su 00:00-24:00; Tu off", dict.fromkeys([0, 2, 3, 4, 5, 6], ((0, 0),))),
        ("Mo 10:00-20:00; Mo 12:00-14:00 off", {0: ((10, 12), (14, 20))}),
        ("Mo 10:00-20:00; Mo 08:00-11:00,19:00-21:00 off", {0: ((11, 19),)}),
        ("mo, we: 9:00 - 17:00", dict.fromkeys([0, 2], ((9, 17),))),
    ],
)
def test_rules_of_the_week_are_read(text: str, weekly: dict[int, tuple[tuple[int, int], ...]]) -> None:
    wanted = {day: tuple(Span(time(a), time(b)) for a, b in spans) for day, spans in weekly.items()}
    assert dict(week(text).weekly) == wanted


def test_dates_are_special_days_and_holidays_are_said_to_be_left_out() -> None:
    read, notes = osm.read(
        "Mo-Fr 10:00-18:00; 2026 Dec 24 10:00-14:00; 2026 Dec 25-2026 Dec 26 off; PH off", timezone="UTC", first=FIRST
    )
    assert dict(read.special) == {
        date(2026, 12, 24): (Span(time(10), time(14)),), date(2026, 12, 25): (), date(2026, 12, 26): (),
    }  # fmt: skip
    assert len(notes) == 1
    assert "special days" in notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no hours"),
        ("sunrise-sunset", "is not understood"),
        ("Mo-Fr ten to six", "is not understood"),
        ("Mo 25:00-26:00", "are no times"),
        ("Mo 10:75-12:00", "are no times"),
        ("2026 Feb 30", "is no date"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(osm.Unreadable, match=said):
        week(text)


@given(st.text("MoTuWeThFrSaSu0123456789:-,; offPH", max_size=40))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    with contextlib.suppress(osm.Unreadable):
        week(text)


@pytest.mark.django_db
def test_the_command_sets_the_hours_or_changes_nothing(in_bella: Any) -> None:
    call_command("import_hours", "Mo-Fr 10:00-18:00; 2030 Jan 01 off", restaurant="bella-napoli")
    read = services.read_week(timezone="America/Chicago")
    assert dict(read.weekly) == {day: [Span(time(10), time(18))] for day in range(5)}
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_hours", "whenever", restaurant="bella-napoli")
    assert services.read_week(timezone="America/Chicago") == read
