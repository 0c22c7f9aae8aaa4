"""Looking at an open page: axe-core complains of nothing, nothing is wider than the screen, and a picture is kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"narrow": (320, 640), "phone": (360, 740), "tablet": (768, 1024), "desktop": (1280, 800)}
LOOKS = (("light", "phone"), ("light", "tablet"), ("light", "desktop"), ("dark", "desktop"))
"""Dark once: colours do not depend on the width."""
SCREENS = Path("var/screens")
"""What every page looked like in the last run."""


def look(page: Any, name: str, looks: Iterable[tuple[str, str]] = LOOKS) -> None:
    """At each scheme and size."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for scheme, size in looks:
        width, height = SIZES[size]
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        clean(page, f"{name}, {scheme}, {width} px")
        page.screenshot(path=SCREENS / f"{name}-{size}-{scheme}.png", full_page=True)


def clean(page: Any, where: str = "") -> None:
    """As it stands."""
    from axe_playwright_python.base import AXE_SCRIPT, AxeResults

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = AxeResults(page.evaluate("options => axe.run(options)", options))
    assert len(found.response["passes"]) > 10, "it did look"
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where}: something is wider"
