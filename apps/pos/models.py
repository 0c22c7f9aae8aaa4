"""Which till a restaurant has, what things are called there, and which orders went there. Restaurant's schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.orders.models import Order

VENDORS = ("square",)


class Connection(models.Model):
    """The restaurant's till. At most one; its key lies with the restaurant's other keys, encrypted."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    vendor = models.CharField(max_length=20)
    location = models.CharField(max_length=64)
    """Which of the owner's shops this is, as the vendor calls it."""
    active = models.BooleanField(default=True)
    connected_at = models.DateTimeField(db_default=Now(), editable=False)
    pulled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "pos_connection"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="pos_connection_one_row"),
            models.CheckConstraint(condition=Q(vendor__in=VENDORS), name="pos_connection_vendor"),
            models.CheckConstraint(condition=~Q(location=""), name="pos_connection_location"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.location}"


class ExternalId(models.Model):
    """What a dish, a size or an option of our menu is called in the till."""

    menu_id = models.UUIDField(primary_key=True)
    """No foreign key: three tables have such ids. The next pull writes all of them anew."""
    external_id = models.CharField(max_length=192)

    class Meta:
        db_table = "pos_external_ids"

    def __str__(self) -> str:
        return self.external_id


class PushedOrder(models.Model):
    """An order on its way to the till, or there. The row is older than the first attempt."""

    class State(models.TextChoices):
        WAITING = "waiting"
        PUSHED = "pushed"
        CANCELLED = "cancelled"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="pushed")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    request = models.JSONField(default=dict)
    """What is sent, the same at every attempt: the till refuses a known key with other content."""
    external_id = models.CharField(max_length=192, blank=True)
    their_total = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    differs = models.BooleanField(default=False)
    """The till charges something else than the guest was told."""
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    pushed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pos_orders"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "pushed", "cancelled", "refused"]), name="pos_orders_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="pushed") | Q(~Q(external_id=""), Q(pushed_at__isnull=False)),
                name="pos_orders_pushed_has_an_id",
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="pos_orders_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"
