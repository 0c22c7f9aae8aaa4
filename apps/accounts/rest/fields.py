"""How REST shows phone numbers and moments, and what it takes for a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.language import phones


@extend_schema_field({"type": "string", "example": "••• 0134"})
class MaskedNumber(serializers.CharField):
    """The last four digits; whole only where the view says that this user may see it (`whole` in the context)."""

    def __init__(self, **more: Any) -> None:
        super().__init__(read_only=True, **more)

    def to_representation(self, value: str) -> str:
        return value if self.context.get("whole") else phones.mask(value)


class Moment(serializers.DateTimeField):
    """In UTC with its offset, as every JSON of ours has it: `2026-07-04T23:55:00+00:00`."""

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat()


@extend_schema_field({"type": "string", "example": "+15125550134"})
class Number(serializers.CharField):
    """A phone number as people write it, kept in E.164."""

    def to_internal_value(self, data: Any) -> str:
        given = super().to_internal_value(data)
        if not given:
            return given
        number = phones.normalise(given)
        if number is None:
            raise serializers.ValidationError("This is not a phone number. Write it with its country code: +1512…")
        return number
