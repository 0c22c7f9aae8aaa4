"""The pages in a real browser, under our Content-Security-Policy: nothing that they need is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.loman.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


@pytest.fixture
def page(browser: Any, installation: None, django_db_blocker: Any, settings: Any) -> Iterator[Any]:
    """A page of a served Loman. At the end nothing may have been complained of, nor anybody else asked."""
    from loman.asgi import application

    complaints: list[str] = []
    with django_db_blocker.unblock(), served(application) as port:
        context = browser.new_context(base_url=f"http://localhost:{port}")
        opened = context.new_page()
        opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on(
            "request",
            lambda asked: (
                complaints.append(f"asked {asked.url}")
                if not asked.url.startswith((f"http://localhost:{port}/", "data:", "blob:"))
                else None
            ),
        )
        yield opened
        context.close()
    assert complaints == []


def test_signing_in_and_today(page: Any) -> None:
    answer = page.goto("/")
    assert "script-src" not in answer.headers["content-security-policy"], "default-src 'self' stands for it"
    assert "unsafe" not in answer.headers["content-security-policy"]
    page.fill("input[name=email]", "ana@bella.test")
    page.fill("input[name=password]", "loman-demo")
    page.click("button")
    page.wait_for_url("**/r/bella-napoli/")
    assert page.locator(".house-name b").inner_text() == "Bella Napoli"
    assert page.evaluate("document.fonts.ready.then(() => true)")


def test_the_pages_of_the_api(page: Any) -> None:
    page.goto("/api/docs")
    page.wait_for_selector(".opblock")
    page.locator(".opblock-summary-control").first.click()
    page.wait_for_selector(".opblock-body")
    page.locator("button.try-out__btn").first.click()


def test_signing_in_to_the_administration(page: Any) -> None:
    page.goto("/admin/")
    page.fill("input[name=email]", "super@loman.test")  # the dashboard's door is the administration's too
    page.fill("input[name=password]", "loman-demo")
    page.click("button")
    page.wait_for_selector("#site-name")
    assert page.evaluate("document.styleSheets.length") > 1


def test_a_script_within_a_page_does_not_run(browser: Any) -> None:
    """That the policy is one: what the pages never do is refused."""
    from loman import headers

    async def hostile(scope: Any, receive: Any, send: Any) -> None:
        page = b"<!doctype html><title>safe</title><script>document.title = 'run'</script><p style='color: red'>x</p>"
        told = [(b"content-type", b"text/html"), (b"content-security-policy", headers.PAGE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": page})

    with served(hostile) as port:
        opened = browser.new_page()
        opened.goto(f"http://localhost:{port}/")
        assert opened.title() == "safe"
        assert opened.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(0, 0, 0)"
        opened.close()
