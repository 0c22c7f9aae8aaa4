"""When what failed is tried again, and what an answer means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.outbox import schedule

tries = st.integers(1, 9)
shares = st.floats(0, 1)
seconds = st.floats(0, 1e9)


def test_a_webhook_is_tried_ten_times_in_three_days_as_the_specification_has_it() -> None:
    waits = [schedule.next_try(number, jitter=0) for number in range(1, 12)]
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, None, None]
    assert sum(wait for wait in waits if wait) == 75 * 3600 + 35 * 60 + 5


@given(tries, shares)
def test_what_failed_together_does_not_come_back_together(number: int, share: float) -> None:
    exact, spread = schedule.next_try(number, jitter=0), schedule.next_try(number, jitter=share)
    assert exact is not None
    assert spread == pytest.approx(exact * (1 + share / 10))


@given(tries, shares, seconds)
def test_it_is_never_sooner_than_asked_and_never_later_than_a_day_because_of_it(
    number: int, share: float, wish: float
) -> None:
    asked, usual = schedule.next_try(number, jitter=share, wish=wish), schedule.next_try(number, jitter=share)
    assert asked is not None
    assert usual is not None
    assert asked >= min(wish, 86_400)
    assert asked in (usual, wish, 86_400)
    assert usual <= asked <= max(usual, 86_400)


def test_work_waits_twice_as_long_every_time_up_to_an_hour() -> None:
    assert [schedule.backoff(number) for number in (1, 2, 3, 11, 12, 13, 5000)] == [2, 4, 8, 2048, 3600, 3600, 3600]


def test_an_endpoint_rests_from_its_second_failure_on_for_at_most_ten_minutes() -> None:
    assert [schedule.rest(number) for number in (0, 1, 2, 3, 9, 10, 5000)] == [0, 0, 4, 8, 512, 600, 600]


@pytest.mark.parametrize(
    ("status", "means"),
    [(200, "delivered"), (204, "delivered"), (299, "delivered"), (410, "gone"), (199, "failed"), (300, "failed"),
     (301, "failed"), (308, "failed"), (404, "failed"), (429, "failed"), (500, "failed"), (None, "failed")],
)  # fmt: skip
def test_only_success_is_success(status: int | None, means: str) -> None:
    assert schedule.verdict(status) == means


@pytest.mark.parametrize(
    ("header", "wish"),
    [("120", 120), ("0", 0), ("", 0), ("-5", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("1e9", 0), ("9" * 40, 0),
     ("²", 0), ("١٢", 0)],
)  # fmt: skip
def test_a_retry_after_is_read_in_seconds_and_nonsense_is_none(header: str, wish: float) -> None:
    assert schedule.wish(header) == wish
