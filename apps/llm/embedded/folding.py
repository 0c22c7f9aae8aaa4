"""Folds a conversation's messages into its state: what every utterance and every tool's answer changed.

Pure and without memory: the same messages give the same state, whoever wrote the assistant's part of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from apps.language import phones, spelling, tongues
from apps.language.assent import Assent, assent, nothing_more
from apps.language.text import fold as fold_text
from apps.language.text import words
from apps.llm.embedded import acts, allergies, amending, errands, names, orders, phrases, reserving, spans
from apps.llm.embedded import draft as drafts
from apps.llm.embedded.acts import Act
from apps.llm.embedded.draft import Draft, Line
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.state import HOPELESS, STUCK, Call, Quote, State, Turn, expecting
from apps.llm.messages import Message, ToolCall
from apps.menu import upselling

_LEAVE_OUT = re.compile(
    r"\b(leave|skip|forget|drop|remove|take) (it|that|this)( out| off)?\b|\b(qu[ií]te|qu[ií]ta)lo\b"
)
_DONE = re.compile(
    r"\b(that's (all|it|everything)|that is (all|it|everything)|that'll be (all|it)|that will be (all|it|everything)|"
    r"nothing else|that's about it|that should (do it|be it|be all)|that does it|i'm (done|all set)|"
    r"we're (done|all set)|all set|just that|only that|i'm good|we're good|that'll do( it)?|eso es todo|"
    r"es todo|nada mas|(check|ring) (me )?out|"
    r"place (the|my) order|ready to (pay|order|check out)|finish (the|my) order|complete (the|my) order)\b"
)
_ORDERING = ("create_order", "change_order")
_MUST_BE_ANSWERED = ("", "name", "item", "size", "choice", "quantity", "confirm")
_ELSEWHERE: frozenset[Act] = frozenset(
    ("emergency", "robot", "language", "person", "order_status", "job", "vendor", "press", "lost_item", "complaint",
     "catering", "repeat", "wait", "abuse")
)  # fmt: skip


_NUMBER = re.compile(r"\b(?:number|phone|cell|mobile|call me|reach me|text me|telefono|numero)\b")


def fold(messages: Iterable[Message], *, known: Lexicon, begun: State | None = None) -> State:
    """The state after these messages."""
    state = begun or State()
    waiting: dict[str, ToolCall] = {}
    for message in messages:
        if message.role == "user":
            state = _user(state, message.content, known)
        elif message.role == "assistant":
            state = reserving.said(state, message.content)
            for call in message.tool_calls:
                waiting[call.id] = call
                state = _called(state, call, known)
        elif message.role == "tool":
            asked = waiting.get(message.tool_call_id or "")
            name = message.name or (asked.name if asked else "")
            result = _read_json(message.content)
            state = _answered(state, Call(name, asked.arguments if asked else {}, result), known)
    return state


def _user(state: State, text: str, known: Lexicon) -> State:
    quote = replace(state.quote, age=state.quote.age + 1) if state.quote else None
    state = replace(
        state,
        quote=quote,
        calls=(),
        turns=state.turns + 1,
        language=_language(text, before=state.language),
    )
    asked, about = expecting(state, known=known)
    if state.booking is not None and state.quote is None and not state.draft:
        asked = "name" if state.facts is not None and not state.booking.lacking else ""
    lacking = errands.asks_for(state.errand, name=state.name, facts=state.facts) if state.errand else ""
    if state.errand is not None and not state.errand.amends:
        asked = "name" if lacking == "name" else ""
    turn = Turn(
        text=text,
        asked=asked,
        acts=_acts(text),
        question=acts.is_question(text),
        assent=assent(text),
        allergy=allergies.stated(text),
        empty=not words(text),
    )
    if turn.allergy and turn.allergy not in state.allergies:
        state = replace(state, allergies=(*state.allergies, turn.allergy), quote=None)
    if _person_offered(state) and turn.assent is Assent.YES:
        turn = replace(turn, acts=turn.acts | {"person"})  # the yes to "shall I get a person?"
    if state.resumable:
        state = replace(state, resumable=False)
        if turn.assent is Assent.NO:  # another order, then
            turn = Turn(text=text, acts=frozenset({"order"}), empty=False)
            return replace(state, draft=(), focus=None, finished=False, name="", turn=turn)
    state = replace(state, turn=turn, warned=False)
    if state.offer:
        state = _offer_answered(state)
        if state.turn.changed or turn.assent is Assent.NO:
            return state
    if state.later and turn.assent is not Assent.UNCLEAR:
        agreed = turn.assent is Assent.YES or state.takes_later
        state = replace(state, takes_later=agreed, later=state.later if agreed else "")
    if turn.acts & {"emergency", "robot", "language", "person", "wait"}:
        return state
    state = _numbered(_named(state, known))
    state = _errand(state, lacking, known)
    state = reserving.heard(state)
    if state.open_for == STUCK and about is not None and (turn.assent is Assent.YES or _LEAVE_OUT.search(text.lower())):
        left = (*state.draft[:about], *state.draft[about + 1 :])
        return replace(state, draft=left, focus=None, open_for=0, trouble=0, turn=replace(turn, changed=True))
    before = state.draft[about] if about is not None else None
    if not _is_about_other_things(state) and not (asked == "confirm" and turn.assent is Assent.YES):
        state = _ordered(state, about, known)
    state = _suggesting(_settled(state), known)
    still = expecting(state, known=known)
    same = still[1] is not None and still[0] == asked and state.draft[still[1]] == before
    warned = bool(state.turn.allergy) and not state.turn.changed
    return replace(state, open_for=state.open_for + 1 if same else 0, warned=warned)


def _language(text: str, *, before: str) -> str:
    heard = tongues.spoken(text, before=before, offered=phrases.LANGUAGES)
    return heard if heard in phrases.LANGUAGES else before


def _acts(text: str) -> frozenset[Act]:
    """Who asks for a table asks for nothing else that can be had."""
    found = acts.read(text)
    return found - {"menu", "have"} if "booking" in found and "menu" not in words(text) else found


def _suggesting(state: State, known: Lexicon) -> State:
    """Once, when the order is complete: what goes with it."""
    if state.errand is not None:
        return state
    if state.suggested or not state.turn.finished or expecting(state, known=known)[0] not in ("name", "confirm"):
        return state
    found = upselling.suggest(known.card, [line.items[0] for line in state.draft])
    return replace(state, offer=found.item_id, suggested=found.item_id) if found else state


def _offer_answered(state: State) -> State:
    """A yes puts it on the order; whatever else is said, it is not asked again."""
    if state.turn.assent is not Assent.YES:
        return replace(state, offer="")
    line = Line((state.offer,))
    turn = replace(state.turn, changed=True, new=(line,))
    return replace(state, draft=(*state.draft, line), offer="", turn=turn)


def _person_offered(state: State) -> bool:
    """In the answer to the caller's words before these."""
    offered = state.trouble >= HOPELESS or bool(state.turn.acts & {"emergency"}) or state.warned
    return offered and (state.quote is None or state.quote.age > 1)


