"""Reading a restaurant's settings and hours as the rest of the product uses them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from apps.restaurant.hours import Span, Week
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay


def settings() -> RestaurantSettings:
    """The one row of the restaurant that was entered; made with defaults when it is missing."""
    row, _ = RestaurantSettings.objects.get_or_create(pk=1)
    return row


def read_week(*, timezone: str) -> Week:
    """The hours as plain values, special days included."""
    weekly: dict[int, list[Span]] = defaultdict(list)
    for row in OpeningHours.objects.all():
        weekly[row.weekday].append(Span(row.opens, row.closes))
    special: dict[date, list[Span]] = defaultdict(list)
    for day in SpecialDay.objects.all():
        spans = special[day.date]
        if day.opens is not None and day.closes is not None:
            spans.append(Span(day.opens, day.closes))
    return Week(timezone=timezone, weekly=dict(weekly), special=dict(special))
