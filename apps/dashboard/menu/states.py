"""What of a menu can be had now and what cannot, in words: on, 86 until when, not at this time of day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.dashboard import written
from apps.dashboard.shell import Here
from apps.menu import services as menu
from apps.menu.models import MenuItem, MenuModifier
from apps.restaurant import services as restaurant


@dataclass(frozen=True, slots=True)
class State:
    """`kind` is on, gone (86), off (not at this time) or hidden (not on the menu): shape and word go with it."""

    kind: str
    word: str
    until: datetime | None = None
    reason: str = ""

    @property
    def icon(self) -> str:
        return {"on": "done", "gone": "ban", "off": "clock", "hidden": "x"}[self.kind]

    @property
    def pill(self) -> str:
        return {"on": "ready", "gone": "gone", "off": "off", "hidden": "off"}[self.kind]


def of_items(rows: Iterable[MenuItem], *, here: Here, now: datetime) -> dict[str, State]:
    """By id. Three queries, however many there are."""
    sold = restaurant.settings().alcohol_sold
    moment = menu.Moment(now=now, timezone=here.place.timezone, alcohol_sold=sold)
    return {str(row.pk): _of_item(row, moment, here, now) for row in rows}


def _of_item(row: MenuItem, moment: menu.Moment, here: Here, now: datetime) -> State:
    if not menu.availability(row, now=now)[0]:
        return gone(row, here=here, now=now)
    if not row.active:
        return State("hidden", _("Not on the menu"))
    available, reason = moment.of(row)
    if available:
        return State("on", _("On"))
    word = _("Alcohol is not sold") if reason == menu.NOT_SOLD else _("Not at this hour")
    return State("off", word, reason=reason)


def of_option(row: MenuModifier, *, here: Here, now: datetime) -> State:
    return State("on", _("On")) if menu.availability(row, now=now)[0] else gone(row, here=here, now=now)


def gone(row: MenuItem | MenuModifier, *, here: Here, now: datetime) -> State:
    if row.sold_out_until is None:
        return State("gone", _("86 until changed"), reason=row.sold_out_reason)
    until = said_until(row.sold_out_until, here=here, now=now)
    return State("gone", _("86 until %(until)s") % {"until": until}, row.sold_out_until, row.sold_out_reason)


def said_until(moment: datetime, *, here: Here, now: datetime) -> str:
    """ "8:00 pm" today, "Sat 11:00 am" within a week, "Sat 5 Dec" later."""
    local, today = moment.astimezone(here.zone), now.astimezone(here.zone).date()
    if local.date() == today:
        return written.clock(moment, here.zone)
    if local.date() < today + timedelta(days=7):
        return f"{date_format(local, 'D')} {written.clock(moment, here.zone)}"
    return date_format(local, "D j M")


def gone_now(*, here: Here, now: datetime) -> list[dict[str, object]]:
    """Everything that is 86, items first: what the page says after what is not live yet."""
    items = [row for row in MenuItem.objects.filter(sold_out=True) if not menu.availability(row, now=now)[0]]
    options = MenuModifier.objects.filter(sold_out=True).select_related("group")
    off = [row for row in options if not menu.availability(row, now=now)[0]]
    return [
        {"id": str(row.pk), "name": row.name, "of": "", "noun": "items", "state": gone(row, here=here, now=now)}
        for row in items
    ] + [
        {
            "id": str(row.pk),
            "name": row.name,
            "of": row.group.name,
            "noun": "options",
            "state": gone(row, here=here, now=now),
        }
        for row in off
    ]
