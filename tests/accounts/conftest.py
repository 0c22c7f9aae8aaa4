"""What tests of signing in share: counts begin at nothing, and nothing is remembered of the test before."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from apps.accounts import standing


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()
    standing._forget_now()
