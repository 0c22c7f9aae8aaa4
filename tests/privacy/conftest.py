"""Files of these tests lie in a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    from apps.accounts import keys

    keys.number_digest("+15125550134")  # the key is read before the folder is another one
    keys.encrypt("")
    settings.VAR_DIR = tmp_path
    settings.CALL_LOG_DIR = tmp_path / "calls"
    settings.RECORDINGS_URL = (tmp_path / "recordings").as_uri()
    return tmp_path
