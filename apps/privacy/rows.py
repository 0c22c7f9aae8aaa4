"""A number's traces in any column of any table that is a guest's: found and taken out, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast

from apps.accounts import keys
from apps.language import phones, traces
from apps.outbox.models import Delivery, Work
from apps.tenants.scope import Place

ERASED = "[number erased]"
NOBODY = "+10000000000"
"""Where a column takes nothing but a number."""
_TEXT = (models.CharField, models.TextField, models.JSONField)
OURS = frozenset({"restaurant_settings", "staff_contacts", "transfer_rules"})
"""Numbers of the restaurant and its people, not of guests."""


def guests() -> Iterator[type[models.Model]]:
    """Every model of a restaurant's schema that may tell of guests, tables yet to come included."""
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS and config.label != "menu":
            yield from (each for each in config.get_models() if each._meta.db_table not in OURS)


def public(place: Place) -> list[QuerySet[Any]]:
    """The public tables that hold what guests said or did."""
    return [Work.objects.filter(restaurant_id=place.id), Delivery.objects.filter(endpoint__restaurant_id=place.id)]


def take_out(place: Place, number: str) -> dict[str, int]:
    """Every mention of the number in every text and JSON column is replaced; how many rows of which table."""
    counts: dict[str, int] = {}
    everything = [*(model._base_manager.all() for model in guests()), *public(place)]
    for rows in everything:
        done = sum(_take_out_of(rows, field, number) for field in text_fields(rows.model))
        if done:
            counts[rows.model._meta.db_table] = done
    return counts


def mentions(rows: QuerySet[Any], field: models.Field[Any, Any], number: str) -> QuerySet[Any]:
    """The rows whose field may hold the number."""
    text = Cast(field.attname, models.TextField())
    found: QuerySet[Any] = rows.annotate(as_text=text).filter(as_text__iregex=traces.pattern(number))
    return found.order_by()


def text_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [each for each in model._meta.concrete_fields if isinstance(each, _TEXT) and not each.choices]


def _take_out_of(rows: QuerySet[Any], field: models.Field[Any, Any], number: str) -> int:
    done, name = 0, field.attname
    for pk, value in mentions(rows, field, number).values_list("pk", name):
        left = _without(value, field, number)
        if left != value:
            done += rows.model._base_manager.filter(pk=pk).update(**{name: left})
    return done


def _without(value: Any, field: models.Field[Any, Any], number: str) -> Any:
    """A column that is nothing but the number is emptied. Short and unique ones get a mark that is as short, and is
    another one for every number, so that no two rows become the same."""
    if isinstance(value, str) and phones.normalise(value) is not None and not field.unique:
        return "" if field.blank else NOBODY
    mark = ERASED
    if isinstance(field, models.CharField) or field.unique:
        mark = "~" + keys.number_digest(number)[: len(traces.needle(number)) - 1]
    return traces.without_in(value, number, mark=mark)
