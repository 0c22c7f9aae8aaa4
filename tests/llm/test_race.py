"""Who is asked when, who wins, and how long a caller waits at most: in virtual time, vendors as scripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from apps.llm import race, vendors
from apps.llm.answer import Chunk, End, Part, Unanswered
from apps.llm.messages import Attempt, Message, Request, Response
from apps.llm.race import LIVE, Race
from apps.llm.reasons import Reason
from apps.llm.vendors import Provider
from tests.voice.virtual_time import in_virtual_time

ASKED = Request(messages=[Message(role="user", content="Hello?")])
STOP = End("stop", prompt_tokens=1, completion_tokens=1)
NEVER = 10_000.0
HELLO: list[Any] = [0.5, Chunk("Hello. "), Chunk("What size?"), STOP]
TOOL = Chunk(parts=(Part(0, "c", "get_context", ""),))


class Rehearsal:
    """Models that do what their scripts say: a pause, a chunk, an end or a failure after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **scripts: list[Any]) -> None:
        self.scripts = scripts
        self.asked: list[tuple[str, float]] = []
        self.closed: list[str] = []
        self.attempts: list[Attempt] = []
        self.heard: list[tuple[str, float]] = []
        self.response: Response | None = None
        monkeypatch.setattr(vendors, "ask", self._ask)

    async def _ask(self, request: Request, provider: Provider) -> AsyncGenerator[Chunk | End, None]:
        self.asked.append((provider.name, self._now()))
        try:
            for step in self.scripts[provider.name]:
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Exception):
                    raise step
                else:
                    yield step
        finally:
            self.closed.append(provider.name)

    def _now(self) -> float:
        return round(asyncio.get_running_loop().time() - 1000.0, 3)

    async def run(self) -> None:
        providers = [Provider(name, "m", api_key="k") for name in self.scripts]
        async for piece in Race(ASKED, providers, patience=LIVE, spent=self.attempts.append).run():
            if isinstance(piece, Response):
                self.response = piece
            else:
                self.heard.append((piece, self._now()))
        self.ended = self._now()

    @property
    def outcomes(self) -> dict[str, str]:
        return {attempt.provider: attempt.outcome for attempt in self.attempts}


@pytest.fixture
def rehearse(monkeypatch: pytest.MonkeyPatch) -> Any:
    race.BOARD.clear()
    return lambda **scripts: Rehearsal(monkeypatch, **scripts)


@in_virtual_time
async def test_who_answers_in_time_is_asked_alone(rehearse: Any) -> None:
    show = rehearse(a=HELLO, b=HELLO)
    await show.run()
    assert show.asked == [("a", 0.0)]
    assert show.heard == [("Hello. ", 0.5), ("What size?", 0.5)]
    assert show.response.content == "Hello. What size?"
    assert show.outcomes == {"a": "answered"}
    assert (show.attempts[0].first_ms, show.attempts[0].prompt_tokens) == (500, 1)


@in_virtual_time
async def test_when_the_first_is_late_the_next_is_asked_too_and_who_speaks_first_is_heard(rehearse: Any) -> None:
    show = rehearse(a=[NEVER], b=HELLO, c=HELLO)
    await show.run()
    assert show.asked == [("a", 0.0), ("b", LIVE.hedge)]
    assert show.heard[0] == ("Hello. ", LIVE.hedge + 0.5)
    assert show.outcomes == {"a": "silence", "b": "answered"}
    assert sorted(show.closed) == ["a", "b"]


@in_virtual_time
async def test_the_first_may_still_win(rehearse: Any) -> None:
    show = rehearse(a=[1.2, *HELLO[1:]], b=HELLO)
    await show.run()
    assert show.response.provider == "a"
    assert show.outcomes == {"a": "answered", "b": "outrun"}
    assert show.heard[0][1] == 1.2


@in_virtual_time
async def test_who_has_begun_is_given_the_time_for_a_sentence(rehearse: Any) -> None:
    show = rehearse(a=[0.9, Chunk("The total"), 1.0, Chunk(" is four"), 1.0, Chunk(" dollars. "), STOP], b=HELLO)
    await show.run()
    assert show.asked == [("a", 0.0)]
    assert show.heard[0] == ("The total is four dollars. ", 2.9)


@in_virtual_time
async def test_three_that_are_silent_take_no_longer_than_one(rehearse: Any) -> None:
    show = rehearse(a=[NEVER], b=[NEVER], c=[NEVER])
    await show.run()
    assert show.asked == [("a", 0.0), ("b", 1.0), ("c", 2.0)]
    assert show.response is None
    assert show.ended == LIVE.total
    assert show.outcomes == {"a": "silence", "b": "silence", "c": "outrun"}
    assert sorted(show.closed) == ["a", "b", "c"]


@in_virtual_time
async def test_who_fails_hands_on_at_once(rehearse: Any) -> None:
    show = rehearse(a=[0.1, Unanswered(Reason.BAD_KEY)], b=[0.1, Unanswered(Reason.REFUSED)], c=HELLO)
    await show.run()
    assert show.asked == [("a", 0.0), ("b", 0.1), ("c", 0.2)]
    assert show.response.provider == "c"
    assert show.outcomes == {"a": "bad_key", "b": "refused", "c": "answered"}


