"""What a restaurant is told of providers that refuse."""

from __future__ import annotations

from typing import Any

import pytest

from apps.llm.reasons import Reason
from apps.voice.complaints import complaints

EVENT = "model"


def lost(what: str, provider: str, reason: str, detail: str = "") -> dict[str, Any]:
    return {"event": f"{what}.lost", "provider": provider, "reason": reason, "detail": detail}


def test_what_somebody_has_to_mend_is_complained_of_once_and_what_passes_is_not() -> None:
    records = [
        {"event": "started"},
        lost("hearing", "deepgram", "bad_key", "401 Invalid credentials."),
        lost("hearing", "deepgram", "bad_key", "401 Invalid credentials."),
        lost("hearing", "deepgram", "broke_off"),
        lost("speaking", "elevenlabs", "no_quota"),
        {"event": EVENT, "provider": "openai", "outcome": "no_such_model"},
        {"event": EVENT, "provider": "openai", "outcome": "answered"},
        {"event": EVENT, "provider": "openai", "outcome": "outage"},
    ]
    told = complaints(records, model_event=EVENT)
    assert [(each.provider, each.reason) for each in told] == [
        ("deepgram", Reason.BAD_KEY),
        ("elevenlabs", Reason.NO_QUOTA),
        ("openai", Reason.NO_SUCH_MODEL),
    ]
    assert told[0].summary.startswith("Deepgram does not accept its key (401 Invalid credentials.). Check the key")
    assert "next voice" in told[1].summary


@pytest.mark.parametrize("record", [{}, {"event": "hearing.by"}, lost("hearing", "deepgram", "silence")])
def test_nothing_else_is_complained_of(record: dict[str, Any]) -> None:
    assert complaints([record], model_event=EVENT) == []
