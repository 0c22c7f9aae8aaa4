"""A call on the line, for tests of what happens to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`live("Hello.", ...)` makes a call in which the model gives these answers, one after the other."""
    from tests.voice.telephone import Live, connected

    return lambda *answers, **chosen: connected(Live(*answers, **chosen), monkeypatch)
