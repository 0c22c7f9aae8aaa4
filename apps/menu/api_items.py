"""`/api/v1/menu/items`: dishes and drinks with their sizes, groups, allergens and words, and what can be had now."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Case, DecimalField, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import filters, serializers
from rest_framework.request import Request

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView
from apps.menu import editions, items, shelf
from apps.menu.api_fields import Allergens, MenuRecord, MenuView, Phrases, Position, Price
from apps.menu.models import ItemVariant, MenuItem
from apps.restaurant import services as restaurant

TAGS: Any = ["menu: items"]
EXAMPLE: dict[str, Any] = {
    "id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10",
    "category": "5d0c7f2e-6a52-4be0-b4f3-2d8a6b1f9c11",
    "category_name": "Pizza",
    "name": "Margherita",
    "description": "Tomato, mozzarella, basil",
    "price": "11.00",
    "variants": [
        {
            "id": "7f9d1c9a-52a0-4a52-8b52-0d4c8f6f5a12",
            "name": "large",
            "price": "17.00",
            "default": False,
            "synonyms": [],
        }
    ],
    "groups": ["a3d5f1c2-93c5-4f0e-8a4e-5b7c2e9d8a13"],
    "tax_class": "standard",
    "alcohol": False,
    "active": True,
    "position": 0,
    "allergens": {"gluten": "contains", "milk": "contains"},
    "dietary": ["vegetarian"],
    "synonyms": ["cheese pizza"],
    "pronunciation": "",
    "available": True,
    "unavailable_reason": "",
    "sold_out": False,
    "sold_out_until": None,
    "sold_out_reason": "",
    "updated_at": "2026-11-23T18:00:00Z",
}


class VariantShown(serializers.ModelSerializer[ItemVariant]):
    synonyms = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ItemVariant
        fields = ("id", "name", "price", "default", "synonyms")


class ItemShown(serializers.ModelSerializer[MenuItem]):
    category = serializers.UUIDField(source="category_id", read_only=True)
    category_name = serializers.CharField(source="category.name", read_only=True)
    variants = VariantShown(many=True, read_only=True)
    groups = serializers.SerializerMethodField(help_text="Ids of modifier groups, in this item's order.")
    allergens = Allergens(read_only=True)
    dietary = serializers.ListField(child=serializers.CharField(), read_only=True)
    synonyms = serializers.ListField(child=serializers.CharField(), read_only=True)
    available = serializers.BooleanField(read_only=True, help_text="Whether it can be had at this moment.")
    unavailable_reason = serializers.CharField(read_only=True)

    class Meta:
        model = MenuItem
        fields = (
            "id", "category", "category_name", "name", "description", "price", "variants", "groups", "tax_class",
            "alcohol", "active", "position", "allergens", "dietary", "synonyms", "pronunciation", "available",
            "unavailable_reason", "sold_out", "sold_out_until", "sold_out_reason", "updated_at",
        )  # fmt: skip

    def get_groups(self, row: MenuItem) -> list[str]:
        return [str(link.group_id) for link in row.itemgroup_set.all()]

    def to_representation(self, row: MenuItem) -> dict[str, Any]:
        moment = self.context["view"].moment
        shown: Any = row  # two fields read what is known of this moment, and not of the row
        shown.available, shown.unavailable_reason = moment.of(row)
        return super().to_representation(row)


class VariantTaken(Taken):
    id = serializers.UUIDField(required=False, help_text="Of a size there is already; by its name otherwise.")
    name = serializers.CharField(max_length=60)
    price = Price()
    default = serializers.BooleanField(default=False)
    synonyms = Phrases(default=list)


class ItemPlain(Taken):
    category = serializers.UUIDField(source="category_id")
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    price = Price(help_text="Counts while there are no sizes.")
    tax_class = serializers.CharField(max_length=20, required=False)
    alcohol = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)
    position = Position()
    allergens = Allergens(required=False)
    dietary = Phrases(required=False)
    synonyms = Phrases(required=False)
    pronunciation = serializers.CharField(max_length=120, allow_blank=True, required=False)


class ItemTaken(ItemPlain):
    variants: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=VariantTaken(), allow_null=True, allow_empty=False, max_length=40, required=False,
        help_text="All sizes in their order, at most one of them the default; null: none.",
    )  # fmt: skip
    groups = serializers.ListField(
        child=serializers.UUIDField(), max_length=60, required=False, help_text="Ids of groups, in their order."
    )

    def validate_variants(self, sizes: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        names = [size["name"] for size in sizes or ()]
        ids = [size["id"] for size in sizes or () if "id" in size]
        if len(set(names)) < len(names) or len(set(ids)) < len(ids):
            raise serializers.ValidationError("A size is there twice.")
        if sum(size["default"] for size in sizes or ()) > 1:
            raise serializers.ValidationError("At most one size is the default.")
        return sizes

    def validate_groups(self, ids: list[Any]) -> list[Any]:
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError("A group is there twice.")
        return ids


class ItemChanges(ItemTaken):
    """What of an item shall be otherwise; sizes are whole all the same, which REST framework's `partial` is not."""

    def __init__(self, *args: Any, partial: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in ItemTaken._declared_fields:
            fields[name].required = False
        return fields


class ItemFilters(django_filters.FilterSet):
    category = django_filters.UUIDFilter(field_name="category_id")
    sold_out = django_filters.BooleanFilter(method="by_sold_out", label="Whether it is 86'd now.")
    min_price = django_filters.NumberFilter(
        method="by_least_price", label="Of the smallest size.", max_digits=10, decimal_places=2
    )
    max_price = django_filters.NumberFilter(
        method="by_most_price", label="Of the smallest size.", max_digits=10, decimal_places=2
    )
    allergen = django_filters.CharFilter(
        method="by_allergen", label="Contains it or may; what is unknown is not listed and is no promise."
    )
    dietary = django_filters.CharFilter(method="by_dietary", label="Marked so: vegan, gluten free.")
    group = django_filters.UUIDFilter(field_name="groups")

    class Meta:
        model = MenuItem
        fields = ("active", "alcohol", "tax_class")

    def by_sold_out(self, rows: QuerySet[MenuItem], name: str, value: bool) -> QuerySet[MenuItem]:
        now = timezone.now()
        off = Q(sold_out=True) & (Q(sold_out_until__isnull=True) | Q(sold_out_until__gt=now))
        return rows.filter(off) if value else rows.exclude(off)

    def by_least_price(self, rows: QuerySet[MenuItem], name: str, value: Any) -> QuerySet[MenuItem]:
        return rows.alias(cheapest=_cheapest()).filter(cheapest__gte=value)

    def by_most_price(self, rows: QuerySet[MenuItem], name: str, value: Any) -> QuerySet[MenuItem]:
        return rows.alias(cheapest=_cheapest()).filter(cheapest__lte=value)

    def by_allergen(self, rows: QuerySet[MenuItem], name: str, value: str) -> QuerySet[MenuItem]:
        state = KeyTextTransform(value, "allergens")
        return rows.alias(state=state).filter(state__in=["contains", "may_contain"])

    def by_dietary(self, rows: QuerySet[MenuItem], name: str, value: str) -> QuerySet[MenuItem]:
        return rows.filter(dietary__contains=[value])


def _cheapest() -> Coalesce:
    sizes = ItemVariant.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(least=Min("price"))
    return Coalesce(Subquery(sizes.values("least")), "price", output_field=DecimalField())


class MenuSearch(filters.SearchFilter):
    """As callers are understood: typos, mishearing, synonyms; best first unless an order is asked for. What is not on
    the menu now is found by its name."""

    search_description = "A name as somebody would say it: typos and synonyms are understood."
    longest = 200

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        asked = " ".join(self.get_search_terms(request))[: self.longest]
        if not asked:
            return queryset
        settings, place = restaurant.settings(), view.place
        card = shelf.current(place.id, now=view.now, currency=settings.currency, alcohol_sold=settings.alcohol_sold)
        ids = [hit.item.id for hit in card.index.search(asked, limit=100)]
        found = queryset.filter(Q(pk__in=ids) | Q(name__icontains=asked))
        if request.query_params.get("ordering"):
            return found
        ranks = [When(pk=each, then=Value(place)) for place, each in enumerate(ids)]
        return found.order_by(Case(*ranks, default=Value(len(ids))) if ranks else "name", "name", "pk")


ROWS = MenuItem.objects.select_related("category").prefetch_related("variants", "itemgroup_set")


@extend_schema_view(
    get=extend_schema(tags=TAGS, summary="Items, in the menu's order"),
    post=extend_schema(
        tags=TAGS,
        summary="A new item, with its sizes and groups",
        request=ItemTaken,
        examples=[
            OpenApiExample(
                "Two sizes", request_only=True,
                value={"category": EXAMPLE["category"], "name": "Calzone", "price": "12.00",
                       "variants": [{"name": "small", "price": "12.00", "default": True},
                                    {"name": "large", "price": "16.00"}],
                       "groups": EXAMPLE["groups"], "allergens": EXAMPLE["allergens"]},
            ),
            OpenApiExample("An item", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: ItemShown},
    ),
)  # fmt: skip
class ItemsListed(MenuView, CollectionView[MenuItem]):
    """The list; `api_bulk.ItemsView` adds the edits of many."""

    permission: ClassVar = {"GET": "menu.view", "POST": "menu.change", "PATCH": "menu.change"}
    queryset = ROWS
    serializer_class = ItemShown
    takes = ItemTaken
    noun = "menu/items"
    filterset_class = ItemFilters
    filter_backends = (DjangoFilterBackend, filters.OrderingFilter, MenuSearch)
    search_fields = ("name",)
    ordering_fields = ("name", "price", "position", "updated_at")
    ordering = ("category__position", "category__name", "position", "name", "id")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> MenuItem:
        asked = wanted.validated_data
        editions.lock()
        made = items.create(fields=asked, now=self.now)
        return self.get_queryset().get(pk=made.pk)


class ItemRecord(MenuRecord[MenuItem]):
    queryset = ROWS
    serializer_class = ItemShown
    lookup_url_kwarg = "item_id"
    noun = "menu/items"


@extend_schema_view(
    get=extend_schema(
        tags=TAGS,
        summary="One item",
        examples=[OpenApiExample("An item", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=TAGS,
        summary="Change an item; running calls know at once",
        request=ItemChanges,
        examples=[OpenApiExample("Dearer", value={"price": "12.50"}, request_only=True)],
        responses={200: ItemShown},
    ),
    delete=extend_schema(
        tags=TAGS,
        summary="Delete an item; orders keep what they hold",
        responses={204: None, 409: conflict("Needed", "“Tiramisu” is still needed: it is offered with Pizza.")},
    ),
)
class ItemView(ItemRecord):
    permission: ClassVar = {"GET": "menu.view", "PATCH": "menu.change", "DELETE": "menu.change"}
    changes_serializer_class = ItemChanges

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.remove(request)

    def perform_change(self, row: MenuItem, wanted: Any) -> MenuItem:
        items.change_one(row, fields=wanted.validated_data, now=self.now)
        return self.fresh(row)
