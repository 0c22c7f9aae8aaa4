"""A call's log as its report, its transcript and the stages of every turn. Pure: records in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Record = dict[str, Any]


def build(
    records: Sequence[Record],
    *,
    orders: Sequence[Record] = (),
    reservations: Sequence[Record] = (),
    messages: Sequence[Record] = (),
    tickets: Sequence[Record] = (),
    recording: str = "",
) -> Record:
    """The report of one call, in CONTRACT.md's shape; where staff stepped in, with what they did."""
    started = _first(records, "started") or {}
    ended = _first(records, "ended")
    steps = [{name: each[name] for name in ("at_ms", "deed", "by", "text")} for each in _all(records, "staff")]
    return {
        "call_id": started.get("call_id", ""),
        "from": started.get("from", ""),
        "to": started.get("to", ""),
        "ended_by": ended["ended_by"] if ended else "error",
        "duration_ms": records[-1]["at_ms"] if records else 0,
        "turns": turns(records),
        "tools": [
            {name: each.get(name) for name in ("name", "arguments", "result", "ms")} for each in _all(records, "tool")
        ],
        "orders": list(orders),
        "reservations": list(reservations),
        "messages": list(messages),
        "tickets": list(tickets),
        "recording": recording,
        "stages": stages(records),
        "moments": moments(records),
        **({"staff": steps} if steps else {}),
    }


def moments(records: Sequence[Record]) -> Record:
    """Where in the call's sound something lies that is listened to again: the end of the notice, each yes with what it
    was said to, and the end of each tool, in the tools' order."""
    heard = _first(records, "hearing")
    return {
        "notice_ms": heard["at_ms"] if heard else None,
        "yes": [{name: each[name] for name in ("version", "from_ms", "to_ms")} for each in _all(records, "yes")],
        "tools_ms": [each["at_ms"] for each in _all(records, "tool")],
    }


def turns(records: Sequence[Record]) -> list[Record]:
    """What was said, in the order it began. Of the agent's words, `heard` is what the caller heard."""
    found = [_caller_turn(each) for each in _all(records, "utterance")]
    spoken: dict[int, list[Record]] = {}
    for sentence in _all(records, "sentence"):
        spoken.setdefault(sentence["turn"], []).append(sentence)
    for number, sentences in spoken.items():
        found.append(_agent_turn(number, sentences, records))
    return sorted(found, key=lambda turn: (turn["started_ms"], turn["speaker"]))


def _caller_turn(record: Record) -> Record:
    return {
        "speaker": "caller",
        "text": record["text"],
        "heard": record["text"],
        "started_ms": record["started_ms"],
        "ended_ms": record["ended_ms"],
        "interrupted": False,
        "latency_ms": None,
    }


def _agent_turn(number: int, sentences: Sequence[Record], records: Sequence[Record]) -> Record:
    played = [each for each in _all(records, "played") if each["turn"] == number]
    audio = next((each for each in _all(records, "first_audio") if each["turn"] == number), None)
    text = " ".join(each["text"] for each in sentences)
    heard = " ".join(each["text"] for each in played)
    cut = next((each for each in _all(records, "interrupted") if each["turn"] == number), None)
    last = max(each["at_ms"] for each in (*sentences, *played, audio, cut) if each)
    return {
        "speaker": "agent",
        "text": text,
        "heard": heard,
        "started_ms": audio["at_ms"] if audio else sentences[0]["at_ms"],
        "ended_ms": last,
        "interrupted": cut is not None,
        "latency_ms": audio["latency_ms"] if audio else None,
    }


def stages(records: Sequence[Record]) -> list[Record]:
    """Per answered turn, in milliseconds: end of turn, model and tools, voice, and all of it."""
    found = []
    for reply in _all(records, "reply"):
        turn = reply["turn"]
        audio = next((each for each in _all(records, "first_audio") if each["turn"] == turn), None)
        token = next((each for each in _all(records, "first_token") if each["turn"] == turn), None)
        if audio is None or token is None or audio.get("latency_ms") is None:
            continue
        said_at = audio["at_ms"] - audio["latency_ms"]
        tools = _tool_ms(records, from_ms=reply["at_ms"], to_ms=token["at_ms"])
        found.append(
            {
                "turn": turn,
                "end_of_turn_ms": max(0, reply["at_ms"] - said_at),
                "model_ms": max(0, token["at_ms"] - reply["at_ms"] - tools),
                "tool_ms": tools,
                "voice_ms": max(0, audio["at_ms"] - token["at_ms"]),
                "total_ms": audio["latency_ms"],
            }
        )
    return found


def _tool_ms(records: Iterable[Record], *, from_ms: int, to_ms: int) -> int:
    """How long any tool ran between two moments. Tools are logged when they end, and may overlap."""
    total, since_ms = 0.0, from_ms
    for tool in _all(records, "tool"):
        if since_ms < tool["at_ms"] <= to_ms:
            total += min(tool["ms"], tool["at_ms"] - since_ms)
            since_ms = tool["at_ms"]
    return round(total)


def _first(records: Iterable[Record], event: str) -> Record | None:
    return next(_all(records, event), None)


def _all(records: Iterable[Record], event: str) -> Any:
    return (record for record in records if record["event"] == event)
