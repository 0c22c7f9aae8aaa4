"""Everything that is one guest's, by their phone number: for who exports it and for who erases it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts import keys
from apps.calls.models import (
    Call,
    Consent,
    Flag,
    Message,
    RegressionCase,
    Suppression,
    Ticket,
    TranscriptLine,
)
from apps.llm.models import ModelRequest
from apps.orders.models import Cart, Lookups, Order, OrderChange, OrderEvent, OrderLine, Payment
from apps.pos.models import PushedOrder
from apps.reservations.models import Hold, Reservation, ReservationEvent, WaitlistEntry


@dataclass
class Guest:
    """The rows of one number in the restaurant that was entered.

    A call is theirs when it came from the number, or from a withheld one and left an order or a booking under it. Who
    gave this number while calling from another is somebody else: there only the number itself is this guest's.
    """

    number: str

    @cached_property
    def call_ids(self) -> list[UUID]:
        from_withheld = [
            model.objects.filter(**{field: self.number}).values("call_id")
            for model, field in ((Order, "customer_number"), (Reservation, "number"), (Ticket, "callback_number"))
        ]
        theirs = Q(from_number=self.number)
        for ids in from_withheld:
            theirs |= Q(from_number="", pk__in=ids)
        return list(Call.objects.filter(theirs).values_list("pk", flat=True))

    @property
    def calls(self) -> QuerySet[Call]:
        return Call.objects.filter(pk__in=self.call_ids)

    @property
    def transcript(self) -> QuerySet[TranscriptLine]:
        return TranscriptLine.objects.filter(call__in=self.call_ids)

    @property
    def flags(self) -> QuerySet[Flag]:
        return Flag.objects.filter(call__in=self.call_ids)

    @property
    def cases(self) -> QuerySet[RegressionCase]:
        return RegressionCase.objects.filter(flag__call__in=self.call_ids)

    @property
    def model_requests(self) -> QuerySet[ModelRequest]:
        return ModelRequest.objects.filter(call__in=self.call_ids)

    @property
    def messages(self) -> QuerySet[Message]:
        return Message.objects.filter(number=self.number)

    @property
    def consents(self) -> QuerySet[Consent]:
        return Consent.objects.filter(number=self.number)

    @property
    def suppressions(self) -> QuerySet[Suppression]:
        return Suppression.objects.filter(number__in=(self.number, keys.number_digest(self.number)))

    @property
    def tickets(self) -> QuerySet[Ticket]:
        return Ticket.objects.filter(self._by("callback_number"))

    @property
    def carts(self) -> QuerySet[Cart]:
        return Cart.objects.filter(self._by("customer_number"))

    @property
    def orders(self) -> QuerySet[Order]:
        return Order.objects.filter(self._by("customer_number"))

    @property
    def holds(self) -> QuerySet[Hold]:
        return Hold.objects.filter(self._by("number"))

    @property
    def reservations(self) -> QuerySet[Reservation]:
        return Reservation.objects.filter(self._by("number"))

    @property
    def waitlist(self) -> QuerySet[WaitlistEntry]:
        return WaitlistEntry.objects.filter(self._by("number"))

    @property
    def lookups(self) -> QuerySet[Lookups]:
        return Lookups.objects.filter(key__in=[f"call:{pk}" for pk in self.call_ids])

    def _by(self, field: str) -> Q:
        """Under their number; or without one, of a call of theirs."""
        return Q(**{field: self.number}) | Q(**{field: ""}, call__in=self.call_ids)

    def tables(self) -> dict[str, QuerySet[Any]]:
        """All of it, by table."""
        orders = list(self.orders.values_list("pk", flat=True))
        return {
            "calls": self.calls,
            "transcripts": self.transcript,
            "call_flags": self.flags,
            "regression_cases": self.cases,
            "model_requests": self.model_requests,
            "messages": self.messages,
            "sms_consents": self.consents,
            "sms_suppressions": self.suppressions,
            "tickets": self.tickets,
            "carts": self.carts,
            "orders": self.orders,
            "order_lines": OrderLine.objects.filter(order__in=orders),
            "order_events": OrderEvent.objects.filter(order__in=orders),
            "order_changes": OrderChange.objects.filter(order__in=orders),
            "payments": Payment.objects.filter(order__in=orders),
            "pos_orders": PushedOrder.objects.filter(order__in=orders),
            "holds": self.holds,
            "reservations": self.reservations,
            "reservation_events": ReservationEvent.objects.filter(reservation__in=self.reservations.values("pk")),
            "waitlist": self.waitlist,
            "order_lookups": self.lookups,
        }
