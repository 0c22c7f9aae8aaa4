"""Flags: who may raise one, what comes of it, how it is taken back, and that others' are out of reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import AuditEntry
from apps.calls.models import Call, Flag, RegressionCase
from apps.menu.models import MenuItem
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard import recorded

LIST = "/r/bella-napoli/calls/flags/"
HTMX = {"HX-Request": "true"}
DEVIL = 3
"""The line in which a devil's pie is asked for."""


@pytest.fixture
def call(bella: Place, settings: Any, tmp_path: Path) -> Call:
    settings.RECORDINGS_URL = f"file://{tmp_path}"
    made: Call = recorded.a_call(bella)
    return made


@pytest.fixture
def diavola(bella: Place) -> str:
    with scope.enter(bella):
        return str(MenuItem.objects.get(name="Diavola").pk)


def page_of(call: Call) -> str:
    return f"/r/bella-napoli/calls/{call.pk}/"


def raise_one(
    client: Client, call: Call, *, turn: Any = DEVIL, wrong: str = "They mean the Diavola", **more: str
) -> Any:
    return client.post(f"{page_of(call)}flag", {"turn": turn, "wrong": wrong, **more}, headers=HTMX)


def do(client: Client, flag: Flag, deed: str, **more: str) -> Any:
    return client.post(f"{LIST}{flag.pk}/do", {"deed": deed, "on": "list", **more}, headers=HTMX)


def said(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer["HX-Trigger-After-Settle"])["said"]
    return told


def the_flag(bella: Place) -> Flag:
    with scope.enter(bella):
        return Flag.objects.get()


def synonyms(bella: Place) -> list[str]:
    with scope.enter(bella):
        return list(MenuItem.objects.get(name="Diavola").synonyms)


# ---- raising -------------------------------------------------------------------------------------------


def test_staff_flag_a_line_and_can_take_that_back(sam: Client, bella: Place, call: Call) -> None:
    form = sam.get(f"{page_of(call)}flag?turn={DEVIL}", headers=HTMX).content.decode()
    assert "Flag “And a devil&#x27;s pie for my brother.”" in form
    assert "menu synonym" not in form, "they may flag and no more"
    answer = raise_one(sam, call)
    assert said(answer)["text"] == "Flagged as wrong"
    assert f'id="flag-slot-{DEVIL}" hx-swap-oob="true"' in answer.content.decode()
    flag = the_flag(bella)
    assert (flag.position, flag.words, flag.by) == (DEVIL, "And a devil's pie for my brother.", "sam@bella.test")
    undo = said(answer)["undo"]
    answer = sam.post(undo["to"], undo["fields"], headers=HTMX)
    assert said(answer)["text"] == "Flag withdrawn"
    with scope.enter(bella):
        assert not Flag.objects.exists()
        assert AuditEntry.objects.filter(action__startswith="calls.flag").count() == 2


def test_what_is_wrong_has_to_be_said_and_what_was_written_stays(
    sam: Client, ana: Client, bella: Place, call: Call
) -> None:
    answer = raise_one(ana, call, wrong=" ", deed="keyterm", keyterm="Stracciatella")
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == (f"#flag-slot-{DEVIL}", "innerHTML")
    form = answer.content.decode()
    assert "Say what is wrong, in a few words." in form
    assert 'value="Stracciatella"' in form
    with scope.enter(bella):
        assert not Flag.objects.exists()
    for turn in ("99", "-1", "first", "9" * 9):
        assert raise_one(sam, call, turn=turn).status_code == 404


def test_numbers_in_a_flag_are_masked(sam: Client, bella: Place, call: Call) -> None:
    raise_one(sam, call, turn=1, wrong="His number is 512 555 0199")
    flag = the_flag(bella)
    assert "555" not in flag.words + flag.wrong


