"""A running call as staff watch it, read off its log."""

from __future__ import annotations

from typing import Any

import pytest

from apps.voice import scene
from apps.voice.scene import Cart, Line, Table

Record = dict[str, Any]


def state(name: str, at_ms: int = 0) -> Record:
    return {"event": "state", "state": name, "at_ms": at_ms}


def says(turn: int, *texts: str, at_ms: int, heard: int | None = None, by: str = "") -> list[Record]:
    """The agent's sentences, of which so many were heard."""
    staff = {"by": by} if by else {}
    made: list[Record] = [
        {"event": "sentence", "turn": turn, "index": index, "text": text, "at_ms": at_ms, **staff}
        for index, text in enumerate(texts)
    ]
    made.append({"event": "first_audio", "turn": turn, "latency_ms": None, "at_ms": at_ms + 10})
    for index, text in enumerate(texts[: len(texts) if heard is None else heard]):
        made.append({"event": "played", "turn": turn, "index": index, "text": text, "at_ms": at_ms + 20 + index})
    return made


def guest(text: str, at_ms: int) -> Record:
    return {"event": "utterance", "text": text, "started_ms": at_ms, "ended_ms": at_ms + 500, "at_ms": at_ms + 500}


def tool(name: str, result: Record, **arguments: Any) -> Record:
    return {"event": "tool", "name": name, "arguments": arguments, "result": result, "ms": 3, "at_ms": 9}


MARINARA = {
    "item": "Marinara",
    "variant": "14″",
    "quantity": 2,
    "modifiers": [{"name": "Onions", "amount": "none", "side": "whole"}, {"name": "Basil", "amount": "extra"}],
    "note": "",
    "total": "20.00",
}
CANNOLI = {"item": "Cannoli", "variant": None, "quantity": 1, "modifiers": [], "note": "", "total": "4.00"}
QUOTED = {"status": "quoted", "cart_version": 1, "lines": [MARINARA, CANNOLI], "total": "25.98"}


def test_a_call_that_has_not_begun_shows_nothing() -> None:
    assert scene.of([]) == scene.Scene()


def test_what_was_said_stands_in_its_order_and_what_is_being_said_is_marked() -> None:
    records = [
        *says(0, "I am an AI.", "Hello.", at_ms=0),
        guest("A pizza.", 4000),
        *says(1, "Sure.", "Which size?", at_ms=5000, heard=1),
        state("SPEAKING", 5000),
    ]
    assert scene.of(records).lines == (
        Line("loman", "I am an AI. Hello."),
        Line("guest", "A pizza."),
        Line("loman", "Sure. Which size?", is_now=True),
    )


def test_what_an_interruption_cut_off_stands_apart() -> None:
    records = [
        *says(1, "We have lasagna.", "We have soup.", at_ms=100, heard=1),
        {"event": "interrupted", "turn": 1, "heard": "We have lasagna.", "at_ms": 900},
        state("LISTENING", 900),
    ]
    (line,) = scene.of(records).lines
    assert (line.words, line.unheard, line.is_now) == ("We have lasagna.", "We have soup.", False)


def test_a_mark_that_never_came_back_leaves_nothing_being_said() -> None:
    (line,) = scene.of([*says(1, "Sure.", at_ms=100, heard=0), state("LISTENING", 900)]).lines
    assert (line.words, line.is_now) == ("Sure.", False)


def test_spoken_and_written_numbers_are_masked() -> None:
    records = [
        guest("it's five one two five five five oh one three four", 10),
        *says(1, "I have 512 555 0134.", at_ms=900),
        {"event": "staff", "deed": "say", "by": "ana", "text": "Call 512 555 0177.", "at_ms": 950},
    ]
    found = scene.of(records)
    shown = " ".join([*(line.words for line in found.lines), *found.next])
    assert "five one two" not in shown
    assert "555 01" not in shown
    assert shown.count("•••") == 3


def test_words_of_staff_are_theirs_and_wait_until_they_are_said() -> None:
    asked = {"event": "staff", "deed": "say", "by": "ana", "text": "We close at nine. Sorry.", "at_ms": 50}
    before = [*says(1, "Sure.", at_ms=5), asked]
    assert scene.of(before).next == ("We close at nine. Sorry.",)
    after = scene.of([*before, *says(2, "We close at nine.", "Sorry.", at_ms=90, by="staff")])
    assert after.next == ()
    assert [line.by_staff for line in after.lines] == [False, True]
    assert scene.of([*before, state("ENDED")]).next == ()


def test_the_cart_is_the_servers_last_answer() -> None:
    two = ("2 Marinara 14″ (no Onions, extra Basil)", "1 Cannoli")
    assert scene.of([tool("create_order", QUOTED)]).cart == Cart(two, "25.98")
    refused = tool("create_order", {"error": "Which size?"})
    assert scene.of([tool("create_order", QUOTED), refused]).cart == Cart(two, "25.98")
    assert (scene.of([refused]).cart, scene.of([refused]).about) == (None, "order")
    placed = tool("create_order", {"status": "placed", "number": 43, "total": "25.98"}, confirm_version=1)
    found = scene.of([tool("create_order", QUOTED), placed])
    assert (found.cart, found.about) == (Cart(two, "25.98", number=43), "order")


def test_a_table_is_held_and_then_booked() -> None:
    held = {"status": "held", "version": 1, "starts_at": "2026-11-21T20:30-06:00", "until": "2026-11-20T18:47-06:00"}
    asked = tool("create_reservation", held, party_size=6)
    assert scene.of([asked]).table == Table(6, "2026-11-21T20:30-06:00", "2026-11-20T18:47-06:00")
    booked = {"status": "booked", "reference": "ABC", "starts_at": "2026-11-21T20:30-06:00", "party_size": 6}
    found = scene.of([asked, tool("create_reservation", booked, confirm_version=1)])
    assert (found.table, found.about) == (Table(6, "2026-11-21T20:30-06:00"), "booking")


@pytest.mark.parametrize("event", ["reply", "first_token", "first_audio", "yes", "clear", "llm.request"])
def test_what_does_not_change_what_is_seen_wakes_no_page(event: str) -> None:
    assert event not in scene.SHOWS
