"""86 from the pages: until tomorrow, until it is changed, until a time; back again, and both can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts import audit
from apps.calls.models import Call
from apps.dashboard.menu import states
from apps.dashboard.menu.desk import Desk, Refused
from apps.menu import editions, running_out
from apps.menu import services as menu
from apps.menu.models import MenuItem, MenuModifier
from apps.menu.running_out import CHANGED, TOMORROW
from apps.restaurant import hours
from apps.restaurant import services as restaurant

AT_A_TIME = "time"
LONGEST_REASON = 120
Row = MenuItem | MenuModifier


def take_off(request: Any, desk: Desk, row: Row, *, noun: str) -> tuple[str, dict[str, str]]:
    """What happened, and the fields of the deed that takes it back."""
    until = _until(request, desk)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]

    def deed() -> None:
        running_out.take_off(row, until=until, reason=reason, **_who_and_when(desk))

    back = _done(desk, row, deed, action=f"menu/{noun}.eighty_six", subject=f"menu/{noun}/{row.pk}")
    word = states.gone(row, here=desk.here, now=desk.now).word
    return f"{_('%(name)s is %(word)s') % {'name': row.name, 'word': word}}{_in_calls()}", back


def put_back(desk: Desk, row: Row, *, noun: str) -> tuple[str, dict[str, str]]:
    def deed() -> None:
        running_out.put_back(row, **_who_and_when(desk))

    again = _done(desk, row, deed, action=f"menu/{noun}.bring_back", subject=f"menu/{noun}/{row.pk}")
    return f"{_('%(name)s is back on') % {'name': row.name}}{_in_calls()}", again


def _done(desk: Desk, row: Row, deed: Any, *, action: str, subject: str) -> dict[str, str]:
    try:
        with transaction.atomic():
            editions.lock()
            row.refresh_from_db()
            before, undo = _told(row), _as_it_was(row, desk.now)
            deed()
            audit.record(action, actor=desk.here.by, place=desk.here.place, subject=subject, before=before,
                         after=_told(row))  # fmt: skip
    except running_out.Beyond as beyond:
        raise Refused(str(beyond)) from None
    return undo


def _told(row: Row) -> dict[str, Any]:
    until = row.sold_out_until.isoformat() if row.sold_out_until else None
    return {"sold_out": row.sold_out, "sold_out_until": until, "sold_out_reason": row.sold_out_reason}


def _as_it_was(row: Row, now: datetime) -> dict[str, str]:
    if menu.availability(row, now=now)[0]:
        return {"deed": "back"}
    until = row.sold_out_until.isoformat() if row.sold_out_until else CHANGED
    return {"deed": "off", "until": until, "reason": row.sold_out_reason}


def _until(request: Any, desk: Desk) -> str | datetime:
    """`until` is tomorrow, changed, a moment, or "time" with a local one in `at`."""
    wanted = request.POST.get("until", "") or TOMORROW
    if wanted in (TOMORROW, CHANGED):
        return str(wanted)
    moment = _moment(request.POST.get("at", "") if wanted == AT_A_TIME else wanted, desk)
    if moment is None or not running_out.is_within_reach(moment, now=desk.now):
        raise Refused({"at": [_("Give a day and a time within the next year")]})
    return moment


def _moment(text: str, desk: Desk) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or found.tzinfo is not None:
        return found
    return hours.local(found.date(), found.time(), timezone=desk.here.place.timezone)


def _who_and_when(desk: Desk) -> dict[str, Any]:
    week = restaurant.read_week(timezone=desk.here.place.timezone)
    return {"is_admin": desk.may_change, "now": desk.now, "week": week}


def _in_calls() -> str:
    count = Call.objects.filter(state=Call.State.IN_PROGRESS).count()
    if not count:
        return ""
    return ngettext(", also in the call that is running", ", also in %(count)s running calls", count) % {"count": count}
