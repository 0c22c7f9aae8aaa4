"""`POST /llm/generate` over HTTP: who may ask, for which restaurant, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from apps.llm.models import ModelRequest
from apps.menu.demo_bella import BELLA
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.llm import vendor
from tests.llm.vendor import CUT, Vendor

ASKED: dict[str, Any] = {
    "system_prompt": "",
    "messages": [{"role": "user", "content": "can i speak to a person please"}],
    "tools": [{"name": "transfer_call", "description": "", "parameters": {"type": "object", "properties": {}}}],
}


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


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


# ---- with a vendor's model -----------------------------------------------------------------------------


@pytest.fixture
def committed(installation: None, django_db_blocker: Any) -> Iterator[Place]:
    """Bella, with rows that other connections see; what is written there is taken away again."""
    with django_db_blocker.unblock():
        place = scope.find_by_slug("bella-napoli")
        assert place is not None
        yield place
        with scope.enter(place):
            ModelRequest.objects.all().delete()
            RestaurantSettings.objects.update(model_dollars_a_day=None)


ASKS = {"messages": [{"role": "user", "content": "hello"}], "provider": "openai", "model": "gpt-4o-mini"}
SAYS = [vendor.text("Hi there. "), vendor.text("What size?"), vendor.stop(), vendor.usage(1000, 100)]


def at(settings: Any, made: Vendor) -> None:
    settings.OPENAI_API_KEY, settings.OPENAI_API_BASE = "k", made.url


def rows(place: Place) -> list[tuple[str, str, str, str | None]]:
    with scope.enter(place):
        found = ModelRequest.objects.values_list("source", "provider", "outcome", "cost")
        return [(*rest, None if cost is None else str(cost.normalize())) for *rest, cost in found]


@pytest.mark.usefixtures("loaded")
def test_a_vendors_answer_carries_its_price_and_is_written_down(committed: Place, settings: Any) -> None:
    made = Vendor(SAYS)
    with vendor.serving_in_a_thread(made):
        at(settings, made)
        body = post(ASKS, bearer=token("ana@bella.test")).json()
    assert (body["content"], body["provider"], body["model"]) == ("Hi there. What size?", "openai", "gpt-4o-mini")
    assert body["usage"] == {"prompt_tokens": 1000, "completion_tokens": 100}
    assert Decimal(body["cost"]) == Decimal("0.00021")
    assert rows(committed) == [("api", "openai", "answered", "0.00021")]


@pytest.mark.usefixtures("loaded")
def test_a_failure_is_written_down_too(committed: Place, settings: Any) -> None:
    made = Vendor([CUT])
    with vendor.serving_in_a_thread(made):
        at(settings, made)
        assert post(ASKS, bearer=token("ana@bella.test")).json()["provider"] == "embedded"
    assert rows(committed) == [("api", "openai", "outage", None)]


@pytest.mark.usefixtures("loaded")
def test_with_the_days_money_spent_no_vendor_is_asked(committed: Place, settings: Any) -> None:
    made = Vendor(SAYS)
    with scope.enter(committed):
        RestaurantSettings.objects.update(model_dollars_a_day=0)
    with vendor.serving_in_a_thread(made):
        at(settings, made)
        assert post(ASKS, bearer=token("ana@bella.test")).json()["provider"] == "embedded"
    assert made.asked == []


@pytest.mark.usefixtures("loaded")
async def test_a_streamed_answer_comes_in_sentences_and_is_written_down(committed: Place, settings: Any) -> None:
    bearer = await _token_in_thread("ana@bella.test")
    async with vendor.serving(Vendor(SAYS)) as made:
        at(settings, made)
        answer = await AsyncClient().post(
            "/llm/generate",
            ASKS | {"stream": True},
            content_type="application/json",
            headers={"Authorization": f"Bearer {bearer}", "Accept": "text/event-stream"},
        )
        pieces = cast(AsyncIterator[bytes], cast(StreamingHttpResponse, answer).streaming_content)
        events = "".join([piece.decode() async for piece in pieces]).strip().split("\n\n")
    assert [event.split("\n")[0] for event in events] == ["event: delta", "event: delta", "event: response"]
    assert await scope.run(committed, rows, committed) == [("api", "openai", "answered", "0.00021")]
