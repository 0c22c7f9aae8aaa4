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
from apps.llm.models import ModelRequest
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard import recorded

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


def test_calls_are_found_by_what_was_said(sam: Client, call: Call) -> None:
    assert found(sam, call)
    assert found(sam, call, said="diavola")
    assert not found(sam, call, said="lasagna")
    assert "Only the last four" in sam.get(PAGE, {"said": "512 555 0134"}).content.decode().replace("only", "Only")
    assert sam.get(PAGE, {"page": "nonsense"}).status_code == 200


def test_a_call_is_read_with_its_timing_and_what_nobody_heard_is_struck_out(sam: Client, call: Call) -> None:
    page = sam.get(f"{PAGE}{call.pk}/").content.decode()
    assert '<s class="unheard">What can I get you?</s>' in page
    assert "Reply after 0.79 seconds. End of turn 240 ms; model 310 ms; tool 44 ms; voice 196 ms." in page
    assert page.count('class="fall"') == 2, "one reply, and the axis above"
    assert "<span>1 min 52</span>" in page
    assert "1:05" in page
    assert "search_menu" in page
    for spelling in ("5550134", "512 555 0134"):
        assert spelling not in page
    assert "••• 0134" in page


def test_listening_gives_an_address_for_minutes_and_is_on_record(sam: Client, bella: Place, call: Call) -> None:
    answer = sam.post(f"{PAGE}{call.pk}/listen", headers={"HX-Request": "true"}).content.decode()
    address = answer.split('src="')[1].split('"')[0]
    assert sam.get(address).status_code == 200
    part = sam.get(address, headers={"Range": "bytes=1-2"})
    assert (part.status_code, part.content) == (206, b"IF"), "a player can seek in it"
    with scope.enter(bella):
        assert AuditEntry.objects.get(action="recordings.listen").actor == "sam@bella.test"
        Call.objects.filter(pk=call.pk).update(recording_url="")
    assert sam.post(f"{PAGE}{call.pk}/listen").status_code == 404
    assert "There is no recording of this call" in sam.get(f"{PAGE}{call.pk}/").content.decode()


def test_without_scripts_the_page_comes_again_with_a_plain_player(sam: Client, call: Call) -> None:
    page = sam.post(f"{PAGE}{call.pk}/listen").content.decode()
    assert '<audio class="plain-sound" controls src="/api/v1/recordings/' in page
    assert "What was said" in page


def test_the_callers_number_is_shown_to_who_may_once_and_on_record(
    sam: Client, ana: Client, bella: Place, call: Call
) -> None:
    assert sam.post(f"{PAGE}{call.pk}/number").status_code == 403
    assert "+15125550134" not in ana.get(f"{PAGE}{call.pk}/").content.decode()
    assert "+15125550134" in ana.post(f"{PAGE}{call.pk}/number").content.decode()
    with scope.enter(bella):
        assert AuditEntry.objects.get(action="numbers.view").subject == f"calls/{call.pk}"
        Call.objects.filter(pk=call.pk).update(from_number="")
    assert ana.post(f"{PAGE}{call.pk}/number").status_code == 404


@pytest.fixture
def told(bella: Place, settings: Any, tmp_path: Path) -> Call:
    """As it was recorded, with an order."""
    settings.RECORDINGS_URL = f"file://{tmp_path}"
    made: Call = recorded.a_call(bella)
    return made


def test_the_recording_is_drawn_with_its_notice_and_the_seconds_of_the_yes(sam: Client, told: Call) -> None:
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert "Recording, 0:13. Guest above, Loman below. The yes is at 0:09 to 0:11." in page
    for side in ("guest", "loman"):
        path = page.split(f'class="w-{side}" d="')[1].split('"')[0]
        assert 20 < path.count("M") < 200
    assert 'class="w-notice" x="0" y="6" width="15' in page
    assert 'class="w-yes" x="76' in page
    assert 'type="range" id="seek" min="0" max="13"' in page


def test_the_yes_is_proof_with_its_cart_and_its_line(sam: Client, told: Call) -> None:
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert "The guest said yes to order 42" in page
    assert "“Yes, please, go ahead.” to cart 3, $18.40, after the whole read-back was heard." in page
    assert 'data-play="9900" data-until="10600"' in page
    assert 'data-from="9900" data-to="10600" data-yes' in page


def test_tools_stand_where_they_were_used_with_numbers_masked(sam: Client, told: Call) -> None:
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    lines = page.split('class="turn" id="line-')[1:]
    assert ["search_menu" in line for line in lines] == [place == 2 for place in range(7)]
    assert ["create_order" in line for line in lines] == [place == 4 for place in range(7)]
    assert "quoted, 180 ms" in page
    assert "5550134" not in page
    assert "555 0134" not in page


def test_a_slow_reply_is_said_to_be_slow(sam: Client, told: Call) -> None:
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert page.count("data-slow") == 1
    assert "Reply after 1.80 seconds, slower than the goal." in page
    assert page.count("slower than the goal") == 1


def test_the_order_is_a_bill_and_cost_is_what_is_known(sam: Client, bella: Place, told: Call) -> None:
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert "<i>NO</i> black olives" in page
    assert '<dd class="total">$18.40</dd>' in page
    assert "openai/gpt-4o-mini" in page
    assert "<dd>$0.018</dd>" in page
    assert '<dd class="total">$0.021</dd>' in page
    with scope.enter(bella):
        ModelRequest.objects.filter(call=told).update(cost=None)
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert '<dd class="total">not known</dd>' in page
    assert "$0.00<" not in page


def test_a_call_whose_words_are_gone_says_so(sam: Client, bella: Place, told: Call) -> None:
    with scope.enter(bella):
        Call.objects.filter(pk=told.pk).update(report={}, summary="")
        TranscriptLine.objects.filter(call=told).delete()
    page = sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert "Nothing is kept of what was said" in page
    assert "The guest said yes to order 42" in page


def test_a_call_takes_few_queries_however_long_it_was(
    sam: Client, bella: Place, told: Call, django_assert_max_num_queries: Any
) -> None:
    with scope.enter(bella):
        report = Call.objects.get(pk=told.pk).report
        Call.objects.filter(pk=told.pk).update(report={**report, "turns": report["turns"] * 40})
    with django_assert_max_num_queries(45):
        assert sam.get(f"{PAGE}{told.pk}/").status_code == 200


def test_another_restaurants_recording_is_out_of_reach(sam: Client, bella: Place, sakura: Place, told: Call) -> None:
    with scope.enter(sakura):
        theirs = Call.objects.create(
            carrier_sid="CAtheirs", from_number="", to_number="+15125550102", state="ended", ended_at=timezone.now()
        )
    assert sam.get(f"{PAGE}{theirs.pk}/").status_code == 404
    url, path = recordings.address(sakura.slug, theirs.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF")
    with scope.enter(bella):
        Call.objects.filter(pk=told.pk).update(recording_url=url)
    assert sam.post(f"{PAGE}{told.pk}/listen").status_code == 404
    assert 'id="player"' not in sam.get(f"{PAGE}{told.pk}/").content.decode()
    assert not recordings.shape_of(path).exists()
