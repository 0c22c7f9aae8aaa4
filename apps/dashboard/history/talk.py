"""What was said in a call, line by line: its timing, the tools in their place, what nobody heard, and the yes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.dashboard.history import drawn, words

JSON = dict[str, Any]
LONGEST_ROW = 120
LONGEST_TOOL = 4000
"""Letters of a tool's arguments and of its result that are shown."""


def lines(report: JSON, *, moments: JSON, proofs: list[JSON]) -> list[JSON]:
    """The turns as they are shown. Stages belong to the replies that came when they say."""
    turns = report["turns"]
    stages = list(report["stages"])
    tools = _in_place(report["tools"], moments, turns)
    yeses = {proof["turn"]: proof for proof in proofs if proof["turn"] is not None}
    noted = _last_of_notice(turns, moments)
    found = []
    for position, turn in enumerate(turns):
        is_agent = turn["speaker"] == "agent"
        spoken, unheard = _heard(turn) if is_agent else (turn["text"], "")
        found.append(
            {
                "position": position,
                "slot": str(position),
                "who": "loman" if is_agent else "guest",
                "at": words.clock(turn["started_ms"]),
                "from_ms": turn["started_ms"],
                "to_ms": max(turn["ended_ms"], turn["started_ms"] + 1),
                "words": spoken,
                "unheard": unheard,
                "is_cut_off": is_agent and turn["interrupted"],
                "fall": _timed(turn, stages) if is_agent else None,
                "tools": tools.get(position, []),
                "yes": yeses.get(position),
                "notice": words.clock(moments["notice_ms"]) if position == noted else "",
            }
        )
    return found


def homeless(report: JSON, moments: JSON) -> list[JSON]:
    """Tools of a call of which nobody noted when they ran."""
    return [] if moments.get("tools_ms") else [_tool(each) for each in report["tools"]]


def turn_at(turns: list[JSON], from_ms: int) -> int | None:
    """Which of the caller's turns begins there, or is on then."""
    theirs = [(position, turn) for position, turn in enumerate(turns) if turn["speaker"] == "caller"]
    exact = next((position for position, turn in theirs if turn["started_ms"] == from_ms), None)
    around = (position for position, turn in theirs if turn["started_ms"] <= from_ms <= turn["ended_ms"])
    return exact if exact is not None else next(around, None)


def _heard(turn: JSON) -> tuple[str, str]:
    """The agent's words, and behind them those that the caller never heard."""
    heard, text = turn["heard"] or "", turn["text"]
    if turn["interrupted"] and text.startswith(heard):
        return heard, text[len(heard) :].strip()
    return text, ""


def _timed(turn: JSON, stages: list[JSON]) -> JSON | None:
    """The next of the stages when it is this reply's: replies of the machine itself have a latency and no stages."""
    if turn["latency_ms"] is None or not stages or stages[0]["total_ms"] != turn["latency_ms"]:
        return None
    return drawn.fall(stages.pop(0))


def _last_of_notice(turns: list[JSON], moments: JSON) -> int | None:
    """The line in which the notice was heard to its end."""
    until = moments.get("notice_ms")
    first = next((position for position, turn in enumerate(turns) if turn["speaker"] == "agent"), None)
    return first if until is not None else None


def _in_place(tools: list[JSON], moments: JSON, turns: list[JSON]) -> dict[int, list[JSON]]:
    """Tools by the reply they were used for: the first that was still spoken when they ended, or came after."""
    found = defaultdict(list)
    replies = [(position, turn["ended_ms"]) for position, turn in enumerate(turns) if turn["speaker"] == "agent"]
    for tool, at_ms in zip(tools, moments.get("tools_ms", ()), strict=False):
        if replies:
            place = next((position for position, ended in replies if ended >= at_ms), replies[-1][0])
            found[place].append(_tool(tool))
    return found


def _tool(tool: JSON) -> JSON:
    result = tool.get("result")
    refused = isinstance(result, Mapping) and "error" in result
    return {
        "name": tool["name"],
        "ms": round(tool.get("ms") or 0),
        "is_refused": refused,
        "brief": _("refused") if refused else _brief(result),
        "arguments": _pretty(tool.get("arguments")),
        "result": _pretty(result),
    }


def _brief(result: Any) -> str:
    """The one thing about an answer that is worth reading at a glance."""
    if not isinstance(result, Mapping):
        return ""
    if isinstance(result.get("items"), list):
        return _("%(n)s found") % {"n": len(result["items"])}
    return str(result.get("status", "")).replace("_", " ")[:40]


def _pretty(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > LONGEST_ROW:
        text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_TOOL else text[:LONGEST_TOOL] + "\n…"
