"""What a restaurant is told about providers that refused its calls, when somebody has to do something. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.llm.breaker import LONG_SECONDS
from apps.llm.reasons import ADVICE as MODEL_ADVICE
from apps.llm.reasons import Reason
from apps.voice.speech import ADVICE as SPEECH_ADVICE

MEANWHILE = {
    "hearing": "The next recogniser in the list hears callers meanwhile; the embedded one, which ends every list, "
    "understands people far worse.",
    "speaking": "Callers hear the next voice in the list meanwhile.",
    "thinking": "Callers are answered by the next model in the list meanwhile.",
}
REFUSES = {
    Reason.BAD_KEY: "does not accept its key",
    Reason.NO_QUOTA: "has no credit left",
    Reason.NO_SUCH_MODEL: "does not have the model or voice that is chosen",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    provider: str
    reason: Reason
    summary: str


def complaints(records: Iterable[Mapping[str, Any]], *, model_event: str) -> list[Complaint]:
    """From a call's log: each provider that waiting will not mend, once."""
    found: dict[tuple[str, Reason], Complaint] = {}
    for record in records:
        what, reason = _failure(record, model_event=model_event)
        if reason not in LONG_SECONDS:
            continue
        provider = str(record.get("provider", ""))
        advice = (MODEL_ADVICE if what == "thinking" else SPEECH_ADVICE)[reason]
        said = f" ({record['detail']})" if record.get("detail") else ""
        summary = f"{provider.capitalize()} {REFUSES[reason]}{said}. {advice} {MEANWHILE[what]}"
        found.setdefault((provider, reason), Complaint(provider, reason, summary))
    return list(found.values())


def _failure(record: Mapping[str, Any], *, model_event: str) -> tuple[str, Reason | None]:
    event = record.get("event")
    if event == model_event:
        outcome = str(record.get("outcome"))
        return "thinking", Reason(outcome) if outcome in set(Reason) else None
    for what in ("hearing", "speaking"):
        if event == f"{what}.lost":
            return what, Reason(str(record.get("reason")))
    return "", None