def _is_about_other_things(state: State) -> bool:
    turn = state.turn
    if turn.named and turn.asked == "name":
        return True
    if state.booking is not None or turn.let_go or (state.errand is not None and not state.errand.amends):
        return True
    if turn.question and turn.acts & (reserving.INFORMATION | _ELSEWHERE):
        return True
    return bool(turn.acts & (_ELSEWHERE - {"repeat", "wait"})) or turn.acts >= {"allergy", "about"}


def _named(state: State, known: Lexicon) -> State:
    """Take the name when it was asked for or is said to be one."""
    turn = state.turn
    name = names.introduced(turn.text)
    if name and known.knows(name.split()[0].lower()) and turn.asked != "name":
        name = None
    if not name and turn.asked == "name" and _only_answers(turn) and not _orders_something(turn.text, known):
        name = names.answered(turn.text)
    if not name:
        return state
    return replace(state, name=name, turn=replace(turn, named=True, spelled=spelling.heard(turn.text) or ""))


def _numbered(state: State) -> State:
    """Take the telephone number that is said to be one."""
    said = _NUMBER.split(fold_text(state.turn.text), maxsplit=1)
    number = phones.normalise(phones.heard(said[-1])) if len(said) > 1 else None
    return replace(state, number=number or state.number)


def _only_answers(turn: Turn) -> bool:
    other = turn.acts - {"greeting", "thanks", "person"}
    return turn.assent is Assent.UNCLEAR and not turn.question and not other


