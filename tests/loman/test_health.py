"""What operators see: alive, ready, the numbers, and log lines that name the call and no caller."""

from __future__ import annotations

import copy
import json
import logging
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from loman import observability

Answer = Any
REFERENCE = {
    "calls_total",
    "calls_escalated",
    "orders_created",
    "reservations_created",
    "avg_call_duration_seconds",
    "llm_latency_seconds",
}
STAGES = {
    "stt_first_partial_seconds",
    "stt_final_seconds",
    "llm_first_token_seconds",
    "tts_first_audio_seconds",
    "user_to_audio_seconds",
    "barge_in_clear_seconds",
    "active_calls",
    "event_loop_lag_seconds",
}


# ---- alive and ready ---------------------------------------------------------------------------------


@pytest.fixture
def without_database(django_db_blocker: Any, tmp_path: Path) -> Callable[[str], Answer]:
    """Asks for a path in a thread whose database went away: its socket is gone, its pool waits in vain."""

    def ask(path: str) -> Answer:
        found: list[Answer] = []

        def there() -> None:
            settings = copy.deepcopy(connection.settings_dict)
            settings["HOST"] = str(tmp_path)
            settings["OPTIONS"]["pool"] |= {"timeout": 0.2}
            lost: Any = type(connections["default"])(settings, "away")
            connections["default"] = lost
            try:
                found.append(Client().get(path))
            finally:
                lost.close_pool()

        with django_db_blocker.unblock():
            thread = threading.Thread(target=there)
            thread.start()
            thread.join()
        return found[0]

    return ask


def checks(answer: Answer) -> dict[str, Any]:
    return dict(answer.json()["checks"])


