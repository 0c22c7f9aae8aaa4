"""The history of calls: every filter alone and together, paged, live, and quick with thousands of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.calls.models import TICKET_TYPES, Call, Flag
from apps.dashboard.history import words
from apps.orders.models import Order
from apps.reservations.models import Reservation
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import reasons

PAGE, PART = "/r/bella-napoli/calls/", "/r/bella-napoli/calls/list"
NIGHT = datetime(2026, 6, 2, 4, 30, tzinfo=UTC)
"""Half past eleven of the evening before, in Austin."""


def a_call(number: int, **fields: Any) -> Call:
    now = fields.pop("started_at", timezone.now())
    return Call.objects.create(
        **{
            "carrier_sid": f"CAhistory{number}", "from_number": f"+1512555{number:04}", "to_number": "+15125550101",
            "state": "ended", "started_at": now, "answered_at": now, "ended_at": now, "ended_by": "goodbye",
            "duration_seconds": 95, **fields,
        }
    )  # fmt: skip


@pytest.fixture
def calls(bella: Place) -> dict[str, Call]:
    with scope.enter(bella):
        made = {
            "order": a_call(1001, reason="order", outcome="order"),
            "table": a_call(1002, reason="reservation", outcome="reservation"),
            "rung": a_call(1003, reason="complaint", outcome="transfer", ended_by="transfer"),
            "given_on": a_call(1004, reason="person", outcome="ticket", handed_over_at=timezone.now()),
            "night": a_call(1005, started_at=NIGHT),
        }
        Order.objects.create(
            number=901, day=NIGHT.date(), cart_version=1, key="history", call=made["order"], customer_name="Rosa",
            subtotal=10, tax=1, total=11, ready_at=NIGHT, confirmed_by="caller",
        )  # fmt: skip
        Reservation.objects.create(
            reference="HIST01", key="history", call=made["table"], name="Rosa", party_size=2, starts_at=NIGHT,
            ends_at=NIGHT + timedelta(hours=2), confirmed_by="caller",
        )  # fmt: skip
        Flag.objects.create(call=made["rung"], wrong="Rude", by="sam@bella.test")
        Flag.objects.create(
            call=made["table"], wrong="Late", by="sam@bella.test", done="nothing", closed_at=timezone.now()
        )
    return made


def found(client: Client, calls: dict[str, Call], **query: str) -> list[str]:
    answer = client.get(PART, query)
    assert answer.status_code == 200
    page = answer.content.decode()
    return [name for name, call in calls.items() if str(call.pk) in page]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, ["order", "table", "rung", "given_on", "night"]),
        ({"reason": "order"}, ["order"]),
        ({"outcome": "transfer"}, ["rung"]),
        ({"left": "order"}, ["order"]),
        ({"left": "reservation"}, ["table"]),
        ({"left": "neither"}, ["rung", "given_on", "night"]),
        ({"handed": "1"}, ["rung", "given_on"]),
        ({"flagged": "1"}, ["table", "rung"]),
        ({"flagged": "1", "handed": "1"}, ["rung"]),
        ({"number": "1004"}, ["given_on"]),
        ({"to": "2026-06-01"}, ["night"]),
        ({"from": "2026-06-01", "to": "2026-06-01"}, ["night"]),
        ({"from": "2026-06-02", "to": "2026-06-03"}, []),
    ],
)
def test_calls_are_found_by_all_that_was_asked(
    sam: Client, calls: dict[str, Call], query: dict[str, str], wanted: list[str]
) -> None:
    assert found(sam, calls, **query) == wanted


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "tomorrow"}, "That is no day"),
        ({"to": "2026-02-30"}, "That is no day"),
        ({"to": "9999-12-31"}, "That is no day"),
        ({"from": "2026-06-02", "to": "2026-06-01"}, "before the first"),
        ({"number": "5551004"}, "last four digits"),
        ({"said": "one two three four five six seven eight nine ten eleven"}, "the most"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(sam: Client, calls: Any, query: dict[str, str], why: str) -> None:
    page = sam.get(PAGE, query).content.decode()
    assert why in page
    assert page.count('aria-invalid="true"') == 1
    assert "No call fits" in page
    assert next(iter(query.values())) in page, "what was asked stays in its field"


def test_where_nothing_fits_it_is_said_what_to_do(sam: Client, calls: dict[str, Call]) -> None:
    page = sam.get(PAGE, {"reason": "job"}).content.decode()
    assert "No call fits" in page
    assert f'href="{PAGE}">Show all calls' in page


def test_before_the_first_call_it_is_said_what_will_come(sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        Call.objects.all().delete()
    assert "Nobody has rung yet" in sam.get(PAGE).content.decode()


def test_a_call_on_the_line_has_a_running_clock_and_is_read_when_it_is_over(sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        live = a_call(1006, state="in_progress", ended_at=None, duration_seconds=None, ended_by="")
    page = sam.get(PART).content.decode()
    assert "On the line" in page
    assert f'data-clock="{live.answered_at.isoformat()}"' in page.replace("&#x2B;", "+")
    one = sam.get(f"{PAGE}{live.pk}/").content.decode()
    assert "appears here when the call is over" in one
    assert 'hx-select="#one-call"' in one
    assert "Flag as wrong" not in one


def test_an_open_flag_is_seen_in_the_list_and_a_closed_one_is_not(sam: Client, calls: dict[str, Call]) -> None:
    assert sam.get(PART).content.decode().count("flagged as wrong") == 1


def test_the_pages_keep_what_was_asked(sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        for number in range(2000, 2060):
            a_call(number, reason="job")
    first = sam.get(PAGE, {"reason": "job"}).content.decode()
    assert "60 calls fit" in first
    assert "Page 1 of 2" in first
    assert "?reason=job&amp;page=2" in first
    second = sam.get(PART, {"reason": "job", "page": "2"}).content.decode()
    assert second.count("<tr>") == 10 + 1
    assert "page=2" in second.split("hx-get=")[1].split(" ")[0], "asked anew it stays where it is"


def test_with_thousands_of_calls_it_takes_as_few_queries(
    sam: Client, bella: Place, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    with scope.enter(bella):
        Call.objects.bulk_create(
            Call(
                carrier_sid=f"CAmany{each}", from_number="+15125550134", to_number="+15125550101", state="ended",
                started_at=now - timedelta(minutes=each), ended_at=now, reason="order", outcome="order",
            )
            for each in range(5000)
        )  # fmt: skip
    for query in ({}, {"reason": "order", "handed": "1", "left": "order", "flagged": "1", "said": "diavola"}):
        with django_assert_max_num_queries(22):
            assert sam.get(PAGE, query).status_code == 200


def test_every_reason_has_its_words() -> None:
    kinds = {*reasons.DEEDS.values(), *TICKET_TYPES, reasons.QUESTION, reasons.PERSON, reasons.UNWANTED, reasons.OTHER}
    assert set(words.REASONS) == kinds
