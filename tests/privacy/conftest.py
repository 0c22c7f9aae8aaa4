"""Files of these tests lie in a folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.privacy.guests import files_in


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    return files_in(tmp_path, settings)