def _orders_something(text: str, known: Lexicon) -> bool:
    """Whether an answer to "what's your name?" is about the order after all."""
    found = spans.read(text, known=known)
    menu = [span for span in found if span.kind == "menu" and span.sureness > spans.SURE]
    verbs = {span.kind for span in found} & {"not", "remove", "add", "change", "number", "article", "more", "instead"}
    wants = any(span.kind == "want" and span.text not in ("do", "put") for span in found)
    return bool(menu) and (bool(verbs) or wants or len(words(text)) > 5)


def _errand(state: State, asked: str, known: Lexicon) -> State:
    turn = state.turn
    if state.errand is None:
        if state.draft or state.quote is not None or state.booking is not None:
            return state  # "cancel my order" is the one that is being made
        placed = (state.placed or {}).get("number")
        number = placed if isinstance(placed, int) else None
        begun = errands.begun(turn.acts, turn.text, placed=number, booked=reserving.booked_day(state))
        if state.kept and (begun.kind == "change_order" if begun else amending.begins(turn, known)):
            errand = errands.Errand("change_order", (turn.text,), number=number, found=state.placed)
            return replace(amending.opened(state, state.kept), errand=errand, booking=None)
        return replace(state, errand=begun, booking=None) if begun is not None else state
    if state.errand.amends and "cancel_order" in turn.acts:
        return amending.cancelled_instead(state)
    if turn.acts & {"order", "booking"} and not turn.acts & set(errands.KINDS):
        return replace(amending.released(state), closing=False, turn=turn)
    if state.quote is not None:
        gives_up = state.errand.amends and state.changing and (turn.assent is Assent.NO or nothing_more(turn.text))
        return amending.released(state) if gives_up else state
    if state.errand.amends and "?" not in turn.text and nothing_more(turn.text):
        return amending.released(state)
    heard = errands.heard(state.errand, turn.text, turn.assent, asked=asked)
    return replace(state, errand=heard) if heard is not None else amending.released(state)


def _ordered(state: State, about: int | None, known: Lexicon) -> State:
    turn = state.turn
    if "cancel_order" in turn.acts and state.draft:
        return replace(state, draft=(), focus=None, finished=False, quote=None, turn=replace(turn, changed=True))
    found = spans.read(turn.text, known=known)
    heard = orders.read(found, draft=state.draft, focus=state.focus, known=known, asked=turn.asked, about=about)
    drafted = heard.draft
    if not heard.changed and about is not None and turn.asked in ("choice", "size", "item") and _leaves_it(turn):
        drafted = drafts.chosen_for_them(drafted, about=about, asked=turn.asked, known=known)
    drafted, gone = drafts.what_can_be_had(drafted, known=known)
    changed = drafted != state.draft
    turn = replace(
        turn,
        changed=changed or bool(gone),
        new=tuple(line for line in drafted if line not in state.draft),
        homeless=heard.homeless,
        gone=gone,
        mentions=heard.mentioned,
        strange=() if turn.named else tuple(span.text for span in found if span.kind == "unknown"),
    )
    quote = None if changed else state.quote
    if state.stands and not drafted:
        return amending.cancelled_instead(replace(state, turn=turn))
    return replace(
        state,
        draft=drafted,
        focus=heard.focus if heard.focus is not None and heard.focus < len(drafted) else None,
        quote=quote,
        changing=False if changed else state.changing,
        turn=turn,
        closing=False if changed else state.closing,
    )


def _leaves_it(turn: Turn) -> bool:
    return "any" in turn.acts and not turn.question


