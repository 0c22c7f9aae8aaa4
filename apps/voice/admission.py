"""Fits a call out: whom it is for, what it knows, which providers serve it, and how its tools run."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from django.db import DatabaseError
from django.utils import timezone
from pydantic import ValidationError

from apps.llm import choice, client, usage
from apps.llm.embedded import allergies
from apps.llm.messages import JSON, Attempt, Message, Request, Response, ToolCall, ToolSchema
from apps.llm.purse import Purse
from apps.orders import drafts
from apps.tenants import scope
from apps.tools import registry, snapshot
from apps.tools.registry import ToolContext, ToolError, Yes
from apps.tools.snapshot import Snapshot
from apps.voice import conversation, ending, phrasebook, prompt, providers, roster, taping, watching
from apps.voice.agent import Agent
from apps.voice.call import LiveCall
from apps.voice.fittings import Fittings
from apps.voice.guard import Guard
from apps.voice.log import CallLog
from apps.voice.recorder import Recorder
from apps.voice.speaker import Line
from apps.voice.tokens import Admission
from loman import observability

log = logging.getLogger(__name__)

TOOL_SECONDS = 10.0
"""A tool that takes longer is apologised for; one that writes still runs to its end."""
LOOK_SECONDS = 0.25
"""For a look at the menu between the caller's words and the answer."""
LAST_SECONDS = 30.0
"""For tools that still write when the call is over."""
SLOW = "That is taking longer than it should."


async def admit(admission: Admission, *, line: Line, send: Callable[[str], Awaitable[None]]) -> LiveCall:
    """A call that is ready to run, for a stream whose token was used up."""
    known = await scope.run(admission.place, _look, admission)
    left = await scope.run(admission.place, _left, admission)
    purse = await scope.run(admission.place, _purse, admission, known)
    knowledge = Knowledge(admission, known)
    chosen = known.settings
    began = time.monotonic()
    call_log = CallLog(admission.call_sid, began=began, written=watching.teller(admission.place.id, admission.call_id))
    call_log.write(
        "started",
        call_sid=admission.call_sid,
        call_id=str(admission.call_id),
        restaurant=admission.place.slug,
        prompt=prompt.VERSION,
        **{"from": admission.from_number, "to": admission.to_number},
    )
    tape = Recorder(admission.place.slug, admission.call_id)
    tools = Tools(admission, knowledge, call_log)
    assistant = chosen.assistant_name
    names = {"assistant": assistant, "name": admission.place.name}
    books = phrasebook.offered(chosen.languages, **names)
    first, book = next(iter(books.items()))
    facts = known.facts(now=known.taken_at)
    own_words = " ".join([*facts["policies"].values(), chosen.prompt_additions])
    agent = Agent(
        model=_model(knowledge, choice.chain_of(chosen), purse, call_log),
        fallback=_model(knowledge, (choice.EMBEDDED,), purse, call_log),
        guard=Guard(card=lambda: knowledge.snapshot.card, facts=own_words),
        unsaid=lambda sentence, why: call_log.write("unsaid", text=sentence, objection=why),
        run_tool=tools.run,
        tools=_tools(known),
        system_prompt=_prompt(known),
        temperature=float(chosen.llm_temperature),
        tenant_id=str(admission.place.id),
        books=books,
        history=_where_it_broke_off(left) if left else (),
    )
    hearing, speaking = providers.hearing(chosen), providers.speaking(chosen)
    roster.warm(hearing + speaking)
    fittings = Fittings(
        call_id=admission.call_id,
        restaurant=admission.place.slug,
        card=replace(known.card, keyterms=tuple(chosen.keyterms)),
        agent=agent,
        hearing=hearing,
        speaking=speaking,
        language=first if len(books) == 1 else "multi",
        limits=conversation.Limits(longest_seconds=chosen.longest_call_minutes * 60.0),
        notice=phrasebook.notice(chosen.notice, book, **names),
        greeting=book.welcome_back if left else phrasebook.greeting(chosen.greeting, book, **names),
        log=call_log,
        tape=tape,
        hand_over=lambda reason, to: ending.hand_over(admission, reason=reason, to=to),
        hang_up=lambda: ending.hang_up(admission),
        keep=lambda: _keep(admission, tools, call_log, tape),
        tape_at_carrier=(lambda: taping.begin(admission)) if chosen.carrier_recording else None,
    )
    call = LiveCall(fittings, line=line, send=send, began=began)
    tools.yes = lambda: call.yes
    tools.language = lambda: agent.language
    tools.said = lambda: [each.content for each in agent.history if each.role == "user"]
    return call


def first_request(known: Snapshot, words: str) -> Request:
    """What a call's model is asked when its caller begins with these words."""
    return Request(
        system_prompt=_prompt(known),
        messages=[Message(role="user", content=words)],
        tools=_tools(known),
        temperature=float(known.settings.llm_temperature),
        tenant_id=str(known.place.id),
    )


def _tools(known: Snapshot) -> list[ToolSchema]:
    return [each.schema() for each in registry.offered(known.settings.services)]


def _prompt(known: Snapshot) -> str:
    return prompt.build(
        facts=known.facts(now=known.taken_at),
        card=known.card,
        assistant=known.settings.assistant_name,
        additions=known.settings.prompt_additions,
    )


def _look(admission: Admission) -> Snapshot:
    return snapshot.take(admission.place, now=timezone.now())


def _look_again(admission: Admission) -> tuple[Snapshot, bool]:
    return _look(admission), scope.is_served(admission.place)


def _left(admission: Admission) -> JSON | None:
    """What an earlier call from there was about to order when its line dropped."""
    cart = drafts.left_by(admission.from_number, now=timezone.now())
    return drafts.as_arguments(cart) if cart else None


