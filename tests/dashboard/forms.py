"""Forms of a page as a browser would send them: filled in as they stand, but for what somebody changes."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

WITH_SCRIPTS = {"HX-Request": "true"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, list[str]]] = []
        self.deeds: list[set[str]] = []
        self._area = self._select = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({})
            self.deeds.append(set())
        elif not self.found:
            return
        elif tag == "input" and has.get("name"):
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                self._take(has["name"], has.get("value", ""))
        elif tag == "button" and has.get("name") == "deed":
            self.deeds[-1].add(has.get("value", ""))
        elif tag == "textarea":
            self._area = has["name"]
            self.found[-1].setdefault(self._area, [""])
        elif tag == "select":
            self._select, self._options = has["name"], []
        elif tag == "option":
            self._options.append((has.get("value", ""), "selected" in has))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select" and self._options:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [self._options[0][0]]
            self._take(self._select, chosen[0])

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][self._area][0] += data

    def _take(self, name: str, value: str) -> None:
        self.found[-1].setdefault(name, []).append(value)


def filled(client: Client, page: str, deed: str, **which: str) -> dict[str, Any]:
    """The form of that page that has a button for this deed, and these hidden values."""
    parser = _Forms()
    parser.feed(client.get(page).content.decode())
    for form, deeds in zip(parser.found, parser.deeds, strict=True):
        if deed in deeds and all(form.get(name) == [str(value)] for name, value in which.items()):
            form.pop("csrfmiddlewaretoken", None)
            return {**form, "deed": deed}
    raise AssertionError(f"{page} has no form for {deed} with {which}")


def send(client: Client, page: str, deed: str, *, of: dict[str, str] | None = None, **changes: Any) -> Any:
    """Change some of a form and press its button. None: a box that is not ticked."""
    sent = {**filled(client, page, deed, **(of or {})), **changes}
    return client.post(page, {name: value for name, value in sent.items() if value is not None}, headers=WITH_SCRIPTS)


def said(answer: Any) -> str:
    """What the toast says."""
    return str(answer.headers.get("HX-Trigger-After-Settle", ""))