def test_a_process_that_answers_is_alive_whatever_else_is_away(without_database: Callable[[str], Answer]) -> None:
    answer = without_database("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_server_that_has_what_it_needs_is_ready(client: Client, db: None, settings: Any) -> None:
    settings.REDIS_URL = ""
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert set(checks(answer)) == {"database", "redis", "llm"}
    assert checks(answer)["database"] == {"status": "ok"}
    assert checks(answer)["redis"]["status"] == "off"
    assert checks(answer)["llm"] == {"status": "ok", "providers": ["embedded"]}


def test_a_server_without_its_database_is_not_ready_and_says_why(
    without_database: Callable[[str], Answer], settings: Any
) -> None:
    settings.REDIS_URL = ""
    answer = without_database("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    said = checks(answer)["database"]
    assert said["status"] == "down"
    assert "The database does not answer" in said["detail"]
    for secret in (connection.settings_dict["USER"], connection.settings_dict["NAME"], "/tmp"):
        assert secret not in answer.content.decode()


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


def nobody_there() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://:secret@127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("case", ["gone", "silent", "misspelled"])
def test_a_server_without_its_redis_says_so(
    client: Client, db: None, settings: Any, case: str, silent_redis: str
) -> None:
    settings.REDIS_URL = {"gone": nobody_there(), "silent": silent_redis, "misspelled": "6379"}[case]
    began = time.monotonic()
    answer = client.get("/health/ready")
    assert time.monotonic() - began < 3
    assert answer.status_code == 503
    assert checks(answer)["redis"]["status"] == "down"
    assert "Redis" in checks(answer)["redis"]["detail"]
    assert "secret" not in answer.content.decode()
    assert checks(answer)["database"] == {"status": "ok"}


def test_a_model_without_its_key_degrades_and_calls_go_on(client: Client, db: None, settings: Any) -> None:
    settings.REDIS_URL = ""
    settings.LLM_PROVIDER, settings.OPENAI_API_KEY = "openai", ""
    settings.LLM_FALLBACKS, settings.ANTHROPIC_API_KEY = ["anthropic/some-model"], "key"
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert checks(answer)["llm"] == {"status": "degraded", "providers": ["anthropic", "embedded"]}


# ---- the numbers -------------------------------------------------------------------------------------


def test_the_metrics_of_the_reference_and_every_stage_are_there(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    named = set(re.findall(r"^# TYPE (\w+) ", answer.content.decode(), re.MULTILINE))
    exposed = {name.removesuffix("_total") for name in named} | named
    assert exposed >= REFERENCE | STAGES


def test_counts_are_kept_for_each_restaurant(client: Client) -> None:
    observability.calls_escalated.labels("test-of-counts").inc()
    assert 'calls_escalated_total{restaurant="test-of-counts"} 1.0' in client.get("/metrics").content.decode()


def test_the_average_is_over_all_calls_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observability, "_durations", [0.0, 0])
    for seconds in (10.0, 50.0, 60.0):
        observability.call_ended(duration_seconds=seconds)
    assert observability.avg_call_duration_seconds._value.get() == 40.0


# ---- log lines ---------------------------------------------------------------------------------------


class Lines(logging.Handler):
    """What a logger writes, as operators read it."""

    def __init__(self) -> None:
        super().__init__()
        config = dict(observability.logging_config(level="INFO")["formatters"]["json"])
        self.setFormatter(config.pop("()")(**config))
        self.raw: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.raw.append(self.format(record))

    @property
    def parsed(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.raw]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


log = logging.getLogger("apps.some.place")


def test_a_line_is_json_with_call_restaurant_level_and_event(lines: Lines) -> None:
    log.warning("the stove is hot", extra={"event": "stove.hot", "call_id": "c1", "restaurant": "bella", "degrees": 9})
    (line,) = lines.parsed
    assert line.pop("ts").endswith("Z")
    assert line == {
        "level": "WARN",
        "event": "stove.hot",
        "call_id": "c1",
        "restaurant": "bella",
        "message": "the stove is hot",
        "degrees": 9,
    }


@pytest.mark.parametrize(
    ("level", "word"), [(logging.INFO, "INFO"), (logging.WARNING, "WARN"), (50, "ERROR"), (logging.ERROR, "ERROR")]
)
def test_there_are_four_levels(lines: Lines, level: int, word: str) -> None:
    logging.getLogger("celery").log(level, "%s of %d", "one", 2)
    (line,) = lines.parsed
    assert (line["level"], line["message"], line["event"]) == (word, "one of 2", "celery")
    assert {"call_id", "restaurant"} <= set(line)


def test_a_line_within_a_restaurant_names_it(lines: Lines, in_bella: Any) -> None:
    log.error("oh")
    assert lines.parsed[0]["restaurant"] == "bella-napoli"


def test_an_exception_stands_in_its_line(lines: Lines) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        log.exception("failed")
    (line,) = lines.parsed
    assert "ValueError: two\nlines" in line["exception"]
    assert "\n" not in lines.raw[0]


def test_what_goes_wrong_in_a_call_names_the_call_and_its_restaurant(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.voice import telephone, virtual_time

    call = telephone.connected(telephone.Live([ConnectionError("model")]), monkeypatch)
    call.voice.fails, call.unwilling = {"Hm."}, {"keep"}
    call.model.answers.append("Hm.")

    @virtual_time.in_virtual_time
    async def go_wrong() -> None:
        async with call.on_the_line():
            await call.until_listening()
            await call.asks("hello")
            await call.says("hello")
            await call.running

    go_wrong()
    assert [line["event"] for line in lines.parsed] == [
        "reply.failed",
        "speaking.lost",
        "voice.failed",
        "call.not_kept",
    ]
    assert {(line["call_id"], line["restaurant"]) for line in lines.parsed} == {
        (str(telephone.CALL_ID), "bella-napoli")
    }


@pytest.mark.parametrize(
    "written", ["+15125550188", "15125550188", "5125550188", "(512) 555-0188", "512-555-0188", "%2B442079460000"]
)
def test_no_line_has_a_whole_phone_number(lines: Lines, written: str) -> None:
    class Request:
        def __repr__(self) -> str:
            return f"<Request: GET '/api/v1/calls?from={written}'>"

    try:
        raise RuntimeError(f"Key (from_number)=({written}) already exists.")
    except RuntimeError:
        log.exception("no row for %s", written, extra={"request": Request(), "all": [{"to": written}], "path": written})
    (line,) = lines.parsed
    digits = re.sub(r"\D", "", written.removeprefix("%2B"))
    for part in ("message", "exception", "request", "all", "path"):
        assert digits[:-4] not in re.sub(r"\D", "", str(line[part])), part
        assert digits[-4:] in str(line[part]), part


def test_what_is_no_phone_number_stays(lines: Lines) -> None:
    kept = "2345678901ab 11111111-2222-4333-8444-5125550188aa 1732368000 5125550188.25 CA5125550188 512-555-01888"
    log.info(kept, extra={"call_id": "51255501-8800-4000-8000-512555018800", "at_ms": 5125550188})
    (line,) = lines.parsed
    assert line["message"] == kept
    assert line["call_id"] == "51255501-8800-4000-8000-512555018800"
    assert line["at_ms"] == 5125550188


def test_the_log_goes_to_standard_error() -> None:
    handler = observability.logging_config(level="INFO")["handlers"]["stderr"]
    assert handler["class"] == "logging.StreamHandler"
    assert logging.StreamHandler().stream is sys.stderr