def _settled(state: State) -> State:
    """What the words mean for the conversation as a whole."""
    turn = state.turn
    no_more = nothing_more(turn.text)
    finished = bool(_DONE.search(" ".join(words(turn.text)))) or (no_more and not turn.changed)
    if turn.asked == "more" and turn.assent is Assent.NO:
        finished = True
    if state.quote is not None and turn.assent is Assent.NO and not _DONE.search(turn.text.lower()):
        finished = state.finished
        state = replace(state, changing=True)
    turn = replace(turn, finished=finished)
    open_still = turn.asked in ("item", "size", "choice", "quantity")  # "that's all" is no answer to these
    nothing_came = not (
        turn.changed
        or turn.named
        or (finished and not open_still)
        or (turn.acts - {"thanks"} if open_still else turn.acts)
        or turn.homeless
        or state.booking is not None
        or state.errand is not None
        or turn.let_go
    ) and (turn.assent is Assent.UNCLEAR or turn.asked in _MUST_BE_ANSWERED)
    return replace(
        state,
        finished=state.finished or finished,
        turn=turn,
        trouble=state.trouble + 1 if nothing_came else 0,
    )


def _called(state: State, call: ToolCall, known: Lexicon) -> State:
    """A model, this one or another, has sent lines: from now on they are the order."""
    if call.name not in _ORDERING or not isinstance(call.arguments.get("lines"), list):
        return state
    lines = call.arguments["lines"]
    name = str(call.arguments.get("customer_name") or state.name)
    if call.arguments.get("note") and not state.allergies:
        state = replace(state, allergies=(str(call.arguments["note"]),))
    finished = call.name == "create_order"
    if lines and not _is_incomplete(state.draft) and lines == drafts.as_json(state.draft, known=known):
        return replace(state, name=name, finished=finished)
    draft = drafts.from_json(lines, known=known)
    focus = len(draft) - 1 if draft else None
    return replace(state, draft=draft, focus=focus, name=name, finished=finished, offer="")


def _is_incomplete(draft: Draft) -> bool:
    return any(not line.settled for line in draft)


def _answered(state: State, call: Call, known: Lexicon) -> State:
    state = replace(state, calls=(*state.calls, call))
    result = call.result
    if call.refusal:
        if call.name == "create_order" and "confirm_version" not in call.arguments:
            later = call.refusal if call.refusal.rstrip().endswith("then?") else ""
            draft = drafts.without_refused(state.draft, sentence=call.refusal, known=known)
            resumable = bool(result.get("resume"))
            return replace(state, draft=draft, quote=None, later=later, takes_later=False, resumable=resumable)
        if call.name in ("order_status", "find_reservation") and state.errand is not None:
            return replace(state, errand=errands.lost(state.errand), name="")
        if call.name == "change_order" and "confirm_version" not in call.arguments and state.stands:
            draft = drafts.without_refused(state.draft, sentence=call.refusal, known=known)
            kept = bool(draft) and (draft != state.draft or "?" in call.refusal)
            return replace(state, draft=draft, quote=None) if kept else amending.released(state)
        return replace(state, quote=None, booking=reserving.refused(state, call))
    status = result.get("status")
    if state.errand is not None:
        errand = errands.answered(state.errand, call.name, result)
        name = "" if errand is not None and errand.missed > state.errand.missed else state.name
        state = replace(state, errand=errand, name=name, closing=state.closing or errand is None)
    if call.name == "order_status" and state.errand is not None and state.errand.amends:
        return amending.found(state, result, known)
    if call.name == "get_context":
        return reserving.informed(state, facts=result)
    if call.name == "search_menu":
        return replace(state, subject=str(call.arguments.get("query", "")), warned="allergy" in state.turn.acts)
    if status == "quoted" or status == "held":
        version = result.get("cart_version", result.get("version"))
        if isinstance(version, int):
            tool = call.name if call.name in _ORDERING else "create_reservation"  # where the yes to it goes
            return replace(state, quote=Quote(tool, version, str(result.get("read_back", ""))), changing=False)
    if status in ("placed", "changed"):
        return replace(
            state,
            placed=result,
            kept=state.draft,
            stands=(),
            draft=(),
            focus=None,
            quote=None,
            finished=False,
            closing=True,
            later="",
            takes_later=False,
        )
    if status == "booked":
        return replace(state, booked=result, quote=None, booking=None, closing=True)
    if call.name == "create_reservation":
        closing = status == "lead"
        return replace(state, quote=None, closing=closing, booking=None if closing else reserving.refused(state, call))
    if call.name in ("create_ticket", "transfer_call"):
        return replace(state, ticket="", closing=True)
    return state


def _read_json(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {"error": content} if content else {}
    return found if isinstance(found, dict) else {}
