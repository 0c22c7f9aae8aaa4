"""`/api/v1/calls`: found by what happened and by what was said; one call as its report, with numbers as one may see."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.calls import services as calls
from apps.calls.models import Call, Flag, TranscriptLine
from apps.language import phones
from apps.llm.models import ModelRequest
from apps.orders.models import Order
from tests.orders.people import commit, quote
from tests.signed_in import Person

NUMBER, GUEST = "+15125550134", "+15125550177"
LINE = "+15125550101"
PATH = "/api/v1/calls"
SAID = f"My number is {phones.say(NUMBER)}."
TURN = {"heard": "", "started_ms": 1, "ended_ms": 2, "interrupted": False, "latency_ms": None}


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def call(sid: str, *said: str, **more: Any) -> Call:
    made = Call.objects.create(carrier_sid=sid, **{"from_number": NUMBER, "to_number": LINE, **more})
    TranscriptLine.objects.bulk_create(
        TranscriptLine(call=made, position=at, speaker="caller", text=text, **TURN) for at, text in enumerate(said)
    )
    return made


@pytest.fixture
def ended(in_bella: Any) -> Call:
    """A call that ordered, as its report tells it."""
    order = commit(in_bella, quote(in_bella, customer_number=GUEST).version)
    moment = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    made = call(
        "CA1", "A large Margherita, please.", SAID, state="ended", started_at=moment, answered_at=moment,
        ended_at=moment + timedelta(seconds=64), ended_by="goodbye", duration_seconds=64, outcome="order",
        summary="Ordered 1 large Margherita.", recording_url="file:///srv/recordings/CA1.wav",
    )  # fmt: skip
    made.report = {
        "call_id": str(made.pk), "from": NUMBER, "to": LINE, "ended_by": "goodbye", "duration_ms": 64_250,
        "turns": [{"speaker": "caller", "text": SAID, **TURN, "heard": SAID}],
        "tools": [
            {
                "name": "create_order",
                "arguments": {"customer_number": GUEST, "pickup_at": "2026-11-23T19:00:00-06:00"},
                "result": {"status": "quoted", "total": "41.50"},
                "ms": 12.5,
            }
        ],
        "orders": [], "reservations": [], "messages": [], "tickets": [], "recording": made.recording_url,
        "stages": [
            {"turn": 1, "end_of_turn_ms": 240, "model_ms": 310, "tool_ms": 13, "voice_ms": 90, "total_ms": 653}
        ],
    }  # fmt: skip
    made.save()
    Order.objects.filter(pk=order.pk).update(call=made)
    calls.open_ticket(
        type="callback", summary=f"Ring {GUEST}", callback_number=GUEST, key="1", call_id=made.pk, now=moment
    )
    ModelRequest.objects.create(
        call=made, source="call", asked_at=moment, provider="openai", model="gpt", outcome="answered",
        prompt_tokens=900, completion_tokens=40, cost=Decimal("0.0021"), ms=400,
    )  # fmt: skip
    return made


def test_a_call_is_listed_with_what_came_of_it_and_a_masked_number(ended: Call, ana: Person) -> None:
    answer = ana.get(PATH)
    (row,) = answer.json()["results"]
    assert row == {
        "call_id": str(ended.pk), "from": "••• 0134", "to": LINE, "state": "ended",
        "started_at": "2026-11-23T18:00:00Z", "answered_at": "2026-11-23T18:00:00Z", "ended_at": "2026-11-23T18:01:04Z",
        "duration_seconds": 64, "ended_by": "goodbye", "reason": "", "outcome": "order",
        "summary": "Ordered 1 large Margherita.", "has_recording": True,
        "order_count": 1, "reservation_count": 0, "ticket_count": 1,
    }  # fmt: skip
    assert ana.get(PATH, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_calls_are_filtered_and_ordered(ended: Call, sam: Person) -> None:
    now = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    call("CA2", started_at=now, from_number="+442079460123", reason="complaint", ended_by="transfer",
         duration_seconds=20)  # fmt: skip
    call("CA3", started_at=now + timedelta(hours=1), from_number="", state="in_progress")
    by_id = {str(each.pk): each.carrier_sid for each in Call.objects.all()}

    def found(query: str) -> list[str]:
        answer = sam.get(f"{PATH}{query}")
        assert answer.status_code == 200, answer.content
        return [by_id[each["call_id"]] for each in answer.json()["results"]]

    assert found("") == ["CA3", "CA2", "CA1"]
    assert found("?state=in_progress") == ["CA3"]
    assert found("?state=in_progress&state=ended") == ["CA3", "CA1"]
    assert found("?ended_by=transfer") == ["CA2"]
    assert found("?outcome=order") == ["CA1"]
    assert found("?reason=complaint") == ["CA2"]
    assert found("?started_after=2026-11-24T18:00:00Z") == ["CA3", "CA2"]
    assert found("?started_before=2026-11-24T18:00:00Z") == ["CA1"]
    assert found("?has_order=true") == ["CA1"]
    assert found("?has_order=false") == ["CA3", "CA2"]
    assert found("?has_reservation=true") == []
    assert found("?handed_over=true") == ["CA2"]
    Call.objects.filter(carrier_sid="CA3").update(handed_over_at=now)
    assert found("?handed_over=true") == ["CA3", "CA2"]
    assert found("?handed_over=false&flagged=false") == ["CA1"]
    Flag.objects.create(call=ended, wrong="Wrong size", by="sam@bella.test")
    assert found("?flagged=true") == ["CA1"]
    assert found("?has_recording=true") == ["CA1"]
    assert found("?has_recording=false") == ["CA3", "CA2"]
    assert found("?min_duration=30") == ["CA1"]
    assert found("?number=0123") == ["CA2"]
    assert found(f"?number={keys.number_digest(NUMBER)}") == ["CA1"]
    assert found("?ordering=duration_seconds") == ["CA2", "CA1", "CA3"]
    assert found("?page_size=1&page=2") == ["CA2"]


def test_calls_are_found_by_what_was_said_and_by_their_summary(in_bella: Any, sam: Person) -> None:
    call("CA1", "Do you have gluten-free pizza?", "Then two calzone, please.", summary="Asked about gluten.")
    call("CA2", "A table for two.", summary="Booked for 2.")
    call("CA3", "Is Björk there?")
    by_id = {str(each.pk): each.carrier_sid for each in Call.objects.all()}

    def found(words: str) -> set[str]:
        answer = sam.get(PATH, search=words)
        assert answer.status_code == 200, answer.content
        return {by_id[each["call_id"]] for each in answer.json()["results"]}

    assert found("calzone") == {"CA1"}
    assert found("CALZ") == {"CA1"}
    assert found("alzone") == set()
    assert found("two") == {"CA1", "CA2"}
    assert found("two booked") == {"CA2"}
    assert found("gluten calzone") == {"CA1"}
    assert found("björk") == {"CA3"}
    assert found("") == found("  ,,  ") == {"CA1", "CA2", "CA3"}
    for harmless in ("'", "a:*|b & !c", "\\", "<->", "_", "don't", '"table for"'):
        found(harmless)


@pytest.mark.parametrize(
    "query",
    ["state=lost", "ended_by=boredom", "has_order=perhaps", "min_duration=-1", "min_duration=1e99", "started_after=x",
     "number=%2B15125550134", "search=%00", "search=512555", "search=5-1-2-5-5", "search=" + "a+" * 11, "caller=1",
     "outcome=%00", "ordering_=x"],
)  # fmt: skip
def test_what_a_filter_cannot_mean_is_refused(ana: Person, query: str) -> None:
    answer = ana.get(f"{PATH}?{query}")
    assert answer.status_code == 400, answer.content


def test_the_list_takes_two_queries_of_calls_however_many_there_are(ended: Call, ana: Person) -> None:
    for number in range(20):
        call(f"CB{number}")
    with CaptureQueriesContext(connection) as queries:
        assert len(ana.get(PATH).json()["results"]) == 21
    asked = [each["sql"] for each in queries if '"calls"' in each["sql"]]
    assert len(asked) == 2
    assert not any('"report"' in each or "transcripts" in each for each in asked)


def test_one_call_is_its_report_with_costs_and_stages_and_no_address_of_a_file(ended: Call, ana: Person) -> None:
    shown = ana.get(f"{PATH}/{ended.pk}").json()
    order = Order.objects.get()
    assert (shown["call_id"], shown["from"], shown["to"]) == (str(ended.pk), NUMBER, LINE)
    assert (shown["ended_by"], shown["duration_ms"], shown["state"]) == ("goodbye", 64_250, "ended")
    assert shown["turns"] == ended.report["turns"]
    assert shown["tools"] == ended.report["tools"]
    assert shown["stages"] == ended.report["stages"]
    assert shown["orders"][0]["total"] == str(order.total)
    assert shown["tickets"][0]["type"] == "callback"
    assert shown["messages"] == shown["reservations"] == []
    assert shown["recording"] == f"{PATH}/{ended.pk}/recording"
    assert shown["cost"] == {
        "requests": 1, "prompt_tokens": 900, "completion_tokens": 40, "cost": "0.00210000", "unpriced": 0,
        "currency": "USD",
    }  # fmt: skip
    Order.objects.update(status="ready")
    assert ana.get(f"{PATH}/{ended.pk}").json()["orders"][0]["status"] == "ready"
    Call.objects.update(recording_url="")
    assert ana.get(f"{PATH}/{ended.pk}").json()["recording"] is None


def test_a_call_that_still_rings_has_a_report_already(in_bella: Any, ana: Person) -> None:
    shown = ana.get(f"{PATH}/{call('CA1', started_at=datetime(2026, 11, 23, tzinfo=UTC)).pk}").json()
    assert (shown["state"], shown["ended_by"], shown["turns"], shown["stages"]) == ("ringing", "", [], [])
    assert shown["cost"]["cost"] is None


def test_staff_see_a_call_without_any_whole_number_not_even_a_spoken_one(ended: Call, sam: Person) -> None:
    for path in (f"{PATH}/{ended.pk}", f"{PATH}/{ended.pk}/transcript"):
        answer = sam.get(path)
        text = json.dumps(answer.json(), ensure_ascii=False)
        assert NUMBER not in text
        assert GUEST not in text
        assert phones.say(NUMBER) not in text
        assert "My number is ••• 0134." in text
    shown = sam.get(f"{PATH}/{ended.pk}").json()
    assert (shown["from"], shown["to"]) == ("••• 0134", LINE)
    assert shown["tools"][0]["arguments"] == {"customer_number": "••• 0177", "pickup_at": "2026-11-23T19:00:00-06:00"}
    assert shown["orders"][0]["customer_number"] == "••• 0177"
    assert shown["orders"][0]["id"] == str(Order.objects.get().pk)
    assert (shown["call_id"], shown["started_at"]) == (str(ended.pk), "2026-11-23T18:00:00Z")
    assert not AuditEntry.objects.filter(action="numbers.view").exists()


def test_every_whole_number_an_admin_sees_is_on_record(ended: Call, ana: Person) -> None:
    assert NUMBER in json.dumps(ana.get(f"{PATH}/{ended.pk}").json())
    entries = AuditEntry.objects.filter(action="numbers.view", subject=f"calls/{ended.pk}")
    assert {each.number_digest for each in entries} == {keys.number_digest(NUMBER), keys.number_digest(GUEST)}
    assert ana.get(f"{PATH}/{ended.pk}/transcript").json()["turns"][1]["text"] == SAID
    assert entries.all().count() == 3


def test_a_transcript_is_what_was_said_in_its_order(ended: Call, ana: Person) -> None:
    shown = ana.get(f"{PATH}/{ended.pk}/transcript").json()
    assert shown["call_id"] == str(ended.pk)
    assert shown["turns"][0] == {"speaker": "caller", "text": "A large Margherita, please.", **TURN}
    assert [each["text"] for each in shown["turns"]] == ["A large Margherita, please.", SAID]


def test_another_restaurants_call_is_not_there(ended: Call, signed_in: Callable[..., Person]) -> None:
    yuki = signed_in("yuki@sakura.test")
    assert yuki.get(PATH).json()["count"] == 0
    assert yuki.get(PATH, search="Margherita").json()["count"] == 0
    assert yuki.get(f"{PATH}/{ended.pk}").status_code == 404
    assert yuki.get(f"{PATH}/{ended.pk}/transcript").status_code == 404
    assert yuki.get(f"{PATH}/7").status_code == 404
