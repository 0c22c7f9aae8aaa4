"""`/api/v1/me` and one's own account: password and second factor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import passwords, permissions, second_factor, signing_in, tokens, tries
from apps.accounts.api import BAD, PAIR, REFUSED, WAIT, TooMany, checked, unfit
from apps.accounts.api_shapes import Me
from apps.accounts.models import Membership, User
from apps.accounts.rest.schema import Problem
from apps.tenants import scope

PEOPLE_ONLY = OpenApiResponse(Problem, "An API key has no password and no second factor.")
CONFLICT = OpenApiResponse(Problem, "It stands otherwise than this needs.")


class Conflict(exceptions.APIException):
    """A request that is well formed and cannot be done as things stand, with the sentence that says why."""

    status_code = 409


class PasswordChange(serializers.Serializer[Any]):
    old_password = serializers.CharField(trim_whitespace=False, max_length=1024)
    new_password = serializers.CharField(trim_whitespace=False, max_length=1024)


class Code(serializers.Serializer[Any]):
    otp = serializers.CharField(max_length=40)


class Enrolment(serializers.Serializer[Any]):
    secret = serializers.CharField()
    otpauth_uri = serializers.CharField()


class RecoveryCodes(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


@contextmanager
def _counted(request: Request, user: User, action: str) -> Iterator[datetime]:
    try:
        with signing_in.counted_code(request._request, user, action, now=timezone.now()) as now:
            yield now
    except tries.Throttled as wait:
        raise TooMany(wait) from None
    except tokens.Refused as refusal:
        raise Conflict(str(refusal)) from None


class OwnAccountView(APIView):
    """A view about who asks, whatever their restaurant."""

    permission: ClassVar[str | dict[str, str] | None] = "account.own"

    def grant(self, request: Request) -> tokens.Grant:
        assert isinstance(request.auth, tokens.Grant)
        return request.auth

    def person(self, request: Request) -> User:
        user_id = self.grant(request).user_id
        if user_id is None:
            raise exceptions.PermissionDenied("An API key has no account: sign in as a person.")
        return User.objects.get(pk=user_id)


class MeView(OwnAccountView):
    """Who asks, as what, and what that may do."""

    @extend_schema(operation_id="me", responses={200: Me, 401: REFUSED})
    def get(self, request: Request) -> Response:
        grant = self.grant(request)
        user = User.objects.get(pk=grant.user_id) if grant.user_id else None
        mine = Membership.objects.filter(user=user).select_related("restaurant") if user else ()
        places = [scope.of(row.restaurant) for row in mine]
        shown = {
            "by": grant.by,
            "name": user.name if user else "",
            "role": grant.role.value,
            "restaurant": grant.place,
            "restaurants": places if user else [grant.place],
            "permissions": [each for each in permissions.TABLE if permissions.allowed(grant.role, each)],
            "second_factor": second_factor.is_on(user) if user else False,
        }
        return Response(Me(shown).data)


class PasswordView(OwnAccountView):
    """`POST {"old_password", "new_password"}` → a new pair; every other token and session has ended."""

    @extend_schema(
        operation_id="password_change",
        request=PasswordChange,
        responses={200: PAIR, 400: BAD, 401: REFUSED, 403: PEOPLE_ONLY, 409: CONFLICT, 429: WAIT},
        examples=[
            OpenApiExample(
                "Change", {"old_password": "loman-demo", "new_password": "a long new one"}, request_only=True
            )
        ],
    )
    def post(self, request: Request) -> Response:
        user, grant, now = self.person(request), self.grant(request), timezone.now()
        sent = checked(PasswordChange, request)
        try:
            passwords.change(
                user, old=sent["old_password"], new=sent["new_password"], request=request._request, now=now
            )
            _, pair = tokens.begin(user, restaurant=str(grant.place.id) if grant.place else "", now=now)
        except tries.Throttled as wait:
            raise TooMany(wait) from None
        except passwords.Unfit as reasons:
            raise unfit(reasons, "new_password") from None
        except tokens.Refused as refusal:
            raise Conflict(str(refusal)) from None
        return Response(pair)


class SecondFactorView(OwnAccountView):
    """`POST` begins to set up an authenticator app; `DELETE {"otp"}` ends it. It is for administrators."""

    permission: ClassVar = {"POST": "account.second_factor", "DELETE": "account.own"}

    @extend_schema(
        operation_id="second_factor_begin",
        request=None,
        responses={
            201: OpenApiResponse(
                Enrolment,
                "For the app. Nothing is needed to sign in before it is confirmed.",
                [
                    OpenApiExample(
                        "Secret",
                        {"secret": "JBSWY3DPEHPK3PXP", "otpauth_uri": "otpauth://totp/Loman:ana%40bella.test?secret=…"},
                    )
                ],
            ),
            401: REFUSED,
            403: PEOPLE_ONLY,
            409: CONFLICT,
        },
    )
    def post(self, request: Request) -> Response:
        try:
            made = second_factor.begin(self.person(request))
        except tokens.Refused as refusal:
            raise Conflict(str(refusal)) from None
        return Response({"secret": made.secret, "otpauth_uri": made.uri}, status=201)

    @extend_schema(
        operation_id="second_factor_end",
        request=Code,
        responses={204: None, 400: BAD, 401: REFUSED, 403: PEOPLE_ONLY, 409: CONFLICT, 429: WAIT},
        examples=[OpenApiExample("Code", {"otp": "123456"}, request_only=True)],
    )
    def delete(self, request: Request) -> Response:
        user, code = self.person(request), checked(Code, request)["otp"]
        with _counted(request, user, "second_factor.ended") as now:
            second_factor.end(user, code=code, now=now)
        return Response(status=204)


class ConfirmSecondFactorView(OwnAccountView):
    """`POST {"otp"}` with a first code of the app → the recovery codes, once."""

    permission = "account.second_factor"

    @extend_schema(
        operation_id="second_factor_confirm",
        request=Code,
        responses={
            200: OpenApiResponse(
                RecoveryCodes,
                "Each works once in place of a code of the app.",
                [OpenApiExample("Codes", {"recovery_codes": ["1f0c2-77ab1-90d3e-5b26c"]})],
            ),
            400: BAD,
            401: REFUSED,
            403: PEOPLE_ONLY,
            409: CONFLICT,
            429: WAIT,
        },
        examples=[OpenApiExample("Code", {"otp": "123456"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        user, code = self.person(request), checked(Code, request)["otp"]
        with _counted(request, user, "second_factor.set_up") as now:
            codes = second_factor.confirm(user, code=code, now=now)
        return Response({"recovery_codes": codes})
