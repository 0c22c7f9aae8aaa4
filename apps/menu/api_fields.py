"""What REST takes for parts of a menu: names, prices, allergens, words; and what all its views have in common."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest.views import CollectionView, RecordView
from apps.menu import editing, editions
from apps.menu import services as menu
from apps.restaurant import services as restaurant

Row = TypeVar("Row", bound=models.Model)
READ_AND_WRITE = {"GET": "menu.view", "POST": "menu.change", "PATCH": "menu.change", "DELETE": "menu.change"}
MOST_IN_A_LIST = 10_000
ALLERGEN_WORDS = ("contains", "may_contain", "unknown")
_KEY = serializers.CharField(max_length=40)


class Price(serializers.DecimalField):
    """In the restaurant's currency, never negative."""

    default_error_messages: ClassVar = {
        "invalid": _("Give a price like 12.50."),
        "max_decimal_places": _("Give a price like 12.50."),
        "min_value": _("A price is never negative."),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=Decimal(0), **more)


class Position(serializers.IntegerField):
    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=0, max_value=1_000_000, **{"required": False, **more})


class Phrases(serializers.ListField):
    """Words to say something: no two alike."""

    def __init__(self, **more: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=80), max_length=50, **more)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": list(ALLERGEN_WORDS)},
        "example": {"milk": "contains", "nuts": "may_contain"},
        "description": "By allergen. What is not named is unknown, never absent.",
    }
)
class Allergens(serializers.DictField):
    def __init__(self, **more: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices=ALLERGEN_WORDS), **more)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict):
            if len(data) > 40:
                raise serializers.ValidationError("More than 40 allergens are not known.")
            data = {_KEY.run_validation(name): state for name, state in data.items()}
        found: dict[str, str] = super().to_internal_value(data)
        return found


class Moved(serializers.Serializer[Any]):
    """The ids in the order they shall have."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_IN_A_LIST)


def named(errors: Any) -> exceptions.ValidationError:
    """A 400 whose errors keep their numbers, which REST framework would make text of."""
    error = exceptions.ValidationError()
    error.detail = errors
    return error


class MenuView(RestaurantAPIView):
    """Mixed into the views of the menu: one writer at a time, and the services' objections as a 400 by field."""

    refusals: ClassVar[tuple[type[Exception], ...]] = (editions.Refusal, editing.Refusal)

    @cached_property
    def now(self) -> Any:
        return timezone.now()

    @cached_property
    def moment(self) -> menu.Moment:
        sold = restaurant.settings().alcohol_sold
        return menu.Moment(now=self.now, timezone=self.place.timezone, alcohol_sold=sold)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, editing.Wrong):
            exc = exceptions.ValidationError(exc.errors)
        return super().handle_exception(exc)


class MenuRecord(MenuView, RecordView[Row]):
    """One row of the menu."""

    def locked(self) -> Row:
        editions.lock()
        return self.fresh(super().locked())

    def fresh(self, row: Row) -> Row:
        """As it is after a change, with all that is shown of it."""
        found: Row = self.get_queryset().get(pk=row.pk)
        return found

    def perform_change(self, row: Row, wanted: Any) -> Row:
        editing.keep(row, **wanted.validated_data)
        return self.fresh(row)

    def perform_removal(self, row: Row) -> None:
        editing.remove(row)


class Record(MenuRecord[Any]):
    """A row that is read, changed and deleted."""

    permission: ClassVar[Any] = READ_AND_WRITE

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)


class Rows(MenuView, CollectionView[Any]):
    """A list to which rows are added, at its end unless they say where."""

    permission: ClassVar[Any] = READ_AND_WRITE

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Any:
        asked = wanted.validated_data
        editions.lock()
        row = self.get_queryset().model()
        if hasattr(row, "position"):
            row.position = self.last_position(asked)
        editing.keep(row, **asked)
        return self.get_queryset().get(pk=row.pk)

    def last_position(self, asked: dict[str, Any]) -> int:
        return editing.last_position(self.get_queryset().model._default_manager.all())
