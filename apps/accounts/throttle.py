"""The limit by restaurant and by API key, once it is known who asks."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.accounts import limits, tokens


class RestaurantLimit(BaseThrottle):
    """REST framework's throttle: the restaurant's bucket, and the key's where a machine asks."""

    def __init__(self) -> None:
        self._verdict: limits.Verdict | None = None

    def allow_request(self, request: Request, view: object) -> bool:
        grant = request.auth
        if not isinstance(grant, tokens.Grant):
            return True
        whose = {"restaurant": str(grant.place.id) if grant.place else grant.by}
        if grant.user_id is None:
            whose["key"] = grant.by
        self._verdict = limits.ask(**whose)
        djangos: Any = request._request
        djangos.limits = self._verdict  # AddressLimit tells it
        return self._verdict is None or self._verdict.allowed

    def wait(self) -> float | None:
        return self._verdict.wait if self._verdict else None
