"""Differences between two menus, said in words: what it was and what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.dashboard.menu import forms
from apps.menu.differing import Difference, Part

KINDS: Mapping[str, str | Promise] = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "gone": gettext_lazy("Gone"),
}
NOUNS: Mapping[str, str | Promise] = {
    "item": gettext_lazy("Item"),
    "option": gettext_lazy("Option"),
    "group": gettext_lazy("Group of choices"),
    "category": gettext_lazy("Category"),
    "window": gettext_lazy("Hours"),
    "pair": gettext_lazy("Offer"),
}
FIELDS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "price": gettext_lazy("Price"),
    "description": gettext_lazy("Description"),
    "active": gettext_lazy("On the menu"),
    "tax_class": gettext_lazy("Tax class"),
    "alcohol": gettext_lazy("Alcohol"),
    "allergens": gettext_lazy("Allergens"),
    "dietary": gettext_lazy("Suits"),
    "synonyms": gettext_lazy("Guests also say"),
    "pronunciation": gettext_lazy("Said aloud as"),
    "category": gettext_lazy("Category"),
    "groups": gettext_lazy("Choices"),
    "default": gettext_lazy("Usual"),
    "minimum": gettext_lazy("At least"),
    "maximum": gettext_lazy("At most"),
    "free": gettext_lazy("Free"),
    "parent": gettext_lazy("Opens below"),
    "order": gettext_lazy("Order"),
    "weekdays": gettext_lazy("Days"),
    "opens": gettext_lazy("From"),
    "closes": gettext_lazy("To"),
    "first_day": gettext_lazy("First day"),
    "last_day": gettext_lazy("Last day"),
    "for_alcohol": gettext_lazy("For everything alcoholic"),
    "categories": gettext_lazy("Categories"),
    "items": gettext_lazy("Items"),
    "words": gettext_lazy("Words"),
    "with": gettext_lazy("With"),
}
STATES: Mapping[str, str | Promise] = {
    "contains": gettext_lazy("contains"),
    "may_contain": gettext_lazy("may contain"),
    "unknown": gettext_lazy("unknown"),
}


def said(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "word": KINDS[one.kind],
            "noun": NOUNS[one.noun],
            "is_item": one.noun == "item" and one.kind != "gone",
            "name": one.name,
            "where": one.where,
            "lines": [_line(part) for part in one.parts],
        }
        for one in differences
    ]


def _line(part: Part) -> dict[str, str]:
    label = str(FIELDS[part.field])
    if part.size:
        label = part.size if part.field == "price" else f"{part.size}, {label.lower()}"
    if part.field == "order":
        return {"label": label, "before": "", "after": _("is another")}
    return {"label": label, "before": value(part.field, part.before), "after": value(part.field, part.after)}


def value(field: str, given: Any) -> str:
    """A field's value as people say it."""
    if given is None or given in ("", [], {}):
        return _("none") if field != "maximum" else _("no limit")
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    match field:
        case "allergens":
            return ", ".join(f"{name}: {STATES[state]}" for name, state in sorted(given.items()))
        case "weekdays":
            return forms.days_said(given)
        case "opens" | "closes":
            return forms.clock_said(given)
        case "first_day" | "last_day":
            return forms.day_said(given)
    return ", ".join(map(str, given)) if isinstance(given, list) else str(given)
