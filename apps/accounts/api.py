"""`/api/v1/auth/…`: sign in, refresh, sign out, passwords by link; and the public keys of the tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import audit, passwords, second_factor, signing_in, signing_keys, team, tokens, tries
from apps.accounts.api_shapes import Nothing, Pair
from apps.accounts.rest.schema import Problem

KEYS_MAX_AGE_SECONDS = 300


class OtpNeeded(exceptions.AuthenticationFailed):
    """The password was right and a code has to come with it: `"otp"`."""

    problem_type = "urn:loman:problem:otp-needed"
    problem_title = "A one-time code is needed"


class TooMany(exceptions.Throttled):
    """Like its base, in our words."""

    def __init__(self, wait: tries.Throttled) -> None:
        super().__init__(wait=wait.seconds, detail=str(wait))
        self.detail = exceptions.ErrorDetail(str(wait), code="throttled")


class SignIn(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, max_length=1024)
    restaurant = serializers.CharField(required=False, allow_blank=True, default="", max_length=50)
    otp = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class RefreshText(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class ResetAsked(serializers.Serializer[Any]):
    email = serializers.EmailField()


class PasswordByLink(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1024)
    password = serializers.CharField(trim_whitespace=False, max_length=1024)


class Acceptance(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1024)
    password = serializers.CharField(
        trim_whitespace=False, max_length=1024, required=False, default="", allow_blank=True
    )


class Open(APIView):
    """For people who are not signed in yet."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"  # so that a refusal is 401, not 403


def checked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    found: dict[str, Any] = sent.validated_data
    return found


def unfit(error: passwords.Unfit, field: str = "password") -> exceptions.ValidationError:
    return exceptions.ValidationError({field: error.reasons})


BAD = OpenApiResponse(Problem, "Something that was sent does not fit.")
REFUSED = OpenApiResponse(Problem, "Not valid, or not valid any more.")
WAIT = OpenApiResponse(Problem, "Too many tries; `Retry-After` says how many seconds to wait.")
PAIR = OpenApiResponse(
    Pair, "Fifteen minutes and seven days.", [OpenApiExample("Pair", {"access": "eyJ…", "refresh": "eyJ…"})]
)
OTP_EXAMPLE = OpenApiExample(
    "A code is needed",
    {
        "type": OtpNeeded.problem_type,
        "title": OtpNeeded.problem_title,
        "status": 401,
        "detail": "A code of your authenticator app is needed too.",
        "errors": [],
    },
)


class TokenView(Open):
    """`POST {"email", "password", "restaurant"?, "otp"?}` → `{"access", "refresh"}`."""

    @extend_schema(
        operation_id="auth_token",
        request=SignIn,
        responses={200: PAIR, 400: BAD, 401: OpenApiResponse(Problem, "Refused.", [OTP_EXAMPLE]), 429: WAIT},
        examples=[
            OpenApiExample(
                "Ana",
                {"email": "ana@bella.test", "password": "loman-demo", "restaurant": "bella-napoli"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        sent, now, plain = checked(SignIn, request), timezone.now(), request._request
        try:
            user = signing_in.prove(plain, email=sent["email"], password=sent["password"], code=sent["otp"], now=now)
            grant, pair = tokens.begin(user, restaurant=sent["restaurant"], now=now)
        except tries.Throttled as wait:
            raise TooMany(wait) from None
        except second_factor.Needed as need:
            raise OtpNeeded(str(need)) from None
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        audit.record(
            "sign_in", actor=user.email, place=grant.place, address=audit.address_of(plain), after={"by": "token"}
        )
        return Response(pair)


class RefreshView(Open):
    """`POST {"refresh"}` → a new pair; the old refresh token is dead, and ends its family if it comes again."""

    @extend_schema(
        operation_id="auth_refresh",
        request=RefreshText,
        responses={200: PAIR, 400: BAD, 401: REFUSED},
        examples=[OpenApiExample("Refresh", {"refresh": "eyJ…"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        text = checked(RefreshText, request)["refresh"]
        try:
            return Response(tokens.refresh(text, address=audit.address_of(request._request), now=timezone.now()))
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None


class LogoutView(Open):
    """`POST {"refresh"}` ends all tokens of that sign-in. Answers 204 also when they were dead already."""

    @extend_schema(
        operation_id="auth_logout",
        request=RefreshText,
        responses={204: None, 400: BAD},
        examples=[OpenApiExample("Refresh", {"refresh": "eyJ…"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        text = checked(RefreshText, request)["refresh"]
        tokens.sign_out(text, address=audit.address_of(request._request), now=timezone.now())
        return Response(status=204)


class AskForResetView(Open):
    """`POST {"email"}`: a link to set a new password is mailed, if there is such a user. The answer never says."""

    @extend_schema(
        operation_id="auth_password_ask",
        request=ResetAsked,
        responses={202: Nothing, 400: BAD, 429: WAIT},
        examples=[OpenApiExample("Ana", {"email": "ana@bella.test"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        email = checked(ResetAsked, request)["email"]
        try:
            passwords.ask_for_reset(request._request, email=email, now=timezone.now())
        except tries.Throttled as wait:
            raise TooMany(wait) from None
        return Response({}, status=202)


class ResetView(Open):
    """`POST {"token", "password"}` sets the password by a link that was mailed. Every session and token ends."""

    @extend_schema(
        operation_id="auth_password_reset",
        request=PasswordByLink,
        responses={204: None, 400: BAD, 401: REFUSED},
        examples=[OpenApiExample("Link", {"token": "WyI3…", "password": "a long new one"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        sent = checked(PasswordByLink, request)
        address = audit.address_of(request._request)
        try:
            passwords.reset(sent["token"], password=sent["password"], address=address, now=timezone.now())
        except passwords.Unfit as reasons:
            raise unfit(reasons) from None
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        return Response(status=204)


class AcceptView(Open):
    """`POST {"token", "password"?}` joins a team by a link that was mailed; the password is for a new account."""

    @extend_schema(
        operation_id="auth_invitation_accept",
        request=Acceptance,
        responses={204: None, 400: BAD, 401: REFUSED},
        examples=[OpenApiExample("Link", {"token": "WyI3…", "password": "a long new one"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        sent = checked(Acceptance, request)
        try:
            team.accept(sent["token"], password=sent["password"], request=request._request, now=timezone.now())
        except passwords.Unfit as reasons:
            raise unfit(reasons) from None
        except tokens.Refused as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from None
        return Response(status=204)


@require_safe
def public_keys(request: HttpRequest) -> JsonResponse:
    """`/.well-known/jwks.json`: what others need to verify our access tokens (RFC 7517)."""
    answer = JsonResponse(signing_keys.jwks(now=timezone.now()), content_type="application/jwk-set+json")
    answer["Cache-Control"] = f"public, max-age={KEYS_MAX_AGE_SECONDS}"
    return answer
