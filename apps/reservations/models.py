"""Tables, holds and bookings. In the restaurant's schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.calls.models import Call
from apps.tenants.models import E164_PATTERN

STATUSES = ("booked", "confirmed", "seated", "finished", "no_show", "cancelled")


class DiningTable(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    seats = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "dining_tables"
        ordering = ("seats", "name")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(seats__gte=1), name="dining_tables_seats")]

    def __str__(self) -> str:
        return self.name


class Hold(models.Model):
    """A table kept for a caller until the yes, at one version. Every change makes a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    version = models.PositiveIntegerField(default=0)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="holds")
    table = models.ForeignKey(DiningTable, on_delete=models.SET_NULL, null=True)
    party_size = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=16, blank=True)
    notes = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """The hold counts against capacity until this moment."""
    moves = models.ForeignKey("Reservation", on_delete=models.SET_NULL, null=True, related_name="moves")
    """The booking that this one takes the place of: its own table counts as free for it."""

    class Meta:
        db_table = "holds"

    def __str__(self) -> str:
        return f"hold {self.key} v{self.version}"


class Reservation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    key = models.CharField(max_length=160, unique=True)
    """Hold and version: committing the same one again finds this booking."""
    status = models.CharField(max_length=10, default="booked")
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="reservations")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=16, blank=True)
    party_size = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    table = models.ForeignKey(DiningTable, on_delete=models.PROTECT, null=True, related_name="reservations")
    notes = models.TextField(blank=True)
    confirmed_by = models.CharField(max_length=254)
    confirmed_at_ms = models.PositiveIntegerField(null=True)
    cancelled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "reservations"
        ordering = ("starts_at",)
        indexes: ClassVar = [models.Index(fields=["starts_at", "status"], name="reservations_book")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="reservations_status"),
            models.CheckConstraint(condition=Q(party_size__gte=1), name="reservations_party"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservations_ends_after_start"),
            models.CheckConstraint(
                condition=Q(number="") | Q(number__regex=E164_PATTERN), name="reservations_number_e164"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.starts_at:%Y-%m-%d %H:%M} x{self.party_size}"


class WaitlistEntry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=16, blank=True)
    party_size = models.PositiveIntegerField()
    wanted_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "waitlist"
        ordering = ("created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(party_size__gte=1), name="waitlist_party"),
            models.CheckConstraint(condition=Q(number="") | Q(number__regex=E164_PATTERN), name="waitlist_e164"),
        ]

    def __str__(self) -> str:
        return f"{self.name} x{self.party_size}"
