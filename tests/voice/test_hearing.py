"""Who hears a call may hang, break off, refuse and come back: no word is lost, none is doubled, nobody waits long."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.llm.reasons import Reason
from apps.menu.card import Card
from apps.voice import links, roster, speech, standing
from apps.voice.hearing import Hearing
from apps.voice.speech import Lost, Provider, SpeechStarted, Unserved, Utterance
from tests.voice.spoken_numbers import Conduct, NumbersEar, Vendor, pause, say, words
from tests.voice.virtual_time import Loop, in_virtual_time

FIRST, SECOND, LAST = Provider("deepgram", model="one"), Provider("second"), Provider("last")


@pytest.fixture(autouse=True)
def _trust_everybody() -> Iterator[None]:
    standing.BOARD.clear()
    yield
    standing.BOARD.clear()


class Call:
    """A caller who speaks numbers to a line of vendors."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **conducts: list[Conduct]) -> None:
        self.vendors = {name: Vendor(conducts.get(name, [Conduct()])) for name in ("deepgram", "second", "last")}
        for name, vendor in self.vendors.items():
            monkeypatch.setitem(roster.TRANSCRIBERS, name, f"tests.numbers.{name}")
            monkeypatch.setitem(sys.modules, f"tests.numbers.{name}", vendor)
        self.news: list[tuple[float, speech.Heard]] = []
        self.notes: list[dict[str, Any]] = []

    def dial(self, *chain: Provider, patience: links.Patience = links.PATIENCE) -> Hearing:
        self.loop = asyncio.get_running_loop()
        self.hearing = Hearing(
            chain or (FIRST, SECOND, LAST),
            card=Card(),
            report=lambda heard: self.news.append((self.loop.time(), heard)),
            language="en",
            note=lambda event, **facts: self.notes.append({"event": event, **facts}),
            patience=patience,
            open_ear=NumbersEar,
        )
        return self.hearing

    async def says(self, *numbers: int, then: float = 2.0) -> float:
        """When the last word was over; `then` is the silence after it."""
        await say(words(*numbers), self.hearing.hear)
        over = self.loop.time()
        await say(pause(then), self.hearing.hear)
        return over

    def heard(self) -> list[str]:
        return [each.text for _, each in self.news if isinstance(each, Utterance)]

    def utterances(self) -> list[tuple[float, Utterance]]:
        return [(at, each) for at, each in self.news if isinstance(each, Utterance)]

    def noted(self, event: str) -> list[dict[str, Any]]:
        return [note for note in self.notes if note["event"] == event]


@in_virtual_time
async def test_the_first_in_the_line_hears_the_call_and_our_ear_tells_when_somebody_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = Call(monkeypatch)
    line = call.dial()
    await say(pause(1), line.hear)
    await call.says(1, 2, 3)
    await call.says(4)
    await line.close()
    assert call.heard() == ["1 2 3", "4"]
    assert sum(isinstance(each, SpeechStarted) for _, each in call.news) == 2
    first = call.utterances()[0][1]
    assert (first.started_ms, first.ended_ms) == (1000, 1720)
    assert [note["provider"] for note in call.noted("hearing.by")] == ["deepgram"]
    assert call.vendors["second"].tries == 0


@pytest.mark.parametrize("frames", [0, 3, 12, 20, 28, 36, 45])
@in_virtual_time
async def test_a_connection_that_dies_in_mid_word_is_made_again_and_hears_it_all(
    monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=frames), Conduct()])
    line = call.dial()
    await asyncio.sleep(0.2)
    over = await call.says(1, 2, 3)
    await line.close()
    assert call.heard() == ["1 2 3"]
    assert call.utterances()[0][0] - over < 0.7, "as quick as without"
    assert call.vendors["second"].tries == 0
    [lost] = call.noted("hearing.lost")
    assert (lost["provider"], lost["reason"]) == ("deepgram", "broke_off")
    again = call.noted("hearing.by")[1]
    assert again["gap_ms"] <= 110


@in_virtual_time
async def test_times_are_those_of_the_call_whoever_heard_it(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=190), Conduct()])
    line = call.dial()
    await asyncio.sleep(0.2)
    await call.says(1, 2, 3)
    await call.says(4, 5, 6, 7)
    await line.close()
    second = call.utterances()[1][1]
    assert (second.text, second.started_ms, second.ended_ms) == ("4 5 6 7", 2780, 3760)
    assert call.vendors["deepgram"].connections[1].heard < 190, "only what was not final was heard again"


@in_virtual_time
async def test_who_was_silent_is_not_relied_on_when_the_next_one_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(silent=True)], second=[Conduct(dies_after_frames=150)])
    line = call.dial(patience=links.Patience(back=0.5, trial=60))
    await asyncio.sleep(0.2)
    for number in range(1, 5):
        await call.says(number, number + 10)
    await line.close()
    assert call.heard() == ["1 11", "2 12", "3 13", "4 14"]
    assert [note["provider"] for note in call.noted("hearing.by")] == ["deepgram", "second", "second", "last"]


