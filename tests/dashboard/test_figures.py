"""Figures: each with what it is counted of, over the days somebody asks for, beside the days before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.calls.models import Call
from apps.dashboard.figures import charts, period
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import figures
from tests.dashboard.weeks import four_weeks
from tests.voice.test_figures import call, order, reply

PAGE = "/r/bella-napoli/figures/"
ZONE = ZoneInfo("America/Chicago")
NOON = datetime(2026, 10, 14, 12, tzinfo=ZONE)


@pytest.fixture
def october(bella: Place) -> None:
    """On the 14th four calls, of which three were answered, one with a person, one with an order; one call in
    September."""
    with scope.enter(bella):
        Call.objects.all().delete()
        ended: dict[str, Any] = {"state": "ended", "ended_at": NOON}
        ordering = call(NOON, answered_at=NOON, outcome="order", **ended)
        for latency in (600, 800, 1400):
            reply(ordering, latency)
        order(NOON, "30.00", call=ordering)
        order(NOON, "10.00", status="cancelled")
        call(NOON, answered_at=NOON, outcome="none", **ended)
        call(NOON, answered_at=NOON, outcome="transfer", handed_over_at=NOON, **ended)
        call(NOON + timedelta(hours=7), outcome="turned away", **ended)
        call(NOON - timedelta(days=20), answered_at=NOON, outcome="none", **ended)


def stats(client: Client, query: str) -> dict[str, tuple[str, str, str]]:
    return {
        one["name"]: (str(one["figure"]), one["of"], one["more"]) for one in client.get(PAGE + query).context["stats"]
    }


def test_every_figure_stands_beside_what_it_is_counted_of(ana: Client, october: None) -> None:
    assert stats(ana, "?month=2026-10") == {
        "Answered": ("3", "of 4 calls", "75.0 %, was 100.0 %"),
        "Handled alone": ("2", "of 3 that ended", "66.7 %, was 100.0 %"),
        "Orders": ("1", "of 2 placed", "50.0 %"),
        "Conversion": ("33.3 %", "of 3 answered", "was 0.0 %"),
        "Revenue": ("$30.00", "from 1 order", "$30.00 each"),
        "Reply time": ("0.80 s", "half of 3 replies", "95 in 100 within 1.34 s"),
    }
    page = ana.get(f"{PAGE}?month=2026-10").content.decode()
    assert "1 to 31 October 2026, compared with 1 to 30 September 2026" in page
    for one in ana.get(f"{PAGE}?month=2026-10").context["stats"]:
        assert f'<span class="of">{one["of"]}</span>' in page
        assert one["definition"]


def test_the_drawings_and_their_tables_say_the_same_calls(ana: Client, october: None) -> None:
    shown = ana.get(f"{PAGE}?from=2026-10-13&to=2026-10-15").context
    assert [(row["name"], row["values"], row["all"]) for row in shown["hours"]["table"] if row["all"]] == [
        ("12 pm", (2, 1, 0), 3),
        ("7 pm", (0, 0, 1), 1),
    ]
    assert [row["all"] for row in shown["days"]["table"]] == [0, 4, 0]
    outcomes = {"Order", "No order, booking or ticket", "Handed to a person", "Turned away, no line free"}
    found = {row["name"]: (row["calls"], row["share"]) for row in shown["outcomes"]["table"]}
    assert found == dict.fromkeys(outcomes, (1, "25.0 %"))
    assert [(row["half"], row["of"]) for row in shown["replies"]["table"]] == [("", 0), ("0.80 s", 3), ("", 0)]


def test_where_nothing_was_counted_it_says_so_and_what_to_do(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        Call.objects.all().delete()
    page = ana.get(f"{PAGE}?from=2024-01-01&to=2024-01-31")
    assert "Nothing was counted on these days" in page.content.decode()
    assert b"<dl" not in page.content
    assert "Nothing is counted yet" in ana.get(f"{PAGE}?period=today").content.decode()


def test_without_anything_before_there_is_nothing_to_compare_with(ana: Client, october: None) -> None:
    page = ana.get(f"{PAGE}?month=2026-09").content.decode()
    assert "nothing was counted in the days before" in page
    assert "was " not in "".join(one[2] for one in stats(ana, "?month=2026-09").values())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-10-15&to=2026-10-14", "The last day is before the first."),
        ("from=2020-01-01&to=2026-10-14", "366 days are the most."),
        ("from=yesterday&to=2026-10-14", "Give the first and the last day."),
        ("to=2026-10-14", "Give the first and the last day."),
        ("month=October", "Give a month as 2026-11."),
        ("from=1900-01-01&to=1900-01-02", "Days from 2000-01-01 to 2100-01-01."),
    ],
)
def test_days_that_make_no_sense_are_refused_in_words_and_the_usual_are_shown(
    ana: Client, bella: Place, query: str, words: str
) -> None:
    page = ana.get(f"{PAGE}?{query}").content.decode()
    assert words in page
    assert "Last 7 days" in page


def test_the_usual_periods_end_today_where_the_restaurant_is(sam: Client, bella: Place) -> None:
    today = timezone.now().astimezone(ZONE).date()
    for name, length in period.LENGTHS.items():
        days = sam.get(f"{PAGE}?period={name}").context["period"].days
        assert (days.first, days.last) == (today - timedelta(days=length - 1), today)
    assert sam.get(f"{PAGE}?period=century").context["period"].chosen == "7"


def test_a_month_is_compared_with_the_month_before_it() -> None:
    asked = period.of({"month": "2026-03"}, today=date(2026, 4, 2), timezone="America/Chicago")
    assert (asked.before.first, asked.before.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert [name for name, _ in period.months(date(2026, 2, 3))[:3]] == ["2026-02", "2026-01", "2025-12"]


def test_own_days_are_compared_with_as_many_before_them() -> None:
    asked = period.of({"from": "2026-03-10", "to": "2026-03-12"}, today=date(2026, 4, 2), timezone="America/Chicago")
    assert asked.before == figures.Days(date(2026, 3, 7), date(2026, 3, 9), "America/Chicago")
    assert not asked.is_open


def test_long_spans_are_drawn_by_the_week_and_lose_no_call(ana: Client, october: None) -> None:
    shown = ana.get(f"{PAGE}?from=2026-01-01&to=2026-10-31").context
    assert shown["days"]["is_weekly"]
    assert sum(row["all"] for row in shown["days"]["table"]) == shown["calls"] == 5


def test_weeks_of_calls_take_as_many_queries_as_one(
    ana: Client, bella: Place, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40) as few:
        ana.get(f"{PAGE}?period=28")
    four_weeks(bella)
    with django_assert_max_num_queries(len(few) + 8):  # the days before, and outcomes, once there is anything
        assert ana.get(f"{PAGE}?period=28").context["calls"] > 300


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=60))
def test_columns_stand_on_the_line_and_within_the_drawing(values: list[tuple[int, int, int]]) -> None:
    drawn = charts.columns([(str(at), each) for at, each in enumerate(values)])
    highest = max(map(sum, values))
    for column, each in zip(drawn.columns, values, strict=True):
        assert len(column.blocks) == sum(value > 0 for value in each)
        if column.blocks:
            top = float(column.blocks[-1].y)
            assert top == pytest.approx(charts.BASE - (charts.BASE - charts.TOP) * sum(each) / highest, abs=0.1)
        assert 0 <= float(column.x.rstrip("%")) <= float(column.middle.rstrip("%")) <= 100
    assert sum(bool(column.label) for column in drawn.columns) <= charts.MOST_LABELS
    assert len(drawn.marks) <= 4


def test_a_line_is_interrupted_where_nothing_is_known() -> None:
    drawn = charts.line([1, 1, None, 1], highest=2, left=0, right=100)
    assert drawn.path.count("M") == 2
    assert len(drawn.points) == 3


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (3, 1), (5, 2), (20, 5), (64, 20), (900, 500)])
def test_axes_go_by_one_two_or_five(highest: int, step: int) -> None:
    assert charts.step_for(highest) == step


@given(st.lists(st.floats(min_value=0, max_value=300), min_size=1, max_size=5))
def test_words_beside_lines_keep_their_order_and_never_cover_each_other(heights: list[float]) -> None:
    placed = charts.apart(heights)
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    for upper, lower in pairwise(order):
        assert placed[lower] - placed[upper] >= 16 - 1e-9
    assert all(at >= wanted for at, wanted in zip(placed, heights, strict=True))
    assert charts.apart([10, 50, 30]) == [10, 50, 30], "where there is room nothing moves"
