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


class TableCombination(models.Model):
    """Tables that can be pushed together, and how many they then seat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    tables = models.ManyToManyField(DiningTable, related_name="combinations")
    seats = models.PositiveIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "table_combinations"
        ordering = ("seats", "name")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(seats__gte=1), name="table_combinations_seats")]

    def __str__(self) -> str:
        return self.name


class BlackoutDate(models.Model):
    """Days, or hours of days, for which no table is booked by phone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_day = models.DateField()
    last_day = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    """Said to the caller: "for a private party"."""

    class Meta:
        db_table = "blackout_dates"
        ordering = ("first_day",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="blackout_dates_in_order"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(closes__gt=F("opens")),
                name="blackout_dates_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.reason}"


class Hold(models.Model):
    """A table kept for a caller until the yes, at one version. Every change makes a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    version = models.PositiveIntegerField(default=0)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="holds")
    tables = models.JSONField(default=list)
    """Ids of the tables that are kept."""
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
    revision = models.PositiveIntegerField(default=1)
    """Counts its changes: a calendar takes the newest."""
    updated_at = models.DateTimeField(db_default=Now())
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


class ReservationTable(models.Model):
    """That a booking has a table, as long as it stands. The database lets nobody else have it then: an exclusion
    constraint over the table and the stretch of time (migration 0003)."""

    id = models.BigAutoField(primary_key=True)
    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="seats_at")
    table = models.ForeignKey(DiningTable, on_delete=models.PROTECT, related_name="taken")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "reservation_tables"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservation_tables_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.table_id}"


class ReservationEvent(models.Model):
    """A step in a booking's life, with when and by whom."""

    id = models.BigAutoField(primary_key=True)
    reservation = models.ForeignKey(Reservation, on_delete=models.CASCADE, related_name="events")
    status = models.CharField(max_length=10)
    by = models.CharField(max_length=254)
    """`caller`, `loman`, or the signed-in user."""
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "reservation_events"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.status}"


class WaitlistEntry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=16, blank=True)
    party_size = models.PositiveIntegerField()
    wanted_at = models.DateTimeField()
    status = models.CharField(max_length=8, default="waiting")
    offered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "waitlist"
        ordering = ("created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(party_size__gte=1), name="waitlist_party"),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "offered", "booked", "expired"]), name="waitlist_status"
            ),
            models.CheckConstraint(condition=Q(number="") | Q(number__regex=E164_PATTERN), name="waitlist_e164"),
        ]

    def __str__(self) -> str:
        return f"{self.name} x{self.party_size}"