@in_virtual_time
async def test_one_on_trial_that_is_slow_says_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Conduct(refuses=Unserved(Reason.OUTAGE, "503"))
    for seconds in (0.3, 0.6, 0.9, 1.2):
        standing.BOARD.clear()
        call = Call(monkeypatch, deepgram=[refused, Conduct(latency_seconds=seconds)])
        line = call.dial(patience=links.Patience(back=1.0))
        await asyncio.sleep(0.6)
        await call.says(*range(1, 8), then=1.0)
        await call.says(8, 9, then=3.0)
        await line.close()
        assert " ".join(call.heard()).split() == [str(number) for number in range(1, 10)]
        assert [note["provider"] for note in call.noted("hearing.by")] == ["second", "deepgram"]


@in_virtual_time
async def test_one_that_breaks_off_twice_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=20)])
    line = call.dial()
    await asyncio.sleep(0.2)
    await call.says(1, 2, 3)
    await line.close()
    assert call.heard() == ["1 2 3"]
    assert [note["provider"] for note in call.noted("hearing.by")] == ["deepgram", "deepgram", "second"]


@in_virtual_time
async def test_one_that_connects_and_says_nothing_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(silent=True)])
    line = call.dial()
    await asyncio.sleep(0.2)
    began = asyncio.get_running_loop().time()
    await call.says(*range(1, 12))
    await line.close()
    assert call.heard() == [" ".join(map(str, range(1, 12)))]
    [lost] = call.noted("hearing.lost")
    assert lost["reason"] == "silence"
    words_at = next(at for at, each in call.news if isinstance(each, speech.Partial))
    assert words_at - began < 2.0 + 0.3, "the gap, from the first word, and the recogniser's own time"


@in_virtual_time
async def test_a_caller_who_is_silent_is_not_held_against_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(silent=True)])
    line = call.dial()
    await say(pause(60), line.hear)
    await line.close()
    assert call.noted("hearing.lost") == []
    assert len(line._kept.sound) <= 8 * 4000


@pytest.mark.parametrize("latency_seconds", [0.0, 0.2, 0.4])
@in_virtual_time
async def test_who_is_quicker_with_the_last_words_than_our_ear_with_the_silence_is_not_down(
    monkeypatch: pytest.MonkeyPatch, latency_seconds: float
) -> None:
    call = Call(monkeypatch, second=[Conduct(latency_seconds=latency_seconds, tells_of_silence=False)])
    line = call.dial(SECOND, FIRST)
    await asyncio.sleep(0.2)
    await call.says(1, 2, then=4)
    await call.says(3, then=4)
    await line.close()
    assert call.heard() == ["1 2", "3"]
    assert call.noted("hearing.lost") == []


@pytest.mark.parametrize(
    "reason", [Reason.BAD_KEY, Reason.NO_QUOTA, Reason.NO_SUCH_MODEL, Reason.RATE_LIMITED, Reason.OUTAGE]
)
@in_virtual_time
async def test_who_refuses_is_followed_by_the_next_and_the_next_call_does_not_ask_in_vain(
    monkeypatch: pytest.MonkeyPatch, reason: Reason
) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(refuses=Unserved(reason, "No."))])
    for turn in (1, 2):
        line = call.dial()
        await asyncio.sleep(0.5)
        await call.says(turn)
        await line.close()
    assert call.heard() == ["1", "2"]
    assert call.vendors["deepgram"].tries == (2 if reason is Reason.OUTAGE else 1)


@in_virtual_time
async def test_one_that_never_connects_does_not_keep_the_call_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=20), Conduct(never_opens=True)])
    line = call.dial()
    await asyncio.sleep(0.2)
    over = await call.says(1, 2, 3, then=4)
    await line.close()
    assert call.heard() == ["1 2 3"]
    assert call.utterances()[0][0] - over < 2.0
    assert call.noted("hearing.by")[1]["gap_ms"] <= 2000


@in_virtual_time
async def test_however_many_hang_the_last_takes_over_within_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    hang = [Conduct(never_opens=True)]
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=20), *hang], second=hang)
    line = call.dial()
    await asyncio.sleep(0.2)
    await call.says(1, 2, 3, then=4)
    await line.close()
    assert call.heard() == ["1 2 3"]
    taken = call.noted("hearing.by")[-1]
    assert (taken["provider"], taken["gap_ms"] <= 2000) == ("last", True)


