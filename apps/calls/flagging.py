"""Saying that something in a call went wrong, and closing that with what was done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.calls.models import Call, Flag
from apps.language.redaction import mask_numbers, redact_cards
from apps.outbox import live
from apps.tenants import scope

JSON = dict[str, Any]
LONGEST_WRONG = 500


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


@transaction.atomic
def flag(call: Call, *, position: int | None, wrong: str, by: str) -> Flag:
    """Note that a turn of the call went wrong (None: all of it), with the words that were said there."""
    told = mask_numbers(redact_cards(" ".join(wrong.split())))
    if not told:
        raise Refusal(_("Say what is wrong, in a few words."))
    if len(told) > LONGEST_WRONG:
        raise Refusal(_("Say it in %(most)s letters at most.") % {"most": LONGEST_WRONG})
    turns = call.report.get("turns", [])
    if position is not None and position >= len(turns):
        raise Refusal(_("The call has no such line."))
    words = mask_numbers(str(turns[position]["text"])) if position is not None else ""
    row = Flag.objects.create(call=call, position=position, words=words, wrong=told, by=by)
    _told(row, "calls.flag", by=by, after={"position": position})
    return row


@transaction.atomic
def close(flag_id: UUID, *, done: str, by: str, now: datetime, taught: str = "", taught_of: UUID | None = None) -> Flag:
    """Say what was done about it. `Refusal` when somebody else has closed it meanwhile."""
    row = locked(flag_id)
    row.done, row.taught, row.taught_of, row.closed_by, row.closed_at = done, taught, taught_of, by, now
    row.save()
    _told(row, "calls.flag.close", by=by, after={"done": done, "taught": taught})
    return row


@transaction.atomic
def reopen(flag_id: UUID, *, by: str) -> Flag:
    """What was done about it was taken back. Opening an open one changes nothing."""
    row = Flag.objects.select_for_update().get(pk=flag_id)
    if row.done:
        was = {"done": row.done, "taught": row.taught}
        row.done, row.taught, row.taught_of, row.closed_by, row.closed_at = "", "", None, "", None
        row.save()
        _told(row, "calls.flag.reopen", by=by, before=was)
    return row


@transaction.atomic
def withdraw(flag_id: UUID, *, by: str) -> None:
    """It was nothing: the flag goes, while nothing was done about it yet."""
    row = locked(flag_id)
    _told(row, "calls.flag.withdraw", by=by)
    row.delete()


def locked(flag_id: UUID) -> Flag:
    """An open flag that nobody else closes meanwhile."""
    row = Flag.objects.select_for_update().get(pk=flag_id)
    if row.done:
        raise Refusal(_("%(who)s has closed this flag already.") % {"who": row.closed_by})
    return row


def _told(row: Flag, action: str, *, by: str, before: JSON | None = None, after: JSON | None = None) -> None:
    subject = f"call_flags/{row.pk}"
    audit.record(action, actor=by, place=scope.here(), subject=subject, before=before, after=after)
    live.touched("calls", row.call_id)
