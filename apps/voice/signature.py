"""Whether a webhook or a socket really comes from the carrier: Twilio's signature over the public URL.

Protocol: https://www.twilio.com/docs/usage/webhooks/webhooks-security. The URL is the one Twilio called, not
the one that arrived behind proxies; a socket's is signed with its wss:// scheme.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import RequestValidator

from apps.accounts import keys
from apps.tenants.models import PhoneNumber

log = logging.getLogger(__name__)

HEADER = "X-Twilio-Signature"
_WRITTEN = re.compile(r"[A-Za-z0-9+/]{27}=")
"""A SHA-1 in base64. What looks otherwise is refused before anything is computed or looked up."""


def valid(url: str, sent: Mapping[str, Any] | str, signature: str, *, tokens: Sequence[str]) -> bool:
    """Whether any of these auth tokens made the signature (several are valid while one is rotated).
    `sent` is the form, or the body as it came where the URL carries its `bodySHA256`."""
    if not _WRITTEN.fullmatch(signature):
        return False
    return any(RequestValidator(token).validate(url, sent, signature) for token in tokens if token)


def valid_webhook(request: HttpRequest, *, line: str) -> bool:
    """Whether the carrier sent it, for this line of ours: a line with an account of its own is spoken for by that
    account alone, whoever signed."""
    signature = request.headers.get(HEADER, "")
    url, sent = public_origin(request.scheme or "http", request.get_host()) + request.get_full_path(), _sent(request)
    row = PhoneNumber.objects.filter(number=line).first() if line else None
    if row is not None and row.carrier_account_sid not in ("", request.POST.get("AccountSid")):
        return False
    return valid(url, sent, signature, tokens=[*installation_tokens(), *(_opened(row) if row else ())])


def _sent(request: HttpRequest) -> Mapping[str, Any] | str:
    if "bodySHA256" in request.GET:
        return request.body.decode("utf-8", "replace")
    return cast("Mapping[str, Any]", request.POST)  # knows its repeated fields, which a plain mapping does not


def valid_socket(connection: Mapping[str, Any]) -> bool:
    """For the upgrade of a media socket, by its ASGI connection scope, as the installation's account signs it."""
    return _fits(connection, installation_tokens())


def valid_socket_of_a_line(connection: Mapping[str, Any]) -> bool:
    """The same as the account of any line signs it. Which line it is cannot be known before `start`; then the stream's
    token says whose call it is. Asks the database."""
    if not any(name.lower() == HEADER.lower().encode() for name, _ in connection.get("headers", ())):
        return False
    rows = PhoneNumber.objects.filter(active=True).exclude(carrier_auth_tokens=[])
    return _fits(connection, [token for row in rows for token in _opened(row)])


def _fits(connection: Mapping[str, Any], tokens: Sequence[str]) -> bool:
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in connection.get("headers", ())}
    scheme = "https" if connection.get("scheme") == "wss" else "http"
    origin = public_origin(scheme, headers.get("host", ""))
    url = origin.replace("http", "ws", 1) + connection["path"]
    return valid(url, {}, headers.get(HEADER.lower(), ""), tokens=tokens)


def is_written(headers: Mapping[str, str]) -> bool:
    """Whether there is anything that looks like a signature: what has none is refused unread."""
    return bool(_WRITTEN.fullmatch(headers.get(HEADER, "")))


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


def _opened(row: PhoneNumber) -> list[str]:
    """The tokens of a line's own account, newest first; one that no key opens any more validates nothing."""
    found = []
    for sealed in row.carrier_auth_tokens:
        try:
            found.append(keys.decrypt(str(sealed)))
        except ValueError as error:
            log.error("carrier token not opened", extra={"event": "key.sealed", "advice": str(error)})
    return found


def carrier() -> dict[str, Any] | None:
    """How the carrier of `place_call` is reached, while one runs on this machine."""
    try:
        found: dict[str, Any] = json.loads(settings.CARRIER_FILE.read_text())
    except (OSError, ValueError):
        return None
    return found
