"""The languages that calls are held in, as an ordered list: calls open in the first."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as __

from apps.dashboard.settings import moving
from apps.dashboard.settings.forms import Field, Text
from apps.voice import phrasebook

NAMES: dict[str, Text] = {"en": __("English"), "es": __("Spanish")}


def field() -> Field:
    def read(sent: QueryDict) -> list[str]:
        return _moved(sent).rows

    def show(spoken: Any) -> dict[str, Any]:
        return _shown(moving.Moved(list(spoken or phrasebook.offered(()))))

    def again(sent: QueryDict) -> dict[str, Any]:
        return _shown(_moved(sent))

    return Field("languages", __("Spoken, in this order"), "languages", read=read, show=show, again=again, is_wide=True)


def _moved(sent: QueryDict) -> moving.Moved[str]:
    return moving.moved("languages", sent.getlist("languages"), sent, made=lambda name: name)


def _shown(moved: moving.Moved[str]) -> dict[str, Any]:
    return {
        "rows": [
            {"code": code, "who": NAMES.get(code, code), "on": moved.focus(at)} for at, code in enumerate(moved.rows)
        ],
        "others": [{"code": code, "name": NAMES[code]} for code in phrasebook.BOOKS if code not in moved.rows],
    }
