"""The requests of signing in, as a program sends them."""

from __future__ import annotations

from typing import Any

from django.test import Client

ANA = "ana@bella.test"
SAM = "sam@bella.test"
PASSWORD = "loman-demo"


def post(client: Client, path: str, body: dict[str, Any], *, access: str = "", **extra: Any) -> Any:
    return ask(client, "post", path, body, access=access, **extra)


def ask(client: Client, method: str, path: str, body: Any = None, *, access: str = "", **extra: Any) -> Any:
    if access:
        extra["HTTP_AUTHORIZATION"] = f"Bearer {access}"
    sends: Any = getattr(client, method)
    return sends(f"/api/v1/{path}", body, content_type="application/json", **extra)


def sign_in(client: Client, email: str = ANA, password: str = PASSWORD, *, address: str = "", **more: str) -> Any:
    extra = {"REMOTE_ADDR": address} if address else {}
    return post(client, "auth/token", {"email": email, "password": password, **more}, **extra)


def access_of(client: Client, email: str = ANA, **more: str) -> str:
    return str(sign_in(client, email, **more).json()["access"])
