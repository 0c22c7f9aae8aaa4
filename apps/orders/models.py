"""Carts with versions, and the orders they become. In the restaurant's schema."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.calls.models import Call
from apps.tenants.models import E164_PATTERN

STATUSES = ("scheduled", "approval", "unpaid", "new", "accepted", "preparing", "ready", "picked_up", "cancelled")
PAYMENTS = ("none", "asked", "paid", "failed", "expired")


class Cart(models.Model):
    """What is being ordered, at one version. Every change makes a new version and voids the yes to the old."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    """One cart per call (or per request session, without a live call)."""
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="carts")
    version = models.PositiveIntegerField(default=0)
    wanted = models.JSONField(default=dict)
    """The lines as they were asked for: ids and quantities."""
    quoted_total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    customer_name = models.CharField(max_length=120, blank=True)
    customer_number = models.CharField(max_length=16, blank=True)
    pickup_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    """The time that was read back."""
    changes = models.ForeignKey("Order", on_delete=models.CASCADE, null=True, related_name="change_carts")
    """The placed order that this cart rewrites. Empty: the cart becomes an order of its own."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "carts"
        indexes: ClassVar = [models.Index(fields=["customer_number", "-updated_at"], name="carts_by_caller")]

    def __str__(self) -> str:
        return f"cart {self.key} v{self.version}"


class OrderCounter(models.Model):
    """The last order number of a day, locked while the next is taken."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "order_counters"

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"


class Order(models.Model):
    """A placed order. Prices are what was committed; the menu may change after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    day = models.DateField()
    """The restaurant's business day the number belongs to."""
    status = models.CharField(max_length=10, default="new")
    cart = models.ForeignKey(Cart, on_delete=models.SET_NULL, null=True, related_name="orders")
    cart_version = models.PositiveIntegerField()
    key = models.CharField(max_length=160, unique=True)
    """Call, cart and version: committing the same one again finds this order."""
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="orders")
    customer_name = models.CharField(max_length=120)
    customer_number = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    subtotal = models.DecimalField(max_digits=10, decimal_places=2)
    tax = models.DecimalField(max_digits=10, decimal_places=2)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    tax_included = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, default="USD")
    revision = models.PositiveIntegerField(db_default=1)
    """Grows with every change after the commit: from the second on the ticket says CHANGED."""
    payment = models.CharField(max_length=8, default="none", db_default="none")
    """How the pay link stands; `none`: pays at pickup."""
    pays_first = models.BooleanField(default=False, db_default=False)
    """The kitchen waits for the payment."""
    ready_at = models.DateTimeField()
    fires_at = models.DateTimeField(null=True, blank=True)
    """When a scheduled order goes to the kitchen by itself."""
    banners = models.JSONField(default=list, db_default=[])
    """What a kitchen must not miss: `ALLERGY`, `CHECK ID`. Written with the lines."""
    prints = models.PositiveIntegerField(db_default=0)
    """How often its ticket was printed as it is now: from the second time on it says REPRINT."""
    confirmed_by = models.CharField(max_length=254)
    """`caller`, or the signed-in user who was the yes."""
    confirmed_at_ms = models.PositiveIntegerField(null=True)
    """Where in the call's audio the yes begins."""
    cancelled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "orders"
        ordering = ("-created_at",)
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="orders_newest"),
            models.Index(fields=["status", "ready_at"], name="orders_board"),
            models.Index(fields=["customer_number"], name="orders_by_caller"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "number"], name="orders_number_once_a_day"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="orders_status"),
            models.CheckConstraint(condition=Q(payment__in=PAYMENTS), name="orders_payment"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="orders_revision"),
            models.CheckConstraint(
                condition=Q(tax_included=True, total=F("subtotal"))
                | Q(tax_included=False, total=F("subtotal") + F("tax")),
                name="orders_total_adds_up",
            ),
            models.CheckConstraint(condition=Q(subtotal__gte=0, tax__gte=0), name="orders_not_negative"),
            models.CheckConstraint(
                condition=Q(customer_number="") | Q(customer_number__regex=E164_PATTERN),
                name="orders_number_e164",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.number}"


class OrderEvent(models.Model):
    """A step in an order's life, with when and by whom: the board's timers and the record of who cancelled."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    status = models.CharField(max_length=10)
    by = models.CharField(max_length=254)
    """`caller`, `loman`, or the signed-in user."""
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "order_events"
        ordering = ("order", "at", "id")

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"


class OrderChange(models.Model):
    """One change of a placed order: who said yes to it and where in the audio, and what the order was before."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    """The order's, after the change."""
    key = models.CharField(max_length=160, unique=True)
    """Cart and version: committing the same change again finds this one."""
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="order_changes")
    before = models.JSONField()
    """Lines, total and time as they were."""
    confirmed_by = models.CharField(max_length=254)
    confirmed_at_ms = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "order_changes"
        ordering = ("order", "revision")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "revision"], name="order_changes_revision_once"),
            models.CheckConstraint(condition=Q(revision__gte=2), name="order_changes_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.revision}"


class Payment(models.Model):
    """A pay link for one order at one revision. Card numbers are between the guest and the provider."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    revision = models.PositiveIntegerField()
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=120, blank=True)
    """The provider's id of it; empty until the provider has made the link."""
    link = models.CharField(max_length=500, blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, default="asked")
    """`asked`, `paid`, `failed`, `expired`, or `void` when the order changed since."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments"
        ordering = ("order", "revision")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "revision"], name="payments_once_a_revision"),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="payments_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "paid", "failed", "expired", "void"]), name="payments_state"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


class Lookups(models.Model):
    """How often one caller asked for orders that are not there: whoever guesses is handed to a person."""

    key = models.CharField(max_length=120, primary_key=True)
    missed = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "order_lookups"

    def __str__(self) -> str:
        return f"{self.key}: {self.missed}"


class OrderLine(models.Model):
    """One line of a placed order, with names as they were on the menu that day."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    item_id = models.UUIDField()
    """No foreign key: history stays when the menu changes."""
    item = models.CharField(max_length=120)
    variant = models.CharField(max_length=60, blank=True)
    quantity = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    alcohol = models.BooleanField(default=False)
    each = models.DecimalField(max_digits=10, decimal_places=2)
    total = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        db_table = "order_lines"
        ordering = ("order", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_lines_position_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_lines_quantity"),
            models.CheckConstraint(
                condition=Q(total=F("each") * F("quantity"), each__gte=Decimal(0)),
                name="order_lines_total_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.item}"


class OrderLineModifier(models.Model):
    """One choice on a line. A row, not JSON, so that the database checks it and the board can count it."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="modifiers")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    amount = models.CharField(max_length=8, default="regular")
    side = models.CharField(max_length=5, default="whole")
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    from_menu = models.BooleanField(default=False)
    """Comes with the dish and nobody spoke of it: not read back."""

    class Meta:
        db_table = "order_line_modifiers"
        ordering = ("line", "position")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__in=["none", "light", "regular", "extra"]), name="order_modifiers_amount"
            ),
            models.CheckConstraint(condition=Q(side__in=["whole", "left", "right"]), name="order_modifiers_side"),
        ]

    def __str__(self) -> str:
        return self.name


class OrderSuggestion(models.Model):
    """What was offered with an order (a pair of the menu), and whether it was taken."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="suggestion")
    item_id = models.UUIDField()
    """No foreign key: history stays when the menu changes."""
    accepted = models.BooleanField()

    class Meta:
        db_table = "order_suggestions"

    def __str__(self) -> str:
        return f"{self.item_id} {'taken' if self.accepted else 'declined'}"
