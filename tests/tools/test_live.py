"""Tools within a call: the frozen context answers, the database commits, the caller's yes counts and no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.calls.models import Call, Message, Ticket
from apps.menu import services as menu
from apps.menu.models import MenuItem
from apps.orders.models import Order
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.reservations.models import DiningTable, Reservation
from apps.restaurant.models import SpecialDay
from apps.tools import snapshot
from apps.tools.registry import TOOLS, ToolContext, ToolError, Yes

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NUMBER = "+15125550188"


class Line:
    """A call under way at a restaurant."""

    def __init__(self, place: Any) -> None:
        self.call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
        self.known = snapshot.take(place, now=NOW)
        self.place = place
        self.overheard = ""

    def run(self, tool: str, *, yes: int | None = None, now: datetime = NOW, **arguments: Any) -> dict[str, Any]:
        context = ToolContext(
            place=self.place,
            now=now,
            key=f"call:{self.call.pk}",
            by="caller",
            call_id=self.call.pk,
            caller_number=NUMBER,
            yes=None if yes is None else Yes(version=yes, said_at_ms=61_500, by="caller"),
            overheard=self.overheard,
            snapshot=self.known,
        )
        return TOOLS[tool].run(context, arguments)

    def lasagna(self) -> dict[str, Any]:
        return {"item_id": self.run("search_menu", query="lasagna")["items"][0]["id"]}


@pytest.fixture
def line(in_bella: Any) -> Line:
    return Line(in_bella)


def test_an_order_is_placed_with_the_callers_yes_and_never_without(line: Line) -> None:
    version = line.run("create_order", lines=[line.lasagna()], customer_name="Kate")["cart_version"]
    for yes in (None, version + 1):
        with pytest.raises(ToolError, match="your yes"):
            line.run("create_order", confirm_version=version, yes=yes)
    placed = line.run("create_order", confirm_version=version, yes=version)
    again = line.run("create_order", confirm_version=version, yes=version)
    assert placed == again
    order = Order.objects.get()
    assert (order.confirmed_by, order.confirmed_at_ms, order.call_id) == ("caller", 61_500, line.call.pk)
    assert order.customer_number == NUMBER
    assert Work.objects.filter(kind="order.placed").count() == 1


def test_what_ran_out_since_the_call_began_is_refused_by_the_quote_and_the_commit(line: Line) -> None:
    wanted = line.lasagna()
    version = line.run("create_order", lines=[wanted], customer_name="Kate")["cart_version"]
    menu.eighty_six(MenuItem.objects.get(name="Lasagna"))
    assert line.run("search_menu", query="lasagna")["items"][0]["available"]  # the context is the call's own
    with pytest.raises(ToolError, match="sold out"):
        line.run("create_order", confirm_version=version, yes=version)
    with pytest.raises(ToolError, match="sold out"):
        line.run("create_order", lines=[wanted], customer_name="Kate")
    assert not Order.objects.exists()


def test_a_table_is_booked_with_the_callers_yes_and_changed_only_to_what_is_free(line: Line) -> None:
    asked = {"party_size": 2, "starts_at": "2026-11-27T19:00", "name": "Kate Bush"}
    version = line.run("create_reservation", **asked)["version"]
    with pytest.raises(ToolError, match="your yes"):
        line.run("create_reservation", confirm_version=version)
    assert line.run("create_reservation", confirm_version=version, yes=version)["status"] == "booked"
    row = Reservation.objects.get()
    assert (row.call_id, row.number, row.confirmed_at_ms) == (line.call.pk, NUMBER, 61_500)
    change = {"name": "Bush", "date": "2026-11-27"}
    with pytest.raises(ToolError, match="more than eight"):
        line.run("change_reservation", **change, party_size=20)
    DiningTable.objects.update(active=False)
    with pytest.raises(ToolError, match="no table free"):
        line.run("change_reservation", **change, party_size=3)


def test_a_confirmation_that_is_asked_for_is_the_one_that_comes_by_itself(line: Line) -> None:
    version = line.run("create_order", lines=[line.lasagna()], customer_name="Kate")["cart_version"]
    line.run("create_order", confirm_version=version, yes=version)
    held = line.run("create_reservation", party_size=2, starts_at="2026-11-27T19:00", name="Kate")["version"]
    line.run("create_reservation", confirm_version=held, yes=held)
    for template in ("order", "reservation"):
        line.run("send_sms", template=template)
    for work in Work.objects.filter(kind__in=("order.placed", "reservation.booked")):
        outbox._handlers[work.kind](work.payload)
    assert sorted(Message.objects.values_list("template", flat=True)) == ["order", "reservation"]


def test_one_call_opens_one_ticket_for_one_matter(line: Line) -> None:
    for summary in ("Cold soup.", "Cold soup.", "And no spoon."):
        line.run("create_ticket", type="complaint", summary=summary)
    assert Ticket.objects.filter(call=line.call, callback_number=NUMBER).count() == 2
    for _ in range(2):
        line.run("create_reservation", party_size=12, starts_at="2026-11-27T19:00", name="Kate")
    assert Ticket.objects.filter(type="lead").count() == 1


def test_a_waitlist_has_a_caller_once(line: Line) -> None:
    asked = {"party_size": 2, "wanted_at": "2026-11-27T19:00", "name": "Kate"}
    assert line.run("join_waitlist", **asked) == line.run("join_waitlist", **asked)


def test_special_days_to_come_are_facts_and_past_ones_are_not(line: Line) -> None:
    SpecialDay.objects.create(date=NOW.date() - timedelta(days=1))
    SpecialDay.objects.create(date=NOW.date() + timedelta(days=32))
    facts = snapshot.take(line.place, now=NOW).facts(now=NOW)
    assert facts["special_days"] == [{"date": "2026-12-25", "hours": []}]


def test_the_end_of_a_call_is_said_and_done_by_the_shell(line: Line) -> None:
    assert line.run("end_call") == {"status": "ending", "reason": "goodbye"}
