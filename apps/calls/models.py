"""What a call leaves behind: its row, its transcript, messages that were sent, tickets for staff."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.tenants.models import E164_PATTERN

TICKET_TYPES = (
    "callback", "complaint", "catering", "delivery", "job", "vendor", "lead", "large_order", "allergy",
    "lost_item", "press", "emergency", "other",
)  # fmt: skip
CARRIER_FINAL = ("completed", "busy", "no-answer", "failed", "canceled")
"""Twilio's words for a call that is over."""
FLAG_DEEDS = ("synonym", "keyterm", "case", "nothing")
ENDINGS = ("goodbye", "caller", "timeout", "transfer", "error")


class Call(models.Model):
    """One phone call. Its state only moves forward, however late or often callbacks arrive."""

    class State(models.TextChoices):
        RINGING = "ringing"
        IN_PROGRESS = "in_progress"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    carrier_sid = models.CharField(max_length=64, unique=True)
    """The carrier's id (Twilio: CallSid)."""
    from_number = models.CharField(max_length=16, blank=True)
    """E.164; empty when the caller withholds it."""
    to_number = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RINGING)
    carrier_status = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    """When a person was rung for it last."""
    hand_overs = models.PositiveIntegerField(default=0)
    """How often one was."""
    stream_token_used_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True)
    recording_url = models.CharField(max_length=400, blank=True)
    recorded_by_carrier = models.BooleanField(default=False, db_default=False)
    """The carrier was asked for a recording of its own, and has it until it is told to forget it."""
    report = models.JSONField(default=dict, blank=True)
    """The turns with their times, tools and stages (apps.voice.report)."""

    class Meta:
        db_table = "calls"
        ordering = ("-started_at",)
        indexes: ClassVar = [
            models.Index(fields=["-started_at"], name="calls_newest"),
            models.Index(fields=["from_number"], name="calls_by_caller"),
            GinIndex(SearchVector("summary", config="simple"), name="calls_words"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["ringing", "in_progress", "ended"]), name="calls_state"),
            models.CheckConstraint(condition=Q(ended_by__in=["", *ENDINGS]), name="calls_ended_by"),
            models.CheckConstraint(
                condition=Q(from_number="") | Q(from_number__regex=E164_PATTERN), name="calls_from_e164"
            ),
            models.CheckConstraint(condition=Q(to_number__regex=E164_PATTERN), name="calls_to_e164"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) | ~Q(state="ended"),
                name="calls_ended_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_sid} {self.state}"


class TranscriptLine(models.Model):
    """One turn of one speaker."""

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="transcript")
    position = models.PositiveIntegerField()
    speaker = models.CharField(max_length=6)
    text = models.TextField()
    heard = models.TextField(blank=True)
    """For the agent: what of it the caller heard before interrupting."""
    started_ms = models.PositiveIntegerField()
    ended_ms = models.PositiveIntegerField()
    interrupted = models.BooleanField(default=False)
    latency_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        db_table = "transcripts"
        ordering = ("call", "position")
        indexes: ClassVar = [
            GinIndex(SearchVector("text", config="simple"), name="transcripts_words"),
            models.Index(
                fields=["call"],
                include=["latency_ms"],
                condition=Q(latency_ms__isnull=False),
                name="transcripts_replies",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "position"], name="transcripts_position_once"),
            models.CheckConstraint(condition=Q(speaker__in=["caller", "agent"]), name="transcripts_speaker"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} {self.position}"


