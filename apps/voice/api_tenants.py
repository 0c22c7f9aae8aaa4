"""`/api/v1/tenants` and `/api/v1/owners`: the restaurants of the installation. Who is no SuperAdmin sees their own."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts import audit
from apps.accounts.api_access import InstallationAPIView
from apps.accounts.models import Membership
from apps.accounts.permissions import Role
from apps.accounts.rest.fields import Number
from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken, TakenRow
from apps.accounts.rest.views import CollectionView, CommandView, Nothing, RecordView
from apps.menu.card import Item
from apps.menu.imports import files
from apps.tenants import scope
from apps.tenants.models import SLUG_PATTERN, Owner, Restaurant
from apps.voice import opening

TAG = ["tenants"]
STATES = tuple(Restaurant.State.values)
SETTABLE = ("setup", "live", "suspended")
LARGEST_MENU = 2_000_000
"""Letters; larger ones are imported by `import_menu`."""
PERMISSION = {"GET": "restaurant.view"} | dict.fromkeys(("POST", "PATCH"), "restaurants.manage")
EXAMPLE: dict[str, Any] = {
    "id": "7c7a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10",
    "slug": "bella-napoli",
    "name": "Bella Napoli",
    "timezone": "America/Chicago",
    "state": "setup",
    "owner": None,
    "calls_today": 12,
    "missing": [{"what": "hours", "say": "It has no opening hours."}],
    "created_at": "2026-11-01T12:00:00Z",
}


def known_timezone(name: str) -> None:
    if name not in available_timezones():
        raise serializers.ValidationError("There is no such time zone; for example America/Chicago.")


class OwnerShown(serializers.ModelSerializer[Owner]):
    class Meta:
        model = Owner
        fields = ("id", "name")
        read_only_fields = fields


class Missing(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=tuple(opening.WHAT_IS_MISSING))
    say = serializers.CharField()


class TenantShown(serializers.ModelSerializer[Restaurant]):
    state = serializers.ChoiceField(choices=STATES, read_only=True)
    owner = OwnerShown(read_only=True, allow_null=True)
    calls_today = serializers.IntegerField(read_only=True, allow_null=True, help_text="Of its own day so far.")
    missing = Missing(many=True, read_only=True, help_text="What it lacks before it can go live.")

    class Meta:
        model = Restaurant
        fields = ("id", "slug", "name", "timezone", "state", "owner", "calls_today", "missing", "created_at")
        read_only_fields = fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        found = opening.standing(instance, now=timezone.now())
        instance.calls_today = found.calls_today
        instance.missing = [{"what": what, "say": opening.WHAT_IS_MISSING[what]} for what in found.missing]
        return super().to_representation(instance)


class TenantTaken(Taken):
    name = serializers.CharField(max_length=120)
    slug = serializers.RegexField(
        SLUG_PATTERN, max_length=50, help_text="The last part of its address: small letters, digits and hyphens."
    )
    timezone = serializers.CharField(max_length=60, validators=[known_timezone])
    owner = serializers.PrimaryKeyRelatedField(
        queryset=Owner.objects.all(), allow_null=True, required=False, default=None
    )
    number = Number(max_length=40, required=False, allow_blank=True, default="")
    menu = serializers.CharField(
        max_length=LARGEST_MENU,
        required=False,
        default="",
        trim_whitespace=False,
        help_text="The text of a menu file: CSV, a Square catalog export, or a schema.org Menu.",
    )

    def validate_menu(self, text: str) -> tuple[Item, ...]:
        if not text.strip():
            return ()
        reading = files.read(text.encode())
        if reading.errors:
            raise serializers.ValidationError([str(error) for error in reading.errors[:50]])
        return tuple(reading.items)


class TenantChanged(TakenRow[Restaurant]):
    timezone = serializers.CharField(max_length=60, validators=[known_timezone], required=False)
    state = serializers.ChoiceField(choices=SETTABLE, required=False)
    owner = serializers.PrimaryKeyRelatedField(queryset=Owner.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Restaurant
        fields = ("name", "timezone", "state", "owner")


class _OfTheInstallation(InstallationAPIView):
    """What is done to a restaurant from outside is in that restaurant's record."""

    noun = ""

    def record(self, action: str, row: Any, **more: Any) -> None:
        place = scope.of(row) if isinstance(row, Restaurant) else None
        address = audit.address_of(self.request._request)
        audit.record(action, actor=self.grant.by, place=place, subject=f"{self.noun}/{row.pk}", address=address, **more)

    def theirs(self) -> QuerySet[Any]:
        """All for a SuperAdmin; else those they belong to, and of an API key its own."""
        rows = opening.houses()
        if self.grant.role is Role.SUPER_ADMIN:
            return rows
        if self.grant.user_id is None:
            return rows.filter(pk=self.grant.place.id if self.grant.place else None)
        return rows.filter(pk__in=Membership.objects.filter(user_id=self.grant.user_id).values("restaurant_id"))


class TenantFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=[(one, one) for one in STATES])
    owner = django_filters.UUIDFilter(field_name="owner_id")

    class Meta:
        model = Restaurant
        fields = ()


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Restaurants, how they stand, and what they lack before they can go live"),
    post=extend_schema(
        tags=TAG,
        summary="Open a restaurant, to be set up",
        request=TenantTaken,
        examples=[
            OpenApiExample(
                "A restaurant",
                value={"name": "Bella Napoli", "slug": "bella-napoli", "timezone": "America/Chicago"},
                request_only=True,
            ),
            OpenApiExample("As it stands then", value=EXAMPLE, response_only=True, status_codes=["201"]),
        ],
        responses={201: TenantShown, 409: conflict("Taken", "There is a restaurant bella-napoli already.")},
    ),
)
class TenantsView(_OfTheInstallation, CollectionView[Any]):
    permission: ClassVar = PERMISSION
    queryset = Restaurant.objects.all()
    serializer_class = TenantShown
    filterset_class = TenantFilters
    search_fields = ("name", "slug")
    ordering_fields = ("name", "slug", "created_at")
    ordering = ("name", "id")
    takes = TenantTaken
    noun = "tenants"
    refusals = (opening.Refusal,)

    def get_queryset(self) -> QuerySet[Any]:
        return self.theirs()

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> Restaurant:
        return opening.open_house(**wanted.validated_data, by=self.grant.by, now=timezone.now())


class _TenantView(_OfTheInstallation, RecordView[Any]):
    queryset = Restaurant.objects.all()
    serializer_class = TenantShown
    lookup_url_kwarg = "tenant_id"
    noun = "tenants"
    refusals = (opening.Refusal,)

    def get_queryset(self) -> QuerySet[Any]:
        return self.theirs()

    def locked(self) -> Any:
        found = self.get_object()
        Restaurant.objects.select_for_update().get(pk=found.pk)
        return opening.houses().get(pk=found.pk)


@extend_schema_view(
    get=extend_schema(
        tags=TAG,
        summary="One restaurant",
        examples=[OpenApiExample("A restaurant", value=EXAMPLE, response_only=True)],
    ),
    patch=extend_schema(
        tags=TAG,
        summary="Rename a restaurant, suspend or resume it, give it to an owner",
        request=TenantChanged,
        examples=[OpenApiExample("Suspend", value={"state": "suspended"}, request_only=True)],
        responses={200: TenantShown, 409: conflict("It has left", "This restaurant has left.")},
    ),
)
class TenantView(_TenantView):
    permission: ClassVar = PERMISSION
    changes_serializer_class = TenantChanged

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: Any, wanted: Any) -> Any:
        return opening.change_house(row, now=timezone.now(), **wanted.validated_data)


@extend_schema_view(
    post=extend_schema(
        tags=TAG,
        summary="Say that a restaurant has left: it is not answered for any more; its data stays until it is removed",
        request=None,
        examples=[
            OpenApiExample(
                "It has left",
                value={**EXAMPLE, "state": "left", "calls_today": None, "missing": []},
                response_only=True,
                status_codes=["200"],
            )
        ],
        responses={200: TenantShown},
    )
)
class LeaveView(_TenantView, CommandView[Any]):
    permission = "restaurants.manage"
    asks = Nothing
    action = "tenants.leave"

    def perform(self, row: Any, asked: dict[str, Any]) -> Any:
        return opening.leave(row)


class OwnerTaken(TakenRow[Owner]):
    class Meta:
        model = Owner
        fields = ("name",)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="Who has several restaurants"),
    post=extend_schema(
        tags=TAG,
        summary="Add an owner",
        request=OwnerTaken,
        examples=[OpenApiExample("An owner", value={"name": "Napoli Group"}, request_only=True)],
        responses={201: OwnerShown, 409: conflict("Two at once", "Somebody else has just taken that name.")},
    ),
)
class OwnersView(_OfTheInstallation, CollectionView[Owner]):
    permission = "restaurants.manage"
    queryset = Owner.objects.all()
    serializer_class = OwnerShown
    search_fields = ("name",)
    ordering_fields = ("name",)
    ordering = ("name", "id")
    takes = OwnerTaken
    noun = "owners"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)


@extend_schema_view(
    get=extend_schema(tags=TAG, summary="One owner"),
    patch=extend_schema(
        tags=TAG,
        summary="Rename an owner",
        request=OwnerTaken,
        examples=[OpenApiExample("Another name", value={"name": "Napoli Inc."}, request_only=True)],
        responses={200: OwnerShown, 409: conflict("Two at once", "Somebody else has just taken that name.")},
    ),
)
class OwnerView(_OfTheInstallation, RecordView[Owner]):
    permission = "restaurants.manage"
    queryset = Owner.objects.all()
    serializer_class = OwnerShown
    changes_serializer_class = OwnerTaken
    lookup_url_kwarg = "owner_id"
    noun = "owners"

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)
