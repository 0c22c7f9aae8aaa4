"""Settings as a form: what each is called, how it is read from what was sent, how it is shown again. Writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.utils.functional import Promise
from rest_framework.serializers import BaseSerializer

from apps.restaurant.models import RestaurantSettings
from apps.voice import api_settings

Text = str | Promise


class Unfit(Exception):
    """What was sent cannot be: `faults` are sentences by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(str(faults))
        self.faults = faults


def taken(wanted: BaseSerializer[Any]) -> Any:
    """What REST's rules make of what was sent; `Unfit` when it cannot be."""
    if not wanted.is_valid():
        faults: dict[str, Any] = dict(wanted.errors)
        raise Unfit({name: " ".join(_sentences(found)) for name, found in faults.items()})
    return wanted


def _sentences(found: Any) -> list[str]:
    if isinstance(found, Mapping):
        return [each for inner in found.values() for each in _sentences(inner)]
    return [each for inner in found for each in _sentences(inner)] if isinstance(found, list) else [str(found)]


def in_short(values: Any) -> str:
    """What stands somewhere, in short: two who change it at once are told apart by it."""
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. `kind` names its template: text, area, number, money, switch, choice, time, lines or a page's."""

    name: str
    label: Text
    kind: str = "text"
    hint: Text = ""
    unit: Text = ""
    """What is counted: minutes, orders, per cent."""
    choices: tuple[tuple[str, Text], ...] = ()
    empty: Text = ""
    """What it means that nothing is set; such a field may be left empty."""
    read: Callable[[QueryDict], Any] | None = None
    """For a kind of a page's own: from what was sent."""
    show: Callable[[Any], Any] | None = None
    """For a kind of a page's own: from what is set."""
    again: Callable[[QueryDict], Any] | None = None
    """The same from what was sent and refused, where `show` cannot tell it from what was read."""
    is_wide: bool = False
    """Takes the whole line."""


@dataclass(frozen=True, slots=True)
class Group:
    title: Text
    fields: tuple[Field, ...]
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Form:
    groups: tuple[Group, ...]
    besides: Callable[[RestaurantSettings], Mapping[str, Any]] = field(default=lambda row: {})
    """What a page shows besides."""
    beside: Callable[[], Mapping[str, Any]] = dict
    """Those of its settings that stand elsewhere than in the row, by name."""

    @property
    def fields(self) -> Iterable[Field]:
        return (each for group in self.groups for each in group.fields)

    def seen(self, row: RestaurantSettings) -> str:
        return in_short(list(self.values(row).values()))

    def values(self, row: RestaurantSettings) -> dict[str, Any]:
        """What is set, by name."""
        elsewhere = self.beside()
        return {
            each.name: elsewhere[each.name] if each.name in elsewhere else getattr(row, each.name)
            for each in self.fields
        }

    def read(self, sent: QueryDict) -> dict[str, Any]:
        """What was sent, as REST would be told it. Raises `Unfit` where that cannot be said."""
        return {each.name: read(each, sent) for each in self.fields}

    def shown(
        self, row: RestaurantSettings, *, sent: QueryDict | None = None, faults: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """The groups for the template: as set, or as sent when that was refused."""
        found, values = faults or {}, self.values(row)
        return [
            {
                "title": group.title,
                "hint": group.hint,
                "fields": [_shown(each, values[each.name], sent, found) for each in group.fields],
            }
            for group in self.groups
        ]


def read(one: Field, sent: QueryDict) -> Any:
    if one.read is not None:
        return one.read(sent)
    if one.kind == "switch":
        return one.name in sent
    given = sent.get(one.name, "").strip()
    if one.kind == "lines":
        return [line.strip() for line in given.splitlines() if line.strip()]
    if one.kind in ("number", "money", "time") and not given:
        return None
    return given


def _to_show(one: Field, value: Any, sent: QueryDict | None) -> Any:
    if sent is not None:
        if one.again is not None:
            return one.again(sent)
        value = read(one, sent)
    if one.show is not None:
        return one.show(value)
    if one.kind == "lines":
        return "\n".join(value or [])
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _shown(one: Field, value: Any, sent: QueryDict | None, faults: Mapping[str, str]) -> dict[str, Any]:
    value = _to_show(one, value, sent)
    least, most = api_settings.BOUNDS.get(one.name, (None, None))
    return {
        "name": one.name,
        "label": one.label,
        "kind": one.kind,
        "template": f"dashboard/settings/fields/{one.kind}.html",
        "hint": one.hint,
        "unit": one.unit,
        "empty": one.empty,
        "choices": one.choices,
        "is_wide": one.is_wide,
        "value": "" if value is None else value,
        "least": least,
        "most": most,
        "fault": faults.get(one.name, ""),
        "described": f"{one.name}-about" if one.hint or one.empty or one.name in faults else "",
    }
