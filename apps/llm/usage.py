"""What models were asked and what it cost: rows written, figures read, and what a day may still cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum

from apps.calls.models import Call
from apps.llm.messages import Attempt
from apps.llm.models import ModelRequest
from apps.llm.purse import Purse
from apps.restaurant.models import RestaurantSettings

EVENT = "model"
"""Of a call's log: one request."""


@dataclass(frozen=True, slots=True)
class Figures:
    """US dollars and tokens, as far as vendors told; `unpriced` requests are in neither."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None
    """None: no request has a known price, or there was none."""
    unpriced: int


def keep(attempts: Iterable[Attempt], *, source: str, now: datetime, call: Call | None = None) -> None:
    """Write what was asked outside a live call."""
    ModelRequest.objects.bulk_create(
        ModelRequest(call=call, source=source, asked_at=now, **attempt.model_dump()) for attempt in attempts
    )


def keep_call(call: Call, records: Iterable[dict[str, Any]]) -> None:
    """Write what a call's log says it asked. Doing it again gives the same rows."""
    began = call.answered_at or call.started_at
    ModelRequest.objects.filter(call=call, source=ModelRequest.Source.CALL).delete()
    ModelRequest.objects.bulk_create(
        ModelRequest(
            call=call,
            source=ModelRequest.Source.CALL,
            asked_at=began + timedelta(milliseconds=record["at_ms"]),
            **Attempt.model_validate({name: record.get(name) for name in Attempt.model_fields}).model_dump(),
        )
        for record in records
        if record["event"] == EVENT
    )


def purse(settings: RestaurantSettings, *, timezone: str, now: datetime) -> Purse:
    """What the restaurant may still spend in its own day and month, with what is in the books."""
    made = Purse(day_limit=settings.model_dollars_a_day, month_limit=settings.model_dollars_a_month)
    today = now.astimezone(ZoneInfo(timezone)).date()
    if made.day_limit is not None:
        made.spent_today = of_day(today, timezone=timezone).cost or Decimal(0)
    if made.month_limit is not None:
        made.spent_this_month = of_month(today, timezone=timezone).cost or Decimal(0)
    return made


def of_call(call_id: UUID) -> Figures:
    """All that a call asked, its summary included."""
    return _figures(ModelRequest.objects.filter(call_id=call_id))


def of_order(order_id: UUID) -> Figures:
    """All that the call asked in which the order was placed; with more orders in it, still the whole call."""
    return _figures(ModelRequest.objects.filter(call__orders=order_id))


def of_day(day: date, *, timezone: str) -> Figures:
    """Everything the restaurant asked on one of its own days."""
    return _figures(_between(day, day, timezone=timezone))


def of_month(until: date, *, timezone: str) -> Figures:
    """Everything the restaurant asked in the month of that day, up to it."""
    return _figures(_between(until.replace(day=1), until, timezone=timezone))


def by_model(first: date, last: date, *, timezone: str) -> dict[str, Figures]:
    """Per `provider/model`, over the restaurant's days from the first to the last."""
    return _by_model(_between(first, last, timezone=timezone))


def of_call_by_model(call_id: UUID) -> dict[str, Figures]:
    """The same of one call."""
    return _by_model(ModelRequest.objects.filter(call_id=call_id))


def _by_model(rows: QuerySet[ModelRequest]) -> dict[str, Figures]:
    pairs = rows.order_by("provider", "model").values_list("provider", "model").distinct()
    return {f"{provider}/{model}": _figures(rows.filter(provider=provider, model=model)) for provider, model in pairs}


def _between(first: date, last: date, *, timezone: str) -> QuerySet[ModelRequest]:
    zone = ZoneInfo(timezone)
    begins = datetime.combine(first, time(), tzinfo=zone)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    return ModelRequest.objects.filter(asked_at__gte=begins, asked_at__lt=ends)


def _figures(rows: QuerySet[ModelRequest]) -> Figures:
    found = rows.aggregate(
        unpriced=Count("id", filter=Q(cost=None)),  # first: below, "cost" is already the sum
        requests=Count("id"),
        prompt_tokens=Sum("prompt_tokens", default=0),
        completion_tokens=Sum("completion_tokens", default=0),
        cost=Sum("cost"),
    )
    return Figures(**found)
