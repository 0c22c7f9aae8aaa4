"""Programs step into a running call: what they may, what is refused, and what is on record."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import stepping_in, wishes
from apps.voice.wishes import Wish


@pytest.fixture
def call(bella: Place) -> Iterator[tuple[Call, list[Wish]]]:
    """A call that runs in this process, and what it was told."""
    loop, told = asyncio.new_event_loop(), []  # type: tuple[asyncio.AbstractEventLoop, list[Wish]]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    with scope.enter(bella):
        row = Call.objects.create(
            carrier_sid="CAapi", to_number="+15125550101", state="in_progress", answered_at=timezone.now()
        )
        RestaurantSettings.objects.update(transfer_number="+15125550140")

    def step_in(wish: Wish) -> str:
        told.append(wish)
        return ""

    post = stepping_in._post()
    post.running[row.pk] = stepping_in._Running(bella.id, loop, step_in)
    yield row, told
    del post.running[row.pk]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def address(call: Call, deed: str) -> str:
    return f"/api/v1/calls/{call.pk}/{deed}"


def test_staff_say_transfer_and_hang_up(call: tuple[Call, list[Wish]], signed_in: Callable[..., Any]) -> None:
    row, told = call
    sam = signed_in("sam@bella.test")
    for deed, body in (("say", {"text": "The oven is slow."}), ("transfer", {}), ("hang-up", {})):
        answer = sam.post(address(row, deed), body)
        assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    assert [(each.deed, each.text) for each in told] == [
        ("say", "The oven is slow."),
        ("transfer", ""),
        ("hang-up", ""),
    ]
    actions = list(AuditEntry.objects.order_by("-position").values_list("action", flat=True)[:3])
    assert actions == ["calls.hang_up", "calls.transfer", "calls.say"]


def test_a_call_is_taken_over_on_a_contacts_phone(
    call: tuple[Call, list[Wish]], bella: Place, signed_in: Callable[..., Any]
) -> None:
    row, told = call
    with scope.enter(bella):
        marco = StaffContact.objects.create(name="Marco", number="+15125550190")
    body = {"contact_id": str(marco.pk), "take_over": True}
    assert signed_in("ana@bella.test").post(address(row, "transfer"), body).status_code == 200
    assert told == [Wish("take-over", by="ana@bella.test", to=str(marco.pk))]


@pytest.mark.parametrize(
    ("deed", "body", "status", "why"),
    [
        ("say", {"text": "4929 1234 5678 9012"}, 409, wishes.CARD),
        ("say", {"text": "a" * 201}, 400, ""),
        ("say", {}, 400, ""),
        ("transfer", {"contact_id": "00000000-0000-0000-0000-000000000009"}, 409, stepping_in.NOT_THERE),
        ("transfer", {"number": "+15125550199"}, 400, ""),
    ],
)
def test_what_is_refused(
    call: tuple[Call, list[Wish]], signed_in: Callable[..., Any], deed: str, body: Any, status: int, why: str
) -> None:
    row, told = call
    answer = signed_in("ana@bella.test").post(address(row, deed), body)
    assert answer.status_code == status
    assert not why or answer.json()["detail"] == why
    assert told == []


def test_a_call_that_is_over_says_so(
    call: tuple[Call, list[Wish]], bella: Place, signed_in: Callable[..., Any]
) -> None:
    row, _ = call
    with scope.enter(bella):
        Call.objects.filter(pk=row.pk).update(state="ended", ended_at=timezone.now())
    answer = signed_in("ana@bella.test").post(address(row, "hang-up"), {})
    assert (answer.status_code, answer.json()["detail"]) == (409, wishes.ENDED)


def test_nobody_steps_into_another_restaurants_call(
    call: tuple[Call, list[Wish]], signed_in: Callable[..., Any]
) -> None:
    row, told = call
    assert signed_in("yuki@sakura.test").post(address(row, "hang-up"), {}).status_code == 404
    assert told == []
