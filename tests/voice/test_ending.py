"""What a call leaves in the restaurant's books besides its transcript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from apps.calls.models import Call, Ticket
from apps.voice import ending
from apps.voice.log import CallLog


def test_a_restaurant_gets_one_ticket_a_day_however_many_calls_meet_the_wrong_key(
    in_bella: Any, settings: Any, tmp_path: Path
) -> None:
    settings.CALL_LOG_DIR = tmp_path
    for sid in ("CA1", "CA2"):
        call = Call.objects.create(carrier_sid=sid, from_number="+15125550188", to_number="+15125550101")
        log = CallLog(sid)
        log.write("started", call_id=str(call.pk))
        log.write("hearing.lost", provider="deepgram", model="nova-3", reason="bad_key", detail="401 Invalid.")
        log.write("speaking.lost", provider="elevenlabs", model="x", reason="silence", detail="no sound in time")
        log.write("ended", ended_by="caller")
        log.close()
        CallLog.flush()
        ending.finish(call.pk)
    ticket = Ticket.objects.get(type="other")
    assert ticket.summary.startswith("Deepgram does not accept its key (401 Invalid.).")
    assert ticket.call is not None
