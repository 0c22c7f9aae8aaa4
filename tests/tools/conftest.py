"""Who asks the tools: an administrator and a viewer of Bella Napoli."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests.tools.callers import Caller


@pytest.fixture
def ana(bella: Any) -> Caller:
    cache.clear()
    return Caller("ana@bella.test")


@pytest.fixture
def sam(bella: Any) -> Caller:
    cache.clear()
    return Caller("sam@bella.test")
