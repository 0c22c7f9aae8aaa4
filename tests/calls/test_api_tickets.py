"""`/api/v1/tickets`: found, made by hand, taken on, given to somebody, closed and reopened."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls import services as calls
from apps.calls.models import Call, Ticket
from apps.outbox.models import Work
from tests.signed_in import Person

NUMBER = "+15125550134"
PATH = "/api/v1/tickets"


@pytest.fixture
def ana(signed_in: Callable[..., Person]) -> Person:
    return signed_in("ana@bella.test")


@pytest.fixture
def sam(signed_in: Callable[..., Person]) -> Person:
    return signed_in("sam@bella.test")


def ticket(name: str, **more: Any) -> Ticket:
    facts = {"type": "callback", "summary": name, "callback_number": NUMBER, "now": timezone.now(), **more}
    return calls.open_ticket(key=f"test:{name}", **facts)


def test_tickets_are_filtered_searched_and_ordered(in_bella: Any, sam: Person) -> None:
    now = timezone.now()
    call = Call.objects.create(carrier_sid="CA1", to_number="+15125550101")
    ticket("late", due_at=now - timedelta(hours=1))
    ticket("soon", due_at=now + timedelta(hours=1), type="catering", call_id=call.pk)
    done = ticket("cake", due_at=now - timedelta(hours=2), type="lead")
    calls.close(done.pk, reason="sold", by="ana", now=now)
    calls.assign(done.pk, to="Luigi")
    calls.acknowledge(ticket("soon").pk, by="ana", now=now)

    def found(query: str) -> list[str]:
        answer = sam.get(f"{PATH}{query}")
        assert answer.status_code == 200, answer.content
        return [each["summary"] for each in answer.json()["results"]]

    assert found("") == ["cake", "soon", "late"]
    assert found("?status=open") == ["soon", "late"]
    assert found("?type=catering&type=lead") == ["cake", "soon"]
    assert found("?overdue=true") == ["late"]
    assert found("?overdue=false") == ["cake", "soon"]
    assert found("?acknowledged=true") == ["soon"]
    assert found("?assignee=Luigi") == ["cake"]
    assert found("?search=luig") == ["cake"]
    assert found("?search=LATE") == ["late"]
    assert found(f"?call_id={call.pk}") == ["soon"]
    assert found("?ordering=due_at") == ["cake", "late", "soon"]
    moment = now.isoformat().replace("+00:00", "Z")
    assert found(f"?due_before={moment}") == ["cake", "late"]
    assert found(f"?due_after={moment}") == ["soon"]


@pytest.mark.parametrize(
    "query", ["status=lost", "type=party", "overdue=perhaps", "due_after=soon", "owner=1", "search=%00", "call_id=7"]
)
def test_what_a_filter_cannot_mean_is_refused(ana: Person, query: str) -> None:
    assert ana.get(f"{PATH}?{query}").status_code == 400


def test_an_offset_that_only_python_knows_is_a_moment_and_one_before_all_time_is_none(ana: Person) -> None:
    assert ana.get(PATH, due_after="2026-05-25T13:49:39+16:17").json()["count"] == 0
    assert ana.get(PATH, due_after="0001-01-01T00:00:00+16:17").status_code == 400


def test_a_list_takes_as_many_queries_with_one_row_as_with_twenty(in_bella: Any, ana: Person) -> None:
    counts = []
    for number in (1, 20):
        for each in range(number):
            ticket(f"{number}:{each}")
        with CaptureQueriesContext(connection) as queries:
            ana.get(PATH)
        counts.append(len([each for each in queries if "tickets" in each["sql"]]))
    assert counts == [2, 2]


def test_a_number_is_whole_for_an_admin_who_opens_the_ticket_and_that_is_on_record(
    in_bella: Any, ana: Person, sam: Person
) -> None:
    one = ticket(f"Call back {NUMBER}, or 512-555-0177")
    for shown in (sam.get(f"{PATH}/{one.pk}"), sam.get(PATH), ana.get(PATH)):
        text = shown.content.decode()
        assert "••• 0134" in text
        assert "••• 0177" in text
        assert NUMBER not in text
        assert "555-0177" not in text
    assert not AuditEntry.objects.filter(action="numbers.view").exists()
    whole = ana.get(f"{PATH}/{one.pk}").json()
    assert (whole["callback_number"], whole["summary"]) == (NUMBER, one.summary)
    (entry,) = AuditEntry.objects.filter(action="numbers.view")
    assert (entry.actor, entry.subject, entry.number_last4) == ("ana@bella.test", f"tickets/{one.pk}", "0134")


def test_staff_make_a_ticket_by_hand_and_its_reminder_with_it(in_bella: Any, sam: Person) -> None:
    answer = sam.post(PATH, {"type": "callback", "summary": "Ask about the cake.", "callback_number": "512 555 0134"})
    assert answer.status_code == 201, answer.content
    made = Ticket.objects.get()
    assert answer["Location"] == f"http://testserver{PATH}/{made.pk}"
    assert answer.json()["callback_number"] == "••• 0134"
    assert (made.callback_number, made.assignee, made.status) == (NUMBER, "Ana", "open")
    assert made.due_at is not None
    assert Work.objects.filter(kind="ticket.due", payload__ticket=str(made.pk)).count() == 1
    (entry,) = AuditEntry.objects.filter(action="tickets.create")
    assert NUMBER not in json.dumps(entry.after)
    assert sam.get(answer["Location"])["ETag"] == answer["ETag"]


def test_the_same_request_sent_again_makes_no_second_ticket(in_bella: Any, sam: Person) -> None:
    asked = {"type": "other", "summary": "Buy basil."}
    first, again = (sam.post(PATH, asked, headers={"Idempotency-Key": "a"}) for _ in range(2))
    assert first.json() == again.json()
    other = sam.post(PATH, {**asked, "summary": "Buy thyme."}, headers={"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["detail"]) == (409, "This key has made another ticket.")
    sam.post(PATH, asked)
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {}, [], {"type": "party"}, {"summary": ""}, {"summary": "x" * 2001}, {"summary": "\x00"}, {"summary": "\ud800"},
        {"callback_number": "911"}, {"callback_number": "1" * 50}, {"due_at": "soon"},
        {"due_at": "9999-12-31T23:59:59Z"}, {"due_at": "0001-01-01T00:00:00+14:00"}, {"call_id": "7"},
        {"call_id": str(uuid4())}, {"stauts": "open"},
    ],
)  # fmt: skip
def test_a_ticket_that_does_not_fit_is_refused_and_nothing_made(in_bella: Any, sam: Person, wrong: Any) -> None:
    right = {"type": "other", "summary": "Buy basil."}
    answer = sam.post(PATH, {**right, **wrong} if wrong else wrong)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Ticket.objects.exists()


def test_a_ticket_goes_its_way_and_the_record_says_who_did_what(in_bella: Any, sam: Person) -> None:
    path = f"{PATH}/{ticket('cake').pk}"
    assert sam.patch(path, {"assignee": "Luigi"}).json()["assignee"] == "Luigi"
    taken = sam.post(f"{path}/acknowledge").json()
    assert taken["acknowledged_by"] == "sam@bella.test"
    assert sam.post(f"{path}/acknowledge").json() == taken
    assert sam.post(f"{path}/close", {}).status_code == 400
    closed = sam.post(f"{path}/close", {"reason": "Called back."}).json()
    assert (closed["status"], closed["closed_reason"], closed["closed_by"]) == (
        "closed",
        "Called back.",
        "sam@bella.test",
    )
    assert sam.post(f"{path}/close", {"reason": "Again."}).json() == closed
    assert sam.post(f"{path}/acknowledge").json() == closed
    again = sam.post(f"{path}/reopen").json()
    assert (again["status"], again["acknowledged_at"], again["closed_reason"]) == ("open", None, "")
    actions = AuditEntry.objects.filter(subject=path.removeprefix("/api/v1/")).order_by("pk").values_list("action")
    assert [each for (each,) in actions] == ["tickets.change", "tickets.acknowledge", "tickets.close", "tickets.reopen"]


def test_a_ticket_that_was_closed_before_anybody_took_it_on_is_not_taken_on(in_bella: Any, sam: Person) -> None:
    path = f"{PATH}/{ticket('cake').pk}"
    closed = sam.post(f"{path}/close", {"reason": "Called back."}).json()
    late = sam.post(f"{path}/acknowledge")
    assert (late.status_code, late.json()["detail"]) == (409, "This ticket is closed. Reopen it first.")
    assert sam.get(path).json() == closed


def test_a_change_with_a_slip_of_the_pen_or_on_an_older_version_touches_nothing(in_bella: Any, ana: Person) -> None:
    one = ticket("cake")
    path = f"{PATH}/{one.pk}"
    seen = ana.get(path)["ETag"]
    assert ana.patch(path, {"asignee": "Luigi"}).status_code == 400
    assert ana.patch(path, {"assignee": "x" * 121}).status_code == 400
    assert ana.patch(path, {}).status_code == 200
    assert ana.post(f"{path}/close", {"reason": "x", "status": "open"}).status_code == 400
    ana.patch(path, {"assignee": "Luigi"}, headers={"If-Match": seen})
    assert ana.patch(path, {"assignee": "Ben"}, headers={"If-Match": seen}).status_code == 412
    assert ana.post(f"{path}/close", {"reason": "x"}, headers={"If-Match": seen}).status_code == 412
    one.refresh_from_db()
    assert (one.assignee, one.status) == ("Luigi", "open")


def test_another_restaurants_ticket_is_not_there(in_bella: Any, signed_in: Callable[..., Person]) -> None:
    one, yuki = ticket("cake"), signed_in("yuki@sakura.test")
    path = f"{PATH}/{one.pk}"
    for asked in (
        yuki.get(path), yuki.patch(path, {"assignee": "Yuki"}), yuki.post(f"{path}/close", {"reason": "mine"}),
        yuki.post(f"{path}/acknowledge"), yuki.post(f"{path}/reopen"),
    ):  # fmt: skip
        assert asked.status_code == 404
    assert yuki.get(PATH).json()["count"] == 0
    call = Call.objects.create(carrier_sid="CA1", to_number="+15125550101")
    assert yuki.post(PATH, {"type": "other", "summary": "!", "call_id": str(call.pk)}).status_code == 400
    one.refresh_from_db()
    assert (one.status, one.assignee, one.acknowledged_at) == ("open", "Ana", None)
