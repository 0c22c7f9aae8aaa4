"""Filters and orders that more than one list has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django_filters.fields import IsoDateTimeField
from rest_framework import filters
from rest_framework.request import Request


class _Moment(IsoDateTimeField):
    """Told in UTC: Python knows offsets of up to a day, PostgreSQL of less than sixteen hours."""

    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        try:
            return None if moment is None else moment.astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """By a moment with its offset from UTC."""

    field_class = _Moment


class Ordering(filters.OrderingFilter):
    """The order that is asked for; rows that are the same in it come by the usual order's last field."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> Any:
        asked = list(super().get_ordering(request, queryset, view) or ())
        last = view.ordering[-1]
        return asked if last in asked else [*asked, last]
