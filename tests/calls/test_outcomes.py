"""Whom a call is handed to, by when tickets are due, and what is said to those who want neither food nor a table."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.calls import duty, handover, outcomes
from apps.calls.handover import Rule, Target
from apps.restaurant.hours import Span, Week

NUMBERS = [f"+1512555010{digit}" for digit in range(6)]
TARGETS = st.builds(Target, label=st.just("x"), number=st.sampled_from(NUMBERS), ring_seconds=st.just(20))
RULES = st.builds(
    Rule,
    reason=st.sampled_from(["", "allergy", "person"]),
    hours=st.sampled_from(["any", "open", "closed"]),
    target=st.none() | TARGETS,
    fallback=st.sampled_from(["message", "ticket", "hang_up"]),
)


def rings(rules: list[Rule], *, reason: str = "allergy", open_now: bool = True) -> tuple[list[str], str]:
    usual = [Target("usual", NUMBERS[5], 20)]
    plan = handover.plan(reason=reason, open_now=open_now, rules=rules, usual=usual, never=())
    return [target.label for target in plan.targets], plan.fallback


def test_a_reasons_own_rules_come_before_those_for_any_reason_and_both_before_the_usual() -> None:
    mine = Rule("allergy", "any", Target("chef", NUMBERS[0], 20), "ticket")
    anyone = Rule("", "any", Target("host", NUMBERS[1], 20), "message")
    assert rings([anyone, mine]) == (["chef"], "ticket")
    assert rings([anyone, mine], reason="person") == (["host"], "message")
    assert rings([mine], reason="person") == (["usual"], "message")


def test_rules_hold_at_their_hours_only() -> None:
    day = Rule("", "open", Target("day", NUMBERS[0], 20), "message")
    night = Rule("", "closed", None, "hang_up")
    assert rings([day, night], open_now=True) == (["day"], "message")
    assert rings([day, night], open_now=False) == ([], "hang_up")


def test_the_last_rules_fallback_is_what_happens_when_nobody_takes_it() -> None:
    first = Rule("", "any", Target("a", NUMBERS[0], 20), "hang_up")
    assert rings([first, Rule("", "any", Target("b", NUMBERS[1], 20), "ticket")]) == (["a", "b"], "ticket")


@given(
    st.lists(RULES, max_size=12),
    st.lists(TARGETS, max_size=8),
    st.sets(st.sampled_from(NUMBERS)),
    st.booleans(),
    st.sampled_from(["allergy", "person", "sing"]),
)
def test_nobody_rings_twice_who_may_not_or_who_is_not_the_restaurants(
    rules: list[Rule], usual: list[Target], never: set[str], open_now: bool, reason: str
) -> None:
    plan = handover.plan(reason=reason, open_now=open_now, rules=rules, usual=usual, never=never)
    numbers = [target.number for target in plan.targets]
    known = {rule.target.number for rule in rules if rule.target} | {target.number for target in usual}
    assert len(set(numbers)) == len(numbers) <= handover.MOST_STEPS
    assert set(numbers) <= known - never


def test_nobody_is_left_ringing_through_a_whole_list() -> None:
    everyone = [Target(number, number, 20) for number in NUMBERS]
    plan = handover.plan(reason="", open_now=True, rules=[], usual=everyone, never=())
    assert [target.number for target in plan.targets] == NUMBERS[:4]


# ---- by when --------------------------------------------------------------------------------------------

WEEK = Week("America/Chicago", {day: [Span(time(11), time(22))] for day in range(7)})


@given(
    st.sampled_from(sorted(duty.MINUTES)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.dictionaries(st.sampled_from(sorted(duty.MINUTES)), st.integers(0, 600)),
)
def test_nothing_is_due_before_it_came_or_before_the_door_opens(kind: str, now: datetime, own: dict[str, int]) -> None:
    due = duty.due_at(kind, now=now, week=WEEK, own=own)
    patience = timedelta(minutes=own.get(kind, duty.MINUTES[kind]))
    assert due >= now + patience
    if kind == "emergency" or not patience:
        assert due == now + patience
    else:
        assert due - patience == now or (due - patience).astimezone(ZoneInfo(WEEK.timezone)).time() == time(11)


def test_what_came_at_night_is_due_after_the_door_opened() -> None:
    night = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 23:00 in Chicago
    opening = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert duty.due_at("callback", now=night, week=WEEK, own={}) == opening + timedelta(minutes=30)
    assert duty.due_at("emergency", now=night, week=WEEK, own={}) == night


# ---- what is said ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["delivery", "catering", "complaint", "job", "vendor", "press", "lost_item", "emergency"]
)
def test_every_kind_of_caller_has_a_stated_outcome(kind: str) -> None:
    stated = outcomes.outcome(kind, {})
    assert stated is not None
    assert stated.say.endswith((".", "?"))


def test_a_restaurant_says_and_does_otherwise_but_not_in_an_emergency() -> None:
    own = {
        "delivery": {"say": "We deliver downtown.", "does": "ticket"},
        "emergency": {"say": "Calm down."},
        "job": "x",
    }
    assert outcomes.outcome("delivery", own) == outcomes.Outcome("We deliver downtown.", "ticket")
    assert "911" in outcomes.sayings(own)["emergency"]
    assert outcomes.outcome("job", own) == outcomes.STATED["job"]
    assert outcomes.outcome("delivery", {"delivery": {"does": "dance"}}) == outcomes.STATED["delivery"]
    assert outcomes.outcome("juggling", own) is None
