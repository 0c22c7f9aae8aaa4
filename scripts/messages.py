"""`make messages`: what the pages say, gathered for translators, and their translations made ready to serve.

Babel reads Django's templates through Django's own translation of them into Python, so no gettext tools are needed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PO = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None, "__": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


PURE = ("apps.voice.readiness", "apps.voice.wishes")
"""They know no framework, so nothing in them is marked: their constants are what pages put through gettext."""


def said() -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    """Every text that is marked: where, the text (with its plural), and its context."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    for path in sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "apps").rglob("*.py")]):
        source = path.read_text()
        if path.suffix == ".html":
            source = templatize(source)
        elif "gettext" not in source:
            continue
        options = {"encoding": "utf-8"}
        for line, text, _, context in extract("python", BytesIO(source.encode()), KEYWORDS, (), options):
            yield str(path.relative_to(ROOT)), line, text, context
    for module in PURE:
        for text in _constants(module):
            yield module, 0, text, None


def _constants(module: str) -> Iterator[str]:
    """Texts of more than one word that have a name of their own, or stand in a table that has one."""
    constants = (value for name, value in vars(import_module(module)).items() if name.isupper())
    for value in constants:
        for each in value.values() if isinstance(value, dict) else (value,):
            if isinstance(each, str) and " " in each:
                yield each


def gathered() -> Any:
    """Babel's catalogue as the sources have it, with the translations there are."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    template = Catalog(fuzzy=False)
    for path, _, text, context in said():
        template.add(text, locations=[(path, 0)], context=context, flags=_flags(text))
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="es")
    since = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = since  # so that nothing but texts makes the file another
    catalogue.obsolete.clear()
    return catalogue


def _flags(text: str | tuple[str, ...]) -> list[str]:
    return ["python-format"] if "%(" in "".join(text) else []


def write() -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    catalogue = gathered()
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    print(f"{len(catalogue)} texts, {len(untranslated(catalogue))} without a translation")


def untranslated(catalogue: Any) -> list[str]:
    return [str(each.id) for each in catalogue if each.id and not all(strings(each.string))]


def strings(found: object) -> tuple[str, ...]:
    """A text, or its forms, as a tuple."""
    return tuple(map(str, found)) if isinstance(found, (tuple, list)) else (str(found or ""),)


if __name__ == "__main__":
    write()