def test_without_scripts_it_goes_by_pages(ana: Client, bella: Place, call: Call) -> None:
    page = ana.get(f"{page_of(call)}?turn=whole").content.decode()
    assert "Flag this call" in page
    answer = ana.post(f"{page_of(call)}flag", {"turn": "whole", "wrong": "Rude"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{page_of(call)}#flags"
    refused = ana.post(f"{page_of(call)}flag", {"turn": "whole", "wrong": ""}).content.decode()
    assert "Say what is wrong" in refused
    assert "<h1>Flag as wrong</h1>" in refused
    done = ana.post(f"{LIST}{the_flag(bella).pk}/do", {"deed": "nothing"})
    assert (done.status_code, done["Location"]) == (302, LIST)


# ---- teaching ------------------------------------------------------------------------------------------


def test_a_flag_becomes_a_synonym_in_one_go_and_is_taken_back(
    ana: Client, bella: Place, call: Call, diavola: str
) -> None:
    before = synonyms(bella)
    answer = raise_one(ana, call, deed="synonym", synonym="devil's pie", item=diavola)
    assert said(answer)["text"] == "“devil's pie” now means Diavola"
    assert synonyms(bella) == [*before, "devil's pie"]
    undo = said(answer)["undo"]
    assert said(ana.post(undo["to"], undo["fields"], headers=HTMX))["text"] == "Taken back, the flag is open again"
    assert synonyms(bella) == before
    assert the_flag(bella).done == ""


def test_a_synonym_that_cannot_be_leaves_no_flag_behind(ana: Client, bella: Place, call: Call, diavola: str) -> None:
    answer = raise_one(ana, call, deed="synonym", synonym="margherita", item=diavola)
    assert "“margherita” already means Margherita." in answer.content.decode()
    answer = raise_one(ana, call, deed="synonym", synonym="devil's pie", item="")
    assert "Choose what was meant." in answer.content.decode()
    with scope.enter(bella):
        assert not Flag.objects.exists()


def test_an_administrator_sees_to_what_staff_flagged(sam: Client, ana: Client, bella: Place, call: Call) -> None:
    raise_one(sam, call)
    page = ana.get(LIST).content.decode()
    assert "They mean the Diavola" in page
    assert "1 large Diavola, no black olives" in page, "what came out is where the right order begins"
    answer = do(ana, the_flag(bella), "keyterm", keyterm="Devil's pie")
    assert said(answer)["text"] == "“Devil's pie” is listened for from the next call on"
    assert "Take back" in answer.content.decode()
    with scope.enter(bella):
        assert restaurant.settings().keyterms == ["Devil's pie"]
    assert said(do(ana, the_flag(bella), "keyterm", keyterm="x"))["failed"], "it is closed already"
    assert said(do(ana, the_flag(bella), "take_back"))["text"] == "Taken back, the flag is open again"
    with scope.enter(bella):
        assert restaurant.settings().keyterms == []


def test_two_who_see_to_one_flag_at_once_do_it_once(ana: Client, bella: Place, call: Call, diavola: str) -> None:
    raise_one(ana, call)
    flag = the_flag(bella)
    assert not said(do(ana, flag, "nothing"))["failed"]
    late = said(do(ana, flag, "synonym", synonym="devil's pie", item=diavola))
    assert (late["failed"], late["text"]) == (True, "ana@bella.test has closed this flag already.")
    assert "devil's pie" not in synonyms(bella)


def test_a_case_is_kept_exported_and_replayed(
    ana: Client, bella: Place, call: Call, tmp_path: Path, capsys: Any
) -> None:
    raise_one(ana, call, deed="case", expected="2 large Diavola, no black olives")
    with scope.enter(bella):
        assert RegressionCase.objects.get().flag.done == "case"
    files = {name: tmp_path / name for name in ("cases.jsonl", "menu.json")}
    for name, path in files.items():
        answer = ana.get(f"{LIST}{name}")
        assert "attachment" in answer["Content-Disposition"]
        path.write_bytes(answer.content)
    assert "0134" in files["cases.jsonl"].read_text()
    assert "555 0134" not in files["cases.jsonl"].read_text()
    call_command(
        "evaluate", "dialogues", catalog=files["menu.json"], cases=files["cases.jsonl"], out=tmp_path / "answers.jsonl"
    )
    assert "0 of 1 came out as expected" in capsys.readouterr().out
    with scope.enter(bella):
        assert AuditEntry.objects.get(action="calls.cases.export").after == {"cases": 1}


def test_an_expected_order_in_words_of_no_menu_is_refused_in_words(ana: Client, call: Call) -> None:
    answer = raise_one(ana, call, deed="case", expected="1 Devil")
    assert "There is no “Devil” on the menu." in answer.content.decode()


# ---- who may -------------------------------------------------------------------------------------------


def test_staff_flag_and_no_more(sam: Client, ana: Client, bella: Place, call: Call, diavola: str) -> None:
    for deed in ("synonym", "keyterm", "case"):
        assert raise_one(sam, call, deed=deed, synonym="x", item=diavola).status_code == 403
    raise_one(ana, call)
    flag = the_flag(bella)
    for deed in ("synonym", "keyterm", "case", "nothing", "take_back", "withdraw"):
        assert do(sam, flag, deed).status_code == 403, deed
    page = sam.get(LIST).content.decode()
    assert "They mean the Diavola" in page
    for word in ("See to it", "Withdraw", "Test cases"):
        assert word not in page
    for name in ("cases.jsonl", "menu.json"):
        assert sam.get(f"{LIST}{name}").status_code == 403
    assert do(ana, flag, "explode").status_code == 404


def test_flags_of_another_restaurant_are_out_of_reach(ana: Client, bella: Place, sakura: Place, call: Call) -> None:
    raise_one(ana, call)
    flag = the_flag(bella)
    assert ana.post(f"/r/sakura/calls/flags/{flag.pk}/do", {"deed": "nothing"}).status_code == 403
    assert ana.get("/r/sakura/calls/flags/").status_code == 403
    with scope.enter(sakura):
        theirs = Call.objects.create(
            carrier_sid="CAtheirs", from_number="", to_number="+15125550102", state="ended", ended_at=flag.created_at
        )
        foreign = Flag.objects.create(call=theirs, wrong="x", by="yuki@sakura.test")
    assert do(ana, foreign, "nothing").status_code == 404
    assert ana.post(f"/r/bella-napoli/calls/{theirs.pk}/flag", {"turn": "whole", "wrong": "x"}).status_code == 404


def test_a_list_of_many_flags_takes_as_few_queries(
    ana: Client, bella: Place, call: Call, django_assert_max_num_queries: Any
) -> None:
    assert "Nothing is open" in ana.get(LIST).content.decode()
    with scope.enter(bella):
        Flag.objects.bulk_create(Flag(call=call, position=DEVIL, wrong=f"{n}", by="sam@bella.test") for n in range(60))
        Flag.objects.bulk_create(
            Flag(
                call=call, wrong=f"{n}", by="sam@bella.test", done="synonym", taught="x",
                taught_of=MenuItem.objects.all()[n % 5].pk, closed_at=call.ended_at,
            )
            for n in range(40)
        )  # fmt: skip
    with django_assert_max_num_queries(24):
        assert ana.get(LIST).status_code == 200