class Ticket(models.Model):
    """Something a person has to do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="tickets")
    type = models.CharField(max_length=20)
    summary = models.TextField()
    callback_number = models.CharField(max_length=16, blank=True)
    status = models.CharField(max_length=10, default="open")
    due_at = models.DateTimeField(null=True, blank=True)
    assignee = models.CharField(max_length=120, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    """When somebody took it on: from then on nobody is reminded."""
    acknowledged_by = models.CharField(max_length=254, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)
    key = models.CharField(max_length=120, unique=True)
    """Names the event: the same cause never makes two tickets."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "tickets"
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(type__in=TICKET_TYPES), name="tickets_type"),
            models.CheckConstraint(condition=Q(status__in=["open", "closed"]), name="tickets_status"),
            models.CheckConstraint(
                condition=Q(callback_number="") | Q(callback_number__regex=E164_PATTERN),
                name="tickets_number_e164",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Flag(models.Model):
    """That something in a call went wrong: who says so, what was said there, and what was done about it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="flags")
    position = models.PositiveIntegerField(null=True, blank=True)
    """Which turn of the call's report, from 0; null: all of the call."""
    words = models.TextField(blank=True)
    """What was said in that turn, numbers masked. Goes when the transcript goes."""
    wrong = models.CharField(max_length=500, blank=True)
    """What is wrong with it, as staff say it. Goes likewise."""
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done = models.CharField(max_length=8, blank=True)
    """What was done about it; empty while it is open."""
    taught = models.CharField(max_length=80, blank=True)
    """The synonym or the word to listen for."""
    taught_of = models.UUIDField(null=True, blank=True)
    """The menu item that has the synonym now."""
    closed_by = models.CharField(max_length=254, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "call_flags"
        ordering = ("-created_at",)
        indexes: ClassVar = [models.Index(fields=["-created_at"], condition=Q(done=""), name="call_flags_open")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done__in=["", *FLAG_DEEDS]), name="call_flags_done"),
            models.CheckConstraint(
                condition=Q(done="", closed_at=None) | (~Q(done="") & Q(closed_at__isnull=False)),
                name="call_flags_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done or 'open'} {self.pk}"


class RegressionCase(models.Model):
    """A conversation up to where it went wrong, and what should stand in the order then: replayed by `evaluate`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, related_name="case")
    turns = models.JSONField()
    """As `evaluate dialogues` reads them, numbers masked."""
    menu_edition = models.PositiveIntegerField()
    """The edition of the menu that was served when it was kept."""
    came_out = models.JSONField(null=True)
    expected = models.JSONField(null=True)
    """Lines of an order, as `evaluate` answers them; null: none."""
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "regression_cases"
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"case {self.pk}"


class Message(models.Model):
    """One text message, out or in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    direction = models.CharField(max_length=3, default="out")
    number = models.CharField(max_length=16)
    template = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    segments = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=12, default="queued")
    carrier_sid = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "messages"
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(direction__in=["out", "in"]), name="messages_direction"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "queued", "disabled", "suppressed", "sending", "sent", "delivered", "failed", "undelivered",
                        "received",
                    ]
                ),
                name="messages_status",
            ),
            models.CheckConstraint(condition=Q(number__regex=E164_PATTERN), name="messages_number_e164"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.direction} {self.status}"


class Consent(models.Model):
    """That a guest agreed to be texted: when, in which call, and until when. Kept when it is revoked."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=16)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, related_name="consents")
    given = models.CharField(max_length=5)
    """`call`: with an order, a booking or a question on the phone; `staff`: to somebody of the restaurant."""
    given_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "sms_consents"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=E164_PATTERN), name="sms_consents_e164"),
            models.CheckConstraint(condition=Q(given__in=["call", "staff"]), name="sms_consents_given"),
            models.UniqueConstraint(fields=["number"], condition=Q(revoked_at=None), name="sms_consents_one_stands"),
        ]

    def __str__(self) -> str:
        return f"••• {self.number[-4:]}"


class Suppression(models.Model):
    """A number that asked for no more texts from this restaurant."""

    number = models.CharField(max_length=64, primary_key=True)
    """E.164; of a guest who was erased the keyed hash, so that the wish outlives the number."""
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sms_suppressions"

    def __str__(self) -> str:
        return f"••• {self.number[-4:]}"


class BlockedNumber(models.Model):
    """A caller who is not answered, as a keyed hash (apps.accounts.keys.number_digest)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=254, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    """Null: for good."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "blocked_numbers"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"••• {self.last4}"
