"""What callers who ask about the hours are told, in the very words of a call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.dashboard.settings import wording
from apps.dashboard.shell import Here
from apps.llm.embedded import answers
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.tools import snapshot
from apps.voice import phrasebook

SOON = timedelta(days=60)
"""A special day further away is not asked about yet."""


def told(here: Here, *, now: datetime) -> list[dict[str, Any]]:
    """Each answer, when it is given, and its language."""
    settings = restaurant.settings()
    week = restaurant.read_week(timezone=here.place.timezone)
    facts = snapshot.facts(here.place, settings, week, now=now)
    local = now.astimezone(here.zone)
    first, *others = phrasebook.offered(settings.languages)
    asked = [*_asked(week, local)]
    asked += [(local.date(), _said_in(language), language) for language in others]
    return [
        {
            "said": answers.hours_on(day, facts=facts, now=local, language=language or first),
            "when": when,
            "language": language or first,
        }
        for day, when, language in asked
    ]


def _asked(week: Week, local: datetime) -> Iterator[tuple[date, str, str]]:
    """Today and tomorrow, the next special day, and the next evening that ends after midnight."""
    today = local.date()
    now = {"day": wording.weekday(today.weekday()), "time": wording.clock(local.time())}
    yield today, _("asked now, %(day)s %(time)s") % now, ""
    yield today + timedelta(days=1), _("asked about tomorrow"), ""
    special = min((day for day in week.special if today < day <= today + SOON), default=None)
    if special is not None:
        yield special, _("asked about %(day)s") % {"day": wording.day(special)}, ""
    for ahead in range(2, 8):
        day = today + timedelta(days=ahead)
        late = [span.closes for span in week.spans_on(day) if span.opens.hour > span.closes.hour]
        if late and day != special:
            about = {"time": wording.clock(max(late)), "day": wording.weekday(day.weekday())}
            yield day, _("%(time)s counts as %(day)s evening") % about, ""
            return


def _said_in(language: str) -> str:
    return _("asked now in Spanish") if language == "es" else _("asked now in English")
