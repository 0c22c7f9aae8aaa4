"""Signed-in users who ask the tools over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

CHICAGO = ZoneInfo("America/Chicago")
NUMBER = "+15125550188"


class Caller:
    """A signed-in user who calls tools."""

    def __init__(self, email: str, **more: str) -> None:
        self.client = Client()
        body = {"email": email, "password": "loman-demo", **more}
        answer = self.client.post("/api/v1/auth/token", body, content_type="application/json")
        self.token = answer.json()["access"]

    def post(self, tool: str, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
        return self.client.post(
            f"/tools/{tool}",
            arguments,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = self.post(tool, **arguments)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def refusal(self, tool: str, status: int = 409, **arguments: Any) -> str:
        answer = self.post(tool, **arguments)
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert list(problem) == ["type", "title", "status", "detail", "errors"]
        assert problem["status"] == status
        assert problem["detail"][-1] in ".?"
        return str(problem["detail"])


def found(caller: Caller, query: str) -> dict[str, Any]:
    item: dict[str, Any] = caller.ask("search_menu", query=query, limit=1)["items"][0]
    return item


def pizza(caller: Caller, **more: Any) -> dict[str, Any]:
    item = found(caller, "margherita")
    crust = item["modifier_groups"][0]["options"][0]["id"]
    size = next(each["id"] for each in item["variants"] if each["name"] == "large")
    return {"item_id": item["id"], "variant_id": size, "quantity": 2, "modifiers": [{"option_id": crust}], **more}


def evening(days: int = 3, hour: int = 19) -> datetime:
    return (timezone.now().astimezone(CHICAGO) + timedelta(days=days)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )


def quote(caller: Caller, **more: Any) -> dict[str, Any]:
    return caller.ask("create_order", **{"lines": [pizza(caller)], "customer_name": "Kate Bush", **more})


def place_order(caller: Caller, **more: Any) -> dict[str, Any]:
    return caller.ask("create_order", confirm_version=quote(caller, **more)["cart_version"])
