"""`/api/v1/orders`: the board and the history; steps forward, delays, cancellations and prints."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.rest.filters import MomentFilter
from apps.accounts.rest.schema import conflict, deed
from apps.accounts.rest.views import CommandView, ListView, RecordView
from apps.orders import lifecycle, listed, printing, ticket
from apps.orders.models import PAYMENTS, STATUSES, Order
from apps.orders.shown import OrderShown

EXAMPLE: dict[str, Any] = {
    "id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10",
    "number": 39,
    "status": "new",
    "revision": 1,
    "payment": "none",
    "customer_name": "Kate",
    "customer_number": "••• 0134",
    "lines": [
        {
            "item": "Margherita",
            "quantity": 1,
            "variant": "Large",
            "modifiers": [{"name": "Mushrooms", "amount": "extra", "side": "left"}],
            "note": "",
            "total": "18.50",
        }
    ],
    "note": "",
    "subtotal": "18.50",
    "tax": "1.53",
    "total": "20.03",
    "currency": "USD",
    "ready_at": "2026-07-04T23:55:00+00:00",
    "banners": [],
    "call_id": None,
    "created_at": "2026-07-04T23:30:00+00:00",
}


class OrderFilters(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATUSES])
    payment = django_filters.ChoiceFilter(choices=[(one, one) for one in PAYMENTS])
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")
    ready_after = MomentFilter(field_name="ready_at", lookup_expr="gte")
    ready_before = MomentFilter(field_name="ready_at", lookup_expr="lt")
    call_id = django_filters.UUIDFilter()

    class Meta:
        model = Order
        fields = ("number", "day")


@extend_schema_view(get=extend_schema(tags=["orders"], summary="Orders, newest first"))
class OrdersView(ListView[Order]):
    permission = "orders.view"
    queryset = Order.objects.all()
    serializer_class = OrderShown
    filterset_class = OrderFilters
    search_fields = ("customer_name",)
    ordering_fields = ("created_at", "ready_at", "number", "total")
    ordering = ("-created_at", "-id")
    written = listed.ORDER


class _OrderView(RecordView[Order]):
    queryset = Order.objects.all()
    serializer_class = OrderShown
    lookup_url_kwarg = "order_id"
    noun = "orders"
    number_field = "customer_number"
    refusals = (lifecycle.Refusal,)


class Step(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=[step for step in lifecycle.STEPS if step not in ("approval", "unpaid", "scheduled")]
    )


@extend_schema_view(
    get=extend_schema(
        tags=["orders"],
        summary="One order, with the whole number for those who may see it",
        examples=[OpenApiExample("An order", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=["orders"],
        summary="Take an order a step or more forward; never back",
        request=Step,
        examples=[OpenApiExample("Acknowledge", value={"status": "accepted"}, request_only=True)],
        responses={200: OrderShown, 409: conflict("A step back", "Order 39 is already picked up.")},
    ),
)
class OrderView(_OrderView):
    permission: ClassVar = {"GET": "orders.view", "PATCH": "orders.advance"}
    changes_serializer_class = Step

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: Order, wanted: Any) -> Order:
        to = wanted.validated_data.get("status", row.status)
        return lifecycle.advance(row.pk, to=to, by=self.grant.by, place=self.place, now=timezone.now())


class Cancelling(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


@deed(
    tag="orders",
    summary="Cancel an order, with a reason; the guest is told",
    asks=Cancelling,
    shows=OrderShown,
    example={"reason": "Out of dough"},
    refuses="Order 39 was already picked up.",
)
class CancelView(_OrderView, CommandView[Order]):
    permission = "orders.cancel"
    asks = Cancelling

    def perform(self, row: Order, asked: dict[str, Any]) -> Order:
        return lifecycle.cancel(row.pk, reason=asked["reason"], by=self.grant.by, place=self.place, now=timezone.now())


class Delaying(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1, max_value=lifecycle.LONGEST_DELAY_MINUTES)


@deed(
    tag="orders",
    summary="Have an order ready later, and tell the guest",
    asks=Delaying,
    shows=OrderShown,
    example={"minutes": 10},
    refuses="Order 39 is already ready.",
)
class DelayView(_OrderView, CommandView[Order]):
    permission = "orders.advance"
    asks = Delaying
    action = "orders.delay"

    def perform(self, row: Order, asked: dict[str, Any]) -> Order:
        return lifecycle.delay(row.pk, minutes=asked["minutes"], by=self.grant.by, place=self.place, now=timezone.now())


class Printed(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="For a printer of 48 letters a line; a second print says REPRINT.")


@deed(tag="orders", summary="Print the kitchen's ticket: its text, counted", shows=Printed)
class PrintView(_OrderView):
    permission = "orders.advance"
    http_method_names = ("post", "options")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        order = self.get_object()
        printed = printing.print_ticket(order.pk, by=self.grant.by, place=self.place, now=timezone.now())
        return Response({"text": ticket.as_text(printed)})


class NotPrinted(serializers.Serializer[Any]):
    why = serializers.CharField(max_length=100, allow_blank=True, default="")


@deed(
    tag="orders",
    summary="Say that the last print did not come out: staff get a ticket, and it does not count",
    asks=NotPrinted,
    shows=OrderShown,
    example={"why": "out of paper"},
)
class PrintFailedView(_OrderView, CommandView[Order]):
    permission = "orders.advance"
    asks = NotPrinted
    action = "orders.print_failed"

    def perform(self, row: Order, asked: dict[str, Any]) -> Order:
        printing.failed(row.pk, why=asked["why"], by=self.grant.by, now=timezone.now())
        return self.locked()
