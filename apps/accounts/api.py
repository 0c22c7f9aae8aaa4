"""`/api/v1/auth/…`: sign in, refresh, sign out."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.accounts import audit, tokens


class SignInThrottle(SimpleRateThrottle):
    """Ten tries a minute from one address."""

    scope = "sign-in"
    rate = "10/min"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SignIn(serializers.Serializer[dict[str, str]]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)
    restaurant = serializers.CharField(required=False, allow_blank=True, default="")


class RefreshText(serializers.Serializer[dict[str, str]]):
    refresh = serializers.CharField()


class _Open(APIView):
    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"  # so that a refusal is 401, not 403


class TokenView(_Open):
    """`POST {"email", "password", "restaurant"}` → `{"access", "refresh"}`."""

    throttle_classes = (SignInThrottle,)

    def post(self, request: Request) -> Response:
        wanted = SignIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            pair = tokens.sign_in(request._request, **wanted.validated_data)
        except tokens.Refused as refusal:
            audit.record(
                "sign_in.refused",
                actor=wanted.validated_data["email"],
                address=audit.address_of(request._request),
            )
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        audit.record("sign_in", actor=wanted.validated_data["email"], address=audit.address_of(request._request))
        return Response(pair)


class RefreshView(_Open):
    """`POST {"refresh"}` → a new pair; the old refresh token is dead."""

    def post(self, request: Request) -> Response:
        wanted = RefreshText(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            return Response(tokens.refresh(wanted.validated_data["refresh"]))
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None


class LogoutView(_Open):
    """`POST {"refresh"}` ends that token. Answers 204 also when it was dead already."""

    def post(self, request: Request) -> Response:
        wanted = RefreshText(data=request.data)
        wanted.is_valid(raise_exception=True)
        tokens.sign_out(wanted.validated_data["refresh"])
        return Response(status=204)
