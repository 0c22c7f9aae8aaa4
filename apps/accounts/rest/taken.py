"""What REST takes: fields nobody knows are refused, so that a slip of the pen does not pass for a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from rest_framework import serializers

Row = TypeVar("Row", bound=models.Model)
REACH = timedelta(days=800)
"""Days further away than this are slips of the pen; calendars end somewhere behind them."""


class KnownFieldsOnly(serializers.Serializer[Any]):
    """In front of another serializer."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            taken = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in taken)
            if unknown:
                raise serializers.ValidationError({name: ["There is no such field to set."] for name in unknown})
        return super().to_internal_value(data)


class Taken(KnownFieldsOnly):
    """What a deed is told."""


class TakenRow(KnownFieldsOnly, serializers.ModelSerializer[Row]):
    """What a row is made of, or changed to."""


def within_reach(moment: datetime) -> None:
    """A validator: a moment that somebody may mean today."""
    if abs(moment - timezone.now()) > REACH:
        raise serializers.ValidationError("This is too far away to be meant.")


def day_within_reach(day: date) -> None:
    if abs(day - timezone.now().date()) > REACH:
        raise serializers.ValidationError("This is too far away to be meant.")
