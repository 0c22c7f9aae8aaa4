"""Which format a menu file is in, and what it says. Pure."""

from __future__ import annotations

import json

from apps.menu.imports import schema_org, sheet, square
from apps.menu.imports.reading import Problem, Reading

LARGEST_BYTES = 10_000_000


def read(raw: bytes) -> Reading:
    """The menu in a file's bytes, whatever its name: CSV, Square's JSON or schema.org's JSON-LD."""
    if len(raw) > LARGEST_BYTES:
        return _refused("The file is larger than 10 MB; a menu is not.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return _refused("The file is not in UTF-8; save it as “CSV UTF-8”.", where=f"row {line}")
    if not text.strip():
        return _refused("The file is empty.")
    if text.lstrip()[0] not in "{[":
        return sheet.read(text)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _refused(f"The JSON cannot be read: {error}.")
    try:
        if square.is_one(content):
            return square.read(content)
        if schema_org.is_one(content):
            return schema_org.read(content)
    except RecursionError:
        return _refused("The JSON is nested deeper than any menu.")
    return _refused("This JSON is neither a Square catalog export nor a schema.org Menu.")


def read_as(raw: bytes, wanted: str) -> Reading:
    """The same for a file that is said to be `csv`, `square` or `schema_org`."""
    if len(raw) > LARGEST_BYTES:
        return read(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return read(raw)  # says where
    if wanted == "csv":
        return sheet.read(text) if text.strip() else read(raw)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return _refused(f"This is no {_CALLED[wanted]}.")
    kind = {"square": square, "schema_org": schema_org}[wanted]
    return kind.read(content) if kind.is_one(content) else _refused(f"This is no {_CALLED[wanted]}.")


_CALLED = {"square": "Square catalog export", "schema_org": "schema.org Menu"}


def _refused(text: str, *, where: str = "") -> Reading:
    return Reading((), (Problem(where, text),))
