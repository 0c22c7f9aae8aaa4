"""What the tests of the menu over REST need: its rows by name, and who asks."""

from __future__ import annotations

from typing import Any

from apps.menu.models import Category, MenuItem, MenuModifier, MenuModifierGroup

MENU = "/api/v1/menu"


def item(name: str) -> MenuItem:
    return MenuItem.objects.get(name=name)


def path_of(row: Any) -> str:
    nouns = {Category: "categories", MenuItem: "items", MenuModifierGroup: "groups", MenuModifier: "modifiers"}
    return f"{MENU}/{nouns[type(row)]}/{row.pk}"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def errors(answer: Any) -> Any:
    assert answer.status_code == 400, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]
