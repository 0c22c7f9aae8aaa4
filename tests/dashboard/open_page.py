"""What browser tests do with a page that is open: wait for what it says, have its sockets and its answers in hand."""

from __future__ import annotations

from typing import Any

WIRE = """
window.wires = [];
window.cut = false;
window.WebSocket = class extends WebSocket {
    constructor(url) {
        super(window.cut ? `ws://${location.host}/ws/r/nobody/` : url);
        window.wires.push(this);
    }
};
"""
"""Every socket of the page can be pulled, and while it is cut none comes through."""


def told(page: Any, words: str) -> None:
    page.locator("#toast", has_text=words).wait_for()


def connected(page: Any) -> Any:
    """It hears what changes, and what it asked for when it was connected is in place and listens."""
    page.wait_for_function("() => 'connected' in document.body.dataset")
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    return page


def wired(opened: Any, path: str, email: str) -> Any:
    """A page whose sockets a test has in hand."""
    page = opened("/account", email)
    page.add_init_script(WIRE)
    page.goto(path)
    return connected(page)


def held_back(page: Any, asked_for: str, *, times: int | None = None) -> list[tuple[Any, Any]]:
    """Requests for this with their answers, kept until a test lets the page have them; all, or so many."""
    held: list[tuple[Any, Any]] = []
    page.route(asked_for, lambda route: held.append((route, route.fetch())), times=times)
    return held


def until_held(page: Any, held: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    for _ in range(500):
        if held:
            return held[0]
        page.wait_for_timeout(20)
    raise AssertionError("nobody asked for it, or it was not answered")
