"""The admin in a real browser: nothing of it is refused by our policy, in the public part and in a restaurant's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.loman.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


@pytest.fixture
def boss(browser: Any, installation: None, django_db_blocker: Any) -> Iterator[Any]:
    from loman.asgi import application

    with django_db_blocker.unblock(), served(application) as port:
        context = browser.new_context(base_url=f"http://localhost:{port}")
        page = context.new_page()
        page.goto("/")
        page.fill("input[name=email]", "super@loman.test")
        page.fill("input[name=password]", "loman-demo")
        page.click("button")
        page.wait_for_url("**/restaurants/")
        yield page
        context.close()


def test_its_pages_work_and_nothing_is_refused(boss: Any, open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    complaints: list[str] = []
    boss.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    boss.on("pageerror", lambda error: complaints.append(str(error)))
    boss.goto(f"/admin/tenants/restaurant/?q={place.slug}")
    boss.get_by_role("link", name="its tables").click()
    boss.wait_for_url(f"**/r/{place.slug}/admin/")
    boss.get_by_role("link", name="Menu items").first.click()
    boss.locator("#result_list tbody a").first.click()
    boss.locator("fieldset.module").first.wait_for()
    boss.goto(f"/r/{place.slug}/admin/restaurant/staffcontact/")
    boss.locator("#result_list tbody a").first.click()
    boss.fill("#id_name", "Giulia")
    boss.get_by_role("button", name="Save", exact=True).click()
    boss.get_by_text("was changed successfully").wait_for()
    boss.locator("#result_list").get_by_role("link", name="Giulia").click()
    boss.get_by_role("link", name="History").click()
    boss.get_by_text("staff_contacts.change").wait_for()
    boss.get_by_role("link", name="Dashboard").click()
    boss.wait_for_url(f"**/r/{place.slug}/")
    assert complaints == []
