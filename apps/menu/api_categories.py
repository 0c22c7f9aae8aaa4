"""`/api/v1/menu/categories`, and the windows and pairs that go with them: `dayparts` and `upsells`."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.menu.api_fields import Position, Record, Rows
from apps.menu.models import Category, Daypart, UpsellPair

CATEGORIES, DAYPARTS, UPSELLS = ["menu: categories"], ["menu: dayparts"], ["menu: upsells"]
ID = "5d0c7f2e-6a52-4be0-b4f3-2d8a6b1f9c11"


# ---- categories ----------------------------------------------------------------------------------------


class CategoryShown(serializers.ModelSerializer[Category]):
    items = serializers.IntegerField(source="counted", read_only=True, help_text="How many it holds.")

    class Meta:
        model = Category
        fields = ("id", "name", "position", "items")


class CategoryTaken(Taken):
    name = serializers.CharField(max_length=80)
    position = Position()


CATEGORY = OpenApiExample(
    "A category", value={"id": ID, "name": "Pizza", "position": 0, "items": 5}, response_only=True
)
A_NAME = OpenApiExample("A name", value={"name": "Pizza"}, request_only=True)


@extend_schema_view(
    get=extend_schema(tags=CATEGORIES, summary="Categories, in the menu's order"),
    post=extend_schema(
        tags=CATEGORIES, summary="A new category, the last one", request=CategoryTaken, examples=[A_NAME, CATEGORY],
        responses={201: CategoryShown},
    ),
)  # fmt: skip
class CategoriesView(Rows):
    queryset = Category.objects.annotate(counted=Count("items"))
    serializer_class = CategoryShown
    takes = CategoryTaken
    noun = "menu/categories"
    search_fields = ("name",)
    ordering_fields = ("position", "name")
    ordering = ("position", "name")


@extend_schema_view(
    get=extend_schema(tags=CATEGORIES, summary="One category", examples=[CATEGORY]),
    patch=extend_schema(
        tags=CATEGORIES, summary="Rename or move a category", request=CategoryTaken, examples=[A_NAME],
        responses={200: CategoryShown},
    ),
    delete=extend_schema(
        tags=CATEGORIES,
        summary="Delete an empty category",
        responses={204: None, 409: conflict("Not empty", "“Pasta” is still needed: it holds Gnocchi, Lasagna.")},
    ),
)  # fmt: skip
class CategoryView(Record):
    queryset = Category.objects.annotate(counted=Count("items"))
    serializer_class = CategoryShown
    changes_serializer_class = CategoryTaken
    lookup_url_kwarg = "category_id"
    noun = "menu/categories"


# ---- dayparts ------------------------------------------------------------------------------------------


@extend_schema_field({"type": "string", "example": "11:00:00"})
class LocalTime(serializers.TimeField):
    """By the restaurant's clock: it has no offset, which OpenAPI's `time` would have."""


class DaypartShown(serializers.ModelSerializer[Daypart]):
    opens = LocalTime(read_only=True)
    closes = LocalTime(read_only=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(), read_only=True, help_text="Monday is 0.")
    categories = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    class Meta:
        model = Daypart
        fields = ("id", "name", "weekdays", "opens", "closes", "first_day", "last_day", "for_alcohol", "categories",
                  "items")  # fmt: skip

    def get_categories(self, row: Daypart) -> list[str]:
        return [str(each.pk) for each in row.categories.all()]

    def get_items(self, row: Daypart) -> list[str]:
        return [str(each.pk) for each in row.items.all()]


def _ids() -> serializers.ListField:
    return serializers.ListField(child=serializers.UUIDField(), max_length=1000, required=False)


class DaypartTaken(Taken):
    name = serializers.CharField(max_length=60)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), min_length=1, max_length=7, help_text="Monday is 0."
    )
    opens = LocalTime()
    closes = LocalTime(help_text="At or before the opening: on the next day.")
    first_day = serializers.DateField(allow_null=True, required=False)
    last_day = serializers.DateField(allow_null=True, required=False)
    for_alcohol = serializers.BooleanField(required=False)
    categories = _ids()
    items = _ids()

    def validate_weekdays(self, days: list[int]) -> list[int]:
        return sorted(set(days))

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        first, last = (asked.get(name, getattr(self.instance, name, None)) for name in ("first_day", "last_day"))
        if first and last and last < first:
            raise serializers.ValidationError({"last_day": ["The season ends before it begins."]})
        return asked


LUNCH: dict[str, Any] = {
    "name": "Lunch", "weekdays": [0, 1, 2, 3, 4], "opens": "11:00:00", "closes": "15:00:00", "categories": [ID],
}  # fmt: skip
DAYPART = OpenApiExample(
    "Lunch",
    value={**LUNCH, "id": ID, "first_day": None, "last_day": None, "for_alcohol": False, "items": []},
    response_only=True,
)


class DaypartFilters(django_filters.FilterSet):
    category = django_filters.UUIDFilter(field_name="categories")
    item = django_filters.UUIDFilter(field_name="items")

    class Meta:
        model = Daypart
        fields = ("for_alcohol",)


DAYPARTS_ROWS = Daypart.objects.prefetch_related("categories", "items")


@extend_schema_view(
    get=extend_schema(tags=DAYPARTS, summary="Windows in which dishes are on the menu, or alcohol is sold"),
    post=extend_schema(
        tags=DAYPARTS, summary="A new window", request=DaypartTaken, responses={201: DaypartShown},
        examples=[OpenApiExample("Lunch", value=LUNCH, request_only=True), DAYPART],
    ),
)  # fmt: skip
class DaypartsView(Rows):
    queryset = DAYPARTS_ROWS
    serializer_class = DaypartShown
    takes = DaypartTaken
    noun = "menu/dayparts"
    filterset_class = DaypartFilters
    search_fields = ("name",)
    ordering_fields = ("opens", "name")
    ordering = ("opens", "name")


@extend_schema_view(
    get=extend_schema(tags=DAYPARTS, summary="One window", examples=[DAYPART]),
    patch=extend_schema(
        tags=DAYPARTS, summary="Change a window or what it holds", request=DaypartTaken,
        examples=[OpenApiExample("Later", value={"closes": "16:00"}, request_only=True)],
        responses={200: DaypartShown},
    ),
    delete=extend_schema(
        tags=DAYPARTS, summary="Delete a window: what it held is on the menu always", responses={204: None}
    ),
)  # fmt: skip
class DaypartView(Record):
    queryset = DAYPARTS_ROWS
    serializer_class = DaypartShown
    changes_serializer_class = DaypartTaken
    lookup_url_kwarg = "daypart_id"
    noun = "menu/dayparts"


# ---- upsells -------------------------------------------------------------------------------------------


class UpsellShown(serializers.ModelSerializer[UpsellPair]):
    item = serializers.UUIDField(source="item_id", read_only=True, allow_null=True)
    category = serializers.UUIDField(source="category_id", read_only=True, allow_null=True)
    offer = serializers.UUIDField(source="offer_id", read_only=True)

    class Meta:
        model = UpsellPair
        fields = ("id", "item", "category", "offer", "words", "position")


class UpsellTaken(Taken):
    item = serializers.UUIDField(source="item_id", allow_null=True, required=False)
    category = serializers.UUIDField(source="category_id", allow_null=True, required=False)
    offer = serializers.UUIDField(source="offer_id")
    words = serializers.CharField(
        max_length=200, allow_blank=True, required=False, help_text="Empty: “Would you like … with that?”"
    )
    position = Position()

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        with_item, with_category = (
            asked.get(name, getattr(self.instance, name, None)) for name in ("item_id", "category_id")
        )
        if (with_item is None) == (with_category is None):
            raise serializers.ValidationError({"item": ["Name either an item or a category."]})
        if with_item is not None and with_item == asked.get("offer_id", getattr(self.instance, "offer_id", None)):
            raise serializers.ValidationError({"offer": ["An item is not offered with itself."]})
        return asked


PAIR = {"category": ID, "offer": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10", "words": "Some tiramisu afterwards?"}
UPSELL = OpenApiExample("A pair", value={"id": ID, "item": None, **PAIR, "position": 0}, response_only=True)


class UpsellFilters(django_filters.FilterSet):
    item = django_filters.UUIDFilter(field_name="item_id")
    category = django_filters.UUIDFilter(field_name="category_id")
    offer = django_filters.UUIDFilter(field_name="offer_id")


@extend_schema_view(
    get=extend_schema(tags=UPSELLS, summary="What is offered with what, in the order in which it is tried"),
    post=extend_schema(
        tags=UPSELLS, summary="A new pair", request=UpsellTaken, responses={201: UpsellShown},
        examples=[OpenApiExample("With pizza", value=PAIR, request_only=True), UPSELL],
    ),
)  # fmt: skip
class UpsellsView(Rows):
    queryset = UpsellPair.objects.all()
    serializer_class = UpsellShown
    takes = UpsellTaken
    noun = "menu/upsells"
    filterset_class = UpsellFilters
    search_fields = ("words", "offer__name")
    ordering_fields = ("position",)
    ordering = ("position", "id")


@extend_schema_view(
    get=extend_schema(tags=UPSELLS, summary="One pair", examples=[UPSELL]),
    patch=extend_schema(
        tags=UPSELLS, summary="Change a pair", request=UpsellTaken, responses={200: UpsellShown},
        examples=[OpenApiExample("Words", value={"words": "A tiramisu?"}, request_only=True)],
    ),
    delete=extend_schema(tags=UPSELLS, summary="Delete a pair", responses={204: None}),
)  # fmt: skip
class UpsellView(Record):
    queryset = UpsellPair.objects.all()
    serializer_class = UpsellShown
    changes_serializer_class = UpsellTaken
    lookup_url_kwarg = "upsell_id"
    noun = "menu/upsells"