@in_virtual_time
async def test_a_better_one_that_is_back_takes_over_in_the_same_call(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Conduct(refuses=Unserved(Reason.OUTAGE, "503"))
    call = Call(monkeypatch, deepgram=[refused, refused, Conduct()])
    line = call.dial()
    await asyncio.sleep(0.5)
    for number in range(1, 25):
        await call.says(number, number + 100)
    await line.close()
    assert call.heard() == [f"{n} {n + 100}" for n in range(1, 25)]
    assert [note["provider"] for note in call.noted("hearing.by")] == ["second", "deepgram"]


@in_virtual_time
async def test_one_that_is_tried_again_must_prove_that_it_hears_before_anybody_relies_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused, silent = Conduct(refuses=Unserved(Reason.OUTAGE, "503")), Conduct(silent=True)
    call = Call(monkeypatch, deepgram=[refused, silent, silent, Conduct()])
    line = call.dial()
    await asyncio.sleep(0.5)
    for number in range(1, 60):
        over = await call.says(number, number + 60)
        assert call.utterances()[-1][0] - over < 0.6, "nobody waits for the one on trial"
    await line.close()
    assert call.heard() == [f"{n} {n + 60}" for n in range(1, 60)]
    assert [note["provider"] for note in call.noted("hearing.by")] == ["second", "deepgram"]
    assert [note["reason"] for note in call.noted("hearing.trial.lost")] == ["silence", "silence"]


@in_virtual_time
async def test_when_nobody_can_hear_it_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    refuses = [Conduct(refuses=Unserved(Reason.OUTAGE, "503"))]
    call = Call(monkeypatch, deepgram=refuses, second=refuses, last=refuses)
    line = call.dial()
    await call.says(1, 2)
    await line.close()
    assert [type(each) for _, each in call.news if not isinstance(each, SpeechStarted)] == [Lost]


@in_virtual_time
async def test_a_library_that_raises_what_nobody_foresaw_is_a_failure_like_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call = Call(monkeypatch)

    async def broken(*args: Any, **named: Any) -> None:
        raise KeyError("choices")

    monkeypatch.setattr(call.vendors["deepgram"], "open_transcriber", broken)
    line = call.dial()
    await asyncio.sleep(0.5)
    await call.says(1, 2)
    await line.close()
    assert call.heard() == ["1 2"]
    assert call.noted("hearing.lost")[0]["reason"] == "malformed"


@in_virtual_time
async def test_what_is_expected_is_told_to_whoever_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=20), Conduct()])
    line = call.dial()
    await asyncio.sleep(0.2)
    line.expect("digits")
    await call.says(1, 2, 3)
    await line.close()
    assert [each.expected[-1] for each in call.vendors["deepgram"].connections] == ["digits", "digits"]


@in_virtual_time
async def test_a_hundred_reconnections_leave_no_task_and_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(monkeypatch, deepgram=[Conduct(dies_after_frames=25)], second=[Conduct(dies_after_frames=40)])
    for number in range(34):
        standing.BOARD.clear()
        line = call.dial()
        await asyncio.sleep(0.2)
        await call.says(number % 200 + 1, 7)
        await line.close()
    assert call.heard() == [f"{n % 200 + 1} 7" for n in range(34)]
    connections = [each for vendor in call.vendors.values() for each in vendor.connections]
    assert len(connections) >= 100
    assert all(each.closed for each in connections)
    assert len(asyncio.all_tasks()) == 1


@st.composite
def evenings(draw: st.DrawFn) -> tuple[list[list[int]], dict[str, list[Conduct]]]:
    """What is said, and how the vendors conduct themselves meanwhile."""
    said = draw(st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=6), min_size=1, max_size=6))
    conduct = st.builds(
        Conduct,
        opening_seconds=st.sampled_from([0.0, 0.1, 0.9, 5.0]),
        latency_seconds=st.sampled_from([0.05, 0.2, 0.6]),
        silent=st.booleans(),
        dies_after_frames=st.none() | st.integers(0, 300),
        refuses=st.none() | st.sampled_from([Unserved(Reason.OUTAGE, "503"), Unserved(Reason.RATE_LIMITED, "429")]),
    )
    conducts = {name: draw(st.lists(conduct, min_size=1, max_size=5)) for name in ("deepgram", "second")}
    return said, conducts


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evening=evenings())
def test_whatever_fails_whenever_no_word_is_lost_and_none_doubled(
    monkeypatch: pytest.MonkeyPatch, evening: tuple[list[list[int]], dict[str, list[Conduct]]]
) -> None:
    said, conducts = evening
    standing.BOARD.clear()

    async def evening_call() -> list[str]:
        call = Call(monkeypatch, **conducts)
        line = call.dial(patience=links.Patience(back=1.0, trial=1.5))
        await say(pause(3.2), line.hear)  # the notice
        for utterance in said:
            await call.says(*utterance, then=9.0)
        await line.close()
        return call.heard()

    with asyncio.Runner(loop_factory=Loop) as runner:
        heard = runner.run(evening_call())
    assert " ".join(heard).split() == [str(number) for utterance in said for number in utterance]


def test_nobody_waits_for_news_longer_than_two_seconds() -> None:
    patience = links.PATIENCE
    assert patience.news < 2
    assert patience.total < 2


async def test_typed_words_come_through_however_quickly_they_are_typed() -> None:
    heard: list[str] = []

    def report(news: speech.Heard) -> None:
        if isinstance(news, Utterance):
            heard.append(news.text)

    line = Hearing([Provider("typed")], card=Card(), report=report, language="en", note=lambda event, **facts: None)
    await asyncio.sleep(0.01)
    for text in ("two lattes", "yes", "that is all"):
        line.hear(text.encode())
    await line.close()
    assert heard == ["two lattes", "yes", "that is all"]
