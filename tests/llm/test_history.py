"""What a vendor is sent of a long conversation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.llm.history import KEPT_WHOLE, LEFT_OUT, recent
from apps.llm.messages import Message, ToolCall


def turn(number: int, *, results: list[int], words: int = 20) -> list[Message]:
    """The caller, the tools with results of these lengths, the agent."""
    made = [Message(role="user", content=f"{number} " + "u" * words)]
    for place, length in enumerate(results):
        call = ToolCall(id=f"{number}.{place}", name="search_menu", arguments={"query": "q"})
        made.append(Message(role="assistant", tool_calls=[call]))
        made.append(Message(role="tool", tool_call_id=call.id, name=call.name, content="r" * length))
    return [*made, Message(role="assistant", content="a" * words)]


def size(messages: list[Message]) -> int:
    return sum(len(each.content) for each in messages)


def test_a_short_conversation_is_sent_as_it_is() -> None:
    told = turn(1, results=[4000]) + turn(2, results=[])
    assert recent(told, most_characters=5000) == told


def test_old_long_results_are_left_out_before_anything_that_was_said() -> None:
    told = turn(1, results=[300, 4000]) + turn(2, results=[4000]) + turn(3, results=[]) + turn(4, results=[300])
    sent = recent(told, most_characters=5000)
    assert [each.role for each in sent] == [each.role for each in told]
    assert [each.content for each in sent if each.role == "tool"] == ["r" * 300, LEFT_OUT, "r" * 4000, "r" * 300]


def test_then_the_oldest_turns_go_and_the_last_one_stays_however_long_it_is() -> None:
    told = turn(1, results=[], words=900) + turn(2, results=[], words=900) + turn(3, results=[], words=900)
    assert [each.content[0] for each in recent(told, most_characters=2000) if each.role == "user"] == ["3"]
    assert recent(told, most_characters=10) == told[-2:]


@given(st.lists(st.lists(st.integers(0, 3000), max_size=3), min_size=1, max_size=12), st.integers(100, 9000))
def test_every_call_keeps_its_result_and_every_result_its_call(results: list[list[int]], most: int) -> None:
    told = [message for number, each in enumerate(results) for message in turn(number, results=each)]
    sent = recent(told, most_characters=most)
    called = [call.id for message in sent for call in message.tool_calls]
    assert called == [message.tool_call_id for message in sent if message.role == "tool"]
    assert sent[0].role == "user"
    assert sent[-1] == told[-1]
    assert size(sent) <= most or sum(each.role == "user" for each in sent) == 1
    assert sent[-KEPT_WHOLE:] == told[-len(sent) :][-KEPT_WHOLE:]
