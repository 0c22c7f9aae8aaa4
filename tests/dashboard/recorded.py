"""A call as it was recorded: written by the code's own recorder, with an order, its yes, tools and a slow reply."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import numpy as np

from apps.voice import audio

LINES = (
    # who, what, what of it was heard, from and until (ms), how long it was waited for
    ("agent", "Bella Napoli, this is Loman, an AI. This call is recorded. What can I get you?", None, 0, 2000, None),
    ("caller", "A large Diavola without olives, my number is 512 555 0134.", None, 2200, 3400, None),
    ("agent", "A large Diavola without olives. Would you like", "A large Diavola without olives.", 4100, 5200, 700),
    ("caller", "And a devil's pie for my brother.", None, 5300, 6100, None),
    ("agent", "One large Diavola without olives. That is seventeen dollars. Is that right?", None, 7900, 9600, 1800),
    ("caller", "Yes, please, go ahead.", None, 9900, 10_600, None),
    ("agent", "It will be ready at seven ten. Goodbye.", None, 11_200, 12_800, 600),
)
SECONDS = 13
YES = {"version": 3, "from_ms": 9900, "to_ms": 10_600}
STAGES = (
    {"turn": 2, "end_of_turn_ms": 240, "model_ms": 220, "tool_ms": 44, "voice_ms": 196, "total_ms": 700},
    {"turn": 4, "end_of_turn_ms": 260, "model_ms": 1100, "tool_ms": 180, "voice_ms": 260, "total_ms": 1800},
    {"turn": 6, "end_of_turn_ms": 210, "model_ms": 200, "tool_ms": 0, "voice_ms": 190, "total_ms": 600},
)
_LINE = {"item": "Diavola", "variant": "large", "quantity": 1, "note": "", "total": "17.00",
         "modifiers": [{"name": "black olives", "amount": "none", "side": "whole"}]}  # fmt: skip
TOOLS = (
    {"name": "search_menu", "arguments": {"query": "large Diavola"}, "result": {"items": [{"name": "Diavola"}]},
     "ms": 44.2},
    {"name": "create_order", "arguments": {"customer_name": "Rosa", "customer_number": "+15125550134"},
     "result": {"status": "quoted", "cart_version": 3, "lines": [_LINE]}, "ms": 180.0},
)  # fmt: skip


def a_call(place: Any) -> Any:
    """Committed, at the restaurant that is given; its sound lies where RECORDINGS_URL says."""
    from django.utils import timezone

    from apps.calls.models import Call, TranscriptLine
    from apps.llm.models import ModelRequest
    from apps.tenants import scope

    turns = [
        {"speaker": who, "text": text, "heard": text if heard is None else heard, "started_ms": from_ms,
         "ended_ms": to_ms, "interrupted": heard is not None, "latency_ms": waited}
        for who, text, heard, from_ms, to_ms, waited in LINES
    ]  # fmt: skip
    with scope.enter(place):
        began = timezone.now() - timedelta(minutes=20)
        call = Call.objects.create(
            carrier_sid=f"CA{uuid4().hex}", from_number="+15125550134", to_number="+15125550101", state="ended",
            started_at=began, answered_at=began, ended_at=began + timedelta(seconds=SECONDS), duration_seconds=SECONDS,
            ended_by="goodbye", reason="order", outcome="order", summary="Ordered 1 large Diavola (order 42).",
            report={
                "turns": turns, "stages": list(STAGES), "tools": list(TOOLS), "duration_ms": SECONDS * 1000,
                "moments": {"notice_ms": 2000, "yes": [YES], "tools_ms": [3900, 7600]},
            },
        )  # fmt: skip
        call.recording_url = _sound(place.slug, call.pk)
        call.save(update_fields=["recording_url"])
        for position, turn in enumerate(turns):
            TranscriptLine.objects.create(call=call, position=position, **turn)
        ModelRequest.objects.create(
            call=call, source="call", asked_at=began, provider="openai", model="gpt-4o-mini", outcome="answered",
            cost=Decimal("0.0182"), ms=300,
        )  # fmt: skip
        _order(call, began)
    return call


def _sound(slug: str, call_id: Any) -> str:
    from apps.voice.recorder import Recorder

    recorder = Recorder(slug, call_id)
    line = bytearray(audio.silence(float(SECONDS)))
    for who, _text, _heard, from_ms, to_ms, _waited in LINES:
        tone = _tone(to_ms - from_ms, pitch=330 if who == "agent" else 220)
        if who == "agent":
            recorder.agent(tone, from_ms)
        else:
            line[from_ms * 8 : from_ms * 8 + len(tone)] = tone
    for part, frame in enumerate(audio.split(bytes(line))[100:]):  # recorded once the notice was heard
        recorder.caller(frame, 2000 + part * 20)
    recorder.close()
    return recorder.url


def _tone(milliseconds: int, *, pitch: int) -> bytes:
    """Louder and softer, as syllables are."""
    at = np.arange(milliseconds * 8) / audio.RATE
    swelling = 0.25 * (0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * at))
    return audio.encode((np.sin(2 * np.pi * pitch * at) * swelling * 32_767).astype(np.int16))


def _order(call: Any, now: Any) -> None:
    from apps.menu.models import MenuItem
    from apps.orders.models import Order, OrderEvent, OrderLine, OrderLineModifier

    order = Order.objects.create(
        number=42, day=now.date(), status="accepted", cart_version=3, key=f"recorded:{call.pk}", call=call,
        customer_name="Rosa Delgado", customer_number="+15125550134", subtotal=Decimal("17.00"), tax=Decimal("1.40"),
        total=Decimal("18.40"), ready_at=now + timedelta(minutes=25), confirmed_by="caller",
        confirmed_at_ms=YES["from_ms"],
    )  # fmt: skip
    OrderEvent.objects.create(order=order, status="accepted", by="caller", at=now)
    item = MenuItem.objects.get(name="Diavola")
    line = OrderLine.objects.create(
        order=order, position=0, item_id=item.pk, item="Diavola", variant="large", quantity=1, each=17, total=17
    )
    OrderLineModifier.objects.create(line=line, position=0, name="black olives", amount="none")
