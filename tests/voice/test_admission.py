"""What a call is fitted out with: tools that have a deadline for the caller and none for the books."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast
from uuid import uuid4

import pytest

from apps.llm.messages import JSON, ToolCall
from apps.tenants import scope
from apps.tools import registry
from apps.tools.registry import ToolContext
from apps.voice import admission
from apps.voice.tokens import Admission


class Records:
    def __init__(self) -> None:
        self.events: list[str] = []

    def write(self, event: str, **fields: object) -> None:
        self.events.append(event)


def tools_of_a_call(monkeypatch: pytest.MonkeyPatch, run: Any) -> admission.Tools:
    """The tools of a call whose `create_order` is this function, entered nowhere."""

    async def in_a_thread(place: object, function: Any, *args: Any) -> Any:
        return await asyncio.to_thread(function, *args)

    class Slow:
        def run(self, context: ToolContext, arguments: JSON) -> JSON:
            return cast("JSON", run())

    monkeypatch.setattr(scope, "run", in_a_thread)
    monkeypatch.setitem(registry.TOOLS, "create_order", cast("Any", Slow()))
    place = scope.Place(uuid4(), "r_x", "x", "X", "America/Chicago")
    admitted = Admission(place, uuid4(), "CA1", "+15125550134", "+15125550101", "http://localhost")
    knows_nothing = admission.Knowledge(admitted, cast("Any", None))
    return admission.Tools(admitted, knows_nothing, cast("Any", Records()))


async def test_a_tool_that_is_too_slow_is_apologised_for_and_awaited_before_the_call_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_end, written = threading.Event(), []

    def write() -> JSON:
        may_end.wait(10)
        written.append("order")
        return {"status": "placed"}

    monkeypatch.setattr(admission, "TOOL_SECONDS", 0.05)
    tools = tools_of_a_call(monkeypatch, write)
    said = await tools.run(ToolCall(id="1", name="create_order", arguments={}))
    assert said == {"error": admission.SLOW}
    assert written == []
    ending = asyncio.create_task(tools.finish())
    await asyncio.sleep(0)
    may_end.set()
    await ending
    assert written == ["order"]


async def test_a_tool_that_falls_over_is_apologised_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall() -> JSON:
        raise OSError("no database")

    said = await tools_of_a_call(monkeypatch, fall).run(ToolCall(id="1", name="create_order", arguments={}))
    assert said == {"error": "Sorry, that didn't work just now."}


async def test_a_tool_nobody_has_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tools_of_a_call(monkeypatch, dict)
    assert await tools.run(ToolCall(id="1", name="fly", arguments={})) == {"error": "There is no tool called fly."}
    assert cast("Records", tools.log).events == ["tool"]
