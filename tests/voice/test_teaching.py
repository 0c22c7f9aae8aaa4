"""What went wrong in one call is better in the next: a synonym, a word to listen for, a case that is replayed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls import flagging
from apps.calls.models import Call, Flag, RegressionCase
from apps.llm.embedded.evaluation import regression
from apps.menu import editions
from apps.menu.models import MenuItem
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.voice import admission, teaching
from apps.voice.tokens import Admission

ANA = "ana@bella.test"
WORDS = "Can I get a large devil pie?"
TURNS = [("agent", "Hello, what can I get you?"), ("caller", WORDS), ("agent", "I have no devil pie."),
         ("caller", "My number is 512 555 0134.")]  # fmt: skip


def a_call(**report: Any) -> Call:
    turns = [
        {"speaker": who, "text": text, "heard": text, "started_ms": place * 3000, "ended_ms": place * 3000 + 2000,
         "interrupted": False, "latency_ms": None}
        for place, (who, text) in enumerate(TURNS)
    ]  # fmt: skip
    return Call.objects.create(
        carrier_sid=f"CA{uuid4().hex}", from_number="+15125550134", to_number="+15125550101", state="ended",
        ended_at=timezone.now(), report={"turns": turns, **report},
    )  # fmt: skip


def a_flag(position: int | None = 1) -> Flag:
    return flagging.flag(a_call(), position=position, wrong="They mean the Diavola", by="sam@bella.test")


def diavola() -> MenuItem:
    return MenuItem.objects.get(name="Diavola")


def learn(flag: Flag, words: str = "devil pie", *, of: UUID | None = None) -> Flag:
    return teaching.synonym(flag.pk, item_id=of or diavola().pk, words=words, by=ANA, now=timezone.now())


# ---- flags ---------------------------------------------------------------------------------------------


def test_a_flag_keeps_the_words_with_numbers_masked_and_is_on_record(in_bella: Any) -> None:
    flag = flagging.flag(a_call(), position=3, wrong=" His number is 512 555 0134 ", by="sam@bella.test")
    assert "0134" in flag.words
    assert "555" not in flag.words + flag.wrong
    assert (flag.done, flag.by) == ("", "sam@bella.test")
    assert AuditEntry.objects.get(action="calls.flag").subject == f"call_flags/{flag.pk}"
    whole = flagging.flag(a_call(), position=None, wrong="Rude", by=ANA)
    assert (whole.words, whole.position) == ("", None)


@pytest.mark.parametrize(("position", "wrong"), [(1, "  "), (1, "x" * 501), (4, "There is no such line")])
def test_a_flag_needs_words_and_a_line(in_bella: Any, position: int, wrong: str) -> None:
    with pytest.raises(flagging.Refusal):
        flagging.flag(a_call(), position=position, wrong=wrong, by=ANA)
    assert not Flag.objects.exists()


def test_who_closes_second_is_told_who_was_first(in_bella: Any) -> None:
    flag = a_flag()
    teaching.nothing(flag.pk, by=ANA, now=timezone.now())
    for again in (lambda: learn(flag), lambda: flagging.withdraw(flag.pk, by=ANA)):
        with pytest.raises(flagging.Refusal, match=ANA):
            again()
    assert "devil pie" not in diavola().synonyms


def test_a_flag_is_withdrawn_while_it_is_open(in_bella: Any) -> None:
    flag = a_flag()
    flagging.withdraw(flag.pk, by=ANA)
    assert not Flag.objects.exists()


# ---- synonyms ------------------------------------------------------------------------------------------


def test_a_synonym_closes_the_flag_counts_as_a_change_of_the_menu_and_is_taken_back(in_bella: Any) -> None:
    before = diavola().synonyms
    flag = learn(a_flag(), " devil  pie. ")
    assert (flag.done, flag.taught, flag.taught_of, flag.closed_by) == ("synonym", "devil pie", diavola().pk, ANA)
    assert diavola().synonyms == [*before, "devil pie"]
    entry = AuditEntry.objects.get(action="menu/items.change")
    assert (entry.before, entry.after) == ({"synonyms": before}, {"synonyms": [*before, "devil pie"]})
    back = teaching.take_back(flag.pk, by=ANA, now=timezone.now())
    assert (back.done, back.taught, back.closed_at) == ("", "", None)
    assert diavola().synonyms == before
    teaching.take_back(flag.pk, by=ANA, now=timezone.now())
    assert diavola().synonyms == before, "twice is once"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("margherita", "already means Margherita"),
        ("512 555 0134", "without a phone number"),
        ("x" * 81, "80 letters"),
        (" . ", "guest's words"),
    ],
)
def test_a_synonym_that_cannot_be_is_refused_and_the_flag_stays_open(in_bella: Any, words: str, why: str) -> None:
    flag = a_flag()
    with pytest.raises(flagging.Refusal, match=why):
        learn(flag, words)
    with pytest.raises(flagging.Refusal, match="Choose what was meant"):
        learn(flag, of=uuid4())
    flag.refresh_from_db()
    assert flag.done == ""


def test_a_menu_that_comes_from_another_house_is_taught_there(in_bella: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "source", lambda: in_bella)
    with pytest.raises(flagging.Refusal, match="Teach it there"):
        learn(a_flag())


# ---- words to listen for -------------------------------------------------------------------------------


def test_a_word_to_listen_for_is_a_setting_and_is_taken_back(in_bella: Any) -> None:
    restaurant.change_settings({"keyterms": ["Congress Avenue"]}, by=ANA)
    flag = teaching.keyterm(a_flag().pk, term="Stracciatella", by=ANA, now=timezone.now())
    assert restaurant.settings().keyterms == ["Congress Avenue", "Stracciatella"]
    assert AuditEntry.objects.filter(action="settings.change").count() == 2
    for term, why in (("stracciatella", "already"), ("512 555 0134", "word or a few")):
        with pytest.raises(flagging.Refusal, match=why):
            teaching.keyterm(a_flag().pk, term=term, by=ANA, now=timezone.now())
    teaching.take_back(flag.pk, by=ANA, now=timezone.now())
    assert restaurant.settings().keyterms == ["Congress Avenue"]


# ---- cases ---------------------------------------------------------------------------------------------


def test_a_case_keeps_the_talk_up_to_the_words_and_replays_wrong_until_it_is_learnt(in_bella: Any) -> None:
    flag, now = a_flag(), timezone.now()
    teaching.case(flag.pk, expected="1 large Diavola", by=ANA, now=now)
    [kept] = teaching.as_evaluated(RegressionCase.objects.all())
    assert [turn["speaker"] for turn in kept["turns"]] == ["assistant", "user"]
    assert kept["turns"][-1]["text"] == WORDS
    latest = editions.latest()
    assert latest is not None
    assert kept["menu_edition"] == latest.number
    assert kept["expected"] == [{"name": "Diavola", "size": "large", "quantity": 1, "options": []}]
    assert not regression.fits(regression.stands(kept["turns"], card=teaching.card(now=now)), kept["expected"])
    learn(a_flag())
    assert regression.fits(regression.stands(kept["turns"], card=teaching.card(now=now)), kept["expected"])
    teaching.take_back(flag.pk, by=ANA, now=now)
    assert not RegressionCase.objects.exists()


def test_a_case_says_what_came_out_of_the_words(in_bella: Any) -> None:
    quoted: list[dict[str, Any]] = [
        {"item": "Calzone", "variant": None, "quantity": 1, "modifiers": [], "note": "", "total": "12.00"}
    ]
    call = a_call(
        tools=[
            {"name": "create_order", "arguments": {}, "result": {"lines": []}, "ms": 1},
            {"name": "create_order", "arguments": {}, "result": {"error": "Which size?"}, "ms": 1},
            {"name": "create_order", "arguments": {}, "result": {"lines": quoted}, "ms": 1},
        ],
        moments={"notice_ms": 0, "yes": [], "tools_ms": [2900, 5100, 5200]},
    )
    for position in (1, 2):
        flag = flagging.flag(call, position=position, wrong="Not a calzone", by=ANA)
        assert teaching.came_out(flag) == [{"name": "Calzone", "size": None, "quantity": 1, "options": []}]
    assert teaching.came_out(a_flag()) is None


def test_a_case_that_cannot_be_replayed_is_refused(in_bella: Any) -> None:
    with pytest.raises(flagging.Refusal, match="no “Pizza Plutonium”"):
        teaching.case(a_flag().pk, expected="1 Pizza Plutonium", by=ANA, now=timezone.now())
    with pytest.raises(flagging.Refusal, match="said nothing"):
        teaching.case(a_flag(0).pk, expected="", by=ANA, now=timezone.now())


# ---- the next call -------------------------------------------------------------------------------------


class _NoLine:
    """A line on which nothing is played."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AssertionError(f"a conversation in text has no sound: {name}")


