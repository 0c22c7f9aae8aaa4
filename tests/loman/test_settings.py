"""Every setting that the code reads is explained in `.env.example`, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_YET = {"REPLICA_URL"}
"""Named in the contract, read by a later release; the example says so."""


def test_the_example_lists_exactly_what_the_settings_read() -> None:
    read = set(re.findall(r'env\.\w+\("([A-Z0-9_]+)"', (ROOT / "loman" / "settings.py").read_text()))
    explained = set(re.findall(r"^# ([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read | {"PORT"} == explained - NOT_YET  # PORT is read by `serve` alone


def test_the_defaults_are_those_the_example_names() -> None:
    from django.conf import settings

    text = (ROOT / ".env.example").read_text()
    for name in ("LLM_PROVIDER", "STT_PROVIDER", "TTS_PROVIDER", "MAX_CONCURRENT_CALLS", "BASE_DOMAIN"):
        found = re.search(rf"^# {name}=(\S*)", text, re.MULTILINE)
        assert found is not None
        assert str(getattr(settings, name)) == found.group(1), name


def test_what_tests_note_down_is_not_taken_for_the_installations() -> None:
    from django.conf import settings

    assert settings.RECORDS_DIR != settings.VAR_DIR
