"""What a form sends as REST takes it, so that one set of rules looks at both; and how values are said in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.menu.document import Document
from apps.menu.imports import reading

ALLERGENS = (
    gettext_noop("celery"),
    gettext_noop("crustaceans"),
    gettext_noop("egg"),
    gettext_noop("fish"),
    gettext_noop("gluten"),
    gettext_noop("milk"),
    gettext_noop("mustard"),
    gettext_noop("nuts"),
    gettext_noop("peanuts"),
    gettext_noop("sesame"),
    gettext_noop("soy"),
    gettext_noop("sulphites"),
)
"""Asked about for every dish, besides those that the menu knows already."""
EMPTY: dict[str, Any] = {
    "name": "", "description": "", "price": "", "tax_class": "standard", "alcohol": False, "active": True,
    "allergens": {}, "dietary": [], "synonyms": [], "pronunciation": "",
}  # fmt: skip
EMPTY_SIZE: dict[str, Any] = {"id": "", "name": "", "price": "", "default": False, "synonyms": ""}
MOST_SIZES = 40


def words(text: str) -> list[str]:
    """ "cheese pizza, plain one" """
    return list(dict.fromkeys(part.strip() for part in text.replace("\n", ",").split(",") if part.strip()))


def price(text: str) -> str:
    """As people write it; what is no price stays as it is, and is refused at its field."""
    amount = reading.price(text)
    return text.strip() if amount is None else str(amount)


def item(sent: QueryDict) -> dict[str, Any]:
    """An item's whole form. Without a price of its own it costs what its first size does."""
    sizes = _sizes(sent)
    amount = price(sent.get("price", ""))
    found: dict[str, Any] = {
        "category": sent.get("category", ""),
        "name": sent.get("name", "").strip(),
        "description": sent.get("description", "").strip(),
        "price": amount or (sizes[0]["price"] if sizes else ""),
        "tax_class": sent.get("tax_class", "").strip() or "standard",
        "alcohol": "alcohol" in sent,
        "active": "active" in sent,
        "allergens": _allergens(sent),
        "dietary": words(sent.get("dietary", "")),
        "synonyms": words(sent.get("synonyms", "")),
        "pronunciation": sent.get("pronunciation", "").strip(),
        "variants": sizes or None,
    }
    return found


def _sizes(sent: QueryDict) -> list[dict[str, Any]]:
    """Rows that have a name or a price; which one is the usual is named by its place in the form."""
    found = []
    for place in range(MOST_SIZES + 1):
        name, amount = sent.get(f"size-{place}-name", "").strip(), sent.get(f"size-{place}-price", "").strip()
        if not (name or amount) or f"size-{place}-remove" in sent:
            continue
        size: dict[str, Any] = {
            "name": name,
            "price": price(amount),
            "default": sent.get("usual") == str(place),
            "synonyms": words(sent.get(f"size-{place}-synonyms", "")),
        }
        if sent.get(f"size-{place}-id"):
            size["id"] = sent[f"size-{place}-id"]
        found.append(size)
    return found


def _allergens(sent: QueryDict) -> dict[str, str]:
    """What is left at "not known" is not named: it is unknown, never absent."""
    found = {
        name.removeprefix("allergen-"): str(state)
        for name, state in sent.items()
        if name.startswith("allergen-") and state
    }
    other = sent.get("other-allergen", "").strip().lower()
    return found | ({other: "contains"} if other else {})


def allergens(known: Mapping[str, str], rows: Document) -> list[tuple[str, str]]:
    """Those that this menu speaks of and the usual ones, each with what is known of it."""
    spoken = {name for row in rows["menu_items"] for name in row["allergens"]}
    return [(name, known.get(name, "")) for name in sorted({*ALLERGENS, *spoken, *known})]


def option(sent: QueryDict) -> dict[str, Any]:
    return {
        "name": sent.get("name", "").strip(),
        "price": price(sent.get("price", "")) or "0",
        "default": "default" in sent,
        "synonyms": words(sent.get("synonyms", "")),
        "pronunciation": sent.get("pronunciation", "").strip(),
    }


def group(sent: QueryDict) -> dict[str, Any]:
    return {
        "name": sent.get("name", "").strip(),
        "min": sent.get("min", "").strip() or 0,
        "max": sent.get("max", "").strip() or None,
        "free": sent.get("free", "").strip() or 0,
        "parent": sent.get("parent") or None,
    }


def window(sent: QueryDict) -> dict[str, Any]:
    return {
        "name": sent.get("name", "").strip(),
        "weekdays": sent.getlist("weekdays"),
        "opens": sent.get("opens", ""),
        "closes": sent.get("closes", ""),
        "first_day": sent.get("first_day") or None,
        "last_day": sent.get("last_day") or None,
        "for_alcohol": "for_alcohol" in sent,
        "categories": sent.getlist("categories"),
    }


# ---- in words ------------------------------------------------------------------------------------------


def window_said(row: Mapping[str, Any]) -> str:
    """ "Mon to Fri, 11:00 am to 3:00 pm, from 1 April until 30 June" """
    said = f"{days_said(row['weekdays'])}, {clock_said(row['opens'])} – {clock_said(row['closes'])}"
    if row["first_day"]:
        said += _(", from %(day)s") % {"day": day_said(row["first_day"])}
    if row["last_day"]:
        said += _(", until %(day)s") % {"day": day_said(row["last_day"])}
    return said


def days_said(days: list[int]) -> str:
    if len(days) == 7:
        return str(_("Every day"))
    names = [str(WEEKDAYS_ABBR[day]) for day in sorted(days)]
    in_a_row = days and sorted(days) == list(range(min(days), max(days) + 1))
    return f"{names[0]} – {names[-1]}" if in_a_row and len(names) > 2 else ", ".join(names)


def clock_said(value: str) -> str:
    return time.fromisoformat(value).strftime("%-I:%M %p").lower()


def day_said(value: str) -> str:
    return date_format(date.fromisoformat(value), "j F")
