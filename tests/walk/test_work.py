"""Work in the outbox runs inside its restaurant: with another's ids it finds nothing and changes nothing there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.outbox import services as outbox
from apps.tenants import scope
from tests.walk import bella as rows

MARK = "1"


def payloads(names: dict[str, Any], bella: scope.Place) -> dict[str, dict[str, Any]]:
    """For every kind there is, what names rows of Bella's as this kind of work does."""
    order = {"order": str(names["order_id"]), "mark": MARK, "status": "preparing"}
    call, booking = {"call": str(names["call_id"])}, str(names["reservation"])
    now = timezone.now().isoformat()
    orders = ("placed", "fire", "changed", "unpaid", "paid", "delayed", "unacknowledged", "still_unacknowledged")
    return {
        **{f"order.{each}": order for each in orders},
        "pay.link": order,
        "pos.order": {"type": "order.placed", "subject": order["order"]},
        "reservation.booked": {"reservation": booking},
        "reservation.no_show": {"reservation": str(names["call_id"]), "starts_at": now},
        "waitlist.offer": {"moment": now},
        "waitlist.expire": {"entry": str(names["entry_id"])},
        "call.finish": call,
        "call.summarise": call,
        "webhook.disabled": {"url": "https://quetzalcoatlus.example/hook", "reason": "gone", "at": now},
        "webhook.deliver": {"delivery": str(names["delivery_id"]), "replays": 0, "tries": 0},
        "event": {"type": "order.placed", "subject": order["order"], "id": "walk", "at": now},
        "sms.send": {"message": str(names["message_id"])},
        "ticket.due": {"ticket": str(names["ticket_id"])},
        "ticket.overdue": {"ticket": str(names["ticket_id"])},
        "menu.receive": {"from": str(bella.id)},
        "privacy.forget_files": {"recordings": [_recording(bella, names)], "call_sids": []},
        "privacy.forget_at_carrier": {"message_sids": [], "call_sids": []},
        "privacy.export": {"export": str(names["export_id"])},
        "privacy.retention": {"day": "2026-11-29"},
    }


def _recording(bella: scope.Place, names: dict[str, Any]) -> str:
    return f"file://{rows.recording(bella, names['call_id'])}"


def test_no_work_of_one_restaurant_reaches_into_another(
    names: dict[str, Any], bella: Any, sakura: Any, written: Callable[[], list[Any]]
) -> None:
    kinds = payloads(names, bella)
    ours = {kind for kind in outbox._handlers if not kind.startswith("test.")}  # other tests declare some
    assert set(kinds) == ours, "new work is walked too"
    sound: Path = rows.recording(bella, names["call_id"])
    before = written()
    for kind, payload in kinds.items():
        with transaction.atomic(), scope.enter(sakura):
            with contextlib.suppress(Exception), transaction.atomic():  # no such row is as good as nothing to do
                outbox._handlers[kind](payload)
            transaction.set_rollback(True)
        assert written() == before, kind
        assert sound.exists(), kind


def test_the_walk_would_notice_work(names: dict[str, Any], bella: Any, written: Callable[[], list[Any]]) -> None:
    wrote = 0
    for kind, payload in payloads(names, bella).items():
        with transaction.atomic():
            before = written()
            with contextlib.suppress(Exception), transaction.atomic(), scope.enter(bella):
                outbox._handlers[kind](payload)
            wrote += written() != before
            transaction.set_rollback(True)
    assert wrote > 8
    assert not rows.recording(bella, names["call_id"]).exists()
