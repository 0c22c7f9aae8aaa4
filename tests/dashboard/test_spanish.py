"""Every text of the pages has its Spanish, which takes the same values; and a reader gets the language they chose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib import import_module

import pytest
from django.test import Client

from apps.accounts.models import User
from scripts import messages

PLACES = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}")


def test_every_text_has_its_translation_with_the_same_values_in_it() -> None:
    catalogue = messages.gathered()
    assert messages.untranslated(catalogue) == [], "make messages, then translate what is empty"
    for each in catalogue:
        if each.id and "python-format" in each.flags:
            wanted = [set(PLACES.findall(text)) for text in messages.strings(each.id)]
            for said in messages.strings(each.string):
                assert set(PLACES.findall(said)) in wanted, each.id


def named(tree: ast.AST) -> Iterator[str]:
    """The names that are put through gettext."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_" and isinstance(node.args[0], ast.Name):
            yield node.args[0].id


def test_a_text_that_has_a_name_is_gathered_too() -> None:
    known = {each.id for each in messages.gathered()}
    looked_at = 0
    for path in sorted((messages.ROOT / "apps").rglob("*.py")):
        module = path.relative_to(messages.ROOT).with_suffix("").as_posix().replace("/", ".")
        for name in named(ast.parse(path.read_text())):
            if name.isupper():
                looked_at += 1
                assert getattr(import_module(module), name) in known, f"{module}.{name}: mark it with gettext_noop"
    assert looked_at > 10


def test_what_is_served_is_what_was_translated() -> None:
    with messages.PO.with_suffix(".mo").open("rb") as file:
        served = GNUTranslations(file)
    for each in messages.gathered():
        if isinstance(each.id, str) and each.id and not each.context:
            assert served.gettext(each.id) == each.string, "make messages"


@pytest.mark.parametrize(
    ("chosen", "browser", "heading"),
    [("", "es-MX,es;q=0.9", "Pedidos"), ("en", "es", "Orders"), ("es", "en", "Pedidos")],
)
def test_a_page_is_in_the_language_of_its_reader(ana: Client, chosen: str, browser: str, heading: str) -> None:
    User.objects.filter(email="ana@bella.test").update(language=chosen)
    page = ana.get("/r/bella-napoli/orders/", headers={"Accept-Language": browser}).content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert f'<html lang="{"es" if heading == "Pedidos" else "en"}">' in page


def test_a_language_is_chosen_on_ones_own_page(ana: Client) -> None:
    ana.post("/account", {"do": "language", "language": "es"})
    assert "Idioma" in ana.get("/account").content.decode()
    refused = ana.post("/account", {"do": "language", "language": "xx"}).content.decode()
    assert "Elige" in refused
