"""Recordings that lie in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.voice import recorder


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Recordings of this test alone, written when it says so."""
    settings.RECORDINGS_URL = tmp_path.as_uri()
    monkeypatch.setattr(recorder, "WRITE_SECONDS", 3600.0)
    recorder._thread.cache_clear()
    yield tmp_path
    recorder._thread.cache_clear()
