"""The guided form for a new restaurant: what each step takes, and what of it is wrong. Writes nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from apps.language import phones
from apps.menu.imports import files
from apps.menu.imports.reading import Reading
from apps.restaurant import hours
from apps.restaurant.hours import Span, Week
from apps.tenants.models import SLUG_PATTERN

STEPS = {
    "details": lazily("Details"),
    "hours": lazily("Hours"),
    "menu": lazily("Menu"),
    "number": lazily("Number"),
}
LARGEST_MENU = 2_000_000
"""Bytes; a larger one is imported once the restaurant is there."""
LONGEST_NAME, LONGEST_SLUG = 120, 50
USUAL_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Toronto", "America/Vancouver",
)  # fmt: skip
DAYS = range(7)
PROBLEMS_SHOWN = 20


@dataclass(slots=True)
class Sent:
    """Everything that was filled in so far, step by step, as text; and what is wrong, by field."""

    fields: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    week: Week | None = None
    reading: Reading | None = None
    number: str = ""
    unreadable: str = ""
    """Why the bytes of a chosen file are no text."""

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def slug(self) -> str:
        return self.text("slug") or slug_of(self.text("name"))

    def wrong_in(self, step: str) -> bool:
        """Reads this step's fields; whether anything of it is wrong."""
        before = len(self.faults)
        _READ[step](self)
        return len(self.faults) > before


def slug_of(name: str) -> str:
    """As an address' last part: Café Olé becomes cafe-ole."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")


def zones() -> list[str]:
    """All that there are, but for names like Etc/GMT+5."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


def _details(sent: Sent) -> None:
    name = sent.text("name")
    if not name or "\x00" in name:
        sent.faults["name"] = _("Give its name, as callers hear it.")
    elif len(name) > LONGEST_NAME:
        sent.faults["name"] = _("%(n)s letters are the most.") % {"n": LONGEST_NAME}
    if not re.match(SLUG_PATTERN, sent.slug):
        sent.faults["slug"] = _("Small letters, digits and hyphens, for example bella-napoli.")
    if sent.text("timezone") not in available_timezones():
        sent.faults["timezone"] = _("Choose its time zone.")


def _hours(sent: Sent) -> None:
    weekly: dict[int, list[Span]] = {}
    for day in DAYS:
        opens, closes = (_clock(sent.text(f"{end}-{day}")) for end in ("opens", "closes"))
        if opens is None and closes is None and not (sent.text(f"opens-{day}") or sent.text(f"closes-{day}")):
            continue
        if opens is None or closes is None:
            sent.faults[f"opens-{day}"] = _("Give both times, or none: then it is closed.")
        else:
            weekly[day] = [Span(opens, closes)]
    overlap = hours.overlapping(weekly)
    if overlap is not None:
        sent.faults["hours"] = _("The hours from %(opens)s begin while others still last.") % {
            "opens": f"{overlap[1].opens:%H:%M}"
        }
    sent.week = Week(timezone=sent.text("timezone"), weekly=weekly) if weekly else None


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _menu(sent: Sent) -> None:
    if sent.unreadable:
        sent.faults["menu"] = sent.unreadable
    raw = sent.fields.get("menu", "").encode(errors="replace")
    if not raw.strip():
        return
    if len(raw) > LARGEST_MENU:
        sent.faults["menu"] = _("This file is larger than 2 MB. Go on without, and import it on the menu's page.")
        return
    sent.reading = files.read(raw)
    if sent.reading.errors:
        sent.faults["menu"] = _("The file cannot be taken as it is: mend these rows and choose it again.")


def _number(sent: Sent) -> None:
    given = sent.text("number")
    number = phones.normalise(given) if given else ""
    if number is None:
        sent.faults["number"] = _("This is not a phone number. Write it with its country code: +1512…")
    sent.number = number or ""


_READ = {"details": _details, "hours": _hours, "menu": _menu, "number": _number}


def reading_shown(reading: Reading | None) -> dict[str, Any] | None:
    """What a menu file would bring: the dry run."""
    if reading is None:
        return None
    return {
        "items": len(reading.items),
        "categories": len({item.category for item in reading.items}),
        "first": [item.name for item in reading.items[:5]],
        "errors": [str(each) for each in reading.errors[:PROBLEMS_SHOWN]],
        "warnings": [str(each) for each in reading.warnings[:PROBLEMS_SHOWN]],
        "more": max(0, len(reading.problems) - PROBLEMS_SHOWN),
    }
