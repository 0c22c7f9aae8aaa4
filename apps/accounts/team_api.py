"""`/api/v1/team` and `/api/v1/api-keys`: the people and the machines of one restaurant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import audit, machine_keys, team
from apps.accounts.account_api import CONFLICT, Conflict
from apps.accounts.api import BAD, REFUSED, checked
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.api_shapes import Invited, Key, Member, NewKey, RoleField
from apps.accounts.models import ApiKey, Invitation, Membership
from apps.accounts.permissions import Role
from apps.accounts.rest.schema import Problem
from apps.accounts.tokens import Refused
from apps.tenants import scope

NOT_YOURS = OpenApiResponse(Problem, "Your role may not do this.")
MISSING = OpenApiResponse(Problem, "This restaurant has none such.")
USUAL: dict[int, Any] = {401: REFUSED, 403: NOT_YOURS}


class InvitationAsked(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    role = RoleField()


class RoleAsked(serializers.Serializer[Any]):
    role = RoleField()


class KeyAsked(serializers.Serializer[Any]):
    label: Any = serializers.CharField(max_length=80)  # fields have a `label` of their own
    role = RoleField()
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


def paged(shape: type[serializers.ModelSerializer[Any]]) -> Any:
    """What a list of these answers."""
    fields: dict[str, Any] = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": shape(many=True),
    }
    return inline_serializer(f"Paginated{shape.__name__}List", fields)


class _View(RestaurantAPIView):
    """People and keys belong to the public schema; what a view is asked for is looked up for `self.place` alone."""

    def way_in(self) -> AbstractContextManager[Any]:
        return scope.public()

    def page(self, rows: QuerySet[Any], shape: type[serializers.ModelSerializer[Any]], request: Request) -> Response:
        pages = PageNumberPagination()
        found = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(shape(found, many=True).data)


class TeamView(_View):
    """Who belongs to the restaurant."""

    permission = "team.view"

    @extend_schema(operation_id="team_list", responses={200: paged(Member), **USUAL})
    def get(self, request: Request) -> Response:
        rows = Membership.objects.filter(restaurant_id=self.place.id).select_related("user").order_by("user__email")
        return self.page(rows, Member, request)


class MemberView(_View):
    """One of them."""

    permission: ClassVar = {"GET": "team.view", "PATCH": "team.change", "DELETE": "team.change"}

    @extend_schema(operation_id="team_read", responses={200: Member, 404: MISSING, **USUAL})
    def get(self, request: Request, member_id: UUID) -> Response:
        row = Membership.objects.filter(pk=member_id, restaurant_id=self.place.id).select_related("user").first()
        if row is None:
            raise exceptions.NotFound("There is no such member.")
        return Response(Member(row).data)

    @extend_schema(
        operation_id="team_change_role",
        request=RoleAsked,
        responses={200: Member, 400: BAD, 404: MISSING, 409: CONFLICT, **USUAL},
        examples=[OpenApiExample("Make a viewer", {"role": "StaffViewer"}, request_only=True)],
    )
    def patch(self, request: Request, member_id: UUID) -> Response:
        role = Role(checked(RoleAsked, request)["role"])
        with _refusals():
            row = team.change_role(
                self.grant, self.place, member_id, role=role, request=request._request, now=timezone.now()
            )
        if row is None:
            raise exceptions.NotFound("There is no such member.")
        return Response(Member(row).data)

    @extend_schema(operation_id="team_remove", responses={204: None, 404: MISSING, 409: CONFLICT, **USUAL})
    def delete(self, request: Request, member_id: UUID) -> Response:
        with _refusals():
            gone = team.remove(self.grant, self.place, member_id, request=request._request, now=timezone.now())
        if not gone:
            raise exceptions.NotFound("There is no such member.")
        return Response(status=204)


class InvitationsView(_View):
    """Who was asked to join and has not answered."""

    permission: ClassVar = {"GET": "team.view", "POST": "team.change"}

    @extend_schema(operation_id="invitations_list", responses={200: paged(Invited), **USUAL})
    def get(self, request: Request) -> Response:
        rows = Invitation.objects.filter(restaurant_id=self.place.id).select_related("invited_by")
        return self.page(rows, Invited, request)

    @extend_schema(
        operation_id="invitations_send",
        request=InvitationAsked,
        responses={201: Invited, 400: BAD, 409: CONFLICT, **USUAL},
        examples=[OpenApiExample("Ask", {"email": "lee@bella.test", "role": "StaffViewer"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        sent = checked(InvitationAsked, request)
        sent["role"] = Role(sent["role"])
        with _refusals():
            row = team.invite(self.grant, self.place, request=request._request, now=timezone.now(), **sent)
        return Response(Invited(row).data, status=201)


class InvitationView(_View):
    """One that is open."""

    permission = "team.change"

    @extend_schema(operation_id="invitations_take_back", responses={204: None, 404: MISSING, **USUAL})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        if not team.take_back(self.grant, self.place, invitation_id, request=request._request):
            raise exceptions.NotFound("There is no such invitation.")
        return Response(status=204)


class KeysView(_View):
    """The restaurant's API keys; a new one is shown whole in this answer, and never again."""

    permission = "api_keys.change"

    @extend_schema(operation_id="api_keys_list", responses={200: paged(Key), **USUAL})
    def get(self, request: Request) -> Response:
        rows = ApiKey.objects.filter(restaurant_id=self.place.id).select_related("created_by")
        return self.page(rows.order_by("-created_at", "id"), Key, request)

    @extend_schema(
        operation_id="api_keys_make",
        request=KeyAsked,
        responses={201: NewKey, 400: BAD, 409: CONFLICT, **USUAL},
        examples=[OpenApiExample("For the till", {"label": "Till", "role": "StaffViewer"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        sent, address = checked(KeyAsked, request), audit.address_of(request._request)
        sent["role"] = Role(sent["role"])
        with _refusals():
            row, text = machine_keys.make(self.grant, self.place, address=address, now=timezone.now(), **sent)
        return Response(Key(row).data | {"key": text}, status=201)


class KeyView(_View):
    """One of them."""

    permission = "api_keys.change"

    @extend_schema(operation_id="api_keys_revoke", responses={204: None, 404: MISSING, **USUAL})
    def delete(self, request: Request, key_id: UUID) -> Response:
        address = audit.address_of(request._request)
        if not machine_keys.revoke(self.grant, self.place, key_id, address=address, now=timezone.now()):
            raise exceptions.NotFound("There is no such key.")
        return Response(status=204)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise Conflict(str(refusal)) from None
