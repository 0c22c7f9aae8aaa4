"""The carrier's own recording of a call, where a restaurant wants one: asked for once the notice was heard."""

from __future__ import annotations

import logging
from urllib.parse import urlencode
from uuid import UUID

from apps.calls import telephony
from apps.calls.models import Call
from apps.tenants import scope
from apps.voice.tokens import Admission

log = logging.getLogger(__name__)


async def begin(admission: Admission) -> None:
    """Never raises: a call goes on without it, and our own recording runs anyhow."""
    # Its callback names the call and no line (Twilio, "recordingStatusCallback"); the address, which is signed, does.
    url = f"{admission.origin}/webhooks/twilio/recording?{urlencode({'To': admission.to_number})}"
    try:
        await scope.run(admission.place, _mark, admission.call_id, True)  # first: what nobody knows of is never deleted
        await scope.run(None, telephony.start_recording, admission.call_sid, callback_url=url)
    except telephony.Refused as refusal:
        await scope.run(admission.place, _mark, admission.call_id, False)
        log.warning(str(refusal), extra={"event": "taping.refused"})
    except Exception as error:
        log.warning("not recorded by the carrier", extra={"event": "taping.failed", "error": str(error)[:200]})


def _mark(call_id: UUID, is_recorded: bool) -> None:
    Call.objects.filter(pk=call_id).update(recorded_by_carrier=is_recorded)
