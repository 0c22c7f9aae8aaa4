"""The agent: read-backs word for word, tools that outlive an interruption, a history of what was heard."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from apps.language.redaction import PLACEHOLDER
from apps.llm.messages import Request, Response, ToolCall
from apps.menu.card import Card
from apps.voice.agent import MOST_ROUNDS, Agent, Done, Failed
from apps.voice.guard import Guard
from apps.voice.phrasebook import SPANISH, WAYS_OUT, Phrasebook


class Scripted:
    """A model that answers with what the test wrote down, and remembers what it was asked."""

    def __init__(self, *answers: Response | str) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> AsyncIterator[str | Response]:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            yield answer
            yield Response(type="text", content=answer)
        else:
            if answer.content:
                yield answer.content
            yield answer


def calling(name: str, content: str = "", **arguments: Any) -> Response:
    call = ToolCall(id="c1", name=name, arguments=arguments)
    return Response(type="tool_call", content=content, tool_call=call, tool_calls=[call])


def agent_with(
    model: Any, results: dict[str, Any] | None = None, run: Any = None, fallback: Any = None, unsaid: Any = None
) -> Agent:
    async def answer(call: ToolCall) -> dict[str, Any]:
        return (results or {})[call.name]

    return Agent(
        model=model,
        fallback=fallback or Scripted(),
        guard=Guard(card=Card),
        unsaid=unsaid or (lambda sentence, objection: None),
        run_tool=run or answer,
        tools=[],
        system_prompt="",
        temperature=0,
        tenant_id="t",
        books={"en": Phrasebook(goodbye="Bye now."), "es": SPANISH},
    )


async def said(agent: Agent, text: str) -> list[str | Done]:
    return [piece async for piece in agent.reply(text)]


async def test_text_becomes_sentences_and_then_it_is_done() -> None:
    agent = agent_with(Scripted("We open at eleven. Anything else?"))
    assert await said(agent, "when do you open") == ["We open at eleven.", "Anything else?", Done()]


async def test_a_read_back_is_spoken_word_for_word_without_asking_the_model_again() -> None:
    model = Scripted(calling("create_order", lines=[]))
    quoted = {"status": "quoted", "cart_version": 3, "read_back": "Two Cokes. Shall I place the order?"}
    pieces = await said(agent_with(model, {"create_order": quoted}), "two cokes")
    assert pieces == ["Two Cokes.", "Shall I place the order?", Done(version=3)]
    assert len(model.asked) == 1


async def test_a_refusal_goes_back_to_the_model() -> None:
    model = Scripted(calling("create_order"), "We are out of Coke.")
    pieces = await said(agent_with(model, {"create_order": {"error": "Coke is sold out."}}), "a coke")
    assert pieces == ["We are out of Coke.", Done()]
    assert json.loads(model.asked[1].messages[-1].content) == {"error": "Coke is sold out."}


async def test_goodbye_and_hand_over_end_the_call_after_their_words() -> None:
    assert await said(agent_with(Scripted(calling("end_call")), {"end_call": {"status": "ending"}}), "bye") == [
        "Bye now.",
        Done(ending="goodbye"),
    ]
    result = {"transfer_call": {"status": "transferring", "to": "Ana"}}
    model = Scripted(calling("transfer_call", content="I'll get Ana.", reason="complaint"))
    assert await said(agent_with(model, result), "a person") == [
        "I'll get Ana.",
        Done(ending="transfer", reason="complaint"),
    ]


async def test_a_cancelled_reply_does_not_cancel_its_tool_and_the_next_one_knows_the_result() -> None:
    began, may_end = asyncio.Event(), asyncio.Event()
    finished: list[str] = []

    async def slow(call: ToolCall) -> dict[str, Any]:
        began.set()
        await may_end.wait()
        finished.append(call.name)
        return {"status": "placed", "number": 1}

    model = Scripted(calling("create_order", confirm_version=1), "It is placed, number one.")
    agent = agent_with(model, run=slow)
    reply = asyncio.create_task(said(agent, "yes"))
    await began.wait()
    reply.cancel()
    await asyncio.wait({reply})
    assert finished == []
    second = asyncio.create_task(said(agent, "and a fork please"))
    await asyncio.sleep(0)
    may_end.set()
    assert (await second)[0] == "It is placed, number one."
    assert finished == ["create_order"]
    roles = [message.role for message in model.asked[1].messages]
    assert roles == ["user", "assistant", "tool", "user"], "the pair stands before what was said meanwhile"


async def test_only_what_was_heard_is_remembered() -> None:
    model = Scripted("One. Two. Three.", "Yes.")
    agent = agent_with(model)
    await said(agent, "count")
    agent.heard("One.")
    await said(agent, "go on")
    assert [message.content for message in model.asked[1].messages] == ["count", "One.", "go on"]


async def test_a_reply_made_again_after_a_cough_does_not_repeat_the_callers_words() -> None:
    model = Scripted("Well.", "Well.")
    agent = agent_with(model)
    await said(agent, "hello")
    agent.heard("Well.")
    await said(agent, "")
    assert [message.content for message in model.asked[1].messages] == ["hello"]


async def test_words_said_while_a_tool_runs_are_kept_when_more_words_follow() -> None:
    """Found in a call: "and forks please" was cut off while it waited for the tool, and was gone."""
    began, may_end = asyncio.Event(), asyncio.Event()

    async def slow(call: ToolCall) -> dict[str, object]:
        began.set()
        await may_end.wait()
        return {"status": "quoted"}

    model = Scripted(calling("create_order", lines=[]), "Sure.")
    agent = agent_with(model, run=slow)
    first = asyncio.create_task(said(agent, "a pizza"))
    await began.wait()
    first.cancel()
    second = asyncio.create_task(said(agent, "and forks please"))
    await asyncio.wait({first})
    second.cancel()
    await asyncio.wait({second})
    third = asyncio.create_task(said(agent, "and napkins"))
    await asyncio.sleep(0)
    may_end.set()
    await third
    users = [message.content for message in model.asked[1].messages if message.role == "user"]
    assert users == ["a pizza", "and forks please", "and napkins"]


async def test_a_model_that_only_calls_tools_fails_in_the_end() -> None:
    model = Scripted(*[calling("get_context")] * MOST_ROUNDS)
    with pytest.raises(Failed):
        await said(agent_with(model, {"get_context": {}}), "hello")


async def test_a_card_number_reaches_no_model() -> None:
    model = Scripted()
    pieces = await said(agent_with(model), f"my card is {PLACEHOLDER}")
    assert "card number" in str(pieces[0])
    assert model.asked == []


# ---- what a model says that is not so ------------------------------------------------------------------

QUOTED = {"status": "quoted", "cart_version": 3, "read_back": "One Coke. Shall I place the order?"}
PLACED = {"status": "placed", "number": 7, "total": "3.25"}


async def test_a_deed_that_no_tool_did_is_not_spoken_and_what_waits_for_a_yes_is_read_back() -> None:
    model = Scripted(calling("create_order", lines=[]), "Great! Your order is placed. It will be ready soon.")
    unsaid: list[tuple[str, str]] = []
    agent = agent_with(model, {"create_order": QUOTED}, unsaid=lambda *each: unsaid.append(each))
    await said(agent, "a coke")
    assert await said(agent, "yes") == ["Great!", "One Coke.", "Shall I place the order?", Done(version=3)]
    assert unsaid == [("Your order is placed.", "claim")]


async def test_who_claims_it_again_is_replaced_for_that_turn() -> None:
    lies = ["I've placed it.", "It's placed now."]
    model = Scripted(calling("create_order", lines=[]), *lies)
    honest = Scripted(calling("create_order", confirm_version=3), "It is placed, number seven.")
    results = iter([QUOTED, PLACED])

    async def run(call: ToolCall) -> dict[str, Any]:
        return next(results)

    agent = agent_with(model, run=run, fallback=honest)
    await said(agent, "a coke")
    assert await said(agent, "yes") == ["One Coke.", "Shall I place the order?", Done(version=3)]
    assert await said(agent, "yes") == ["It is placed, number seven.", Done()]
    assert model.answers == []


async def test_a_claim_beside_the_call_that_makes_it_true_waits_for_the_result() -> None:
    model = Scripted(calling("create_order", content="Your order is placed!", confirm_version=3), "It's placed.")
    agent = agent_with(model, {"create_order": PLACED})
    assert await said(agent, "yes") == ["It's placed.", Done()]


async def test_a_refused_confirmation_is_not_read_back_as_it_was() -> None:
    results = iter([QUOTED, {"error": "The menu has changed."}])

    async def run(call: ToolCall) -> dict[str, Any]:
        return next(results)

    model = Scripted(calling("create_order"), calling("create_order", confirm_version=3), "It's placed.")
    agent = agent_with(model, run=run, fallback=Scripted("The menu has changed."))
    await said(agent, "a coke")
    assert await said(agent, "yes") == ["The menu has changed.", Done()]


async def test_a_look_at_something_else_leaves_the_read_back_waiting() -> None:
    results = {"create_order": QUOTED, "get_context": {"address": "12 Main"}}
    model = Scripted(calling("create_order"), calling("get_context"), "At 12 Main. And it's placed.")
    agent = agent_with(model, results)
    await said(agent, "a coke")
    assert (await said(agent, "where are you, and yes"))[-1] == Done(version=3)


async def test_prices_that_no_tool_and_no_menu_named_are_not_spoken() -> None:
    model = Scripted("That is five dollars.")
    agent = agent_with(model, fallback=Scripted("It is on the menu."))
    assert await said(agent, "five dollars, right?") == ["It is on the menu.", Done()]


async def test_without_an_honest_answer_the_reply_fails() -> None:
    with pytest.raises(Failed):
        await said(agent_with(Scripted("It's booked."), fallback=Scripted("It's booked.")), "a table")


# ---- languages -----------------------------------------------------------------------------------------

TRANSFERRING = {"transfer_call": {"status": "transferring", "to": "Ana"}}


async def test_code_speaks_the_callers_language_once_it_is_known() -> None:
    agent = agent_with(Scripted("Claro.", calling("end_call")), {"end_call": {"status": "ending"}})
    assert agent.phrases.goodbye == "Bye now."
    await said(agent, "hola, quiero una mesa por favor")
    assert (agent.language, agent.phrases) == ("es", SPANISH)
    assert await said(agent, "adiós") == ["Gracias por llamar a {name}.", "¡Adiós!", Done(ending="goodbye")]


async def test_a_language_that_is_not_spoken_is_shown_the_way_out_and_no_model_is_asked() -> None:
    model = Scripted()
    agent = agent_with(model, TRANSFERRING)
    pieces = await said(agent, "bonjour, je voudrais réserver une table pour deux")
    assert " ".join(str(piece) for piece in pieces[:-1]) == WAYS_OUT["fr"].person
    assert pieces[-1] == Done(ending="transfer", reason="language")
    assert model.asked == []


async def test_where_nobody_can_be_reached_they_are_told_who_calls_back() -> None:
    agent = agent_with(Scripted(), {"transfer_call": {"status": "unavailable", "fallback": "callback ticket 1"}})
    pieces = await said(agent, "ich möchte bitte einen Tisch reservieren")
    assert "ruft Sie zurück" in " ".join(map(str, pieces))
    assert pieces[-1] == Done(ending="goodbye")


async def test_a_caller_who_then_speaks_english_is_served() -> None:
    agent = agent_with(Scripted("We open at eleven."), TRANSFERRING)
    await said(agent, "ich möchte bitte einen Tisch reservieren")
    assert await said(agent, "sorry, when do you open") == ["We open at eleven.", Done()]


# ---- thinking ahead ----------------------------------------------------------------------------------


async def test_what_was_thought_ahead_is_said_at_once_when_the_words_are_final() -> None:
    model = Scripted("We open at eleven.")
    agent = agent_with(model)
    agent.foresee("when do you open")
    await asyncio.sleep(0)
    assert await said(agent, "when do you open") == ["We open at eleven.", Done()]
    assert len(model.asked) == 1
    await agent.finish()


async def test_it_is_thrown_away_when_the_caller_said_more() -> None:
    model = Scripted("We open at eleven.", "We are closed on Sundays.")
    agent = agent_with(model)
    agent.foresee("when do you open")
    await asyncio.sleep(0.01)
    assert await said(agent, "when do you open on sundays") == ["We are closed on Sundays.", Done()]
    await agent.finish()
    assert len(asyncio.all_tasks()) == 1


async def test_thinking_ahead_runs_no_tool_until_the_words_are_final() -> None:
    ran: list[str] = []

    async def run(call: ToolCall) -> dict[str, Any]:
        ran.append(call.name)
        return {"status": "quoted", "cart_version": 3, "read_back": "Two Cokes. Right?"}

    model = Scripted(calling("create_order", lines=[]))
    agent = agent_with(model, run=run)
    agent.foresee("two cokes")
    await asyncio.sleep(0.01)
    assert (ran, len(model.asked), agent.history) == ([], 1, [])
    assert await said(agent, "two cokes") == ["Two Cokes.", "Right?", Done(version=3)]
    assert (ran, len(model.asked)) == (["create_order"], 1)


async def test_a_thought_that_failed_is_thought_again() -> None:
    class FailsOnce(Scripted):
        async def __call__(self, request: Request) -> AsyncIterator[str | Response]:
            if not self.asked:
                self.asked.append(request)
                raise Failed("no")
            async for piece in super().__call__(request):
                yield piece

    agent = agent_with(FailsOnce("We open at eleven."))
    agent.foresee("when do you open")
    await asyncio.sleep(0.01)
    assert await said(agent, "when do you open") == ["We open at eleven.", Done()]


async def test_an_interrupted_answer_that_was_thought_ahead_stops_being_made() -> None:
    stopped: list[bool] = []

    async def endless(request: Request) -> AsyncIterator[str | Response]:
        try:
            while True:
                yield "And so on. "
                await asyncio.sleep(0.01)
        finally:
            stopped.append(True)

    agent = agent_with(endless)
    agent.foresee("tell me everything")
    replying = agent.reply("tell me everything")
    assert await anext(replying) == "And so on."
    await replying.aclose()
    await asyncio.sleep(0.05)
    await agent.finish()
    assert stopped == [True]


@pytest.mark.parametrize("text", ["", f"my card is {PLACEHOLDER}", "je voudrais commander deux pizzas s'il vous plaît"])
async def test_nothing_is_thought_ahead_of_what_no_model_should_see(text: str) -> None:
    model = Scripted("Hm.")
    agent = agent_with(model)
    agent.foresee(text)
    await asyncio.sleep(0.01)
    assert model.asked == []


async def test_only_the_last_thought_counts() -> None:
    model = Scripted("One.", "Two.")
    agent = agent_with(model)
    agent.foresee("when do you")
    agent.foresee("when do you open")
    assert await said(agent, "when do you open") in (["Two.", Done()], ["One.", Done()])
    await agent.finish()
    assert len(asyncio.all_tasks()) == 1
