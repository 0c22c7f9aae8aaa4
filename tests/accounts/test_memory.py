"""Nothing remembered is older than it may be, and a thousand who ask now and then cost the database what one does."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.memory import KEPT_SECONDS, MOST_AT_ONCE, Memory

SECONDS = 4.0


class Table:
    """Answers with the moment at which it was asked; keeps what it was asked for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[set[str]] = []
        self.memory: Memory[float] = Memory(self.read, seconds=SECONDS, most=10_000)

    def read(self, keys: Collection[str]) -> Mapping[str, float]:
        self.asked.append(set(keys))
        return {key: self.now for key in keys if not key.startswith("made up")}

    def at(self, now: float, key: str) -> float | None:
        self.now = now
        return self.memory.get(key, now=now)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.floats(0, 3))))
def test_no_answer_is_older_than_it_may_be(questions: list[tuple[str, float]]) -> None:
    table, now = Table(), 0.0
    for key, later in questions:
        now += later
        read_at = table.at(now, key)
        assert read_at is not None
        assert now - SECONDS < read_at <= now


def test_a_thousand_who_ask_now_and_then_are_read_together() -> None:
    table = Table()
    for number in range(1000):
        table.at(0.0, str(number))
    table.asked.clear()
    for step in range(1, 10_001):  # a hundred questions a second: each asks every ten
        table.at(step / 100, str(step % 1000))
    assert len(table.asked) < 100 / SECONDS * 3
    assert max(map(len, table.asked)) <= MOST_AT_ONCE + 1


def test_what_nobody_asked_for_lately_is_not_read_with_others() -> None:
    table = Table()
    table.at(0.0, "rare")
    for second in range(int(KEPT_SECONDS) + 10):
        table.at(float(second), "often")
    assert any({"rare", "often"} == each for each in table.asked)
    assert table.asked[-1] == {"often"}
    assert len(table.memory) == 1


def test_keys_that_are_made_up_are_remembered_and_never_read_with_others() -> None:
    table = Table()
    for number in range(100):
        assert table.at(0.0, f"made up {number}") is None
    assert table.at(1.0, "made up 1") is None
    assert len(table.asked) == 100
    table.at(SECONDS, "real")
    assert table.asked[-1] == {"real"}
    assert len(table.memory) == 1


def test_a_question_that_fails_is_asked_again() -> None:
    answers: list[Exception | None] = [None, ConnectionError(), None]

    def read(keys: Collection[str]) -> Mapping[str, str]:
        if problem := answers.pop(0):
            raise problem
        return dict.fromkeys(keys, "found")

    memory: Memory[str] = Memory(read, seconds=SECONDS, most=10)
    memory.get("a", now=0.0)
    with pytest.raises(ConnectionError):
        memory.get("a", now=SECONDS)
    assert memory.get("a", now=SECONDS) == "found"


def test_an_answer_that_was_read_before_the_change_is_not_kept() -> None:
    answers = ["old", "new"]

    def read(keys: Collection[str]) -> Mapping[str, str]:
        memory.forget()  # another thread changed it meanwhile
        return dict.fromkeys(keys, answers.pop(0))

    memory: Memory[str] = Memory(read, seconds=SECONDS, most=10)
    assert memory.get("family", now=0.0) == "old"
    assert memory.get("family", now=0.1) == "new"


def test_who_asks_while_another_reads_all_reads_one_alone() -> None:
    table = Table()
    for key in "abc":
        table.at(0.0, key)
    read = table.read

    def read_slowly(keys: Collection[str]) -> Mapping[str, float]:
        table.memory._read = read
        table.memory.get("b", now=SECONDS)
        return read(keys)

    table.memory._read = read_slowly
    table.at(SECONDS, "a")
    assert table.asked[-2:] == [{"b"}, {"a", "b", "c"}]


def test_the_memory_is_bounded_and_the_oldest_go_first() -> None:
    asked: list[str] = []

    def read(keys: Collection[str]) -> Mapping[str, int]:
        asked.extend(keys)
        return dict.fromkeys(keys, 1)

    memory: Memory[int] = Memory(read, seconds=SECONDS, most=3)
    for number in range(10):
        memory.get(str(number), now=0.0)
    assert len(memory) == 3
    memory.get("9", now=0.0)
    assert asked[-1:] == ["9"]
    assert asked.count("9") == 1
    memory.get("0", now=0.0)
    assert asked.count("0") == 2
