"""Which numbers were erased, by keyed hash, and what was put together for download. Public schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.tenants.models import Restaurant


class Erasure(models.Model):
    """That everything about a number was erased. A restored backup has to have it erased again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="erasures")
    number_digest = models.CharField(max_length=64)
    by = models.CharField(max_length=254)
    erased_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    """How many rows of which table."""

    class Meta:
        db_table = "erasures"
        ordering = ("erased_at",)
        indexes: ClassVar = [models.Index(fields=["restaurant", "number_digest"], name="erasures_by_number")]

    def __str__(self) -> str:
        return f"{self.number_digest[:8]} {self.erased_at:%Y-%m-%d}"


class Export(models.Model):
    """A restaurant's data as a file: asked for, made by the outbox, kept for a few days."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        GONE = "gone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="exports")
    by = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    size = models.PositiveBigIntegerField(default=0)
    """Bytes."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "exports"
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "ready", "gone"]), name="exports_state"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.state}"
