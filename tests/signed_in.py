"""Somebody of the cast who is signed in and asks over HTTP."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from apps.accounts import tokens
from apps.accounts.models import User
from apps.tenants import scope


class Person:
    """`ana.get("/api/v1/orders", status="new")`; the answers are Django's."""

    def __init__(self, email: str, *, restaurant: str = "") -> None:
        with scope.public():
            user = User.objects.get(email=email)
            _, pair = tokens.begin(user, restaurant=restaurant, now=timezone.now())
        self._client = Client(headers={"authorization": f"Bearer {pair['access']}"}, raise_request_exception=False)

    def get(self, path: str, *, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        return self._client.get(path, parameters, headers=headers)

    def post(self, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        return self._client.post(path, {} if body is None else body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any, *, headers: dict[str, str] | None = None) -> Any:
        return self._client.patch(path, body, content_type="application/json", headers=headers)

    def put(self, path: str, body: Any, *, headers: dict[str, str] | None = None) -> Any:
        return self._client.put(path, body, content_type="application/json", headers=headers)

    def delete(self, path: str, *, headers: dict[str, str] | None = None) -> Any:
        return self._client.delete(path, headers=headers)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self._client.generic(method, path, **more)
