"""Every request to a vendor's model: what it came to, its tokens and its price. In the restaurant's schema."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.calls.models import Call


class ModelRequest(models.Model):
    """One row per request, failed and outrun ones too. What nobody told us is null, never 0."""

    class Source(models.TextChoices):
        CALL = "call"
        SUMMARY = "summary"
        API = "api"

    id = models.BigAutoField(primary_key=True)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, null=True, blank=True, related_name="model_requests")
    source = models.CharField(max_length=8, choices=Source.choices)
    asked_at = models.DateTimeField()
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20)
    """`answered`, `outrun`, `dropped`, or the reason why there was none (apps.llm.reasons)."""
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    """US dollars."""
    first_ms = models.PositiveIntegerField(null=True, blank=True)
    """Until the first that could be spoken, or the first of a tool call."""
    ms = models.PositiveIntegerField()

    class Meta:
        db_table = "model_requests"
        ordering = ("asked_at", "id")
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="model_requests_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(source__in=["call", "summary", "api"]), name="model_requests_source"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="model_requests_cost"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model} {self.outcome}"
