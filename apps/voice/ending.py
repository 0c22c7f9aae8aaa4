"""How a call ends at the carrier, and what is kept of it in the restaurant's books afterwards."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.calls import blocking, telephony, using
from apps.calls import services as calls
from apps.calls.handover import Plan
from apps.calls.models import TICKET_TYPES, Call, TranscriptLine
from apps.llm import usage
from apps.orders import drafts
from apps.orders import services as orders
from apps.outbox import events
from apps.outbox import services as outbox
from apps.reservations import services as reservations
from apps.tenants import scope
from apps.voice import log as call_log
from apps.voice import reasons, report, twiml
from apps.voice.complaints import complaints
from apps.voice.tokens import Admission

log = logging.getLogger(__name__)


async def hand_over(admission: Admission, *, reason: str, to: str) -> None:
    """Ring a person of the restaurant on the live call. What becomes of it comes to the transfer webhook."""
    plan, step = await scope.run(admission.place, _plan, admission, reason, to)
    document = twiml.hand_over(plan, step=step, reason=reason, origin=admission.origin, to=to)
    await scope.run(None, telephony.redirect, admission.call_sid, twiml=document)


def _plan(admission: Admission, reason: str, to: str) -> tuple[Plan, int]:
    """Whom to ring and with whom to begin: at the end, with the fallback, where nobody may be rung any more."""
    now = timezone.now()
    plan = calls.plan_hand_over(reason=reason, caller=admission.from_number, place=admission.place, now=now, to=to)
    call = Call.objects.get(pk=admission.call_id)
    if not scope.is_served(admission.place) or not using.may_hand_over(admission.place, call, now=now):
        return plan, len(plan.targets)
    calls.handed_over(admission.call_id, now=now)
    return plan, 0


async def hang_up(admission: Admission) -> None:
    await scope.run(None, telephony.hang_up, admission.call_sid)


async def keep(admission: Admission, *, recording_url: str) -> None:
    """Write the call into the books. Should that fail now, the work row does it later."""
    await scope.run(admission.place, _keep_or_owe, admission, recording_url)


def _keep_or_owe(admission: Admission, recording_url: str) -> None:
    call_log.CallLog.flush()
    try:
        finish(admission.call_id, recording_url=recording_url)
    except Exception:  # nothing of a call may be lost because its end went wrong
        log.exception("call not kept at once", extra={"event": "call.kept_later"})
        outbox.hasten(f"call.finish:{admission.call_id}")


@transaction.atomic
def finish(call_id: UUID, *, recording_url: str = "") -> None:
    """Transcript, report and end of a call, from its log. Doing it again gives the same rows."""
    call = Call.objects.select_for_update().get(pk=call_id)
    records = call_log.read(call.carrier_sid)
    built = report.build(
        records,
        orders=[orders.as_json(row) for row in call.orders.all()],
        reservations=[reservations.as_json(row) for row in call.reservations.all()],
        messages=[{"status": row.status, "template": row.template} for row in call.messages.all()],
        tickets=[{"id": str(row.pk), "type": row.type, "summary": row.summary} for row in call.tickets.all()],
        recording=recording_url or call.recording_url,
    )
    TranscriptLine.objects.filter(call=call).delete()
    TranscriptLine.objects.bulk_create(
        TranscriptLine(call=call, position=position, **{name: turn[name] for name in _COLUMNS})
        for position, turn in enumerate(built["turns"])
    )
    call.state, call.report = Call.State.ENDED, built
    call.ended_by = built["ended_by"]
    call.ended_at = call.ended_at or timezone.now()
    call.duration_seconds = round(built["duration_ms"] / 1000)
    call.recording_url = built["recording"]
    call.outcome = _outcome(built, records)
    call.reason = reasons.reason(built, kinds=frozenset(TICKET_TYPES), unwanted=frozenset(blocking.ABUSIVE))
    call.save()
    blocking.block_abuser(call, now=call.ended_at)
    usage.keep_call(call, records)
    _offer_callback(call, built)
    _complain(call, records)
    events.announce("call.ended", call.pk)
    outbox.add("call.summarise", key=f"call.summarise:{call.pk}", payload={"call": str(call.pk)}, place=scope.here())


_COLUMNS = ("speaker", "text", "heard", "started_ms", "ended_ms", "interrupted", "latency_ms")


def _outcome(built: dict[str, Any], records: list[dict[str, Any]]) -> str:
    for kind in ("orders", "reservations", "tickets"):
        if built[kind]:
            return kind.removesuffix("s")
    if built["ended_by"] == "transfer":
        return "transfer"
    return _abuse(built, records) or "none"


def _abuse(built: dict[str, Any], records: list[dict[str, Any]]) -> str:
    """What the agent hung up for, or that the caller never said a word."""
    for record in records:
        if record["event"] == "tool" and record["name"] == "end_call" and "error" not in record["result"]:
            reason = str(record["result"].get("reason", ""))
            if reason in blocking.ABUSIVE:
                return reason
    spoke = any(turn["speaker"] == "caller" for turn in built["turns"])
    return "" if spoke or built["ended_by"] != "timeout" else "silence"


def _complain(call: Call, records: list[dict[str, Any]]) -> None:
    """A provider that somebody has to do something about: told once a day, however many calls meet it."""
    now = timezone.now()
    for each in complaints(records, model_event=usage.EVENT):
        key = f"provider:{each.provider}:{each.reason}:{now:%Y-%m-%d}"
        calls.open_ticket(type="other", summary=each.summary, key=key, call_id=call.pk, now=now)


def _offer_callback(call: Call, built: dict[str, Any]) -> None:
    """The line dropped with a cart that was never confirmed: somebody should call back."""
    cart = call.carts.filter(version__gt=0, orders__isnull=True).first()
    if cart is None or built["ended_by"] not in drafts.DROPPED or built["orders"]:
        return
    calls.open_ticket(
        type="callback",
        summary=f"The line dropped before an order of {cart.quoted_total} was confirmed.",
        callback_number=call.from_number,
        key=f"{call.pk}:dropped",
        call_id=call.pk,
        now=timezone.now(),
        due_at=timezone.now() + drafts.LIFE,
    )
