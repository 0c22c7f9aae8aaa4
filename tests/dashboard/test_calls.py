"""Calls: found by what was said, read with their timing, heard on record, numbers masked wherever they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls import recordings
from apps.calls.models import Call, TranscriptLine
from apps.tenants import scope
from apps.tenants.scope import Place

PAGE = "/r/bella-napoli/calls/"
REPORT = {
    "turns": [
        {"speaker": "agent", "text": "Bella Napoli, this call is recorded. What can I get you?",
         "heard": "Bella Napoli, this call is recorded.", "started_ms": 0, "ended_ms": 4000, "interrupted": True,
         "latency_ms": None},
        {"speaker": "caller", "text": "A large Diavola, my number is 512 555 0134.", "heard": "", "started_ms": 65_000,
         "ended_ms": 68_000, "interrupted": False, "latency_ms": None},
        {"speaker": "agent", "text": "A large Diavola.", "heard": "A large Diavola.", "started_ms": 68_790,
         "ended_ms": 70_000, "interrupted": False, "latency_ms": 790},
    ],
    "tools": [{"name": "search_menu", "arguments": {}, "result": {}, "ms": 44.2}],
    "stages": [{"turn": 2, "end_of_turn_ms": 240, "model_ms": 310, "tool_ms": 44, "voice_ms": 196, "total_ms": 790}],
}  # fmt: skip


@pytest.fixture
def call(bella: Place, settings: Any, tmp_path: Path) -> Call:
    settings.RECORDINGS_URL = f"file://{tmp_path}"
    with scope.enter(bella):
        made = Call.objects.create(
            carrier_sid="CApage", from_number="+15125550134", to_number="+15125550101", state="ended",
            ended_at=timezone.now(), ended_by="caller", outcome="order", summary="Wants a large Diavola",
            duration_seconds=112, report=REPORT,
        )  # fmt: skip
        TranscriptLine.objects.create(
            call=made, position=0, speaker="caller", text="A large Diavola", started_ms=0, ended_ms=900
        )
        url, path = recordings.address(bella.slug, made.pk)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"RIFF")
        Call.objects.filter(pk=made.pk).update(recording_url=url)
    return made


def found(client: Client, call: Call, **query: str) -> bool:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return str(call.pk) in answer.content.decode()


def test_calls_are_found_by_what_was_said_by_the_last_four_and_by_outcome(sam: Client, call: Call) -> None:
    assert found(sam, call)
    assert found(sam, call, said="diavola")
    assert not found(sam, call, said="lasagna")
    assert found(sam, call, number="0134", outcome="order")
    assert not found(sam, call, number="0135")
    assert not found(sam, call, outcome="robocall")
    assert "last four digits" in sam.get(PAGE, {"number": "5550134"}).content.decode()
    assert "only the last four" in sam.get(PAGE, {"said": "512 555 0134"}).content.decode()
    assert sam.get(PAGE, {"page": "nonsense"}).status_code == 200


def test_a_call_is_read_with_its_timing_and_what_nobody_heard_is_struck_out(sam: Client, call: Call) -> None:
    page = sam.get(f"{PAGE}{call.pk}/").content.decode()
    assert "<s>What can I get you?</s>" in page
    assert "Reply after 0.79 seconds. End of turn 240 ms; model 310 ms; tool 44 ms; voice 196 ms." in page
    assert page.count('class="fall"') == 1
    assert "<span>1:52</span>" in page
    assert "1:05" in page
    assert "search_menu" in page
    for spelling in ("5550134", "512 555 0134"):
        assert spelling not in page
    assert "••• 0134" in page


def test_listening_gives_an_address_for_minutes_and_is_on_record(sam: Client, bella: Place, call: Call) -> None:
    answer = sam.post(f"{PAGE}{call.pk}/listen").content.decode()
    address = answer.split('src="')[1].split('"')[0]
    assert sam.get(address).status_code == 200
    with scope.enter(bella):
        assert AuditEntry.objects.get(action="recordings.listen").actor == "sam@bella.test"
        Call.objects.filter(pk=call.pk).update(recording_url="")
    assert sam.post(f"{PAGE}{call.pk}/listen").status_code == 404
    assert "Listen" not in sam.get(f"{PAGE}{call.pk}/").content.decode()
