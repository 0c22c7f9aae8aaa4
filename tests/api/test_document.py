"""The OpenAPI document is whole: no warning, an example and a summary for everything, every problem named."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

METHODS = {"get", "post", "put", "patch", "delete"}


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, each in document["paths"].items()
        for method, operation in each.items()
        if method in METHODS
    ]


def test_it_is_made_without_a_warning_and_is_valid(bella: Any) -> None:
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=StringIO())


def test_every_operation_says_what_it_is_for_and_who_may(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation.get("summary") or operation.get("description"), f"{method} {path}"
        assert operation.get("tags"), f"{method} {path}"
        for status in ("401", "403", "429"):
            assert status in operation["responses"], f"{method} {path}"


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def _asks_something(document: dict[str, Any], content: dict[str, Any]) -> bool:
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    shape = document["components"]["schemas"][name] if name else content["schema"]
    return shape.get("type") != "object" or bool(shape.get("properties"))


def test_whatever_is_sent_has_an_example(document: dict[str, Any]) -> None:
    without = []
    for path, method, operation in operations(document):
        contents = operation.get("requestBody", {}).get("content", {}).values()
        if not path.startswith("/api/") or not any(_asks_something(document, each) for each in contents):
            continue
        if not any("examples" in each for each in contents):
            without.append(f"{method} {path}")
    assert without == []


def test_what_is_no_success_is_a_problem_document(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "4":
                assert set(response.get("content", {})) <= {"application/problem+json"}, f"{method} {path} {status}"


def test_it_is_served(bella: Any) -> None:
    answer = Client().get("/api/schema", headers={"accept": "application/vnd.oai.openapi+json"})
    assert json.loads(answer.content)["openapi"].startswith("3.")
