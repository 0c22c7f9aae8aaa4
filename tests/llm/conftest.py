"""Models for tests: LiteLLM loaded once, and breakers that remember nothing from test to test."""

from __future__ import annotations

import pytest

from apps.llm import race, vendors


@pytest.fixture(scope="session")
def loaded() -> None:
    """Loading takes seconds, and no test's patience is for that."""
    vendors.load(list(vendors.ROUTES))


@pytest.fixture(autouse=True)
def closed_breakers() -> None:
    race.BOARD.clear()
