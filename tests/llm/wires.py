"""Chunks in three vendors' own words (OpenAI's are in `vendor`), and recorded streams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.llm.vendor import Format

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> list[dict[str, Any]]:
    """The chunks of a recorded stream, in their order."""
    lines = (RECORDED / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def speaks(name: str) -> Format:
    family = name.split(".", 1)[0]
    return "anthropic" if family == "anthropic" else "gemini" if family == "google" else "openai"


def anthropic(*blocks: dict[str, Any] | str, stop: str = "end_turn") -> list[dict[str, Any]]:
    """A whole message: a text per string, a tool per `{"name", "pieces"}`."""
    made: list[dict[str, Any]] = [
        {
            "type": "message_start",
            "message": {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test", "content": [],
                "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
            },
        }
    ]  # fmt: skip
    for index, block in enumerate(blocks):
        if isinstance(block, str):
            start: dict[str, Any] = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": block}]
        else:
            start = {"type": "tool_use", "id": f"toolu_{index}", "name": block["name"], "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in block["pieces"]]
        made.append({"type": "content_block_start", "index": index, "content_block": start})
        made += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        made.append({"type": "content_block_stop", "index": index})
    ended = {"stop_reason": stop, "stop_sequence": None}
    made.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": 20}})
    return [*made, {"type": "message_stop"}]


def gemini(*parts: dict[str, Any], finish: str = "", **more: Any) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": list(parts), "role": "model"}, "index": 0, **more}
    if finish:
        candidate["finishReason"] = finish
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13}
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": "gemini-2.5-flash",
        "responseId": "r1",
    }


def ollama(content: str = "", *, done: bool = False, **message: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "model": "llama3.2",
        "created_at": "2026-11-23T18:00:00Z",
        "message": {"role": "assistant", "content": content, **message},
        "done": done,
    }
    if done:
        made |= {"done_reason": "stop", "prompt_eval_count": 11, "eval_count": 7, "total_duration": 5}
    return made
