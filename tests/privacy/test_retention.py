"""What is old enough is forgotten, every day, on disk too, and nothing that is younger."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry, AuditHead
from apps.calls import recordings, telephony
from apps.calls.models import Call, Flag, Message, RegressionCase
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.privacy import retention
from apps.restaurant import services as restaurant
from apps.tenants.scope import Place
from apps.voice import log as call_log
from tests.privacy.guests import NUMBER, a_call, a_flag


@pytest.fixture
def now(in_bella: Place) -> datetime:
    restaurant.change_settings({"recording_days": 30, "transcript_days": 60}, by="ana@bella.test")
    return timezone.now()


def test_recordings_go_before_words_and_what_is_young_stays(in_bella: Place, now: datetime) -> None:
    ages = (29, 31, 59, 61)
    young, month, almost, old = (a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=age)) for age in ages)
    counts = retention.keep_house(in_bella, now=now)
    assert counts == {"recordings": 3, "transcripts": 1}
    for call in (young, month, almost, old):
        call.refresh_from_db()
    sounds = [recordings.find(call.recording_url, slug=in_bella.slug) for call in (young, month, almost, old)]
    assert [bool(sound) for sound in sounds] == [True] + [False] * 3
    assert len(list(recordings.folder(in_bella.slug).glob("*.wav"))) == 1
    assert [call.transcript.exists() for call in (young, month, almost, old)] == [True, True, True, False]
    assert [call_log.path(call.carrier_sid).exists() for call in (almost, old)] == [True, False]
    assert (old.report, old.summary) == ({}, "")
    assert old.ended_by == "goodbye"
    entry = AuditEntry.objects.get(action="retention")
    assert (entry.after, entry.restaurant_id) == (counts, in_bella.id)


def test_what_was_kept_of_a_flagged_call_goes_with_its_words(in_bella: Place, now: datetime) -> None:
    young, old = (a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=age)) for age in (59, 61))
    for call in (young, old):
        a_flag(call, number=NUMBER)
    retention.keep_house(in_bella, now=now)
    kept, gone = Flag.objects.get(call=young), Flag.objects.get(call=old)
    assert (kept.words != "", kept.wrong != "") == (True, True)
    assert (gone.words, gone.wrong, gone.done) == ("", "", "case")
    assert list(RegressionCase.objects.values_list("flag", flat=True)) == [kept.pk]
    a_flag(old, number=NUMBER)  # somebody flags a call that has no words any more
    assert retention.keep_house(in_bella, now=now) == {"transcripts": 1}
    assert not Flag.objects.filter(call=old).exclude(words="", wrong="").exists()


def test_doing_it_again_does_nothing_and_is_not_on_record_again(in_bella: Place, now: datetime) -> None:
    a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=61))
    retention.keep_house(in_bella, now=now)
    assert retention.keep_house(in_bella, now=now) == {}
    assert AuditEntry.objects.filter(action="retention").count() == 1


def test_more_than_a_batch_goes_in_batches(in_bella: Place, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    for _ in range(5):
        a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=61))
    assert retention.keep_house(in_bella, now=now) == {"recordings": 4, "transcripts": 4}
    assert retention.keep_house(in_bella, now=now) == {"recordings": 1, "transcripts": 1}


def test_a_call_that_is_on_the_line_is_left_alone(in_bella: Place, now: datetime) -> None:
    call = a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=61))
    Call.objects.filter(pk=call.pk).update(state="in_progress")
    assert retention.keep_house(in_bella, now=now) == {}


def test_texts_lose_their_words_and_keep_that_they_were_sent(in_bella: Place, now: datetime) -> None:
    for age, status in ((61, "sent"), (61, "queued"), (59, "sent")):
        row = Message.objects.create(number=NUMBER, text="Your table", status=status, key=f"{age}{status}")
        Message.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=age))
    assert retention.keep_house(in_bella, now=now) == {"messages": 1}
    assert Message.objects.get(key="61sent").text == ""
    assert Message.objects.exclude(key="61sent").filter(text="Your table").count() == 2


def test_work_that_is_done_is_forgotten_after_a_month(in_bella: Place, now: datetime) -> None:
    for key, age, state in (("old", 31, "done"), ("waits", 31, "waiting"), ("young", 29, "done")):
        row = Work.objects.create(restaurant_id=in_bella.id, kind="x", key=key, state=state,
                                  done_at=now if state == "done" else None, due_at=now + timedelta(days=9))  # fmt: skip
        Work.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=age))
    retention.keep_house(in_bella, now=now)
    assert set(Work.objects.filter(kind="x").values_list("key", flat=True)) == {"waits", "young"}


def test_the_carriers_own_recording_is_deleted_there(
    in_bella: Place, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(telephony, "is_configured", lambda: True)
    monkeypatch.setattr(telephony, "forget_recordings", asked.append)
    alone = a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=31), recorded=False)
    Call.objects.filter(pk=alone.pk).update(recording_url="https://api.twilio.com/Recordings/RE1")
    beside_ours = a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=31))
    unheard = a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=31), recorded=False)
    Call.objects.filter(pk__in=[beside_ours.pk, unheard.pk]).update(recorded_by_carrier=True)
    a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=31))
    retention.keep_house(in_bella, now=now)
    outbox.sweep(lane="outward")
    assert sorted(asked) == sorted(call.carrier_sid for call in (alone, beside_ours, unheard))
    assert retention.keep_house(in_bella, now=now) == {}


def test_every_restaurant_has_it_once_a_day_after_its_small_hours(bella: Place, sakura: Place) -> None:
    def rows() -> list[Any]:
        return list(Work.objects.filter(kind="privacy.retention").order_by("key").values_list("restaurant_id", "key"))

    midnight = datetime(2026, 6, 1, 7, 30, tzinfo=UTC)  # 2:30 in Austin, 3:30 in New York
    outbox.owe_daily(now=midnight)
    assert not [row for row in rows() if row[1].endswith("2026-06-01")]
    outbox.owe_daily(now=midnight + timedelta(hours=1))
    assert [row[0] for row in rows() if row[1].endswith("2026-06-01")] == [sakura.id]
    outbox.owe_daily(now=midnight + timedelta(hours=2))
    assert outbox.owe_daily(now=midnight + timedelta(hours=9)) == 0
    assert {row[0] for row in rows() if row[1].endswith("2026-06-01")} == {bella.id, sakura.id}
    outbox.owe_daily(now=midnight + timedelta(hours=26))
    assert {row[0] for row in rows() if row[1].endswith("2026-06-02")} == {bella.id, sakura.id}


def test_the_days_work_is_done_by_the_outbox(in_bella: Place, now: datetime, own_folder: Path) -> None:
    call = a_call(in_bella, number=NUMBER, started_at=now - timedelta(days=400))
    outbox.owe_daily(now=datetime.combine(now.date() + timedelta(days=1), time(18), UTC))  # day, wherever they are
    Work.objects.update(due_at=now)
    outbox.sweep()
    call.refresh_from_db()
    assert call.recording_url == ""
    assert not call.transcript.exists()
    noted = [json.loads(line) for line in (own_folder / "audit" / "heads.jsonl").read_text().splitlines()]
    head = AuditHead.objects.get(pk=in_bella.id)
    assert (str(head.pk), head.position, head.digest) in [
        (each["chain"], each["position"], each["digest"]) for each in noted
    ]
