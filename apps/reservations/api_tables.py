"""`/api/v1/tables`, `/api/v1/table-combinations` and `/api/v1/blackouts`: what there is to book, and when not."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import TakenRow, day_within_reach
from apps.accounts.rest.views import CollectionView, RecordView
from apps.reservations.models import BlackoutDate, DiningTable, TableCombination

MOST_SEATS = 500
MOST_TOGETHER = 20
TAG = ["tables"]
OF_EVERYBODY: dict[str, str] = {"GET": "reservations.view"}
OF_ADMINS = dict.fromkeys(("POST", "PATCH", "DELETE"), "settings.change")
JUST_TAKEN = conflict("Two at once", "Somebody else has just taken that name, number or place.")


class TableShown(serializers.ModelSerializer[DiningTable]):
    class Meta:
        model = DiningTable
        fields = ("id", "name", "seats", "active")
        read_only_fields = fields


class TableTaken(TakenRow[DiningTable]):
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)

    class Meta:
        model = DiningTable
        fields = ("name", "seats", "active")


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Tables, the smallest first"),
    post=extend_schema(
        tags=TAG,
        summary="Add a table",
        request=TableTaken,
        examples=[OpenApiExample("A table for four", value={"name": "4-7", "seats": 4}, request_only=True)],
        responses={201: TableShown, 409: JUST_TAKEN},
    ),
)
class TablesView(CollectionView[DiningTable]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = DiningTable.objects.all()
    serializer_class = TableShown
    filterset_fields = ("active", "seats")
    search_fields = ("name",)
    ordering_fields = ("seats", "name")
    ordering = ("seats", "name")
    takes = TableTaken
    noun = "tables"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One table"),
    patch=extend_schema(
        tags=TAG,
        summary="Change a table; one that is not active is not booked",
        request=TableTaken,
        examples=[OpenApiExample("Out of use", value={"active": False}, request_only=True)],
        responses={200: TableShown, 409: JUST_TAKEN},
    ),
    delete=extend_schema(
        tags=TAG,
        summary="Remove a table nobody has booked",
        responses={204: None, 409: conflict("Booked", "Something else still uses it.")},
    ),
)
class TableView(RecordView[DiningTable]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = DiningTable.objects.all()
    serializer_class = TableShown
    changes_serializer_class = TableTaken
    lookup_url_kwarg = "table_id"
    noun = "tables"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)


class CombinationShown(serializers.ModelSerializer[TableCombination]):
    tables = TableShown(many=True, read_only=True)

    class Meta:
        model = TableCombination
        fields = ("id", "name", "tables", "seats", "active")
        read_only_fields = fields


class CombinationTaken(TakenRow[TableCombination]):
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)
    tables = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_TOGETHER, help_text="Ids of two tables or more."
    )

    class Meta:
        model = TableCombination
        fields = ("name", "tables", "seats", "active")

    def validate_tables(self, ids: list[UUID]) -> list[DiningTable]:
        tables = list(DiningTable.objects.filter(pk__in=ids))
        if len(tables) < len(set(ids)):
            raise serializers.ValidationError("There is no such table in this restaurant.")
        if len(tables) < 2:
            raise serializers.ValidationError("It takes two tables to push together.")
        return tables


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Tables that can be pushed together"),
    post=extend_schema(
        tags=TAG,
        summary="Say that tables can be pushed together, and how many they then seat",
        request=CombinationTaken,
        examples=[
            OpenApiExample(
                "Two fours",
                value={
                    "name": "window",
                    "tables": ["5a0f4a0c-6f5e-4bb6-8d4e-b1a6c9a59b10", "5a0f4a0c-6f5e-4bb6-8d4e-b1a6c9a59b11"],
                    "seats": 8,
                },
                request_only=True,
            )
        ],
        responses={201: CombinationShown, 409: JUST_TAKEN},
    ),
)
class CombinationsView(CollectionView[TableCombination]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = TableCombination.objects.prefetch_related("tables")
    serializer_class = CombinationShown
    filterset_fields = ("active",)
    search_fields = ("name",)
    ordering_fields = ("seats", "name")
    ordering = ("seats", "name")
    takes = CombinationTaken
    noun = "table_combinations"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One combination"),
    patch=extend_schema(
        tags=TAG,
        summary="Change a combination",
        request=CombinationTaken,
        examples=[OpenApiExample("Ten seats", value={"seats": 10}, request_only=True)],
        responses={200: CombinationShown, 409: JUST_TAKEN},
    ),
    delete=extend_schema(tags=TAG, summary="Remove a combination; its tables stay", responses={204: None}),
)
class CombinationView(RecordView[TableCombination]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = TableCombination.objects.prefetch_related("tables")
    serializer_class = CombinationShown
    changes_serializer_class = CombinationTaken
    lookup_url_kwarg = "combination_id"
    noun = "table_combinations"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)


class BlackoutShown(serializers.ModelSerializer[BlackoutDate]):
    class Meta:
        model = BlackoutDate
        fields = ("id", "first_day", "last_day", "opens", "closes", "reason")
        read_only_fields = fields


class BlackoutTaken(TakenRow[BlackoutDate]):
    first_day = serializers.DateField(validators=[day_within_reach])
    last_day = serializers.DateField(validators=[day_within_reach])

    class Meta:
        model = BlackoutDate
        fields = ("first_day", "last_day", "opens", "closes", "reason")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last, opens, closes = (
            attrs.get(name, getattr(self.instance, name, None)) for name in ("first_day", "last_day", "opens", "closes")
        )
        if first and last and last < first:
            raise serializers.ValidationError({"last_day": ["The last day is before the first."]})
        if (opens is None) != (closes is None):
            raise serializers.ValidationError({"closes": ["Give both times, or none for whole days."]})
        if opens is not None and closes is not None and closes <= opens:
            raise serializers.ValidationError({"closes": ["It ends before it begins."]})
        return attrs


class BlackoutFilters(django_filters.FilterSet):
    on = django_filters.DateFilter(method="that_hold", help_text="Those that hold on this day.")

    class Meta:
        model = BlackoutDate
        fields = ()

    def that_hold(self, rows: Any, name: str, day: Any) -> Any:
        return rows.filter(first_day__lte=day, last_day__gte=day)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Days, or hours of days, for which no table is booked by phone"),
    post=extend_schema(
        tags=TAG,
        summary="Book no table for some days, or for some hours of them",
        request=BlackoutTaken,
        examples=[
            OpenApiExample(
                "A private party",
                value={"first_day": "2026-12-24", "last_day": "2026-12-24", "reason": "for a private party"},
                request_only=True,
            )
        ],
        responses={201: BlackoutShown},
    ),
)
class BlackoutsView(CollectionView[BlackoutDate]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = BlackoutDate.objects.all()
    serializer_class = BlackoutShown
    filterset_class = BlackoutFilters
    ordering_fields = ("first_day", "last_day")
    ordering = ("first_day", "id")
    takes = BlackoutTaken
    noun = "blackouts"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One blackout"),
    patch=extend_schema(
        tags=TAG,
        summary="Change a blackout",
        request=BlackoutTaken,
        examples=[OpenApiExample("A day longer", value={"last_day": "2026-12-25"}, request_only=True)],
        responses={200: BlackoutShown},
    ),
    delete=extend_schema(tags=TAG, summary="Book tables then again", responses={204: None}),
)
class BlackoutView(RecordView[BlackoutDate]):
    permission: ClassVar = OF_EVERYBODY | OF_ADMINS
    queryset = BlackoutDate.objects.all()
    serializer_class = BlackoutShown
    changes_serializer_class = BlackoutTaken
    lookup_url_kwarg = "blackout_id"
    noun = "blackouts"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)
