"""The kitchen's board with 200 open orders: how long until a new one is on a screen, and what its pages cost.

`BENCH=board make bench`, writes `var/bench/board.json`. The browser is Chromium on the same machine; the time is from
the commit to the ticket in the document, by one clock.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import time
from typing import Any

from tests.bench import installation
from tests.dashboard.evening import an_order
from tests.dashboard.open_page import connected

OPEN_ORDERS = 200
NEW_ONES = 20
TIMES = 9
SEEN = """() => {
    window.seen = {};
    new MutationObserver(() => {
        for (const ticket of document.querySelectorAll("article")) window.seen[ticket.ariaLabel] ??= Date.now();
    }).observe(document.body, {childList: true, subtree: true});
}"""


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("The board is measured in Chromium, which is not on this machine.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    with installation.database():
        figures = _measure(chromium)
    installation.keep("board", figures)


def _measure(chromium: str) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    from apps.accounts.models import User
    from apps.tenants import scope
    from apps.voice import demo_restaurants
    from loman.asgi import application
    from tests.loman.serving import served

    demo_restaurants.create()
    place = scope.find_by_slug("bella-napoli")
    assert place is not None
    for number in range(OPEN_ORDERS):
        an_order(place, 1000 + number)
    rows = _pages(User.objects.get(email="ana@bella.test"))
    with served(application) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=f"http://localhost:{port}")
        page.goto("/")
        page.fill("input[name=email]", "ana@bella.test")
        page.fill("input[name=password]", demo_restaurants.PASSWORD)
        page.click("button")
        page.goto("/r/bella-napoli/orders/")
        connected(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2000)  # 200 orders that came just now are put up once more
        page.evaluate(SEEN)
        waits = sorted(_appears(page, place, 5000 + number) for number in range(NEW_ONES))
        browser.close()
    row = {"what": "a new order on the screen", "median_ms": waits[NEW_ONES // 2], "most_ms": waits[-1]}
    print(f"{row['what']:>28} {row['median_ms']} ms at the median, {row['most_ms']} at most")
    return [row, *rows]


def _pages(user: Any) -> list[dict[str, Any]]:
    from django.test import Client

    client, rows = Client(), []
    client.force_login(user)
    for what, path in (("the board, 200 orders", "orders/"), ("today", "")):
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            body = client.get(f"/r/bella-napoli/{path}").content
            times.append(round((time.perf_counter() - began) * 1000, 1))
        rows.append(
            {"what": what, "median_ms": sorted(times)[TIMES // 2], "gzipped_kb": len(gzip.compress(body)) // 1000}
        )
        print(f"{what:>28} {rows[-1]['median_ms']} ms at the median, {rows[-1]['gzipped_kb']} KB")
    return rows


def _appears(page: Any, place: Any, number: int) -> int:
    an_order(place, number)
    at = time.time() * 1000
    page.get_by_role("article", name=f"Order {number}").wait_for()
    page.wait_for_timeout(300)
    return round(page.evaluate(f"window.seen['Order {number}']") - at)
