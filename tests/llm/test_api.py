"""`POST /llm/generate` over HTTP: who may ask, for which restaurant, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from apps.accounts.api import SignInThrottle
from apps.menu.demo_bella import BELLA
from apps.tenants.scope import Place

ASKED: dict[str, Any] = {
    "system_prompt": "",
    "messages": [{"role": "user", "content": "can i speak to a person please"}],
    "tools": [{"name": "transfer_call", "description": "", "parameters": {"type": "object", "properties": {}}}],
}


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    SignInThrottle.cache.clear()


def token(email: str) -> str:
    answer = Client().post(
        "/api/v1/auth/token",
        {"email": email, "password": "loman-demo"},
        content_type="application/json",
    )
    return str(answer.json()["access"])


def post(body: Any, *, bearer: str) -> Any:
    return Client().post("/llm/generate", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {bearer}")


def test_a_request_is_answered_in_the_references_shape(bella: Place) -> None:
    answer = post(ASKED | {"tenant_id": str(bella.id)}, bearer=token("ana@bella.test"))
    assert answer.status_code == 200
    body = answer.json()
    assert body["type"] == "tool_call"
    assert body["tool_call"]["name"] == "transfer_call"
    assert body["tool_calls"] == [body["tool_call"]]
    assert (body["provider"], body["confidence"]) == ("embedded", None)


def test_it_knows_the_menu_of_the_restaurant_that_asks(bella: Place) -> None:
    dish = next(dish for dishes in BELLA.categories.values() for dish in dishes if "," not in dish.prices)
    said = {"messages": [{"role": "user", "content": f"two {dish.name} please"}], "tools": []}
    assert dish.name in post(said, bearer=token("ana@bella.test")).json()["content"]


def test_another_restaurants_id_is_refused(bella: Place, sakura: Place) -> None:
    answer = post(ASKED | {"tenant_id": str(sakura.id)}, bearer=token("ana@bella.test"))
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("application/problem+json")


def test_who_may_not_ask_is_refused(bella: Place) -> None:
    assert post(ASKED, bearer="nonsense").status_code == 401
    assert post(ASKED, bearer=token("sam@bella.test")).status_code == 403


def test_what_is_no_request_is_a_problem_document(bella: Place) -> None:
    answer = post({"messages": [{"role": "king"}]}, bearer=token("ana@bella.test"))
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.django_db(transaction=False)
async def test_streamed_it_is_text_and_then_the_whole_response(bella: Place) -> None:
    bearer = await _token_in_thread("ana@bella.test")
    answer = await AsyncClient().post(
        "/llm/generate",
        {"messages": [{"role": "user", "content": "hello"}], "stream": True},
        content_type="application/json",
        headers={"Authorization": f"Bearer {bearer}", "Accept": "text/event-stream"},
    )
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/event-stream"
    pieces = cast(AsyncIterator[bytes], cast(StreamingHttpResponse, answer).streaming_content)
    events = "".join([piece.decode() async for piece in pieces]).strip().split("\n\n")
    kinds = [event.split("\n")[0].removeprefix("event: ") for event in events]
    data = [json.loads(event.split("\n")[1].removeprefix("data: ")) for event in events]
    assert kinds == ["delta", "response"]
    assert data[0]["content"] == data[1]["content"]


async def _token_in_thread(email: str) -> str:
    answer = await AsyncClient().post(
        "/api/v1/auth/token", {"email": email, "password": "loman-demo"}, content_type="application/json"
    )
    return str(answer.json()["access"])
