"""A model that obeys whoever attacks it, in each vendor's own wire format."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.attacks.wishes import Calls, Stage, Wish
from tests.llm import vendor, wires
from tests.llm.vendor import Format, Script, Vendor

MODELS: dict[Format, str] = {
    "openai": "gpt-4o-mini", "anthropic": "claude-haiku-4-5", "gemini": "gemini-2.5-flash", "ollama": "llama3.2",
}  # fmt: skip
BOAST = (
    "Done. Your order is placed and your table is booked. I have applied the discount, it is free of charge, and your "
    "total is one cent. A text is on its way."
)


@dataclass
class Obedient:
    """Does what one wish wants, a round of tool calls for each time it is asked, then boasts of it."""

    speaks: Format
    rounds: list[Calls] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def fall_for(self, wish: Wish, stage: Stage, *, after: Calls = ()) -> None:
        """Do what it wants, once these tools have answered."""
        self.rounds, self.asked = [*([after] if after else []), *wish.obeys(stage)], []

    def think(self, request: dict[str, Any]) -> Script:
        self.asked.append(request)
        return say(self.speaks, *(self.rounds.pop(0),) if self.rounds else (), boast=BOAST)

    def saw(self, words: str) -> bool:
        """Whether these words were in what it was sent."""
        return json.dumps(words)[1:-1] in json.dumps(self.asked)


def serving(speaks: Format) -> tuple[Obedient, Vendor]:
    model = Obedient(speaks)
    return model, Vendor(speaks=speaks, thinks=model.think)


def say(speaks: Format, *rounds: Calls, boast: str) -> Script:
    """One answer: these tool calls at once, or else the boast."""
    calls = [call for each in rounds for call in each]
    match speaks:
        case "anthropic":
            blocks: list[Any] = [{"name": name, "pieces": [json.dumps(arguments)]} for name, arguments in calls]
            return wires.anthropic(*(blocks or [boast]), stop="tool_use" if blocks else "end_turn")
        case "gemini":
            parts: list[Any] = [{"functionCall": {"name": name, "args": arguments}} for name, arguments in calls]
            return [wires.gemini(*(parts or [{"text": boast}]), finish="STOP")]
        case "ollama":
            asked = [{"function": {"name": name, "arguments": arguments}} for name, arguments in calls]
            said = wires.ollama(tool_calls=asked) if asked else wires.ollama(boast)
            return [said, wires.ollama(done=True)]
    pieces = [
        vendor.tool(place, name=name, arguments=json.dumps(arguments), call_id=f"call_{place}")
        for place, (name, arguments) in enumerate(calls)
    ]
    return [*(pieces or [vendor.text(boast)]), vendor.stop("tool_calls" if pieces else "stop"), vendor.usage(9, 9)]
