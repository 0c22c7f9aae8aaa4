"""Filters and orders that more than one list has."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.db import models
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import extend_schema_field
from rest_framework import filters
from rest_framework.request import Request

from apps.accounts import keys

Row = TypeVar("Row", bound=models.Model)

_LAST_FOUR = re.compile(r"[0-9]{4}")


class _YesOrNo(forms.Field):
    """`true` or `false`. Django's own takes every other word for no answer, and would show everything."""

    widget = forms.TextInput
    default_error_messages: ClassVar = {"invalid": "true or false."}

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if str(value).lower() not in ("true", "false"):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return str(value).lower() == "true"


@extend_schema_field({"type": "boolean"})
class YesNoFilter(django_filters.Filter):
    """By what is so or is not so."""

    field_class = _YesOrNo


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


class NumberFilter(django_filters.CharFilter):
    """By the last four digits, or by the keyed hash that the audit record has. Never by the whole number: addresses
    are logged by everything on the way."""

    field_class = forms.RegexField

    def __init__(self, **more: Any) -> None:
        told = "A number's last four digits, or its keyed hash as the audit record has it."
        invalid = {"invalid": told + " A whole number does not belong into an address."}
        pattern = r"^([0-9]{4}|[0-9a-f]{64})\Z"
        super().__init__(regex=pattern, error_messages=invalid, help_text=told, **more)

    def filter(self, rows: models.QuerySet[Row], value: str) -> models.QuerySet[Row]:
        if not value:
            return rows
        column = str(self.field_name)
        if _LAST_FOUR.fullmatch(value):
            return rows.filter(**{f"{column}__endswith": value})
        known = rows.order_by().values_list(column, flat=True).distinct().iterator()
        number = next((each for each in known if each and keys.number_digest(each) == value), None)
        return rows.filter(**{column: number}) if number else rows.none()


class Ordering(filters.OrderingFilter):
    """The order that is asked for; rows that are the same in it come by the usual order's last field."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> Any:
        asked = list(super().get_ordering(request, queryset, view) or ())
        last = view.ordering[-1]
        return asked if last in asked else [*asked, last]
