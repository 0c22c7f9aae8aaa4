"""What Deepgram's messages mean, however odd they come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.voice.speech import Alive, EarlyUtterance, Heard, Lost, Partial, Resumed, SpeechStarted, Utterance
from apps.voice.stt.deepgram_turns import Flux, Nova


def results(
    text: str, *, start: float = 0.0, duration: float = 1.0, final: bool = False, over: bool = False, **more: Any
) -> dict[str, Any]:
    words = [
        {"word": word, "start": start + 0.1 * n, "end": start + 0.1 * n + 0.08, "confidence": 0.5 + 0.1 * n}
        for n, word in enumerate(text.split())
    ]
    channel = {"alternatives": [{"transcript": text, "words": words}]}
    said = {"type": "Results", "start": start, "duration": duration, "is_final": final, "speech_final": over}
    return said | {"channel": channel} | more


def taken(turns: Nova | Flux, *messages: dict[str, Any]) -> list[Heard]:
    return [news for message in messages for news in turns.take(message)]


def test_segments_become_one_utterance_at_the_pause() -> None:
    news = taken(
        Nova(),
        results("two", duration=0.5),
        results("two large", final=True),
        results("pizz", start=1.0, duration=0.5),
        results("pizzas", start=1.0, final=True, over=True),
    )
    assert news == [
        Partial("two"),
        Partial("two large"),
        Partial("two large pizz"),
        Utterance("two large pizzas", confidence=0.53, started_ms=0, ended_ms=1080),
    ]


def test_the_end_of_the_utterance_says_it_when_no_pause_did() -> None:
    nova = Nova()
    assert taken(nova, results("hello", final=True)) == [Partial("hello")]
    assert taken(nova, {"type": "UtteranceEnd", "last_word_end": 0.1}) == [Utterance("hello", 0.5, 0, 80)]
    assert taken(nova, {"type": "UtteranceEnd", "last_word_end": 0.1}) == [Alive()]


def test_words_that_turn_out_to_be_none_are_taken_back() -> None:
    assert taken(Nova(), results("uh", duration=0.5), results("", final=True, over=True)) == [
        Partial("uh"),
        Utterance("", 0.0, 1000, 1000),
    ]


def test_silence_is_only_a_sign_of_life() -> None:
    assert (
        taken(Nova(), results(""), results("", final=True), results("", start=1, final=True, over=True))
        == [Alive()] * 3
    )


def test_what_comes_late_or_twice_is_known_already() -> None:
    nova = Nova()
    final = results("hello there", final=True, over=True)
    first = taken(nova, final)
    assert isinstance(first[0], Utterance)
    assert taken(nova, final, results("hello", duration=0.5), results("hello there", final=True)) == [Alive()] * 3
    assert taken(nova, results("again", start=1.0)) == [Partial("again")]


def test_somebody_reading_out_a_number_is_waited_for() -> None:
    nova = Nova(patient=True)
    news = taken(
        nova,
        results("four one five", final=True, over=True),
        results("five five five", start=1.0, final=True, over=True),
        {"type": "UtteranceEnd", "last_word_end": 2.0},
    )
    assert [each.text for each in news if isinstance(each, Utterance)] == ["four one five five five five"]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"type": "Results"},
        {"type": "Results", "channel": 5},
        {"type": "Results", "channel": {"alternatives": []}, "is_final": True, "speech_final": True},
        {"type": "Results", "channel": {"alternatives": [{"transcript": None}]}, "start": "x", "duration": None},
        {"type": "UtteranceEnd"},
        {"type": "UtteranceEnd", "last_word_end": -1},
        {"type": "Metadata"},
        {"type": "SpeechStarted"},
        {"type": "Sentiment"},
        {"type": None},
    ],
)
def test_odd_messages_are_signs_of_life_and_no_more(odd: dict[str, Any]) -> None:
    assert taken(Nova(), odd) == [Alive()]
    assert taken(Flux(), odd) == [Alive()]


def turn(event: str, text: str = "", *, index: int = 0, end: float = 2.0, **more: Any) -> dict[str, Any]:
    said = {"type": "TurnInfo", "event": event, "turn_index": index, "transcript": text}
    return said | {"audio_window_start": 0.5, "audio_window_end": end, "words": [], **more}


def test_a_turn_of_flux_from_its_start_to_its_end() -> None:
    news = taken(
        Flux(),
        turn("Update"),
        turn("StartOfTurn", "two"),
        turn("Update", "two large"),
        turn("EagerEndOfTurn", "two large pizzas"),
        turn("Update", "two large pizzas"),
        turn("TurnResumed", "two large pizzas and"),
        turn("EagerEndOfTurn", "two large pizzas and a salad"),
        turn("EndOfTurn", "two large pizzas and a salad", words=[{"word": "two", "confidence": 0.8}]),
    )
    assert news == [
        Alive(),
        Partial("two"),
        Partial("two large"),
        EarlyUtterance("two large pizzas"),
        Alive(),
        Resumed(),
        Partial("two large pizzas and"),
        EarlyUtterance("two large pizzas and a salad"),
        Utterance("two large pizzas and a salad", 0.8, 500, 2000),
    ]


def test_the_times_of_a_turn_are_those_of_its_words_where_flux_names_them() -> None:
    words = [{"word": "yes", "confidence": 0.9, "start": 1.1, "end": 1.4}]
    assert taken(Flux(), turn("EndOfTurn", "yes", words=words)) == [Utterance("yes", 0.9, 1100, 1400)]


def test_late_news_of_a_turn_that_is_over_are_none() -> None:
    flux = Flux()
    taken(flux, turn("EndOfTurn", "yes"))
    assert taken(flux, turn("EndOfTurn", "yes"), turn("EagerEndOfTurn", "yes"), turn("Update", "yes")) == [Alive()] * 3
    assert taken(flux, turn("Update", "no", index=1)) == [Partial("no")]


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_keys = st.sampled_from(
    ["type", "event", "channel", "alternatives", "transcript", "words", "start", "duration", "is_final", "speech_final"]
)
_kinds = st.sampled_from(["Results", "UtteranceEnd", "TurnInfo", "EndOfTurn", "EagerEndOfTurn"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages=st.lists(st.dictionaries(_keys, _json | _kinds, max_size=8), max_size=6))
def test_no_message_breaks_it(messages: list[dict[str, Any]]) -> None:
    for turns in (Nova(), Flux()):
        for news in taken(turns, *messages):
            assert not isinstance(news, Lost | SpeechStarted)
