"""Work rows, and who is told of events by webhook. Public schema: one sweeper serves all restaurants."""

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
        return f"{self.kind} {self.pk}"


class Endpoint(models.Model):
    """A URL that one restaurant's events are posted to."""

    sealed: ClassVar = ("secret", "old_secret")
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.CharField(max_length=500)
    types = models.JSONField(default=list)
    """Which events (empty: all)."""
    secret = models.TextField()
    """Encrypted (apps.accounts.keys), as are all secrets here."""
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    """Until then both sign, so that a receiver can change over in peace."""
    whole_numbers = models.BooleanField(default=False)
    """Whether it was granted whole phone numbers; else all are masked to their last four digits."""
    failures = models.PositiveIntegerField(default=0)
    """In a row, up to now."""
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    """Nothing is posted before: it has just failed several times."""
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "webhook_endpoints"
        ordering = ("created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["restaurant", "url"], name="webhook_endpoints_url_once"),
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_reason="")
                | Q(Q(disabled_at__isnull=False), ~Q(disabled_reason="")),
                name="webhook_endpoints_disabled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(old_secret="", old_secret_until__isnull=True)  # nosec B106  (an empty default)
                | Q(~Q(old_secret=""), Q(old_secret_until__isnull=False)),  # nosec B106  (an empty default)
                name="webhook_endpoints_old_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="webhook_endpoints_failing_since",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event on its way to one endpoint. What is dead waits for a person, who may have it replayed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40)
    """`webhook-id`: the same for an event wherever and however often it is sent."""
    type = models.CharField(max_length=40)
    body = models.TextField()
    """Exactly what is signed and sent, every time."""
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    """Since it was made or replayed."""
    replays = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_answer = models.TextField(blank=True)
    """How the answer began, or why there was none."""
    took_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_deliveries"
        ordering = ("-created_at",)
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "-created_at"], name="webhook_deliveries_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_deliveries_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False, delivered_at__isnull=True)
                | Q(state="delivered", next_try_at__isnull=True, delivered_at__isnull=False)
                | Q(state="dead", next_try_at__isnull=True, delivered_at__isnull=True),
                name="webhook_deliveries_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
