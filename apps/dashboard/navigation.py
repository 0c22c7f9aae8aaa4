"""The pages of a restaurant as its people find them: the side bar, and the tabs of a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    section: str
    """As a page calls itself (`section=` of `render_page`)."""
    label: str | Promise
    icon: str
    page: str
    """Its address' name; it takes the restaurant's slug."""
    permission: str
    is_tab: bool = False
    """On a phone a tab of its own; the others are behind More."""
    is_outside: bool = False
    """Of the whole installation: its address takes no slug."""


ENTRIES = (
    Entry("today", _("Today"), "today", "today", "orders.view", is_tab=True),
    Entry("orders", _("Orders"), "orders", "orders-board", "orders.view", is_tab=True),
    Entry("bookings", _("Bookings"), "book", "bookings-page", "reservations.view", is_tab=True),
    Entry("calls", _("Calls"), "calls", "calls-page", "calls.view", is_tab=True),
    Entry("tickets", _("Tickets"), "tasks", "tickets-page", "tickets.view"),
    Entry("menu", _("Menu"), "menu", "menu-page", "menu.view"),
    Entry("figures", _("Figures"), "analytics", "figures-page", "figures.view"),
    Entry("settings", _("Settings"), "settings", "settings-page", "settings.view"),
    Entry("restaurants", _("Restaurants"), "store", "restaurants-page", "restaurants.manage", is_outside=True),
)


def entries(here: Any, *, counts: dict[str, tuple[int, str | Promise]], lamps: set[str]) -> list[dict[str, Any]]:
    """What somebody may open, with how much waits there: `counts` and `lamps` by section."""
    found = []
    for entry in ENTRIES:
        if here.may(entry.permission):
            count, word = counts.get(entry.section, (0, ""))
            found.append(
                {
                    "section": entry.section,
                    "label": entry.label,
                    "icon": entry.icon,
                    "url": reverse(entry.page, args=[] if entry.is_outside else [here.place.slug]),
                    "is_tab": entry.is_tab,
                    "count": count,
                    "word": word,
                    "is_lamp": entry.section in lamps,
                }
            )
    return found
