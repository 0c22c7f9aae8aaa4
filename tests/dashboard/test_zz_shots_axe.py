from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
from tests.dashboard.test_zz_shots import furnish


def test_axe(house: Any, opened: Any) -> None:
    import os

    os.environ["DRAFT"] = "1"
    from axe_playwright_python.sync_playwright import Axe

    place, cook = house()
    ids = furnish(place)
    page = opened(f"/r/{place.slug}/menu/choices/", cook, reduced_motion="reduce")
    for path in (
        "choices/",
        "choices/{group}/",
        "items/{item}/",
        "hours/",
        "offers/",
        "versions/",
        "versions/1/",
        "draft/",
        "import/",
        "shared/",
        "?in=draft",
        "?show=gone",
    ):
        page.goto(f"/r/{place.slug}/menu/" + path.format(**ids))
        page.wait_for_load_state("networkidle")
        for scheme, width in (("light", 360), ("dark", 1280), ("light", 768)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            print(path, scheme, width, wide, found.violations_count, flush=True)
            if found.violations_count:
                print(found.generate_report()[:1500], flush=True)
