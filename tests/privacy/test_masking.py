"""A guest's whole number is in no log line, no error, no metric, no name of a row and no page of the admin."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call, Message, Ticket, TranscriptLine
from apps.orders.models import Cart, Order
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.privacy import rows
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice.carrier import callers
from tests.privacy.guests import NUMBER, a_guest
from tests.privacy.test_exporting import bearer

WHOLE = re.compile(r"512[^0-9a-z]{0,3}555[^0-9a-z]{0,3}0134")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that any part of Loman logs, down to DEBUG, as the installation writes it."""
    import_module("loman.asgi")  # it configures logging, once
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    formatters = [each.formatter for each in root.handlers if type(each) is logging.StreamHandler]
    handler.setFormatter(formatters[0])
    mine, before = logging.getLogger("apps"), logging.getLogger("apps").level
    root.addHandler(handler)
    mine.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    mine.setLevel(before)


def test_no_line_and_no_metric_of_a_whole_call_has_the_callers_number(dial: Any, lines: io.StringIO) -> None:
    said = ["hello", "one margherita, large", "that's all", "Kate", "my number is 512 555 0134", "yes", "bye"]
    conduct = callers.Lines(said, lambda text: None, typed=True)
    place = scope.find_by_slug("bella-napoli")
    assert place is not None
    try:
        dial("+15125550101", conduct, caller=NUMBER)
        logging.getLogger("apps").error("it is the formatter that masks %s", NUMBER)
        metrics = Client().get("/metrics").content.decode()
        with scope.enter(place):
            assert Call.objects.filter(from_number=NUMBER).exists()
    finally:
        with scope.enter(place):
            for model in (Order, TranscriptLine, Ticket, Message, Cart, Call):
                model.objects.all().delete()
        Work.objects.all().delete()
    found = lines.getvalue()
    assert "it is the formatter that masks" in found
    assert "0134" in found
    assert all(json.loads(line) for line in found.splitlines())
    assert not WHOLE.search(found)
    assert "calls_total" in metrics
    assert not WHOLE.search(metrics)


def test_what_the_database_complains_of_is_masked_in_the_log(in_bella: Place, lines: io.StringIO) -> None:
    a_guest(in_bella, number=NUMBER)
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Ticket.objects.create(type="other", summary="x", key=f"wrote:{NUMBER}:1")
    assert WHOLE.search(str(raised.value))
    more = {"number": NUMBER, "of": {"a": [NUMBER]}}
    logging.getLogger("apps.any").error("failed: %s", raised.value, exc_info=raised.value, extra=more)
    assert "already exists" in lines.getvalue()
    assert not WHOLE.search(lines.getvalue())


@pytest.mark.parametrize("form", [NUMBER, "(512) 555-0134", "512-555-0134", "15125550134"])
def test_what_work_failed_of_is_kept_masked(bella: Place, lines: io.StringIO, form: str) -> None:
    @outbox.handles(f"test.masking.{form}")
    def fail(payload: dict[str, Any]) -> None:
        raise ValueError(f"{payload['to']} does not answer")

    outbox.add(f"test.masking.{form}", key="test.masking", payload={"to": form})
    outbox.sweep()
    assert Work.objects.get(key="test.masking").last_error == "ValueError: ••• 0134 does not answer"
    assert not WHOLE.search(lines.getvalue())


def test_a_webhooks_answer_is_kept_masked(in_bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.outbox import delivering, posting
    from apps.outbox.models import Delivery, Endpoint

    monkeypatch.setattr(posting, "post", lambda *_, **__: posting.Answer(500, f"no such guest {NUMBER}", 3))
    endpoint = Endpoint.objects.create(restaurant_id=in_bella.id, url="https://h.example", secret=_sealed())
    row = Delivery.objects.create(endpoint=endpoint, event_id="e", type="t", body="{}", next_try_at=timezone.now())
    delivering.deliver({"delivery": str(row.pk), "replays": 0, "tries": 0})
    row.refresh_from_db()
    assert row.last_answer == "no such guest ••• 0134"


def _sealed() -> str:
    from apps.accounts import keys
    from apps.outbox import webhooks

    return keys.encrypt(webhooks.new_secret())


def test_no_row_is_named_by_a_number(in_bella: Place) -> None:
    """Names stand in tracebacks, admin lists and messages."""
    a_guest(in_bella, number=NUMBER)
    named = [str(row) + repr(row) for model in rows.guests() for row in model._base_manager.all()]
    named += [str(row) + repr(row) for found in rows.public(in_bella) for row in found]
    named += [str(row) for row in AuditEntry.objects.all()]
    assert len(named) > 20
    assert [name for name in named if WHOLE.search(name)] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tools/send_sms", {"template": "missed", "to": [NUMBER]}),
        ("/tools/create_ticket", {"type": NUMBER, "summary": "x"}),
        ("/tools/create_order", {"lines": [], "customer_name": 1, "customer_number": NUMBER, "pickup_at": NUMBER}),
        ("/tools/create_reservation", {"party_size": NUMBER, "starts_at": NUMBER, "name": "Gus"}),
        ("/tools/order_status", {"number": NUMBER, NUMBER: "x"}),
        ("/api/v1/erasures", {"number": f"{NUMBER} and more and more and more and more"}),
        ("/api/v1/exports", {"number": f"{NUMBER} or so"}),
        ("/api/v1/auth/token", {"email": NUMBER, "password": NUMBER}),
    ],
)
def test_no_problem_document_says_a_number_back(bella: Place, client: Client, path: str, body: dict[str, Any]) -> None:
    headers = bearer("ana@bella.test", "bella-napoli")
    answer = client.post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code >= 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not WHOLE.search(answer.content.decode())


def test_no_table_that_may_tell_of_guests_is_forgotten() -> None:
    """Erasure walks these; a table yet to come is among them by itself."""
    tables = {model._meta.db_table for model in rows.guests()}
    assert {"calls", "transcripts", "messages", "orders", "order_changes", "reservations", "waitlist", "tickets",
            "model_requests", "pos_orders", "carts", "holds", "sms_consents", "sms_suppressions"} <= tables  # fmt: skip
    assert not tables & {"restaurant_settings", "staff_contacts", "menu_items"}
    assert {each.label for each in apps.get_app_configs()} >= {"calls", "orders", "reservations", "privacy"}
