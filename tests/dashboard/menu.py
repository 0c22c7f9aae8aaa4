"""What tests of the menu's pages need: its rows by name, deeds as the pages send them, and what was said."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.test import Client

from apps.menu.models import Category, MenuItem, MenuModifier, MenuModifierGroup
from apps.tenants import scope
from apps.tenants.scope import Place

PAGE = "/r/bella-napoli/menu/"


def row(place: Place, name: str, table: Any = MenuItem, **more: Any) -> Any:
    with scope.enter(place):
        return table.objects.get(name=name, **more)


def option(place: Place, name: str, group: str = "Toppings") -> MenuModifier:
    found: MenuModifier = row(place, name, MenuModifier, group__name=group)
    return found


def path(found: Any, more: str = "do") -> str:
    kinds = {MenuItem: "items", Category: "categories", MenuModifier: "options", MenuModifierGroup: "choices"}
    return f"{PAGE}{kinds[type(found)]}/{found.pk}/{more}"


def post(client: Client, to: str, **fields: Any) -> Any:
    return client.post(to, fields, headers={"HX-Request": "true"})


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content[:300]
    said: dict[str, Any] = json.loads(answer["HX-Trigger-After-Settle"])["said"]
    return said


def undo(client: Client, said: dict[str, Any]) -> Any:
    back = said["undo"]
    headers = {"HX-Request": "true", "HX-Target": back["target"].removeprefix("#")}
    return client.post(back["to"], back["fields"], headers=headers)


def seen(page: Any) -> str:
    """The mark of the first form on a page."""
    found = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def words(answer: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
