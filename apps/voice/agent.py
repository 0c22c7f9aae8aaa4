"""Words in, sentences out: one call's history, the loop between model and tools, and what it may say.

The agent knows nothing of audio, sockets or the state machine. `reply` is a stream of sentences that ends
with `Done`; cancelling it stops the model and the speaking, never a tool that writes: that runs to its end
and its result is in the history before the next thing the caller said.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from apps.language import tongues
from apps.language.redaction import PLACEHOLDER
from apps.llm.messages import JSON, Message, Request, Response, ToolCall, ToolSchema
from apps.voice import phrasebook, sentences
from apps.voice.foresight import Foresight, Model
from apps.voice.guard import Guard
from apps.voice.phrasebook import Phrasebook

MOST_ROUNDS = 6
"""How often one reply may go from the model to tools and back."""

Ending = Literal["goodbye", "transfer"]


@dataclass(frozen=True, slots=True)
class Done:
    """The reply is whole. With an ending: once the last sentence was heard, the call ends that way."""

    ending: Ending | None = None
    reason: str = ""
    version: int | None = None
    """The cart or hold that was read back in this reply, which the caller's next words may confirm."""


class Failed(Exception):
    """No model gave an answer, the fallbacks included."""


RunTool = Callable[[ToolCall], Awaitable[JSON]]
"""Runs a tool to its end whatever happens to the asker, and gives its JSON, errors as `{"error": …}`."""


@dataclass(slots=True)
class _Answer:
    """One answer of a model, as far as it has come."""

    response: Response | None = None
    objection: str = ""
    """Why a sentence of it was not spoken, and nothing after it."""

    @property
    def calls(self) -> list[ToolCall]:
        return self.response.tool_calls if self.response else []


