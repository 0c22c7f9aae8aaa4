"""`/api/v1/menu/groups` and `/api/v1/menu/modifiers`: choices with their limits, and the options to choose from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.menu import editing, editions
from apps.menu import services as menu
from apps.menu.api_fields import Phrases, Position, Price, Record, Rows
from apps.menu.models import MenuModifier, MenuModifierGroup

GROUPS, MODIFIERS = ["menu: groups"], ["menu: modifiers"]
GROUP_ID, OPTION_ID = "a3d5f1c2-93c5-4f0e-8a4e-5b7c2e9d8a13", "c1f4b7a0-2b0a-4c57-9c0e-6e8f1a2b3c14"


# ---- options -------------------------------------------------------------------------------------------


class OptionShown(serializers.ModelSerializer[MenuModifier]):
    group = serializers.UUIDField(source="group_id", read_only=True)
    groups = serializers.SerializerMethodField(help_text="Ids of groups that open below it.")
    synonyms = serializers.ListField(child=serializers.CharField(), read_only=True)
    available = serializers.BooleanField(read_only=True, help_text="Whether it can be had at this moment.")
    unavailable_reason = serializers.CharField(read_only=True)

    class Meta:
        model = MenuModifier
        fields = (
            "id", "group", "name", "price", "default", "position", "synonyms", "pronunciation", "groups", "available",
            "unavailable_reason", "sold_out", "sold_out_until", "sold_out_reason",
        )  # fmt: skip

    def get_groups(self, row: MenuModifier) -> list[str]:
        return [str(group.pk) for group in row.groups.all()]

    def to_representation(self, row: MenuModifier) -> dict[str, Any]:
        now: datetime = self.context["view"].now
        shown: Any = row  # two fields read what is known of this moment, and not of the row
        shown.available, shown.unavailable_reason = menu.availability(row, now=now)
        return super().to_representation(row)


class OptionTaken(Taken):
    name = serializers.CharField(max_length=80)
    price = Price(required=False, help_text="Added for a regular amount.")
    default = serializers.BooleanField(required=False, help_text="Comes with the dish unless it is refused.")
    position = Position()
    synonyms = Phrases(required=False)
    pronunciation = serializers.CharField(max_length=120, allow_blank=True, required=False)


class ModifierTaken(OptionTaken):
    group = serializers.UUIDField(source="group_id")


OPTION: dict[str, Any] = {
    "name": "mushrooms", "price": "1.50", "default": False, "synonyms": ["champignons"], "pronunciation": "",
}  # fmt: skip
MODIFIER = OpenApiExample(
    "An option",
    value={**OPTION, "id": OPTION_ID, "group": GROUP_ID, "position": 0, "groups": [], "available": True,
           "unavailable_reason": "", "sold_out": False, "sold_out_until": None, "sold_out_reason": ""},
    response_only=True,
)  # fmt: skip
MODIFIER_ROWS = MenuModifier.objects.prefetch_related("groups")


class ModifierFilters(django_filters.FilterSet):
    group = django_filters.UUIDFilter(field_name="group_id")
    sold_out = django_filters.BooleanFilter(method="by_sold_out", label="Whether it is 86'd now.")

    class Meta:
        model = MenuModifier
        fields = ("default",)

    def by_sold_out(self, rows: QuerySet[MenuModifier], name: str, value: bool) -> QuerySet[MenuModifier]:
        off = Q(sold_out=True) & (Q(sold_out_until__isnull=True) | Q(sold_out_until__gt=timezone.now()))
        return rows.filter(off) if value else rows.exclude(off)


@extend_schema_view(
    get=extend_schema(tags=MODIFIERS, summary="Options, by their groups"),
    post=extend_schema(
        tags=MODIFIERS, summary="A new option of a group", request=ModifierTaken, responses={201: OptionShown},
        examples=[OpenApiExample("Mushrooms", value={**OPTION, "group": GROUP_ID}, request_only=True), MODIFIER],
    ),
)  # fmt: skip
class ModifiersView(Rows):
    queryset = MODIFIER_ROWS
    serializer_class = OptionShown
    takes = ModifierTaken
    noun = "menu/modifiers"
    filterset_class = ModifierFilters
    search_fields = ("name", "group__name")
    ordering_fields = ("name", "price", "position")
    ordering = ("group__position", "group__name", "position", "name", "id")

    def last_position(self, asked: dict[str, Any]) -> int:
        return editing.last_position(MenuModifier.objects.filter(group_id=asked["group_id"]))


class ModifierRecord(Record):
    queryset = MODIFIER_ROWS
    serializer_class = OptionShown
    lookup_url_kwarg = "modifier_id"
    noun = "menu/modifiers"


@extend_schema_view(
    get=extend_schema(tags=MODIFIERS, summary="One option", examples=[MODIFIER]),
    patch=extend_schema(
        tags=MODIFIERS, summary="Change an option; running calls know at once", request=OptionTaken,
        examples=[OpenApiExample("Dearer", value={"price": "2.00"}, request_only=True)],
        responses={200: OptionShown},
    ),
    delete=extend_schema(
        tags=MODIFIERS,
        summary="Delete an option below which nothing opens",
        responses={204: None, 409: conflict("Needed", "“oat milk” is still needed: below it opens Temperature.")},
    ),
)  # fmt: skip
class ModifierView(ModifierRecord):
    changes_serializer_class = OptionTaken


# ---- groups --------------------------------------------------------------------------------------------


class GroupShown(serializers.ModelSerializer[MenuModifierGroup]):
    min = serializers.IntegerField(source="minimum", read_only=True)
    max = serializers.IntegerField(source="maximum", read_only=True, allow_null=True)
    parent: Any = serializers.UUIDField(source="parent_id", read_only=True, allow_null=True)  # fields have one too
    options = OptionShown(many=True, read_only=True)
    items = serializers.SerializerMethodField(help_text="Ids of items that offer it; they hold the order.")

    class Meta:
        model = MenuModifierGroup
        fields = ("id", "name", "min", "max", "free", "parent", "position", "options", "items")

    def get_items(self, row: MenuModifierGroup) -> list[str]:
        return sorted(str(link.item_id) for link in row.itemgroup_set.all())


class GroupPlain(Taken):
    name = serializers.CharField(max_length=80)
    free = serializers.IntegerField(
        min_value=0, max_value=1000, required=False, help_text="How many cost nothing before prices apply."
    )


class GroupTaken(GroupPlain):
    min = serializers.IntegerField(source="minimum", min_value=0, max_value=1000, required=False)
    max = serializers.IntegerField(
        source="maximum", min_value=1, max_value=1000, allow_null=True, required=False, help_text="Null: no limit."
    )
    parent: Any = serializers.UUIDField(
        source="parent_id", allow_null=True, required=False, help_text="The option below which it opens."
    )
    position = Position()


class NewGroup(GroupTaken):
    options: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=OptionTaken(), required=False, max_length=200
    )

    def validate_options(self, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = [option["name"] for option in options]
        if len(set(names)) < len(names):
            raise serializers.ValidationError("An option is there twice.")
        return options


TOPPINGS: dict[str, Any] = {"name": "Toppings", "min": 0, "max": 5, "free": 1, "parent": None}
GROUP = OpenApiExample(
    "A group",
    value={**TOPPINGS, "id": GROUP_ID, "position": 0, "options": [MODIFIER.value], "items": [OPTION_ID]},
    response_only=True,
)
GROUP_ROWS = MenuModifierGroup.objects.prefetch_related("options__groups", "itemgroup_set")


class GroupFilters(django_filters.FilterSet):
    item = django_filters.UUIDFilter(field_name="items")
    parent = django_filters.UUIDFilter(field_name="parent_id")
    nested = django_filters.BooleanFilter(
        field_name="parent", lookup_expr="isnull", exclude=True, label="Whether it opens below an option."
    )


@extend_schema_view(
    get=extend_schema(tags=GROUPS, summary="Groups of options"),
    post=extend_schema(
        tags=GROUPS, summary="A new group, with its options if you like", request=NewGroup, responses={201: GroupShown},
        examples=[OpenApiExample("Toppings", value={**TOPPINGS, "options": [OPTION]}, request_only=True), GROUP],
    ),
)  # fmt: skip
class GroupsView(Rows):
    queryset = GROUP_ROWS
    serializer_class = GroupShown
    takes = NewGroup
    noun = "menu/groups"
    filterset_class = GroupFilters
    search_fields = ("name",)
    ordering_fields = ("name", "position")
    ordering = ("position", "name", "id")

    def perform_creation(self, wanted: Any) -> Any:
        asked = wanted.validated_data
        editions.lock()
        options = asked.pop("options", [])
        row = MenuModifierGroup(position=self.last_position(asked))
        editing.keep_group(row, **asked)
        for place, option in enumerate(options):
            editing.keep(MenuModifier(group=row), **{"position": place, **option})
        return self.get_queryset().get(pk=row.pk)


@extend_schema_view(
    get=extend_schema(tags=GROUPS, summary="One group with its options", examples=[GROUP]),
    patch=extend_schema(
        tags=GROUPS, summary="Change a group's limits, or open it below an option", request=GroupTaken,
        examples=[OpenApiExample("At most three", value={"max": 3}, request_only=True)],
        responses={200: GroupShown},
    ),
    delete=extend_schema(
        tags=GROUPS,
        summary="Delete a group that no item offers, with its options",
        responses={204: None, 409: conflict("Needed", "“Crust” is still needed: it is offered by Margherita.")},
    ),
)  # fmt: skip
class GroupView(Record):
    queryset = GROUP_ROWS
    serializer_class = GroupShown
    changes_serializer_class = GroupTaken
    lookup_url_kwarg = "group_id"
    noun = "menu/groups"

    def perform_change(self, row: MenuModifierGroup, wanted: Any) -> Any:
        editing.keep_group(row, **wanted.validated_data)
        return self.fresh(row)
