"""86: until when something is off, and who may take it off or bring it back. Who does the shift's work may do so until
tomorrow, who may change the menu until whenever."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.menu import services as menu
from apps.menu.models import MenuItem, MenuModifier
from apps.restaurant.hours import Week

TOMORROW, CHANGED = "tomorrow", "changed"
"""Until the next day's opening, and until it is brought back by hand."""
FURTHEST = timedelta(days=366)


class Beyond(Exception):
    """It is not for the shift to decide; why, as a sentence."""


def is_within_reach(moment: datetime, *, now: datetime) -> bool:
    """Whether something may be off until then: a moment within the next year."""
    return now < moment <= now + FURTHEST


def take_off(
    row: MenuItem | MenuModifier,
    *,
    until: str | datetime,
    reason: str = "",
    is_admin: bool,
    now: datetime,
    week: Week,
) -> datetime | None:
    """86 it until tomorrow, until it is changed, or until a moment. `Beyond` when that takes an admin."""
    shift_ends = menu.tomorrow(now=now, week=week)
    moment = None if until == CHANGED else shift_ends if until == TOMORROW else until
    assert not isinstance(moment, str), "tomorrow, changed or a moment"
    if not is_admin:
        _refuse_beyond(row, shift_ends=shift_ends, now=now)
        if moment is None or moment > shift_ends:
            raise Beyond("Only an admin takes something off for longer than until tomorrow.")
    menu.eighty_six(row, until=moment, reason=reason)
    return moment


def put_back(row: MenuItem | MenuModifier, *, is_admin: bool, now: datetime, week: Week) -> None:
    """Have it on again. `Beyond` when an admin took it off for longer than the shift."""
    if not is_admin:
        _refuse_beyond(row, shift_ends=menu.tomorrow(now=now, week=week), now=now)
    menu.bring_back(row)


def _refuse_beyond(row: MenuItem | MenuModifier, *, shift_ends: datetime, now: datetime) -> None:
    """What an admin took off for longer is not for the shift to bring back, nor to shorten."""
    available, _ = menu.availability(row, now=now)
    if not available and (row.sold_out_until is None or row.sold_out_until > shift_ends):
        raise Beyond("An admin took this off for longer than until tomorrow.")
