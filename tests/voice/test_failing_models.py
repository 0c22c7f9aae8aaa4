"""A drill: whole calls while one vendor after the other fails, and while the money runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from apps.calls.models import Call
from apps.llm import race, usage, vendors
from apps.llm.models import ModelRequest
from apps.orders.models import Order
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.voice import log as call_log
from apps.voice.carrier import callers
from apps.voice.conversation import Phrases
from tests.llm import vendor
from tests.llm.vendor import CUT, HANG, Vendor
from tests.llm.wires import anthropic

LONGEST_GAP_MS = 4000
WORDS = ("hello", "one lasagna please", "that's all", "Martin", "yes", "no thanks bye")


@pytest.fixture
def bella(open_restaurant: Callable[..., scope.Place]) -> Iterator[scope.Place]:
    """Bella Napoli's like, of this test's own: whole calls commit."""
    place = open_restaurant(like="bella-napoli")
    vendors.load(list(vendors.ROUTES))
    race.BOARD.clear()
    yield place
    race.BOARD.clear()
    Work.objects.filter(restaurant_id=place.id).delete()


def number(place: scope.Place) -> str:
    return PhoneNumber.objects.get(restaurant_id=place.id).number


def choose(settings: Any, *chain: Vendor) -> None:
    models = {"openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash"}
    names = [f"{each.speaks}/{models[each.speaks]}" for each in chain]
    settings.LLM_PROVIDER, settings.LLM_MODEL = names[0].split("/")
    settings.LLM_FALLBACKS = names[1:]
    for each in chain:
        setattr(settings, f"{each.speaks.upper()}_API_KEY", "k")
        setattr(settings, f"{each.speaks.upper()}_API_BASE", each.url)


def test_a_call_whose_models_die_are_silent_and_refuse_ends_in_the_right_order(
    dial: Any, bella: scope.Place, settings: Any
) -> None:
    hello = [vendor.text("Hello! What can I get for you?"), vendor.stop(), vendor.usage(900, 12)]
    dies_after_a_sentence = [vendor.text("Sure. That is one las"), CUT]
    dies = Vendor([vendor.text("Let me"), CUT], scripts=[hello, dies_after_a_sentence])
    silent = Vendor([anthropic("Yes.")[0], HANG], speaks="anthropic")
    refuses = Vendor([{"candidates": [{"finishReason": "SAFETY", "index": 0}], "responseId": "r"}], speaks="gemini")
    with vendor.serving_in_a_thread(dies, silent, refuses):
        choose(settings, dies, silent, refuses)
        call, _ = dial(number(bella), callers.Lines(list(WORDS), lambda text: None, typed=True))
    with scope.enter(bella):
        row = Call.objects.get(carrier_sid=call.call_sid)
        order = Order.objects.get(call=row)
        assert [(line.item, line.quantity) for line in order.lines.all()] == [("Lasagna", 1)]
        assert (order.customer_name, order.confirmed_by) == ("Martin", "caller")
        assert order.confirmed_at_ms is not None
        asked = list(row.model_requests.values_list("provider", "outcome", "prompt_tokens"))
        spent = usage.of_order(order.pk)
    assert asked[:2] == [("openai", "answered", 900), ("openai", "outage", None)]
    assert {("anthropic", "silence"), ("gemini", "refused")} <= {(name, outcome) for name, outcome, _ in asked}
    assert {outcome for _, outcome, _ in asked[2:]} == {"outage", "silence", "refused"}
    assert spent.cost == Decimal("0.0001422")  # of the one answer that came: 900 at 0.15 and 12 at 0.60 a million
    assert spent.unpriced == spent.requests - 1
    said = [turn["text"] for turn in row.report["turns"] if turn["speaker"] == "agent"]
    assert "Hello! What can I get for you?" in said
    assert not any("one las" in text.split("One Lasagna")[0] or "Let me" in text for text in said)
    assert not any(phrase in text for text in said for phrase in Phrases().waiting)
    assert max(gaps_ms(call.call_sid)) < LONGEST_GAP_MS


def gaps_ms(call_sid: str) -> list[int]:
    """How long the caller waited after every utterance, and between the sentences of every reply."""
    gaps, since_ms, turn = [], None, None
    for record in call_log.read(call_sid):
        if record["event"] == "utterance":
            since_ms, turn = record["ended_ms"], None
        elif record["event"] == "sentence":
            if since_ms is not None and turn in (None, record["turn"]):
                gaps.append(record["at_ms"] - since_ms)
            since_ms, turn = record["at_ms"], record["turn"]
    return gaps


def test_when_the_days_money_is_spent_the_embedded_model_goes_on_in_the_same_call(
    dial: Any, bella: scope.Place, settings: Any
) -> None:
    greedy = Vendor([vendor.text("Hello! What can I get for you?"), vendor.stop(), vendor.usage(100_000, 100)])
    with scope.enter(bella):
        RestaurantSettings.objects.update(model_dollars_a_day="0.01")
    with vendor.serving_in_a_thread(greedy):
        choose(settings, greedy)
        call, _ = dial(number(bella), callers.Lines(list(WORDS), lambda text: None, typed=True))
        assert len(greedy.asked) == 1
        with scope.enter(bella):
            assert [line.item for line in Order.objects.get(call__carrier_sid=call.call_sid).lines.all()] == ["Lasagna"]
            assert ModelRequest.objects.get().cost == Decimal("0.01506")
        again, _ = dial(number(bella), callers.Lines(["hello"], lambda text: None, typed=True))
        assert len(greedy.asked) == 1, "the next call of the day knows it from the books"
        with scope.enter(bella):
            assert Call.objects.get(carrier_sid=again.call_sid).ended_by == "caller"
