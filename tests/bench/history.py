"""The history of a busy restaurant over REST: lists, searches and figures over 100,000 calls of one year, with their
1.4 million turns, 40,000 orders and 700,000 requests to models: `BENCH=history make bench`.

A database of its own is made for it and dropped again. Requests go one after the other through the real views.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CALLS, TIMES = 100_000, 5
FILL = (
    """INSERT INTO calls (id, carrier_sid, from_number, to_number, state, carrier_status, started_at, answered_at,
    ended_at, ended_by, duration_seconds, reason, outcome, summary, recording_url, report, hand_overs)
    SELECT gen_random_uuid(), 'CA' || n, '+1512' || 2000000 + n * 7919::bigint % 7000000, '+15125550101', 'ended',
    'completed', began, CASE WHEN n % 50 <> 0 THEN began END, began + interval '90 s',
    CASE WHEN n % 12 = 0 THEN 'transfer' ELSE 'goodbye' END, 60 + n % 120, '', 'order',
    'Ordered 1 large Margherita, guest ' || n, '', '{}', 0
    FROM (SELECT n, timestamptz '2025-11-28 00:00Z' + n * interval '315 s' AS began
          FROM generate_series(1, 100000) n) calls""",
    """INSERT INTO transcripts (call_id, position, speaker, text, heard, started_ms, ended_ms, interrupted, latency_ms)
    SELECT id, p, CASE WHEN p % 2 = 0 THEN 'agent' ELSE 'caller' END,
    CASE WHEN p % 2 = 0 THEN 'Which size would you like, and anything else with the large Margherita?'
         ELSE 'I would like number ' || substr(carrier_sid, 3) || ' please' END, '', p * 1000, p * 1000 + 900, FALSE,
    CASE WHEN p % 2 = 0 AND p > 0 THEN 300 + (p * 7919 + abs(hashtext(carrier_sid) % 1000)) % 900 END
    FROM calls, generate_series(0, 13) p""",
    """INSERT INTO orders (id, number, day, status, cart_version, key, call_id, customer_name, customer_number, note,
    subtotal, tax, total, tax_included, currency, ready_at, confirmed_by, cancelled_reason, created_at)
    SELECT gen_random_uuid(), n, began::date, CASE WHEN n % 40 = 0 THEN 'cancelled' ELSE 'picked_up' END, 1,
    'bench:' || n, id, 'Kate', '', '', 20, 1.65, 21.65, FALSE, 'USD', began, 'caller', '', began
    FROM (SELECT id, started_at AS began, row_number() OVER () n FROM calls
          WHERE right(carrier_sid, 1) IN ('1', '2', '3', '4')) ordering""",
    """INSERT INTO model_requests (call_id, source, asked_at, provider, model, outcome, prompt_tokens,
    completion_tokens, cost, first_ms, ms)
    SELECT id, 'call', started_at + p * interval '5 s', 'openai', 'gpt', 'answered', 900, 40, 0.0004, 400, 800
    FROM calls, generate_series(1, 7) p""",
)
ASKED = {
    "calls, first page": "/api/v1/calls",
    "calls, page 400": "/api/v1/calls?page=400",
    "calls with an order": "/api/v1/calls?has_order=true",
    "a word said in one call": "/api/v1/calls?search=7777",
    "a word said in every call": "/api/v1/calls?search=large",
    "last four of a number": "/api/v1/calls?number=0134",
    "keyed hash of a number": f"/api/v1/calls?number={'a' * 64}",
    "figures of 7 days": "/api/v1/figures?from=2026-10-01&to=2026-10-07",
    "figures of 31 days": "/api/v1/figures?from=2026-10-01&to=2026-10-31",
    "figures of 366 days": "/api/v1/figures?from=2025-11-28&to=2026-11-28",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    from loman import settings
    from loman.embedded import keeper

    if not settings.env.str("DATABASE_URL", default=""):
        keeper.hold()
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = f"bench_loman_run{os.getpid()}"
    made = setup_databases(verbosity=0, interactive=False)
    try:
        rows = _measure()
    finally:
        connection.close_pool()
        teardown_databases(made, verbosity=0)
    out = ROOT / "var" / "bench" / "history.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"Wrote {out}")


def fill(place: Any) -> None:
    """A year of calls at that restaurant."""
    from django.db import connection

    from apps.tenants import scope

    with scope.enter(place), connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as PostgreSQL does by itself after a while


def _measure() -> list[dict[str, Any]]:
    from apps.tenants import scope
    from apps.voice import demo_restaurants
    from tests.signed_in import Person

    demo_restaurants.create()
    place = scope.find_by_slug("bella-napoli")
    assert place is not None
    fill(place)
    ana, rows = Person("ana@bella.test"), []
    for name, path in ASKED.items():
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = ana.get(path)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.content
        rows.append({"asked": name, "best_ms": round(min(times), 1), "median_ms": round(sorted(times)[TIMES // 2], 1)})
        print(f"{name:>26} {rows[-1]['best_ms']:>8} ms at best, {rows[-1]['median_ms']:>8} at the median")
    return rows


if __name__ == "__main__":
    main()
