"""Work rows. Public schema, because one sweeper serves all restaurants."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.tenants.models import Restaurant


class Work(models.Model):
    """One thing to do. The truth about it is this row; Celery is only the bell (FACTS: brokers lose tasks)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, null=True, related_name="work")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    """Names the event, so that the same cause never makes the same work twice."""
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    """Not before this moment; moved on by every attempt, so that one that was killed comes up again."""
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="outbox_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "done", "dead"]), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="outbox_done_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