def _purse(admission: Admission, known: Snapshot) -> Purse:
    """What this call may spend on models. What others spend meanwhile, it learns nothing of."""
    return usage.purse(known.settings, timezone=admission.place.timezone, now=known.taken_at)


def _where_it_broke_off(arguments: JSON) -> list[Message]:
    """The earlier call's order, as if it had been asked for in this one and not gone through."""
    call = ToolCall(id="before", name="create_order", arguments=arguments)
    refused = json.dumps({"error": "The line dropped before the caller said yes.", "resume": True})
    result = Message(role="tool", name=call.name, tool_call_id=call.id, content=refused)
    return [Message(role="assistant", tool_calls=[call]), result]


@dataclass
class Knowledge:
    """What a running call knows of its restaurant: kept true from turn to turn, so that what is sold out now is
    sold out in the next sentence."""

    admission: Admission
    snapshot: Snapshot
    served: bool = True
    """Not suspended meanwhile: then nothing that costs is asked any more."""

    async def look_again(self) -> None:
        """Cheap while nothing has changed. A database that does not answer soon leaves what was known."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                self.snapshot, self.served = await scope.run(self.admission.place, _look_again, self.admission)
        except (TimeoutError, DatabaseError):
            log.warning("menu not looked at again", extra={"event": "knowledge.stale"})


async def _keep(admission: Admission, tools: Tools, call_log: CallLog, tape: Recorder) -> None:
    """The end of what its tools are writing, of a call's files, then its rows."""
    await tools.finish()
    call_log.close()
    await asyncio.to_thread(tape.close)
    await ending.keep(admission, recording_url=tape.url)


@dataclass
class Tools:
    """Runs a live call's tools: in process, in the restaurant, off the event loop, each with the call's yes."""

    admission: Admission
    knowledge: Knowledge
    log: CallLog
    yes: Callable[[], Yes | None] = lambda: None
    language: Callable[[], str] = lambda: "en"
    said: Callable[[], Sequence[str]] = lambda: ()
    """Everything the caller has said."""
    _running: set[asyncio.Future[JSON]] = field(default_factory=set)

    async def finish(self) -> None:
        """Wait for what took too long for the caller: it may have written, and belongs to the call's report."""
        if self._running:
            await asyncio.wait(self._running, timeout=LAST_SECONDS)

    async def run(self, call: ToolCall) -> JSON:
        """The tool's JSON, or `{"error": sentence}`. Never raises."""
        began = time.perf_counter()
        result = await self._result(call)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        self.log.write("tool", name=call.name, arguments=call.arguments, result=result, ms=milliseconds)
        _count(self.admission.place.slug, result)
        return result

    async def _result(self, call: ToolCall) -> JSON:
        tool = registry.TOOLS.get(call.name)
        if tool is None:
            return {"error": f"There is no tool called {call.name}."}
        context = self._context()
        running = asyncio.ensure_future(scope.run(self.admission.place, tool.run, context, call.arguments))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        try:
            # The deadline is the caller's patience, not the tool's life: a write that began is never cut off.
            return await asyncio.wait_for(asyncio.shield(running), TOOL_SECONDS)
        except ToolError as refusal:
            return {"error": str(refusal)}
        except ValidationError as error:
            return {"error": "Those arguments do not fit.", "errors": _brief(error)}
        except TimeoutError:
            return {"error": SLOW}
        except Exception:  # a bug or a database that is away: the caller hears an apology, the log the reason
            log.exception("tool failed", extra={"event": "tool.failed", "tool": call.name})
            return {"error": "Sorry, that didn't work just now."}

    def _context(self) -> ToolContext:
        return ToolContext(
            place=self.admission.place,
            now=timezone.now(),
            key=f"call:{self.admission.call_id}",
            by="caller",
            call_id=self.admission.call_id,
            carrier_sid=self.admission.call_sid,
            caller_number=self.admission.from_number,
            yes=self.yes(),
            overheard="; ".join(filter(None, map(allergies.stated, self.said()))),
            language=self.language() if self.language() in phrasebook.BOOKS else "en",
            snapshot=self.knowledge.snapshot,
        )


def _brief(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]


def _count(restaurant: str, result: JSON) -> None:
    if result.get("status") == "placed":
        observability.orders_created.labels(restaurant).inc()
    elif result.get("status") == "booked":
        observability.reservations_created.labels(restaurant).inc()


def _model(
    knowledge: Knowledge, chain: choice.Chain, purse: Purse, call_log: CallLog
) -> Callable[[Request], AsyncIterator[str | Response]]:
    """These models in their order, the embedded one last, as one stream of text and a response. Once the restaurant's
    budget is spent the embedded one goes on alone."""
    client.warm_for(chain)

    def spent(attempt: Attempt) -> None:
        purse.pay(attempt)
        call_log.write(usage.EVENT, **attempt.model_dump(mode="json"))

    async def ask(request: Request) -> AsyncIterator[str | Response]:
        await knowledge.look_again()
        began = time.perf_counter()
        if purse.is_empty and len(chain) > 1:
            log.warning("the budget for models is spent", extra={"event": "llm.budget"})
        asked = (choice.EMBEDDED,) if purse.is_empty or not knowledge.served else chain
        answer = client.stream(request, chain=asked, card=knowledge.snapshot.card, spent=spent)
        async with aclosing(answer) as pieces:
            async for piece in pieces:
                if isinstance(piece, Response):
                    seconds = time.perf_counter() - began
                    observability.llm_latency_seconds.labels(piece.provider).observe(seconds)
                yield piece

    return ask
