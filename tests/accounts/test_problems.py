"""Errors that Django answers itself are problem documents for programs and pages for people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from apps.accounts import problems


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/tools/nothing", "/api/v1/orders/not-an-id"])
def test_an_address_that_is_not_there_is_a_problem_document_for_programs(bella: Any, settings: Any, path: str) -> None:
    settings.DEBUG = False
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail", "errors"}


def test_people_get_a_page(bella: Any, settings: Any) -> None:
    settings.DEBUG = False
    answer = Client().get("/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_says_nothing_of_its_cause() -> None:
    for answered in (problems.server_error, lambda request: problems.bad_request(request, ValueError("secret"))):
        answer: Any = answered(RequestFactory().get("/api/v1/orders"))
        assert answer["Content-Type"] == "application/problem+json"
        assert b"secret" not in answer.content
