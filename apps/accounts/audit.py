"""Writing and reading the audit record: append-only, with phone numbers as keyed hash and last four."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.tenants.scope import Place


def record(
    action: str,
    *,
    actor: str,
    place: Place | None = None,
    subject: str = "",
    address: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    number: str = "",
) -> AuditEntry:
    """Append one entry, in the transaction of what it tells about. Never put a whole number in before/after."""
    return AuditEntry.objects.create(
        restaurant_id=place.id if place else None,
        actor=actor,
        action=action,
        subject=subject,
        address=address,
        before=before,
        after=after,
        number_digest=keys.number_digest(number) if number else "",
        number_last4=number[-4:] if number else "",
    )


def address_of(request: HttpRequest) -> str | None:
    """The peer's address as the server saw it (the ASGI server resolves trusted proxies)."""
    return request.META.get("REMOTE_ADDR") or None
