"""Every operation of the document, asked with what fits it and with what does not: no fault of ours, no answer that the
document does not name, no body that is not what it says. schemathesis makes the requests up.

`FUZZ_EXAMPLES=200 pytest tests/api/test_fuzzed.py` asks for longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, settings

from apps.accounts import tokens
from apps.accounts.models import User

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))


@pytest.fixture
def documented(application: Any, bella: Any) -> Any:
    return schemathesis.openapi.from_wsgi("/api/schema?format=json", application)


@pytest.fixture
def access(bella: Any) -> Iterator[str]:
    """Of a SuperAdmin at Bella Napoli: nothing is out of reach, so that every view is asked for real."""
    cache.clear()
    user = User.objects.get(email="super@loman.test")
    yield tokens._pair(user, tokens.grant_for(user, restaurant="bella-napoli"))["access"]


schema = schemathesis.pytest.from_fixture("documented")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_brings_a_fault_or_an_answer_nobody_was_told_of(case: Any, access: str) -> None:
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {access}"})
        transaction.set_rollback(True)