async def _silent(text: str) -> None:
    """The socket of nobody."""


async def _next_call(place: scope.Place, words: str) -> tuple[str, tuple[str, ...]]:
    """What the agent answers, and what the recognisers expect besides the menu."""
    sid = f"CA{uuid4().hex}"

    def ring() -> Call:
        return Call.objects.create(carrier_sid=sid, from_number="+15125550134", to_number="+15125550101")

    row = await scope.run(place, ring)
    here = Admission(place, row.pk, sid, row.from_number, row.to_number, "http://test")
    live = await admission.admit(here, line=_NoLine(), send=_silent)
    said = [piece async for piece in live._fittings.agent.reply(words)]
    await live._fittings.agent.finish()
    live._fittings.log.close()  # type: ignore[attr-defined]  # the call's own log
    return " ".join(map(str, said[:-1])), live._fittings.card.keyterms


def test_the_next_call_knows_what_was_taught(
    open_restaurant: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.CALL_LOG_DIR = tmp_path / "calls"
    settings.RECORDINGS_URL = (tmp_path / "recordings").as_uri()
    place = open_restaurant(like="bella-napoli")
    answer, keyterms = asyncio.run(_next_call(place, WORDS))
    assert ("Diavola" in answer, keyterms) == (False, ())
    with scope.enter(place):
        learn(a_flag())
        teaching.keyterm(a_flag().pk, term="Stracciatella", by=ANA, now=timezone.now())
    answer, keyterms = asyncio.run(_next_call(place, WORDS))
    assert ("Diavola" in answer, keyterms) == (True, ("Stracciatella",))
