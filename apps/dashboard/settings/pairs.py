"""A setting that is a table, as rows of two fields: policies by subject, minutes by size of party."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.dashboard.settings.forms import Field, Text, Unfit

Rows = list[tuple[str, str]]
SPARE = ("", "")
"""An empty row below those there are: to be filled, with scripts or without."""


def pairs(name: str, label: Text, *, keys: Text, values: Text, kind: str, hint: Text = "", unit: Text = "") -> Field:
    """Its rows are sent as `<name>_key` and `<name>_value`; `keys` and `values` say what they are. `kind` is texts,
    whose values are of several lines, or minutes, which are whole numbers."""

    def read(sent: QueryDict) -> dict[str, Any]:
        rows = _sent(name, sent)
        given = [key for key, _value in rows]
        twice = next((key for key in given if given.count(key) > 1), None)
        if twice is not None:
            raise Unfit({name: _("“%(key)s” stands there twice. Make one of the two.") % {"key": twice[:40]}})
        return {key: _whole(value) if kind == "minutes" else value for key, value in rows}

    def show(value: Mapping[str, Any] | None) -> dict[str, Any]:
        return shown([(key, str(each)) for key, each in (value or {}).items()])

    def shown(rows: Rows) -> dict[str, Any]:
        return {"rows": [*rows, SPARE], "keys": keys, "values": values}

    def again(sent: QueryDict) -> dict[str, Any]:
        return shown(_sent(name, sent))

    return Field(name, label, kind, hint=hint, unit=unit, read=read, show=show, again=again, is_wide=True)


def _sent(name: str, sent: QueryDict) -> Rows:
    """Rows that have anything in them."""
    lines = zip(sent.getlist(f"{name}_key"), sent.getlist(f"{name}_value"), strict=False)
    stripped = [(key.strip(), value.strip()) for key, value in lines]
    return [row for row in stripped if any(row)]


def _whole(text: str) -> int | str:
    """The rule of the setting says what is wrong with what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
