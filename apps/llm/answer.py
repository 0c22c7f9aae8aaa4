"""What comes of a model's stream: pieces that may be spoken now, tool calls put together, one response. Pure.

`confidence` is the mean probability of the answer's tokens where the vendor gave their log-probabilities, and None
everywhere else: a number nobody measured would be a lie. OpenAI gives them for text, from models that do not reason
first; Gemini refuses the whole request where a model may not give them, so it is not asked, and is believed when it
gives them anyway; Anthropic and Ollama give none.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

from apps.llm.messages import JSON, Response, ToolCall, Usage
from apps.llm.reasons import Reason

LONGEST_PIECE = 160
"""Characters of an unfinished sentence after which it is let go at a space."""
_SENTENCE = re.compile(r"[.!?…][\"')\]]*\s+")
REFUSALS = frozenset({"content_filter", "refusal"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one tool call; `index` says of which. Some vendors give every call the same."""

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an answer as it comes."""

    text: str = ""
    parts: tuple[Part, ...] = ()
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The vendor's own end of an answer."""

    finish: str
    """Empty: it never said that it was at its end."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: Decimal | None = None
    """US dollars; None when nobody knows the price."""


class Unanswered(Exception):
    """This provider gave no usable answer."""

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        """Seconds, where the vendor said when to come back."""


@dataclass(slots=True)
class _Call:
    id: str
    name: str
    arguments: str = ""


@dataclass(slots=True)
class Answer:
    """What has come of an answer so far."""

    text: str = ""
    held: str = ""
    """Its last, unfinished sentence."""
    end: End | None = None
    _calls: list[_Call] = field(default_factory=list)
    _latest: dict[int, _Call] = field(default_factory=dict)
    """The call that a part of this index belongs to."""
    _logprobs: list[float] = field(default_factory=list)

    @property
    def speaks(self) -> bool:
        """Whether there is something in it that a voice could say."""
        return any(letter.isalnum() for letter in self.text)

    @property
    def calls(self) -> bool:
        return bool(self._calls)

    def take(self, news: Chunk | End) -> str:
        """Take in one piece; what may be spoken now comes back."""
        if isinstance(news, End):
            self.end = news
            return ""
        self._logprobs += news.logprobs
        for part in news.parts:
            self._take_part(part)
        return self._release(news.text)

    def _take_part(self, part: Part) -> None:
        known = self._latest.get(part.index)
        if known is None or _begins_another(part, known):
            known = self._latest[part.index] = _Call(part.id, part.name)
            self._calls.append(known)
        elif part.name and part.arguments == known.arguments and _is_whole(part.arguments):
            return  # the same call, whole, a second time
        known.id = known.id or part.id
        known.name = known.name or part.name
        known.arguments += part.arguments

    def _release(self, text: str) -> str:
        self.text += text
        self.held += text
        ends = [hit.end() for hit in _SENTENCE.finditer(self.held)]
        if not ends and len(self.held) > LONGEST_PIECE:
            ends = [self.held.rfind(" ") + 1]
        if not ends or not any(letter.isalnum() for letter in self.held[: ends[-1]]):
            return ""
        spoken, self.held = self.held[: ends[-1]], self.held[ends[-1] :]
        return spoken

    def response(self, *, provider: str, model: str) -> Response:
        """The whole answer, once it has ended; `Unanswered` when it is none."""
        finish = self.end.finish if self.end else ""
        if finish in REFUSALS:
            raise Unanswered(Reason.REFUSED, finish)
        if not finish:
            raise Unanswered(Reason.BROKE_OFF if self.text.strip() or self._calls else Reason.EMPTY)
        calls = [
            ToolCall(id=one.id or f"call_{place}", name=one.name, arguments=_arguments(one))
            for place, one in enumerate(self._calls)
        ]
        if not calls and not self.speaks:
            raise Unanswered(Reason.EMPTY)
        assert self.end is not None
        return Response(
            type="tool_call" if calls else "text",
            content=self.text,
            tool_call=calls[0] if calls else None,
            tool_calls=calls,
            usage=Usage(prompt_tokens=self.end.prompt_tokens or 0, completion_tokens=self.end.completion_tokens or 0),
            cost=self.end.cost,
            confidence=self._confidence(),
            provider=provider,
            model=model,
        )

    def _confidence(self) -> float | None:
        if not self._logprobs:
            return None
        return sum(math.exp(each) for each in self._logprobs) / len(self._logprobs)


def _begins_another(part: Part, known: _Call) -> bool:
    """A start under an index that is taken. With the same id it is the same start again; else it is another call, as
    from Ollama, which numbers none."""
    if not part.name:
        return False
    return part.id != known.id or (not part.id and _is_whole(known.arguments))


def _is_whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _arguments(call: _Call) -> JSON:
    if not call.name:
        raise Unanswered(Reason.MALFORMED, "a tool call without a name")
    try:
        found = json.loads(call.arguments or "{}")
    except ValueError:
        raise Unanswered(Reason.MALFORMED, f"arguments for {call.name} that are no JSON") from None
    if not isinstance(found, dict):
        raise Unanswered(Reason.MALFORMED, f"arguments for {call.name} that are no object")
    return found
