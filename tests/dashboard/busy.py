"""A Friday evening with everything on it, as every page is looked at: orders, calls, bookings, tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

SAID = (
    ("agent", "Thanks for calling Bella Napoli. I'm Loman, the restaurant's AI, and this call is recorded."),
    ("caller", "Hi, a large Diavola, no olives, and a tiramisu for pickup."),
    ("agent", "One large Diavola without olives and one tiramisu. That comes to thirty-two dollars and fifty cents."),
    ("caller", "Yes, that's right."),
    ("agent", "It's placed, and it will be ready at seven fifteen."),
)
ORDERS = (
    # guest, status, minutes until it is due, note, what is left out
    ("Rosa Delgado", "new", 25, "", "Olives"),
    ("Henry Whitfield-Montgomery", "new", 40, "My son has a peanut allergy", ""),
    ("Amara Okafor", "accepted", 12, "", "Onions"),
    ("Jules", "accepted", -4, "", ""),
    ("Mei Lin Tan", "ready", -2, "", ""),
    ("Sofia Marchetti", "scheduled", 150, "", ""),
)
TICKETS = (
    ("callback", "Asks for the terrace for twelve on Saturday", -6),
    ("complaint", "The delivery on Thursday was cold, wants to speak to the manager", 25),
    ("catering", "Forty people on the 12th of December, wants a menu by e-mail", 600),
)
BOOKINGS = (("Whitfield", 2, 30), ("Okafor", 4, 75), ("Delgado", 6, 90), ("Brandt", 2, 150))


def fill(place: Any) -> None:
    """Committed, at the restaurant that is given, which is called as in the demo from now on."""
    from django.db import transaction
    from django.utils import timezone

    from apps.tenants import scope
    from apps.tenants.models import Restaurant

    with scope.public():
        Restaurant.objects.filter(pk=place.id).update(name="Bella Napoli")
    with scope.enter(place), transaction.atomic():
        now = timezone.now()
        calls = [_call(position, now) for position in range(4)]
        for position, one in enumerate(ORDERS):
            _order(place, calls[position % len(calls)], position, one, now)
        _tickets(now)
        _bookings(now)


def _call(position: int, now: datetime) -> Any:
    from apps.calls.models import Call, TranscriptLine

    began = now - timedelta(minutes=7 + 11 * position)
    turns = [
        {"speaker": who, "text": text, "heard": text if who == "agent" else None, "started_ms": 6000 * each,
         "ended_ms": 6000 * each + 4800, "interrupted": False, "latency_ms": 780 if who == "agent" and each else None}
        for each, (who, text) in enumerate(SAID)
    ]  # fmt: skip
    stages = [
        {"turn": each, "end_of_turn_ms": 240, "model_ms": 310, "tool_ms": 44, "voice_ms": 186, "total_ms": 780}
        for each in (2, 4)
    ]
    tools = [{"name": "create_order", "arguments": {"customer_name": "Rosa"}, "result": {"status": "quoted"}, "ms": 44}]
    call = Call.objects.create(
        carrier_sid=f"CAbusy{position}", from_number=f"+1512555013{position}", to_number="+15125550101", state="ended",
        started_at=began, answered_at=began, ended_at=began + timedelta(seconds=95), duration_seconds=95,
        ended_by="goodbye", outcome="order_placed", summary="A large Diavola and a tiramisu for pickup",
        report={"turns": turns, "stages": stages, "tools": tools, "duration_ms": 95_000},
    )  # fmt: skip
    for each, turn in enumerate(turns):
        TranscriptLine.objects.create(call=call, position=each, **turn | {"heard": turn["heard"] or ""})
    return call


def _order(place: Any, call: Any, position: int, one: tuple[str, str, int, str, str], now: datetime) -> None:
    from apps.menu.models import MenuItem
    from apps.orders.models import Order, OrderEvent, OrderLine, OrderLineModifier

    guest, status, due, note, without = one
    order = Order.objects.create(
        number=31 + position, day=now.date(), status=status, cart_version=1, key=f"busy:{position}", call=call,
        customer_name=guest, customer_number=f"+1512555014{position}", note=note, subtotal=Decimal("30.00"),
        tax=Decimal("2.48"), total=Decimal("32.48"), ready_at=now + timedelta(minutes=due), confirmed_by="caller",
        fires_at=now + timedelta(minutes=due - 25) if status == "scheduled" else None,
        banners=["ALLERGY"] if note else [], confirmed_at_ms=18_500,
    )  # fmt: skip
    OrderEvent.objects.create(order=order, status=status, by="caller", at=now - timedelta(minutes=3 + position))
    for place_in_order, item in enumerate(MenuItem.objects.order_by("name")[position : position + 3]):
        line = OrderLine.objects.create(
            order=order, position=place_in_order, item_id=item.pk, item=item.name, quantity=1 + place_in_order, each=10,
            variant="large" if not place_in_order else "", total=10 * (1 + place_in_order),
        )  # fmt: skip
        if without and not place_in_order:
            OrderLineModifier.objects.create(line=line, position=0, name=without, amount="none")


def _tickets(now: datetime) -> None:
    from apps.calls.models import Ticket

    for position, (kind, summary, due) in enumerate(TICKETS):
        Ticket.objects.create(
            type=kind, summary=summary, callback_number=f"+1512555015{position}", key=f"busy:{position}",
            due_at=now + timedelta(minutes=due),
        )  # fmt: skip


def _bookings(now: datetime) -> None:
    from apps.reservations.models import DiningTable, Reservation, ReservationTable, WaitlistEntry

    tables = list(DiningTable.objects.order_by("seats", "name"))
    for position, (name, party, minutes) in enumerate(BOOKINGS):
        starts = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        row = Reservation.objects.create(
            reference=f"BUSY{position}", key=f"busy:{position}", name=name, number=f"+1512555016{position}",
            party_size=party, starts_at=starts, ends_at=starts + timedelta(minutes=90), confirmed_by="caller",
            notes="Window, please" if not position else "",
        )  # fmt: skip
        if position < len(tables):
            ReservationTable.objects.create(
                reservation=row, table=tables[-1 - position], starts_at=row.starts_at, ends_at=row.ends_at
            )
    WaitlistEntry.objects.create(key="busy", name="Fontaine", party_size=3, wanted_at=now + timedelta(minutes=60))
