"""`/api/v1/menu/overrides`: what this location has otherwise on a menu that it shares with others of its owner."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView, Conflict
from apps.menu import editing, editions, overrides
from apps.menu.api_fields import READ_AND_WRITE, MenuRecord, MenuView, Price
from apps.menu.models import MenuOverride

TAGS: Any = ["menu: overrides"]
EXAMPLE = {"id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10", "name": "Margherita", "price": "13.00", "active": None}


class OverrideShown(serializers.ModelSerializer[MenuOverride]):
    id = serializers.UUIDField(source="row_id", read_only=True, help_text="Of the item, size or option.")
    name = serializers.SerializerMethodField(help_text="What it is called here; empty when it is not here any more.")

    class Meta:
        model = MenuOverride
        fields = ("id", "name", "price", "active")

    def get_name(self, row: MenuOverride) -> str:
        names: dict[Any, str] = self.context["view"].names
        return names.get(row.pk, "")


class OverrideChanged(Taken):
    price = Price(allow_null=True, required=False)
    active = serializers.BooleanField(allow_null=True, required=False, help_text="Items only.")


class OverrideTaken(OverrideChanged):
    id = serializers.UUIDField(help_text="Of the item, size or option.")


class _Overrides(MenuView):
    @cached_property
    def names(self) -> dict[Any, str]:
        ids = list(MenuOverride.objects.values_list("pk", flat=True))
        rows = (table._default_manager.filter(pk__in=ids).values_list("pk", "name") for table in overrides.PRICED)
        return {key: name for found in rows for key, name in found}

    def shared(self) -> overrides.Shared:
        try:
            return overrides.shared()
        except editing.Refusal as refusal:
            raise Conflict(str(refusal)) from None


OWN = conflict("Its own menu", "This restaurant's menu is its own: change the item itself.")
ONE = OpenApiExample("Dearer here", value=EXAMPLE, response_only=True)


@extend_schema_view(
    get=extend_schema(tags=TAGS, summary="What is otherwise here than on the shared menu"),
    post=extend_schema(
        tags=TAGS, summary="Have an item, size or option otherwise here", request=OverrideTaken,
        examples=[
            OpenApiExample("Dearer here", value={"id": EXAMPLE["id"], "price": "13.00"}, request_only=True), ONE,
        ],
        responses={201: OverrideShown, 409: OWN},
    ),
)  # fmt: skip
class OverridesView(_Overrides, CollectionView[MenuOverride]):
    permission: ClassVar = READ_AND_WRITE
    queryset = MenuOverride.objects.all()
    serializer_class = OverrideShown
    takes = OverrideTaken
    noun = "menu/overrides"
    ordering = ("row_id",)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.theirs = self.shared()
        return self.create(request)

    def perform_creation(self, wanted: Any) -> MenuOverride:
        asked = wanted.validated_data
        editions.lock()
        if MenuOverride.objects.filter(pk=asked["id"]).exists():
            raise editing.Refusal("It is otherwise here already: change that.")
        price, active = asked.get("price"), asked.get("active")
        return overrides.set_to(asked["id"], price=price, active=active, shared=self.theirs)


@extend_schema_view(
    get=extend_schema(tags=TAGS, summary="What is otherwise about one", examples=[ONE]),
    patch=extend_schema(
        tags=TAGS, summary="Have it otherwise still", request=OverrideChanged,
        examples=[OpenApiExample("Cheaper again", value={"price": "12.00"}, request_only=True)],
        responses={200: OverrideShown, 409: OWN},
    ),
    delete=extend_schema(
        tags=TAGS, summary="Have it as the shared menu has it", responses={204: None, 409: OWN}
    ),
)  # fmt: skip
class OverrideView(_Overrides, MenuRecord[MenuOverride]):
    permission: ClassVar = READ_AND_WRITE
    queryset = MenuOverride.objects.all()
    serializer_class = OverrideShown
    changes_serializer_class = OverrideChanged
    lookup_url_kwarg = "row_id"
    noun = "menu/overrides"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.theirs = self.shared()
        return self.change(request)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.theirs = self.shared()
        return self.remove(request)

    def perform_change(self, row: MenuOverride, wanted: Any) -> MenuOverride:
        asked = {"price": row.price, "active": row.active, **wanted.validated_data}
        return overrides.set_to(row.pk, shared=self.theirs, **asked)

    def perform_removal(self, row: MenuOverride) -> None:
        overrides.lift(row, shared=self.theirs)