class Agent:
    """One call's side of the conversation with the model."""

    def __init__(
        self,
        *,
        model: Model,
        run_tool: RunTool,
        tools: list[ToolSchema],
        system_prompt: str,
        temperature: float,
        tenant_id: str,
        books: Mapping[str, Phrasebook],
        fallback: Model,
        guard: Guard,
        unsaid: Callable[[str, str], None] = lambda sentence, objection: None,
        history: Iterable[Message] = (),
    ) -> None:
        self.history: list[Message] = list(history)
        self._model = model
        self._fallback = fallback
        """Answers in a turn in which the model said what is not so."""
        self._guard = guard
        self._unsaid = unsaid
        self._waiting: tuple[str, int] | None = None
        """The read-back that nobody has said yes to, and its version."""
        self._run_tool = run_tool
        self._tools = tools
        self._system_prompt = system_prompt
        self._temperature = temperature
        self._tenant_id = tenant_id
        self._books = books
        self.language = next(iter(books))
        """What the caller speaks, as far as one can tell; one without a book is only shown the way out."""
        self._running: set[asyncio.Task[JSON]] = set()
        self._foresight: Foresight | None = None
        self._forgetting: set[asyncio.Task[None]] = set()
        self._said: list[str] = []
        """The caller's words that wait for a tool: they stand behind its result in the history."""

    def heard(self, text: str) -> None:
        """The caller has heard this much of the agent: only that becomes part of the conversation."""
        if text:
            self.history.append(Message(role="assistant", content=text))

    def unsay(self, was: str, now: str) -> None:
        """These words of the caller's were a piece of a card: no model is shown them again."""
        self.forget()
        self._said = [each.replace(was, now) for each in self._said]
        self.history = [
            each.model_copy(update={"content": each.content.replace(was, now)}) if each.role == "user" else each
            for each in self.history
        ]

    def foresee(self, text: str) -> None:
        """The caller may have said this, and no more: have the model think already. No tool runs and nothing is said;
        `reply` takes the answer up if it is asked the very same."""
        self.forget()
        if not text or self._running or self._said or PLACEHOLDER in text:
            return
        if tongues.spoken(text, before=self.language, offered=self._books) not in self._books:
            return
        self._foresight = Foresight(self._request(Message(role="user", content=text)), model=self._model)

    def forget(self) -> None:
        """It was not all: what was thought ahead is thrown away."""
        foresight, self._foresight = self._foresight, None
        if foresight is not None:
            task = asyncio.create_task(foresight.forget())
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)

    async def reply(self, text: str) -> AsyncIterator[str | Done]:
        """Answer what the caller said; nothing said means that the last reply is made again. Ends with `Done`;
        raises `Failed` when no model answers."""
        self._said += [text] if text else []
        await self._settle()
        asked = self._said or [self._forget_what_was_heard()]
        self.history += [Message(role="user", content=each) for each in self._said]
        self._said = []
        self.language = tongues.spoken(" ".join(asked), before=self.language, offered=self._books)
        spoken, model, rounds = await self._without_a_model(asked), self._model, 0
        while spoken is None:
            rounds += 1
            if rounds > MOST_ROUNDS:
                raise Failed("The model kept calling tools.")
            answer = _Answer()
            async for sentence in self._sentences(model, answer):
                yield sentence
            spoken = await self._conclude(answer, model)
            if answer.objection and not answer.calls:
                model = self._fallback
        words, done = spoken
        for sentence in sentences.split(words):
            yield sentence
        yield done

    @property
    def phrases(self) -> Phrasebook:
        """What code says, in the caller's language where it has a book."""
        return self._books.get(self.language) or next(iter(self._books.values()))

    async def _without_a_model(self, asked: list[str]) -> tuple[str, Done] | None:
        """What no model should see or can answer: a card number, a language that nobody here speaks."""
        if any(PLACEHOLDER in each for each in asked):
            return self.phrases.no_cards, Done()
        if self.language in self._books:
            return None
        out = phrasebook.way_out(self.language)
        call = ToolCall(id=f"language_{len(self.history)}", name="transfer_call", arguments={"reason": "language"})
        result = await self._perform(call)
        if result.get("status") == "transferring":
            return out.person, Done(ending="transfer", reason="language")
        return out.callback, Done(ending="goodbye")

    async def _conclude(self, answer: _Answer, model: Model) -> tuple[str, Done] | None:
        """How the reply ends after this answer; None: a model is asked again."""
        if answer.response is None:
            raise Failed("The model stopped without an answer.")
        if answer.calls:
            results = [await self._perform(call) for call in answer.calls]
            said = "" if answer.objection else answer.response.content
            return _what_code_says(answer.calls, results, phrases=self.phrases, said=said)
        if not answer.objection:
            return "", Done()
        if model is self._fallback:
            raise Failed("No model had an answer that may be spoken.")
        # In place of a deed that was not done: what still waits for a yes. Whoever lies again is not asked any more.
        waiting, self._waiting = self._waiting, None
        return (waiting[0], Done(version=waiting[1])) if waiting and answer.objection == "claim" else None

    async def _sentences(self, model: Model, answer: _Answer) -> AsyncIterator[str]:
        """What of one answer may be spoken. After the first sentence that may not, nothing more of it is."""
        cutter = sentences.Cutter()
        async for piece in self._answers(model):
            if isinstance(piece, Response):
                answer.response = piece
                continue
            for sentence in cutter.feed(piece):
                if self._may_be_said(sentence, answer):
                    yield sentence
        for sentence in cutter.rest():
            if self._may_be_said(sentence, answer):
                yield sentence

    def _answers(self, model: Model) -> AsyncIterator[str | Response]:
        """The model's answer to the conversation as it stands; the one thought of ahead, if it was to the same."""
        request, foresight = self._request(), self._foresight
        if foresight is not None and model is self._model and not foresight.failed and foresight.request == request:
            self._foresight = None
            return foresight.adopted()
        self.forget()
        return model(request)

    def _may_be_said(self, sentence: str, answer: _Answer) -> bool:
        if not answer.objection and (objection := self._guard.objection(sentence)):
            answer.objection = objection
            self._unsaid(sentence, objection)
        return not answer.objection

    def _forget_what_was_heard(self) -> str:
        """Back to the caller's last words and the tools since; the words are returned."""
        while self.history and self.history[-1].role == "assistant" and not self.history[-1].tool_calls:
            self.history.pop()
        return next((each.content for each in reversed(self.history) if each.role == "user"), "")

    async def finish(self) -> None:
        """Wait for tools that are still writing."""
        self.forget()
        await self._settle()
        if self._forgetting:
            await asyncio.wait(self._forgetting)

    def _request(self, *more: Message) -> Request:
        return Request(
            system_prompt=self._system_prompt,
            messages=[*self.history, *more],
            tools=self._tools,
            temperature=self._temperature,
            tenant_id=self._tenant_id,
        )

    async def _perform(self, call: ToolCall) -> JSON:
        """Run one tool. Should the reply be cancelled meanwhile, the tool goes on."""
        task = asyncio.create_task(self._run_and_remember(call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _run_and_remember(self, call: ToolCall) -> JSON:
        """The pair of call and result enters the history together, so that it is never half there."""
        result = await self._run_tool(call)
        self._guard.take(call.name, result)
        if "read_back" in result or "confirm_version" in call.arguments:
            self._waiting = _waiting_for_a_yes(result)
        self.history.append(Message(role="assistant", tool_calls=[call]))
        self.history.append(
            Message(role="tool", name=call.name, tool_call_id=call.id, content=json.dumps(result, default=str))
        )
        return result

    async def _settle(self) -> None:
        if self._running:
            await asyncio.wait(set(self._running))


def _waiting_for_a_yes(result: JSON) -> tuple[str, int] | None:
    """A read-back and its version."""
    version: Any = result.get("cart_version", result.get("version"))
    words = result.get("read_back")
    return (str(words), int(version)) if words and version is not None else None


def _what_code_says(
    calls: list[ToolCall], results: list[JSON], *, phrases: Phrasebook, said: str
) -> tuple[str, Done] | None:
    """What is spoken after these tools without asking the model again: a read-back word for word, a
    hand-over, a goodbye. None: the model goes on with the results."""
    for call, result in zip(calls, results, strict=True):
        if "error" in result:
            continue
        if waiting := _waiting_for_a_yes(result):
            return waiting[0], Done(version=waiting[1])
        if call.name == "transfer_call" and result.get("status") == "transferring":
            words = "" if said else str(result.get("say") or phrases.putting_through)
            return words, Done(ending="transfer", reason=str(call.arguments.get("reason", "")))
        if call.name == "end_call":
            return ("" if said else phrases.goodbye), Done(ending="goodbye")
    return None
