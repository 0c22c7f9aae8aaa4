"""Logs as JSON lines that carry the call and the restaurant, and the metrics of the reference document."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

from apps.language import phones

call_id: ContextVar[str | None] = ContextVar("call_id", default=None)
"""The correlation id: set once per call's task, inherited by everything it starts."""
restaurant: ContextVar[str | None] = ContextVar("call_restaurant", default=None)
"""The slug of the call's restaurant: its task is in no restaurant, only its work on the database is."""

# ---- metrics: names are fixed by the reference and CONTRACT.md -----------------------------------------
calls_total = Counter("calls_total", "Total calls received", ["restaurant"])
calls_escalated = Counter("calls_escalated", "Calls transferred to a human", ["restaurant"])
orders_created = Counter("orders_created", "Orders placed via phone", ["restaurant"])
reservations_created = Counter("reservations_created", "Reservations booked", ["restaurant"])
avg_call_duration_seconds = Gauge("avg_call_duration_seconds", "Average length of the calls since start")
active_calls = Gauge("active_calls", "Calls on the line now")
event_loop_lag_seconds = Gauge("event_loop_lag_seconds", "How late the event loop woke up, last look")

_STAGE = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
llm_latency_seconds = Histogram("llm_latency_seconds", "LLM response time", ["provider"], buckets=_STAGE)
stt_first_partial_seconds = Histogram("stt_first_partial_seconds", "Speech to first partial", buckets=_STAGE)
stt_final_seconds = Histogram("stt_final_seconds", "End of speech to final words", buckets=_STAGE)
llm_first_token_seconds = Histogram("llm_first_token_seconds", "Request to first speakable token", buckets=_STAGE)
tts_first_audio_seconds = Histogram("tts_first_audio_seconds", "Sentence to first audio", buckets=_STAGE)
user_to_audio_seconds = Histogram("user_to_audio_seconds", "Caller's last sound to agent's first", buckets=_STAGE)
barge_in_clear_seconds = Histogram("barge_in_clear_seconds", "Interruption to clear", buckets=_STAGE)

_durations = [0.0, 0]


def calls_on_the_line() -> int:
    """How many calls this process carries now."""
    return int(active_calls._value.get())


def call_ended(*, duration_seconds: float) -> None:
    """Take one finished call into the average."""
    _durations[0] += duration_seconds
    _durations[1] += 1
    avg_call_duration_seconds.set(_durations[0] / _durations[1])


# ---- logs ----------------------------------------------------------------------------------------------
_WORDS = {"WARNING": "WARN", "CRITICAL": "ERROR"}
_PHONE = re.compile(
    r"(?<![\w-])(?<!\d\.)"
    r"(?:(?:\+|%2B)\d{7,15}|(?:\+?1[-. ]?)?\(?[2-9]\d\d\)?[-. ]{0,2}[2-9]\d\d[-. ]?\d{4})"
    r"(?![\w-]|\.\d)",
    re.IGNORECASE,
)
_PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def _shape(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """`ts`, `level`, `event`, `call_id`, `restaurant`, then whatever the line brings."""
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog", None)
    extra = {key: value for key, value in record.__dict__.items() if key not in _PLAIN}
    line: dict[str, Any] = {
        "ts": structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", {})["timestamp"],
        "level": _WORDS.get(record.levelname, record.levelname),
        "event": extra.pop("event", record.name),
        "call_id": extra.pop("call_id", None) or call_id.get(),
        "restaurant": extra.pop("restaurant", None) or restaurant.get() or _entered(),
        "message": masked(event.pop("event")),
    }
    line |= {key: masked(value) for key, value in extra.items() if not key.startswith("_")}
    if "exception" in event:
        line["exception"] = masked(event["exception"])
    return line


def masked(value: Any) -> Any:
    """The same without whole phone numbers: a request's address and a database's complaint carry them too."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): masked(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(each) for each in value]
    return _PHONE.sub(lambda found: phones.mask(found.group()), str(value))


def _entered() -> str | None:
    from django.apps import apps

    if not apps.models_ready:
        return None
    from apps.tenants import scope

    place = scope.here()
    return place.slug if place else None


def logging_config(*, level: str) -> dict[str, Any]:
    """Django's LOGGING: one handler, JSON lines on standard error."""
    formatter: dict[str, Any] = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.processors.format_exc_info,
            _shape,
            structlog.processors.JSONRenderer(default=str),
        ],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(allow=())],
    }
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "httpx": quiet,
            "twilio.http_client": quiet,
            "LiteLLM": quiet,
            "uvicorn.access": quiet,
            "uvicorn.error": quiet,
            "websockets": quiet,
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }
