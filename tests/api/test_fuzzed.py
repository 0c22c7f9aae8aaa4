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
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as rules
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from apps.accounts import tokens
from apps.accounts.models import User

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
"""Of each operation, with fitting input and with other input."""
SHARES = 8
"""Tests the operations are dealt out to, so that two processes can work on them."""


@pytest.fixture
def documented(application: Any, bella: Any) -> Any:
    return schemathesis.openapi.from_wsgi("/api/schema?format=json", application)


@pytest.fixture
def access(bella: Any, settings: Any) -> str:
    """Of a SuperAdmin at Bella Napoli: nothing is out of reach, so that every view is asked for real."""
    cache.clear()
    settings.DEBUG = False  # pages for developers are not what programs get
    User.objects.filter(email="super@loman.test").update(is_demo=False)
    user = User.objects.get(email="super@loman.test")
    return tokens.begin(user, restaurant="bella-napoli", now=timezone.now())[1]["access"]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # the test's server is a synchronous one
@pytest.mark.parametrize("share", range(SHARES))
def test_no_request_brings_a_fault_or_an_answer_nobody_was_told_of(documented: Any, access: str, share: int) -> None:
    operations = [each.ok() for each in documented.get_all_operations()]
    faults = [fault for operation in operations[share::SHARES] for fault in _faults(operation, access)]
    assert not faults, "\n\n".join(faults)


def _faults(operation: Any, access: str) -> Iterator[str]:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @rules(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            with transaction.atomic():
                try:
                    case.call_and_validate(headers={"Authorization": f"Bearer {access}"}, checks=_checks())
                finally:
                    transaction.set_rollback(True)

        try:
            ask()
        except (Exception, BaseExceptionGroup) as fault:
            yield f"{operation.label} ({mode.value}): {_in_short(fault)}"


def _checks() -> list[Any]:
    """What every answer is held to. Whether wrong input is refused is each resource's own test to say."""
    load_all_checks()
    return CHECKS.get_by_names(
        [
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
        ]
    )


def _in_short(fault: BaseException) -> str:
    if isinstance(fault, BaseExceptionGroup):
        return "; ".join(_in_short(each) for each in fault.exceptions)
    return f"{type(fault).__name__}: {fault}"[:1500]
