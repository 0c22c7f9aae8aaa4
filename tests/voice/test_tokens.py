"""What a stream's token lets in besides the refusals that the socket's tests hold it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from apps.calls.models import Call
from apps.outbox.models import Work
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from apps.voice import tokens

ORIGIN = "https://loman.test"


@pytest.fixture
def place(open_restaurant: Callable[..., Place]) -> Place:
    return open_restaurant(like="bella-napoli")


def ring(place: Place) -> Call:
    with scope.enter(place):
        return Call.objects.create(carrier_sid="CA1", from_number="+15125550134", to_number="+15125550101")


def stored(place: Place, call: Call) -> Call:
    with scope.enter(place):
        return Call.objects.get(pk=call.pk)


def test_a_token_lets_in_the_call_it_was_made_for_and_makes_sure_that_it_ends(place: Place) -> None:
    call = ring(place)
    before = timezone.now()
    admission = asyncio.run(tokens.redeem(tokens.issue(place, call, origin=ORIGIN), call_sid="CA1"))
    assert admission == tokens.Admission(place, call.pk, "CA1", "+15125550134", "+15125550101", ORIGIN)
    row = stored(place, call)
    assert row.state == Call.State.IN_PROGRESS
    assert row.answered_at == row.stream_token_used_at
    assert before <= row.answered_at <= timezone.now()
    work = Work.objects.get(key=f"call.finish:{call.pk}")
    assert (work.kind, work.payload, work.restaurant_id) == ("call.finish", {"call": str(call.pk)}, place.id)
    assert work.due_at >= before + timedelta(minutes=15) + tokens.FINISHED_BY_THEN, "after the longest call"


def test_a_token_of_a_restaurant_that_left_lets_nobody_in(place: Place) -> None:
    call = ring(place)
    token = tokens.issue(place, call, origin=ORIGIN)
    Restaurant.objects.filter(pk=place.id).update(state=Restaurant.State.LEFT)
    with pytest.raises(tokens.Refused, match="gone"):
        asyncio.run(tokens.redeem(token, call_sid="CA1"))
    assert stored(place, call).stream_token_used_at is None


@pytest.mark.parametrize("content", [[], ["one", "two"], "words", 5, None, {"a": 1}])
def test_what_is_signed_but_no_token_is_refused(content: Any) -> None:
    with pytest.raises(tokens.Refused, match="no valid token"):
        asyncio.run(tokens.redeem(signing.dumps(content, salt=tokens.SALT), call_sid="CA1"))


def test_what_was_signed_for_something_else_is_refused(place: Place) -> None:
    token = signing.dumps([str(place.id), "x", "CA1", ORIGIN], salt="something else")
    with pytest.raises(tokens.Refused, match="no valid token"):
        asyncio.run(tokens.redeem(token, call_sid="CA1"))
