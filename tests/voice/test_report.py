"""A call's log as its report: what was said, what was heard of it, and how long everything took."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.voice import report

Record = dict[str, Any]
CALM = settings(max_examples=100, deadline=None)
CALL_ID = "f2925b48-f298-41b3-8866-bfa670582fd3"


def at(at_ms: int, event: str, **fields: Any) -> Record:
    return {"at_ms": at_ms, "event": event} | fields


STARTED = at(0, "started", call_sid="CA1", call_id=CALL_ID, restaurant="sakura", **{"from": "+15125550134", "to": "+1"})
NOTICE, HELLO, COKES = "This call is recorded.", "What can I do for you?", "Two cokes, eight dollars. Is that right?"
CALL = [
    STARTED,
    at(30, "state", state="GREETING"),
    at(30, "sentence", turn=0, index=0, text=NOTICE),
    at(31, "sentence", turn=0, index=1, text=HELLO),
    at(50, "first_audio", turn=0, latency_ms=None),
    at(2000, "played", turn=0, index=0, text=NOTICE),
    at(2000, "hearing"),
    at(3000, "played", turn=0, index=1, text=HELLO),
    at(5200, "utterance", text="two cokes", confidence=0.9, started_ms=3500, ended_ms=4800),
    at(5210, "reply", turn=3),
    at(5500, "tool", name="search_menu", arguments={"query": "coke"}, result={"items": []}, ms=120.4),
    at(5700, "tool", name="create_order", arguments={"lines": []}, result={"status": "quoted"}, ms=150.2),
    at(5800, "first_token", turn=3),
    at(5801, "sentence", turn=3, index=0, text="Sure."),
    at(5950, "first_audio", turn=3, latency_ms=1150),
    at(6000, "sentence", turn=3, index=1, text=COKES),
    at(6600, "played", turn=3, index=0, text="Sure."),
    at(7000, "clear"),
    at(7001, "interrupted", turn=3, heard="Sure."),
    at(8000, "utterance", text="make it three", confidence=0.8, started_ms=6900, ended_ms=7600),
    at(8005, "reply", turn=6),
    at(8100, "first_token", turn=6),
    at(8101, "sentence", turn=6, index=0, text="Three cokes."),
    at(8200, "first_audio", turn=6, latency_ms=600),
    at(9000, "played", turn=6, index=0, text="Three cokes."),
    at(9001, "yes", version=2, from_ms=1, to_ms=2),
    at(12_000, "ended", ended_by="goodbye"),
]
TURN = {"speaker", "text", "heard", "started_ms", "ended_ms", "interrupted", "latency_ms"}


# ---- the shape that others rely on -----------------------------------------------------------------------


def test_a_report_has_what_the_contract_says() -> None:
    order, table, message, ticket = {"number": 12}, {"reference": "R1"}, {"status": "queued"}, {"id": "T1"}
    built = report.build(
        CALL, orders=[order], reservations=[table], messages=[message], tickets=[ticket], recording="file:///a.wav"
    )
    stages = built.pop("stages")
    assert stages == report.stages(CALL)
    assert built.pop("turns") == report.turns(CALL)
    assert built == {
        "call_id": CALL_ID,
        "from": "+15125550134",
        "to": "+1",
        "ended_by": "goodbye",
        "duration_ms": 12_000,
        "tools": [
            {"name": "search_menu", "arguments": {"query": "coke"}, "result": {"items": []}, "ms": 120.4},
            {"name": "create_order", "arguments": {"lines": []}, "result": {"status": "quoted"}, "ms": 150.2},
        ],
        "orders": [order],
        "reservations": [table],
        "messages": [message],
        "tickets": [ticket],
        "recording": "file:///a.wav",
        "moments": {
            "notice_ms": 2000,
            "yes": [{"version": 2, "from_ms": 1, "to_ms": 2}],
            "tools_ms": [5500, 5700],
        },
    }


def test_the_turns_are_who_said_what_and_what_was_heard_of_it() -> None:
    assert [tuple(turn.values()) for turn in report.turns(CALL)] == [
        ("agent", f"{NOTICE} {HELLO}", f"{NOTICE} {HELLO}", 50, 3000, False, None),
        ("caller", "two cokes", "two cokes", 3500, 4800, False, None),
        ("agent", f"Sure. {COKES}", "Sure.", 5950, 7001, True, 1150),
        ("caller", "make it three", "make it three", 6900, 7600, False, None),
        ("agent", "Three cokes.", "Three cokes.", 8200, 9000, False, 600),
    ]
    assert all(set(turn) == TURN for turn in report.turns(CALL))


def test_the_stages_of_a_turn_add_up_to_how_long_the_caller_waited() -> None:
    assert report.stages(CALL) == [
        {
            "turn": 3,
            "end_of_turn_ms": 410,
            "model_ms": 319,
            "tool_ms": 271,
            "voice_ms": 150,
            "total_ms": 1150,
        },
        {"turn": 6, "end_of_turn_ms": 405, "model_ms": 95, "tool_ms": 0, "voice_ms": 100, "total_ms": 600},
    ]
    for stage in report.stages(CALL):
        assert sum(stage[part] for part in ("end_of_turn_ms", "model_ms", "tool_ms", "voice_ms")) == stage["total_ms"]


def test_a_tool_that_was_begun_for_an_earlier_turn_counts_only_while_this_one_waited() -> None:
    late = at(8050, "tool", name="create_order", arguments={}, result={}, ms=3000.0)
    records = sorted([*CALL, late], key=lambda record: record["at_ms"])
    _, stage = report.stages(records)
    assert (stage["tool_ms"], stage["model_ms"]) == (45, 50)


# ---- calls that did not go well --------------------------------------------------------------------------


def test_a_call_without_an_end_ended_in_an_error() -> None:
    built = report.build(CALL[:-1])
    assert (built["ended_by"], built["duration_ms"]) == ("error", 9001)
    assert built["turns"] == report.turns(CALL)


def test_the_first_end_is_the_end() -> None:
    assert report.build([*CALL, at(12_500, "ended", ended_by="error")])["ended_by"] == "goodbye"


def test_nothing_at_all_is_a_report_too() -> None:
    assert report.build([]) == {
        "call_id": "",
        "from": "",
        "to": "",
        "ended_by": "error",
        "duration_ms": 0,
        "turns": [],
        "tools": [],
        "orders": [],
        "reservations": [],
        "messages": [],
        "tickets": [],
        "recording": "",
        "stages": [],
        "moments": {"notice_ms": None, "yes": [], "tools_ms": []},
    }


def test_a_reply_of_which_nothing_was_heard_says_so() -> None:
    records = [
        STARTED,
        at(100, "sentence", turn=1, index=0, text="We have pizza."),
        at(140, "interrupted", turn=1, heard=""),
    ]
    (turn,) = report.turns(records)
    assert tuple(turn.values()) == ("agent", "We have pizza.", "", 100, 140, True, None)


def test_what_was_heard_of_one_turn_is_not_heard_of_another() -> None:
    records = [
        STARTED,
        at(100, "sentence", turn=1, index=0, text="One."),
        at(200, "sentence", turn=2, index=0, text="Two."),
        at(210, "first_audio", turn=2, latency_ms=70),
        at(300, "played", turn=2, index=0, text="Two."),
        at(310, "interrupted", turn=1, heard=""),
    ]
    assert [(turn["text"], turn["heard"], turn["latency_ms"]) for turn in report.turns(records)] == [
        ("One.", "", None),
        ("Two.", "Two.", 70),
    ]


def test_who_spoke_first_comes_first_however_late_it_was_understood() -> None:
    records = [
        STARTED,
        at(100, "sentence", turn=1, index=0, text="Anything else?"),
        at(150, "first_audio", turn=1, latency_ms=None),
        at(900, "utterance", text="no", confidence=1.0, started_ms=120, ended_ms=130),
    ]
    assert [turn["text"] for turn in report.turns(records)] == ["no", "Anything else?"]


def test_a_turn_without_sound_has_no_stages() -> None:
    records = [STARTED, at(10, "reply", turn=1), at(20, "first_token", turn=1), at(30, "error", turn=1, message="x")]
    assert report.stages(records) == []
    assert report.stages([*records, at(40, "first_audio", turn=1, latency_ms=None)]) == []
    assert report.stages([STARTED, at(10, "reply", turn=1), at(40, "first_audio", turn=1, latency_ms=5)]) == []


# ---- whatever happened -----------------------------------------------------------------------------------


@st.composite
def calls(draw: st.DrawFn) -> list[Record]:
    """Logs as the call writes them: sentences are played in order, until something interrupts them."""
    records, now, turn = [STARTED], 0, 0

    def happens(event: str, **fields: Any) -> None:
        nonlocal now
        now += draw(st.integers(0, 900))
        records.append(at(now, event, **fields))

    for _ in range(draw(st.integers(0, 5))):
        turn += draw(st.integers(1, 3))
        words_end = now
        if draw(st.booleans()):
            happens("utterance", text="words", confidence=1.0, started_ms=max(0, now - 500), ended_ms=now)
        happens("reply", turn=turn)
        for number in range(draw(st.integers(0, 2))):
            happens("tool", name=f"tool{number}", arguments={}, result={}, ms=float(draw(st.integers(0, 2000))))
        happens("first_token", turn=turn)
        said = draw(st.integers(1, 4))
        for index in range(said):
            happens("sentence", turn=turn, index=index, text=f"Sentence {turn}.{index}.")
            if index == 0:
                happens("first_audio", turn=turn)
                records[-1]["latency_ms"] = now - words_end
        heard = draw(st.integers(0, said))
        for index in range(heard):
            happens("played", turn=turn, index=index, text=f"Sentence {turn}.{index}.")
        if heard < said:
            happens("interrupted", turn=turn, heard=" ".join(f"Sentence {turn}.{index}." for index in range(heard)))
    if draw(st.booleans()):
        happens("ended", ended_by=draw(st.sampled_from(["goodbye", "caller", "timeout", "transfer", "error"])))
    return records


@given(calls(), st.data())
@CALM
def test_a_call_killed_at_any_moment_still_has_its_report(records: list[Record], data: st.DataObject) -> None:
    left = records[: data.draw(st.integers(0, len(records)))]
    built = report.build(left)
    assert json.loads(json.dumps(built)) == built
    assert built["ended_by"] in ("goodbye", "caller", "timeout", "transfer", "error")
    assert built["duration_ms"] == (left[-1]["at_ms"] if left else 0)
    assert len(built["tools"]) == sum(record["event"] == "tool" for record in left)
    assert [turn["started_ms"] for turn in built["turns"]] == sorted(turn["started_ms"] for turn in built["turns"])
    for turn in built["turns"]:
        assert set(turn) == TURN
        assert turn["started_ms"] <= turn["ended_ms"]
        assert turn["text"].startswith(turn["heard"]), "only what was said can be heard, and from its beginning"
        assert not turn["interrupted"] or turn["heard"] != turn["text"]


@given(calls())
@CALM
def test_what_was_heard_is_what_the_call_knew_when_it_was_interrupted(records: list[Record]) -> None:
    turns = report.turns(records)
    assert sum(turn["interrupted"] for turn in turns) == sum(record["event"] == "interrupted" for record in records)
    cut = sorted(record["heard"] for record in records if record["event"] == "interrupted")
    assert sorted(turn["heard"] for turn in turns if turn["interrupted"]) == cut
    said = " ".join(turn["text"] for turn in turns if turn["speaker"] == "agent")
    assert said == " ".join(record["text"] for record in records if record["event"] == "sentence")


@given(calls())
@CALM
def test_no_stage_is_negative_and_none_is_longer_than_all(records: list[Record]) -> None:
    for stage in report.stages(records):
        parts = [stage[part] for part in ("end_of_turn_ms", "model_ms", "tool_ms", "voice_ms")]
        assert min(parts) >= 0
        assert abs(sum(parts) - stage["total_ms"]) <= 1
