"""Four weeks of a restaurant's telephone, committed, as Figures show them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

HOURS = {11: 2, 12: 4, 13: 3, 14: 1, 15: 1, 16: 2, 17: 5, 18: 8, 19: 8, 20: 5, 21: 2}
ENDS = (("order", 5), ("reservation", 2), ("none", 3), ("ticket", 1), ("transfer", 1), ("silence", 1))


def four_weeks(place: Any, *, seed: int = 4) -> int:
    """So many calls, the last of them an hour ago or longer."""
    from django.utils import timezone

    from apps.calls.models import Call, TranscriptLine
    from apps.orders.models import Order
    from apps.tenants import scope

    luck, now = random.Random(seed), timezone.now()
    calls, lines, orders = [], [], []
    for past in range(28):
        for hour, often in HOURS.items():
            for _ in range(luck.randint(0, often)):
                at = (now - timedelta(days=past)).replace(hour=(hour + 6) % 24, minute=luck.randrange(60))
                if at < now - timedelta(hours=1):
                    calls.append(_call(luck, at, len(calls)))
    for number, call in enumerate(calls):
        call.report = {}
        for position in range(4 if call.answered_at else 0):
            took = int(luck.lognormvariate(6.65, 0.28))
            lines.append(TranscriptLine(call=call, position=position, speaker="agent", text="Yes.", started_ms=position,
                                        ended_ms=position, latency_ms=took))  # fmt: skip
        if call.outcome == "order":
            total = luck.randrange(1500, 7000) / 100
            orders.append(Order(number=number + 1000, day=call.started_at.date(), key=f"weeks:{number}", cart_version=1,
                                customer_name="Kate", subtotal=total, tax=0, total=total, ready_at=call.started_at,
                                confirmed_by="caller", created_at=call.started_at, call=call,
                                status="cancelled" if luck.random() < 0.04 else "picked_up"))  # fmt: skip
    with scope.enter(place):
        Call.objects.bulk_create(calls)
        TranscriptLine.objects.bulk_create(lines)
        Order.objects.bulk_create(orders)
    return len(calls)


def _call(luck: random.Random, at: Any, number: int) -> Any:
    from apps.calls.models import Call

    outcome = luck.choices([name for name, _ in ENDS], [often for _, often in ENDS])[0]
    is_answered = luck.random() < 0.97
    seconds = luck.randrange(20, 240)
    return Call(
        carrier_sid=f"CAweeks{number}", from_number=f"+1512555{luck.randrange(1000, 9999)}", to_number="+15125550101",
        state="ended", started_at=at, answered_at=at if is_answered else None, ended_at=at + timedelta(seconds=seconds),
        duration_seconds=seconds, outcome=outcome if is_answered else "turned away",
        handed_over_at=at if outcome == "transfer" and is_answered else None,
        ended_by="transfer" if outcome == "transfer" and is_answered else "goodbye",
    )  # fmt: skip
