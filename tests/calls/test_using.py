"""A restaurant's own limits, by its rows, and what a suspension ends."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.calls import messages, telephony, using
from apps.calls import services as calls
from apps.calls.models import Call, Message, Ticket
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.models import PhoneNumber, Restaurant
from apps.tenants.scope import Place
from apps.tools.registry import TOOLS, ToolContext, ToolError

NOW = timezone.now()


def call(sid: str, **more: object) -> Call:
    fields = {"from_number": "+15125550134", "to_number": "+15125550101", "started_at": NOW, **more}
    return Call.objects.create(carrier_sid=sid, **fields)


def test_of_calls_that_ring_at_once_the_first_ones_find_room_and_staff_are_told_once(in_bella: Place) -> None:
    RestaurantSettings.objects.update(most_calls=2)
    rung = [call(str(number), started_at=NOW + timedelta(milliseconds=number)) for number in range(4)]
    answers = [using.turned_away(in_bella, one, now=NOW + timedelta(seconds=1)) for one in reversed(rung)]
    assert answers == ["calls", "calls", "", ""]
    assert Ticket.objects.filter(key__startswith="limit:calls").count() == 1


def test_a_call_that_its_process_left_behind_stops_counting(in_bella: Place) -> None:
    RestaurantSettings.objects.update(most_calls=1, longest_call_minutes=15)
    old = NOW - timedelta(minutes=21)
    call("dead", state="in_progress", started_at=old, answered_at=old)
    assert using.turned_away(in_bella, call("new"), now=NOW) == ""


def test_a_spent_day_turns_calls_away(in_bella: Place) -> None:
    RestaurantSettings.objects.update(service_dollars_a_day=Decimal("0.10"))
    call("long", state="ended", ended_at=NOW, duration_seconds=600)
    assert using.turned_away(in_bella, call("new"), now=NOW) == "dollars"


def test_a_caller_is_handed_over_so_often_and_no_oftener(in_bella: Place, settings: Any) -> None:
    settings.MOST_HAND_OVERS = [2, 3, 99]
    first, second = call("1"), call("2")
    for row in (first, first, second):
        assert using.may_hand_over(in_bella, row, now=NOW)
        calls.handed_over(row.pk, now=NOW)
    assert not using.may_hand_over(in_bella, second, now=NOW)
    assert using.may_hand_over(in_bella, call("3", from_number="+15125550135"), now=NOW)


def test_a_number_is_texted_so_often_and_only_where_it_may_be(in_bella: Place, settings: Any) -> None:
    settings.MOST_TEXTS = [99, 2, 99]
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=NOW)

    def status(number: str, key: str) -> str:
        sent = messages.queue(place=in_bella, number=number, template="hours", facts={}, key=key, call_id=None)
        assert sent is not None
        return sent.status

    assert [status("+15125550134", str(n)) for n in range(3)] == ["queued", "queued", "disabled"]
    assert status("+18765550134", "jamaica") == "disabled"


def test_staff_abroad_are_neither_saved_nor_rung(in_bella: Place) -> None:
    abroad = StaffContact(name="Island", number="+18765550134", position=0)
    with pytest.raises(ValidationError, match="JM"):
        abroad.full_clean()
    abroad.save()
    rung = [target.number for target in calls.staff_for("person")]
    assert rung
    assert "+18765550134" not in rung
    with pytest.raises(telephony.Refused) as refused:
        telephony.ring(from_number="+15125550101", to_number="+18765550134", saying="x")
    assert refused.value.code == "not_dialled"


def test_a_suspended_restaurant_sells_nothing_and_texts_nobody_but_hears_a_stop_and_comes_back(
    in_bella: Place,
) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=NOW)
    context = ToolContext(place=in_bella, now=NOW, key="k", by="caller")

    def becomes(state: str) -> None:
        with scope.public():
            Restaurant.objects.filter(pk=in_bella.id).update(state=state)

    becomes("suspended")
    with pytest.raises(ToolError, match="at the moment"):
        TOOLS["create_ticket"].run(context, {"type": "callback", "summary": "x"})
    assert not messages.may_text(in_bella)
    with pytest.raises(telephony.Refused, match="suspended"):
        telephony.send(from_number="+15125550101", to_number="+15125550134", text="x")
    assert messages.receive(in_bella, number="+15125550134", text="please stop texting me", sid="S", now=NOW) == ""
    assert not messages.would_reach(in_bella, "+15125550134")
    becomes("live")
    assert messages.may_text(in_bella)
    assert not messages.would_reach(in_bella, "+15125550134"), "the STOP still counts"
    assert TOOLS["create_ticket"].run(context, {"type": "callback", "summary": "x"})["id"]
    assert Message.objects.filter(direction="in").count() == 1
