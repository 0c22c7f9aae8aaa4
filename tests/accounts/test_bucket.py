"""Token buckets: nobody gets more than the limit allows, and nobody waits for longer than it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts import bucket
from apps.accounts.bucket import Bucket, Limit

limits = st.builds(Limit, burst=st.integers(1, 1000), seconds=st.sampled_from([1.0, 60.0, 3600.0]))
steps = st.lists(st.tuples(st.floats(0, 100), st.integers(1, 20)), max_size=60)


@given(limits, steps)
def test_over_any_stretch_nobody_gets_more_than_a_full_bucket_and_what_came_back(
    limit: Limit, steps: list[tuple[float, int]]
) -> None:
    kept, now, had = bucket.full(limit, now=0.0), 0.0, 0
    for pause, wanted in steps:
        now += pause
        kept, got = bucket.take(kept, limit, wanted=wanted, now=now)
        had += got
        assert 0 <= got <= wanted
        assert 0 <= kept.tokens <= limit.burst
        assert had <= limit.burst + now * limit.rate + 1e-6


@given(limits, steps)
def test_who_waits_as_long_as_is_said_is_served(limit: Limit, steps: list[tuple[float, int]]) -> None:
    kept, now = bucket.full(limit, now=0.0), 0.0
    for pause, wanted in steps:
        now += pause
        kept, _ = bucket.take(kept, limit, wanted=wanted, now=now)
    later = now + bucket.wait(kept, limit) + 1e-6
    assert bucket.take(kept, limit, wanted=1, now=later)[1] == 1


def test_who_has_to_wait_is_not_served_sooner() -> None:
    limit = Limit(2, 60.0)
    kept, had = bucket.take(bucket.full(limit, now=0.0), limit, wanted=5, now=0.0)
    assert had == 2
    assert bucket.wait(kept, limit) == pytest.approx(30.0)
    assert bucket.take(kept, limit, wanted=1, now=29.0)[1] == 0
    assert bucket.take(kept, limit, wanted=1, now=30.0)[1] == 1


def test_a_bucket_that_was_never_used_for_long_is_full_and_no_fuller() -> None:
    limit = Limit(3, 60.0)
    kept, _ = bucket.take(bucket.full(limit, now=0.0), limit, wanted=3, now=0.0)
    assert bucket.take(kept, limit, wanted=100, now=1e6)[1] == 3


def test_a_clock_that_goes_back_brings_nothing_and_takes_nothing() -> None:
    limit = Limit(10, 10.0)
    kept, _ = bucket.take(Bucket(4.0, 100.0), limit, wanted=1, now=50.0)
    assert kept == Bucket(3.0, 100.0)
    assert bucket.take(kept, limit, wanted=10, now=101.0)[1] == 4


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("600/minute", Limit(600, 60.0)),
        ("5/second", Limit(5, 1.0)),
        ("1/hour", Limit(1, 3600.0)),
        ("90000/day", Limit(90000, 86400.0)),
        ("off", None),
    ],
)
def test_limits_are_read_as_they_are_written(written: str, meant: Limit | None) -> None:
    assert bucket.limit(written) == meant


@pytest.mark.parametrize("written", ["", "0/minute", "600", "600/min", "-1/second", "600/minute ", "٣/minute", "OFF"])
def test_what_is_no_limit_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        bucket.limit(written)
