"""Days with their times: said and heard again, relative to the time at the restaurant."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import clock, moments, spelling
from apps.language.clock import Clock

CALM = settings(max_examples=200, deadline=None)
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "restaurants8k_slots.dev.jsonl"
NOW = datetime(2026, 7, 3, 18, 10)
now_ = st.datetimes(datetime(2016, 1, 1), datetime(2090, 12, 31))


def heard(said: str, now: datetime = NOW) -> tuple[date | None, Clock | None]:
    found = moments.heard(said, now=now)
    return found.day, found.clock


@given(now_, st.integers(0, 59 * 24 * 60))
@CALM
def test_what_is_said_is_heard_as_the_same_moment(now: datetime, minutes: int) -> None:
    moment = now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    for said in (moments.say(moment), f"a table for four on {moments.say(moment)}, please"):
        assert heard(said, now) == (moment.date(), clock.of(moment.time())), said


@given(now_, st.integers(2, 48))
@CALM
def test_so_much_from_now(now: datetime, number: int) -> None:
    for said, ahead in (
        (f"in {number} minutes", timedelta(minutes=number)),
        (f"{number} minutes from now", timedelta(minutes=number)),
        (f"in {number} hours", timedelta(hours=number)),
        ("in half an hour", timedelta(minutes=30)),
        ("in an hour", timedelta(hours=1)),
        ("in an hour and a half", timedelta(minutes=90)),
        ("in one and a half hours", timedelta(minutes=90)),
        ("in about an hour", timedelta(hours=1)),
        ("half an hour from now", timedelta(minutes=30)),
        (f"in an hour and {number} minutes", timedelta(minutes=60 + number)),
        ("in three quarters of an hour", timedelta(minutes=45)),
        ("en una hora", timedelta(hours=1)),
    ):
        then = now + ahead
        assert heard(f"can we come {said}", now) == (
            then.date(),
            clock.of(then.time().replace(second=0, microsecond=0)),
        )


def test_case_12_tomorrow_is_the_day_after_the_restaurants_today() -> None:
    now = datetime(2026, 7, 4, 3, 30, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))
    found = moments.heard("Tomorrow at 7", now=now)
    assert found.day == date(2026, 7, 4)
    assert found.clock == Clock(7)
    dinner, all_day = [clock.settle(Clock(7), spans) for spans in (((t(17), t(22)),), ((t(6), t(22)),))]
    assert dinner == t(19), "a house that opens at five means the evening"
    assert all_day is None, "a house that opens at six has to ask"
    assert moments.say(clock.on(found.day, dinner, ())) == "Saturday, July fourth, at seven p m"


def t(hour: int) -> clock.time:
    return clock.time(hour)


@pytest.mark.parametrize(
    ("said", "day", "at"),
    [
        ("tonight at 8", "2026-07-03", Clock(8, 0, "pm")),
        ("8:00 tonight", "2026-07-03", Clock(8, 0, "pm")),
        ("tomorrow evening 6:30", "2026-07-04", Clock(6, 30, "pm")),
        ("friday week at noon", "2026-07-10", Clock(12, 0, "pm")),
        ("for four around 7 tomorrow night", "2026-07-04", Clock(7, 0, "pm")),
        ("the fourth at seven", "2026-07-04", Clock(7)),
        ("7 pm december 4", "2026-12-04", Clock(7, 0, "pm")),
        ("december 4 seven thirty", "2026-12-04", Clock(7, 30)),
        ("7/4 at 7:30 pm", "2026-07-04", Clock(7, 30, "pm")),
        ("july fourth twenty twenty seven at seven", "2027-07-04", Clock(7)),
        ("in two days at 7", "2026-07-05", Clock(7)),
        ("mañana a las 7 de la noche", "2026-07-04", Clock(7, 0, "pm")),
        ("tomorrow", "2026-07-04", None),
        ("at 7", None, Clock(7)),
        ("friday or saturday at 8", None, Clock(8)),
        ("two pizzas in ten minutes or so", "2026-07-03", Clock(6, 20, "pm")),
        ("I have waited ten minutes", None, None),
        ("in 99 hours", None, None),
        ("hello", None, None),
    ],
)
def test_moments_as_people_say_them(said: str, day: str | None, at: Clock | None) -> None:
    assert heard(said) == (date.fromisoformat(day) if day else None, at)


def test_what_is_left_speaks_of_neither_day_nor_time() -> None:
    left = moments.heard("for 4 tomorrow night at 7:30 under Kate", now=NOW).rest
    assert [word for word in left if word != moments.UNDERSTOOD] == ["for", "4", "night", "at", "under", "kate"]
    left = moments.heard("in 20 minutes for 6", now=NOW).rest
    assert [word for word in left if word != moments.UNDERSTOOD] == ["for", "6"]


@given(now_, st.text(max_size=50))
@CALM
def test_whatever_is_heard_leaves_as_many_words_as_there_were(now: datetime, said: str) -> None:
    for found in (moments.heard(said, now=now), moments.answered(said, now=now)):
        written = moments.words(moments.dates.written_out(said))
        assert len(found.rest) == len(written)
        assert all(left in (word, moments.UNDERSTOOD) for left, word in zip(found.rest, written, strict=True))


@pytest.mark.parametrize(
    "said",
    ["next week", "a week from", "in 2 days and", "an hour and", "half past", "quarter to", "this", "seven", "the",
     "or 7", "capital", "double", "k as in", "the first of", "friday the", "in", "9", "a couple of", "july", "twenty"],
)  # fmt: skip
def test_no_end_of_words_is_too_many(said: str) -> None:
    for heard_of in (moments.heard, moments.answered):
        assert heard_of(f"{said} " * 1200, now=NOW).rest
    assert spelling.heard(f"{said} " * 1200) is None


# ---- as people wrote it to restaurants -------------------------------------------------------------------

WRITTEN = re.compile(r"(\d{1,2})[:.](\d\d) ?([ap])\.?m\.?|(\d{1,2}) ?([ap])\.?m\.?", re.IGNORECASE)


def test_the_published_slots_are_heard() -> None:
    if not CASES.exists():
        pytest.skip("not on this machine: the published cases lie beside the project, not in it")
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    now = datetime(2018, 8, 2, 10)
    times = days = of_times = of_days = 0
    for case in cases:
        found = moments.heard(case["text"], now=now)
        if "time" in case["slots"]:
            of_times, times = of_times + 1, times + (moments.answered(case["text"], now=now).clock is not None)
            exact = WRITTEN.fullmatch(case["slots"]["time"].strip())
            if exact:
                hour, minute, half = exact[1] or exact[4], exact[2] or "0", (exact[3] or exact[5]).lower() + "m"
                assert found.clock == Clock(int(hour), int(minute), "am" if half == "am" else "pm"), case["text"]
        if "date" in case["slots"]:
            of_days, days = of_days + 1, days + (found.day is not None)
    assert times / of_times > 0.95
    assert days / of_days > 0.95
    silent = [case for case in cases if not case["slots"].keys() & {"time", "date"} and not case["requested_slots"]]
    invented = [case["text"] for case in silent if moments.heard(case["text"], now=now).clock is not None]
    assert len(invented) / len(silent) < 0.01, invented
