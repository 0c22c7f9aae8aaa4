"""Chunks put together: sentences, tool calls, ends. And what an error's words mean."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.llm import reasons
from apps.llm.answer import LONGEST_PIECE, Answer, Chunk, End, Part, Unanswered
from apps.llm.messages import Attempt, Response
from apps.llm.purse import Purse
from apps.llm.reasons import Reason

STOP = End("stop", prompt_tokens=3, completion_tokens=2, cost=Decimal("0.5"))


def whole(*chunks: Chunk, end: End = STOP) -> tuple[list[str], Response]:
    answer = Answer()
    spoken = [said for chunk in (*chunks, end) if (said := answer.take(chunk))]
    return [*spoken, answer.held], answer.response(provider="openai", model="m")


def part(index: int = 0, call: str = "", name: str = "", arguments: str = "") -> Chunk:
    return Chunk(parts=(Part(index, call, name, arguments),))


def why(*chunks: Chunk, end: End = STOP) -> Reason:
    with pytest.raises(Unanswered) as raised:
        whole(*chunks, end=end)
    return raised.value.reason


def test_sentences_are_let_go_whole() -> None:
    spoken, response = whole(Chunk("Hi"), Chunk(" there. How"), Chunk(" are you?"))
    assert spoken == ["Hi there. ", "How are you?"]
    assert response.content == "Hi there. How are you?"
    assert (response.usage.prompt_tokens, response.usage.completion_tokens, response.cost) == (3, 2, Decimal("0.5"))


def test_what_no_voice_can_say_waits_for_words() -> None:
    answer = Answer()
    assert answer.take(Chunk("... \n")) == ""
    assert not answer.speaks
    assert answer.take(Chunk("Yes. ")) == "... \nYes. "
    assert answer.speaks


def test_a_sentence_without_end_is_let_go_at_a_space() -> None:
    answer = Answer()
    said = answer.take(Chunk("la " * LONGEST_PIECE))
    assert said.endswith(" ")
    assert answer.take(Chunk("x" * (LONGEST_PIECE + 1))) == ""


@given(st.lists(st.text(max_size=30), max_size=12))
def test_nothing_is_lost_or_said_twice(texts: list[str]) -> None:
    answer = Answer()
    spoken = [answer.take(Chunk(text)) for text in texts]
    assert "".join(spoken) + answer.held == "".join(texts) == answer.text


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=5), max_size=3), min_size=1, max_size=4
    ),
    st.data(),
)
def test_calls_are_put_together_however_their_arguments_are_cut(
    wanted: list[dict[str, object]], data: st.DataObject
) -> None:
    answer = Answer()
    for index, arguments in enumerate(wanted):
        text = json.dumps(arguments)
        at = data.draw(st.integers(0, len(text)))
        answer.take(part(index, f"c{index}", "tool", text[:at]))
        answer.take(part(index, arguments=text[at:]))
    answer.take(STOP)
    response = answer.response(provider="p", model="m")
    assert [call.arguments for call in response.tool_calls] == wanted
    assert [call.id for call in response.tool_calls] == [f"c{index}" for index in range(len(wanted))]


def test_calls_under_one_index_are_told_apart_by_their_ids() -> None:
    _, response = whole(part(0, "", "one", "{}"), part(0, "u2", "two", '{"a": 1}'), part(0, "", "three", "{}"))
    assert [(call.id, call.name) for call in response.tool_calls] == [
        ("call_0", "one"),
        ("u2", "two"),
        ("call_2", "three"),
    ]
    _, response = whole(part(0, "", "same", "{}"), part(0, "", "same", "{}"))
    assert len(response.tool_calls) == 2


def test_a_start_that_comes_again_is_one_call() -> None:
    _, response = whole(part(0, "c", "one"), part(0, "c", "one"), part(0, arguments='{"a": 1}'))
    assert [call.arguments for call in response.tool_calls] == [{"a": 1}]
    _, response = whole(part(0, "c", "one", '{"a": 1}'), part(0, "c", "one", '{"a": 1}'))
    assert [call.arguments for call in response.tool_calls] == [{"a": 1}]


def test_a_name_that_comes_late_and_pieces_that_repeat_their_id() -> None:
    _, response = whole(part(0, "c"), part(0, "c", "one", '{"a"'), part(0, "c", "one", ": 1}"))
    assert [(call.id, call.name, call.arguments) for call in response.tool_calls] == [("c", "one", {"a": 1})]


def test_what_is_no_answer() -> None:
    assert why() is Reason.EMPTY
    assert why(Chunk("...")) is Reason.EMPTY
    assert why(Chunk("Hi. "), end=End("")) is Reason.BROKE_OFF
    assert why(part(0, "c", "one"), end=End("")) is Reason.BROKE_OFF
    assert why(Chunk("Hi. "), end=End("content_filter")) is Reason.REFUSED
    assert why(part(0, "c", "one", "[1]")) is Reason.MALFORMED
    assert why(part(0, "c", "one", "{")) is Reason.MALFORMED
    assert why(part(0, "c", "", "{}")) is Reason.MALFORMED


def test_confidence_is_the_mean_probability_or_nothing() -> None:
    _, response = whole(Chunk("Yes", logprobs=(-0.6931472,)), Chunk(".", logprobs=(0.0,)))
    assert response.confidence == pytest.approx(0.75)
    assert whole(Chunk("Yes."))[1].confidence is None


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (None, "Connection refused", Reason.OUTAGE),
        (402, "Payment required", Reason.NO_QUOTA),
        (429, "", Reason.RATE_LIMITED),
        (429, "insufficient_quota", Reason.NO_QUOTA),
        (429, "exceeded your current quota ... PerMinute ... retryDelay", Reason.RATE_LIMITED),
        (401, "", Reason.BAD_KEY),
        (404, "", Reason.NO_SUCH_MODEL),
        (400, "API_KEY_INVALID", Reason.BAD_KEY),
        (400, "blocked by our content policy", Reason.REFUSED),
        (413, "prompt is too long", Reason.TOO_LONG),
        (422, "", Reason.BAD_REQUEST),
        (408, "", Reason.OUTAGE),
        (500, "invalid api key", Reason.OUTAGE),
    ],
)
def test_what_an_error_means(status: int | None, text: str, reason: Reason) -> None:
    assert reasons.read(status, text) is reason


def test_a_purse_is_empty_when_a_limit_is_reached() -> None:
    dear = Attempt(provider="p", model="m", outcome="answered", cost=Decimal("0.40"))
    purse = Purse(day_limit=Decimal(1), month_limit=Decimal(9))
    purse.pay(dear)
    purse.pay(dear.model_copy(update={"cost": None}))
    assert not purse.is_empty
    purse.pay(dear)
    purse.pay(dear)
    assert purse.is_empty
    assert Purse(month_limit=Decimal(1), spent_this_month=Decimal(1)).is_empty
    assert Purse(day_limit=Decimal(0)).is_empty
    assert not Purse(spent_today=Decimal(10**6)).is_empty
