"""The run: an embedded PostgreSQL when none is configured, the cast, and no skip that hides a failure."""

from __future__ import annotations

import os
from typing import Any

import pytest

from loman.embedded import keeper

pytest_plugins = ["tests.cast"]
HONEST = "not on this machine:"
"""How the reason of a skip begins that says what cannot run here, and why."""

if not os.environ.get("DATABASE_URL"):
    keeper.hold()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    """In CI a test that could run and was skipped is a failure."""
    if os.environ.get("CI") != "true" or call.excinfo is None:
        return
    if call.excinfo.errisinstance(pytest.skip.Exception) and HONEST not in str(call.excinfo.value):
        call.excinfo = pytest.ExceptionInfo.from_exc_info(_as_failure(str(call.excinfo.value)))


def _as_failure(reason: str) -> Any:
    import sys

    try:
        raise AssertionError(f"skipped although it could run: {reason}")
    except AssertionError:
        return sys.exc_info()
