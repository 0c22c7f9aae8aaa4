"""What every page of the dashboard costs the server on a busy evening, and the admin's lists with 100,000 calls.

`BENCH=pages make bench`, writes `var/bench/pages.json`. Wall time of a request within this process, the page gzipped.
"""

from __future__ import annotations

import gzip
import time
from typing import Any

from tests.bench import history, installation
from tests.dashboard import busy
from tests.dashboard.test_in_chromium import PAGES

TIMES = 9
HOUSE, LONG_OPEN = "/r/bella-napoli/", "/r/sakura/"
ADMIN = ("admin/calls/call/", "admin/calls/call/?q=%2B15125550134", "admin/calls/transcriptline/")


def main() -> None:
    with installation.database():
        figures = _measure()
    installation.keep("pages", figures)


def _measure() -> list[dict[str, Any]]:
    from django.conf import settings

    from apps.accounts.models import User
    from apps.tenants import scope
    from apps.voice import demo_restaurants

    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    demo_restaurants.create()
    User.objects.update(is_demo=False)  # whom DEBUG=false would refuse
    bella, sakura = (scope.find_by_slug(slug) for slug in ("bella-napoli", "sakura"))
    assert bella is not None
    assert sakura is not None
    busy.fill(bella)
    rows = [_page("ana@bella.test", HOUSE + path) for path in PAGES]
    history.fill(sakura)
    return [*rows, *(_page("super@loman.test", LONG_OPEN + path) for path in ADMIN)]


def _page(email: str, path: str) -> dict[str, Any]:
    from django.test import Client

    from apps.accounts.models import User

    client, times = Client(), []
    client.force_login(User.objects.get(email=email))
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = client.get(path)
        times.append(round((time.perf_counter() - began) * 1000, 1))
    assert answer.status_code == 200, (path, answer.status_code)
    row = {
        "page": path,
        "median_ms": sorted(times)[TIMES // 2],
        "gzipped_kb": len(gzip.compress(answer.content)) // 1000,
    }
    print(f"{path:>48} {row['median_ms']:>7} ms at the median, {row['gzipped_kb']} KB")
    return row
