"""Whether a webhook or a socket really comes from the carrier: Twilio's signature over the public URL.

Protocol: https://www.twilio.com/docs/usage/webhooks/webhooks-security. The URL is the one Twilio called, not
the one that arrived behind proxies; a socket's is signed with its wss:// scheme.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import RequestValidator

from apps.accounts import keys
from apps.tenants.models import PhoneNumber

HEADER = "X-Twilio-Signature"


def valid(url: str, sent: Mapping[str, Any] | str, signature: str, *, tokens: Sequence[str]) -> bool:
    """Whether any of these auth tokens made the signature (several are valid while one is rotated).
    `sent` is the form, or the body as it came where the URL carries its `bodySHA256`."""
    if not signature:
        return False
    return any(RequestValidator(token).validate(url, sent, signature) for token in tokens if token)


def valid_webhook(request: HttpRequest) -> bool:
    url = public_origin(request.scheme or "http", request.get_host()) + request.get_full_path()
    called = request.POST.get("To", "")
    tokens = [*installation_tokens(), *tokens_of(called)]
    return valid(url, _sent(request), request.headers.get(HEADER, ""), tokens=tokens)


def _sent(request: HttpRequest) -> Mapping[str, Any] | str:
    if "bodySHA256" in request.GET:
        return request.body.decode("utf-8", "replace")
    return cast("Mapping[str, Any]", request.POST)  # knows its repeated fields, which a plain mapping does not


def valid_socket(connection: Mapping[str, Any]) -> bool:
    """For the upgrade of a media socket, by its ASGI connection scope. A restaurant's own token cannot be
    known here, before `start`; its stream token says whose it is."""
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in connection.get("headers", ())}
    scheme = "https" if connection.get("scheme") == "wss" else "http"
    origin = public_origin(scheme, headers.get("host", ""))
    url = origin.replace("http", "ws", 1) + connection["path"]
    return valid(url, {}, headers.get(HEADER.lower(), ""), tokens=installation_tokens())


def public_origin(scheme: str, host: str) -> str:
    """The origin Twilio called. Only while developing is the request itself believed."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    return f"{scheme}://{host}" if settings.DEBUG else "https://public-url-is-not-set.invalid"


def installation_tokens() -> list[str]:
    """The installation's auth tokens, newest first; while none is set, our own carrier's (`place_call`)."""
    configured = [token.strip() for token in settings.TWILIO_AUTH_TOKEN.split(",") if token.strip()]
    if configured or not settings.DEBUG:
        return configured
    own = carrier()
    return [own["auth_token"]] if own else []


def tokens_of(number: str) -> list[str]:
    """The tokens of the carrier account a number belongs to, if it has one of its own."""
    row = PhoneNumber.objects.filter(number=number).first() if number else None
    return [keys.decrypt(token) for token in row.carrier_auth_tokens] if row else []


def carrier() -> dict[str, Any] | None:
    """How the carrier of `place_call` is reached, while one runs on this machine."""
    try:
        found: dict[str, Any] = json.loads(settings.CARRIER_FILE.read_text())
    except (OSError, ValueError):
        return None
    return found
