"""When a model is left alone, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.llm.breaker import (
    FAILURES,
    LONG_SECONDS,
    LONGEST_SHORT_SECONDS,
    MOST_SECONDS,
    PROBE_SECONDS,
    RATE_SECONDS,
    SHORT_SECONDS,
    WINDOW_SECONDS,
    Board,
    Breaker,
)
from apps.llm.reasons import ADVICE, Reason

MENDABLE = (Reason.OUTAGE, Reason.SILENCE, Reason.BROKE_OFF, Reason.MALFORMED, Reason.EMPTY)


def opened(at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(Reason.OUTAGE, now=at)
    return breaker


@pytest.mark.parametrize("reason", MENDABLE)
def test_one_failure_is_none_and_three_in_a_minute_are_a_rest(reason: Reason) -> None:
    breaker = Breaker()
    assert [breaker.failed(reason, now=float(second)) for second in range(3)] == [None, None, SHORT_SECONDS]
    assert not breaker.allows(2.0 + SHORT_SECONDS - 0.1)
    assert breaker.allows(2.0 + SHORT_SECONDS)


def test_failures_that_are_far_apart_are_no_outage() -> None:
    breaker = Breaker()
    for round_ in range(9):
        assert breaker.failed(Reason.OUTAGE, now=round_ * WINDOW_SECONDS / 2) is None


def test_an_answer_forgives() -> None:
    breaker = Breaker()
    for _ in range(9):
        breaker.failed(Reason.OUTAGE, now=1.0)
        assert breaker.failed(Reason.OUTAGE, now=1.0) is None
        breaker.answered()


def test_half_open_one_may_try_and_the_others_wait_for_what_comes_of_it() -> None:
    breaker = opened()
    assert [breaker.allows(SHORT_SECONDS) for _ in range(3)] == [True, False, False]
    breaker.answered()
    assert breaker.allows(SHORT_SECONDS)
    assert breaker.allows(SHORT_SECONDS)


def test_a_probe_that_fails_doubles_the_rest_up_to_a_limit() -> None:
    breaker, now, rests = opened(), 0.0, []
    for _ in range(6):
        now += breaker.rest
        assert breaker.allows(now)
        rests.append(breaker.failed(Reason.OUTAGE, now=now))
    assert rests == [30.0, 60.0, LONGEST_SHORT_SECONDS, *[LONGEST_SHORT_SECONDS] * 3]


def test_a_probe_nobody_waited_for_lets_another_go() -> None:
    breaker = opened()
    assert breaker.allows(SHORT_SECONDS)
    breaker.gave_up()
    assert breaker.allows(SHORT_SECONDS)


def test_a_probe_that_was_lost_is_not_waited_for_for_ever() -> None:
    breaker = opened()
    assert breaker.allows(SHORT_SECONDS)
    assert not breaker.allows(SHORT_SECONDS + PROBE_SECONDS - 0.1)
    assert breaker.allows(SHORT_SECONDS + PROBE_SECONDS)


@pytest.mark.parametrize("reason", list(LONG_SECONDS))
def test_where_a_retry_cannot_help_one_failure_is_a_long_rest(reason: Reason) -> None:
    breaker = Breaker()
    rest = breaker.failed(reason, now=0.0)
    assert rest == LONG_SECONDS[reason]
    assert rest >= 300.0
    assert not breaker.allows(rest - 0.1)
    assert breaker.allows(rest)


def test_a_rate_limit_rests_as_long_as_the_vendor_says() -> None:
    assert Breaker().failed(Reason.RATE_LIMITED, now=0.0) == RATE_SECONDS
    assert Breaker().failed(Reason.RATE_LIMITED, now=0.0, retry_after=42.0) == 42.0
    assert Breaker().failed(Reason.RATE_LIMITED, now=0.0, retry_after=86_400.0) == MOST_SECONDS


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.TOO_LONG, Reason.BAD_REQUEST])
def test_what_says_something_of_one_request_only_opens_nothing(reason: Reason) -> None:
    breaker = Breaker()
    assert [breaker.failed(reason, now=0.0) for _ in range(20)] == [None] * 20
    assert breaker.allows(0.0)


def test_one_restaurants_bad_key_keeps_no_other_from_the_model() -> None:
    board = Board()
    board.failed(Reason.BAD_KEY, account="a", service="m", now=0.0)
    assert not board.allows(account="a", service="m", now=1.0)
    assert board.allows(account="b", service="m", now=1.0)


def test_an_outage_is_everybodys() -> None:
    board = Board()
    for account in "abc":
        board.failed(Reason.OUTAGE, account=account, service="m", now=0.0)
    assert not board.allows(account="d", service="m", now=1.0)
    assert board.allows(account="d", service="other", now=1.0)


def test_a_probe_of_the_account_is_given_back_when_the_service_rests() -> None:
    board = Board()
    board.failed(Reason.RATE_LIMITED, account="a", service="m", now=0.0)
    for _ in range(FAILURES):
        board.failed(Reason.OUTAGE, account="b", service="m", now=8.0)
    assert not board.allows(account="a", service="m", now=12.0)
    assert board.allows(account="a", service="other", now=12.0)


def test_every_reason_says_what_to_do() -> None:
    assert set(ADVICE) == set(Reason)


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "answered", "gave up", *Reason]), st.floats(0.0, 200.0)), max_size=40
)


@given(STEPS)
def test_whatever_happened_it_is_asked_again_within_its_longest_rest(steps: list[tuple[str, float]]) -> None:
    breaker, now = Breaker(), 0.0
    for what, later in steps:
        now += later
        match what:
            case "ask":
                breaker.allows(now)
            case "answered":
                breaker.answered()
            case "gave up":
                breaker.gave_up()
            case _:
                breaker.failed(Reason(what), now=now)
    assert breaker.allows(now + MOST_SECONDS + PROBE_SECONDS)
