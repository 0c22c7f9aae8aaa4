"""What a call knows of its restaurant: facts and menu, read once at its start, so that nothing stands between
the caller's last word and the first word of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.calls import outcomes
from apps.llm.messages import JSON
from apps.menu import shelf
from apps.menu.card import Card
from apps.menu.search import Index
from apps.menu.shelf import Menu
from apps.orders import pacing, timing
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Snapshot:
    """Frozen context of a call."""

    place: Place
    settings: RestaurantSettings
    week: Week
    menu: Menu
    taken_at: datetime

    @property
    def card(self) -> Card:
        return self.menu.card

    @property
    def index(self) -> Index:
        return self.menu.index

    def facts(self, *, now: datetime) -> JSON:
        """What `get_context` answers."""
        return facts(self.place, self.settings, self.week, now=now)


def take(place: Place, *, now: datetime) -> Snapshot:
    """Read everything, inside the restaurant."""
    settings = restaurant.settings()
    week = restaurant.read_week(timezone=place.timezone)
    menu = shelf.current(place.id, now=now, currency=settings.currency, alcohol_sold=settings.alcohol_sold)
    return Snapshot(place, settings, week, menu, now)


def facts(place: Place, settings: RestaurantSettings, week: Week, *, now: datetime) -> JSON:
    today = now.astimezone(ZoneInfo(place.timezone))
    return {
        "name": place.name,
        "address": settings.address,
        "phone": settings.phone,
        "timezone": place.timezone,
        "now": today.isoformat(timespec="seconds"),
        "open_now": hours.opening_at(week, now) is not None,
        "hours": [
            {"day": DAYS[weekday], "opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"}
            for weekday in sorted(week.weekly)
            for span in week.weekly[weekday]
        ],
        "special_days": _special_days(week, today),
        "services": list(settings.services),
        "policies": {**outcomes.sayings(settings.outcomes), **settings.policies},
        "prep_minutes": _prep_minutes(settings, now),
        "max_party": settings.max_party,
        "languages": list(settings.languages),
    }


def _prep_minutes(settings: RestaurantSettings, now: datetime) -> int:
    """What is quoted tonight, before the load of the moment."""
    lead = pacing.prep_time(timing.prep_of(settings), in_kitchen=0, due=now, now=now)
    return int(lead.total_seconds() // 60)


def _special_days(week: Week, today: datetime) -> list[dict[str, Any]]:
    return [
        {
            "date": day.isoformat(),
            "hours": [{"opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"} for span in spans],
            **({"note": week.notes[day]} if day in week.notes else {}),
        }
        for day, spans in sorted(week.special.items())
        if day >= today.date()
    ]
