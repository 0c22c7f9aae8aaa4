"""A conversation without sound: the real agent, tools and database; the shell's rule for a yes; a caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from apps.calls.models import Call
from apps.language.assent import Assent, assent
from apps.orders.models import Order
from apps.tenants import scope
from apps.tools.registry import Yes
from apps.voice import admission
from apps.voice.agent import Done
from apps.voice.carrier import stored
from apps.voice.tokens import Admission
from tests.callers.people import Mind, Person

MOST_TURNS = 60
SAME_WORDS = 4
"""So often in a row the agent may not say the very same."""


@dataclass
class Outcome:
    seed: int
    aim: str
    problems: list[str] = field(default_factory=list)
    ended: str = ""
    """"placed", "gave up", "left", "asked", "transferred"."""
    turns: int = 0
    lines: list[str] = field(default_factory=list)


async def _silent(text: str) -> None:
    """The socket of nobody."""


class _NoLine:
    """A line on which nothing is played."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AssertionError(f"a conversation in text has no sound: {name}")


async def converse(place: scope.Place, person: Person, *, number: str) -> Outcome:
    """The whole conversation, and what is wrong with what it left in the books."""
    outcome, mind = Outcome(person.seed, person.aim), Mind(person)
    sid = f"CA{uuid4().hex}"
    row = await scope.run(place, _ring, sid, number)
    here = Admission(place, row.pk, sid, row.from_number, row.to_number, "http://test")
    live = await admission.admit(here, line=_NoLine(), send=_silent)
    agent, question = live._fittings.agent, None
    said = live._fittings.greeting
    agent.heard(said)
    outcome.lines.append(f"agent: {said}")
    while outcome.turns < MOST_TURNS:
        words = mind.next(said)
        if words is None:
            break
        heard = mind.as_heard(words)
        outcome.turns += 1
        outcome.lines.append(f"caller: {words}" + (f"   (heard: {heard})" if heard != words else ""))
        if question is not None and assent(heard) is Assent.YES:
            live.yes = Yes(version=question, said_at_ms=outcome.turns * 1000, by="caller")
        pieces = [piece async for piece in agent.reply(heard)]
        done = pieces.pop()
        assert isinstance(done, Done)
        question, said = done.version, " ".join(map(str, pieces))
        agent.heard(said)
        outcome.lines.append(f"agent: {said}")
        if done.ending == "transfer":
            outcome.ended = "transferred"
        if done.ending:
            break
    await agent.finish()
    live._fittings.log.close()
    await scope.run(place, _judge, outcome, mind, sid)
    return outcome


def _ring(sid: str, number: str) -> Call:
    return Call.objects.create(carrier_sid=sid, from_number=f"+1512555{number}", to_number="+15125560000")


def _judge(outcome: Outcome, mind: Mind, sid: str) -> None:
    """Graded by what stands in the books now, and by how it went."""
    person = mind.person
    placed = Order.objects.filter(call__carrier_sid=sid).exists()
    if placed and not (person.aim == "order" and mind.agreed):
        outcome.problems.append("an order without a yes")
    if placed and person.aim == "order":
        outcome.problems += stored.judge(mind.goal, call_sid=sid).problems
    if mind.memory.last == "thanks" and not placed:
        outcome.problems.append("the caller thinks it is ordered")
    if outcome.turns >= MOST_TURNS or _stuck([line for line in outcome.lines if line.startswith("agent: ")]):
        outcome.problems.append("a loop")
    if placed:
        outcome.ended = "placed"
    elif not outcome.ended:
        outcome.ended = {"order": "gave up", "walk away": "left", "only ask": "asked"}[person.aim]


def _stuck(agent: list[str]) -> bool:
    runs = zip(*(agent[start:] for start in range(SAME_WORDS)), strict=False)
    return any(len(set(run)) == 1 for run in runs)