@in_virtual_time
async def test_half_a_sentence_is_never_let_out_and_the_next_one_is_asked(rehearse: Any) -> None:
    show = rehearse(a=[0.1, Chunk("Your total is"), 0.1, Unanswered(Reason.OUTAGE)], b=HELLO)
    await show.run()
    assert [text for text, _ in show.heard] == ["Hello. ", "What size?"]


@in_virtual_time
async def test_a_sentence_that_stops_coming_is_given_up_soon(rehearse: Any) -> None:
    show = rehearse(a=[0.1, Chunk("Your total is"), NEVER], b=HELLO)
    await show.run()
    assert show.asked[1] == ("b", 0.1 + LIVE.stalled)
    assert show.outcomes["a"] == "broke_off"
    assert show.response.provider == "b"


@in_virtual_time
async def test_nobody_is_asked_again_once_something_was_spoken(rehearse: Any) -> None:
    for failing, waited in ((Unanswered(Reason.OUTAGE), 0.0), (NEVER, LIVE.pause)):
        race.BOARD.clear()
        show = rehearse(a=[0.1, Chunk("One moment. Your"), failing], b=HELLO)
        await show.run()
        assert show.asked[0] == ("a", show.asked[0][1])
        assert len(show.asked) == 1
        assert [text for text, _ in show.heard] == ["One moment. "]
        assert show.response is None
        assert show.ended - show.heard[0][1] == pytest.approx(waited)


@in_virtual_time
async def test_one_alone_that_is_silent_is_not_waited_for_longer_than_one_may_be(rehearse: Any) -> None:
    show = rehearse(a=[NEVER])
    await show.run()
    assert (show.ended, show.outcomes) == (LIVE.first, {"a": "silence"})


@in_virtual_time
async def test_words_that_trickle_without_a_sentence_are_not_waited_for(rehearse: Any) -> None:
    show = rehearse(a=[step for _ in range(40) for step in (0.3, Chunk("so "))])
    await show.run()
    assert (show.response, show.ended) == (None, LIVE.sentence)
    assert show.outcomes == {"a": "outrun"}


@in_virtual_time
async def test_a_tool_call_may_take_longer_to_write_than_a_sentence(rehearse: Any) -> None:
    pieces = [step for _ in range(10) for step in (0.5, Chunk(parts=(Part(0, "", "", " "),)))]
    show = rehearse(a=[0.5, TOOL, *pieces, Chunk(parts=(Part(0, "", "", "{}"),)), End("tool_calls")], b=HELLO)
    await show.run()
    assert (show.response.tool_call.name, show.ended) == ("get_context", 5.5)
    endless = rehearse(a=[0.5, TOOL, *pieces, *pieces])
    await endless.run()
    assert endless.response is None
    assert endless.ended <= 5.5 + LIVE.call


@in_virtual_time
async def test_who_rests_is_passed_over_and_asked_again_when_the_rest_is_over(rehearse: Any) -> None:
    for _ in range(3):
        await rehearse(a=[0.1, Unanswered(Reason.OUTAGE)]).run()
    show = rehearse(a=HELLO, b=HELLO)
    await show.run()
    assert [name for name, _ in show.asked] == ["b"]
    await asyncio.sleep(20)
    later = rehearse(a=HELLO, b=HELLO)
    await later.run()
    assert later.response.provider == "a"


@in_virtual_time
async def test_with_all_at_rest_nobody_is_waited_for(rehearse: Any) -> None:
    await rehearse(a=[Unanswered(Reason.BAD_KEY)]).run()
    show = rehearse(a=HELLO)
    began = show._now()
    await show.run()
    assert (show.asked, show.response, show.ended - began) == ([], None, 0.0)


@in_virtual_time
async def test_being_outrun_is_held_against_nobody(rehearse: Any) -> None:
    for _ in range(5):
        show = rehearse(a=[1.2, Chunk("Your"), NEVER], b=HELLO)
        await show.run()
        assert show.outcomes == {"a": "outrun", "b": "answered"}


@in_virtual_time
async def test_who_is_silent_time_and_again_is_not_waited_for_any_more(rehearse: Any) -> None:
    for _ in range(3):
        await rehearse(a=[NEVER], b=HELLO).run()
    show = rehearse(a=[NEVER], b=HELLO)
    began = show._now()
    await show.run()
    assert [name for name, _ in show.asked] == ["b"]
    assert show.heard[0][1] - began == pytest.approx(0.5)


@in_virtual_time
async def test_an_asker_who_leaves_closes_everything(rehearse: Any) -> None:
    show = rehearse(a=[NEVER], b=[NEVER])
    asking = asyncio.create_task(show.run())
    await asyncio.sleep(1.5)
    asking.cancel()
    await asyncio.wait({asking})
    assert sorted(show.closed) == ["a", "b"]
    assert show.outcomes == {"a": "dropped", "b": "dropped"}


@in_virtual_time
async def test_a_bug_in_reading_is_no_dead_air(rehearse: Any) -> None:
    show = rehearse(a=[0.1, Chunk("One moment. "), 0.1, object()], b=HELLO)
    await show.run()
    assert (show.response, show.outcomes) == (None, {"a": "malformed"})
