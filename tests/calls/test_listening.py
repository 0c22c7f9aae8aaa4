"""A recording is heard by a signed address that lives for minutes, by who may, and nothing else of the disk is."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import AuditEntry, User
from apps.calls import listening, numbers, recordings
from apps.calls.models import Call
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.privacy.guests import NUMBER, Left, a_guest, files_in
from tests.privacy.test_exporting import bearer


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    return files_in(tmp_path, settings)


@pytest.fixture
def left(in_bella: Place) -> Left:
    return a_guest(in_bella, number=NUMBER)


@pytest.fixture
def address(left: Left, client: Client) -> str:
    answer = client.get(f"/api/v1/calls/{left.call.pk}/recording", headers=bearer("sam@bella.test", "bella-napoli"))
    assert answer.status_code == 200
    return str(answer.json()["url"])


def test_the_address_plays_the_whole_recording(left: Left, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == left.recording.read_bytes()
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, 1027), ("bytes=-5", 1023, 1027), ("bytes=1000-99999", 1000, 1027),
     ("bytes=-99999", 0, 1027), ("bytes=0-0", 0, 0)],
)  # fmt: skip
def test_a_player_can_seek(left: Left, client: Client, address: str, asked: str, first: int, last: int) -> None:
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/1028"
    assert answer.content == left.recording.read_bytes()[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=1028-", "bytes=-0", "bytes=9-3"])
def test_a_range_that_is_not_there_is_said_so(client: Client, address: str, asked: str) -> None:
    answer = client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1028")


@pytest.mark.parametrize("asked", ["", "lines=1-2", "bytes=a-b", "bytes=0-1,4-5", "bytes=-"])
def test_other_ranges_get_everything(client: Client, address: str, asked: str) -> None:
    answer = client.get(address, headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, 1028)


def test_that_it_was_given_is_on_record(left: Left, address: str) -> None:
    entry = AuditEntry.objects.get(action="recordings.listen")
    assert (entry.actor, entry.subject, entry.number_last4) == ("sam@bella.test", f"calls/{left.call.pk}", "0134")


def test_an_address_dies_after_minutes(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listening.SECONDS <= 300
    monkeypatch.setattr(listening, "SECONDS", -1)
    assert client.get(address).status_code == 404


def test_a_forged_address_plays_nothing(client: Client, address: str) -> None:
    base, _, token = address.rpartition("/")
    payload, _, rest = token.partition(":")
    for forged in (f"{payload}x:{rest}", token[:-2], payload, "x", f"{token}%2f..%2f..", "../../etc/passwd"):
        assert client.get(f"{base}/{forged}").status_code == 404


def test_who_was_locked_out_meanwhile_hears_nothing(client: Client, address: str) -> None:
    with scope.public():
        User.objects.filter(email="sam@bella.test").update(is_active=False)
    assert client.get(address).status_code == 404


def test_a_suspended_restaurants_recordings_are_silent(client: Client, address: str, bella: Place) -> None:
    from apps.tenants.models import Restaurant

    with scope.public():
        Restaurant.objects.filter(pk=bella.id).update(state="suspended")
    assert client.get(address).status_code == 404


def test_another_restaurants_people_get_no_address(left: Left, client: Client) -> None:
    yuki = bearer("yuki@sakura.test", "sakura")
    assert client.get(f"/api/v1/calls/{left.call.pk}/recording", headers=yuki).status_code == 404
    assert client.get(f"/api/v1/calls/{left.call.pk}/recording").status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "file://{root}/../secret.wav", "file://{root}/x/../../secret.wav",
        "file://{root}/%2e%2e/secret.wav", "file://other.example{root}/bella-napoli/a.wav",
        "file://{root}/sakura/a.wav", "https://api.twilio.com/x.wav", "", "file://{root}/bella-napoli/link.wav",
        "file://{root}/bella-napoli/not.txt",
    ],
)  # fmt: skip
def test_a_url_that_leads_elsewhere_is_no_recording(
    left: Left,
    client: Client,
    own_folder: Path,
    url: str,
) -> None:
    root = own_folder / "recordings"
    (own_folder / "secret.wav").write_text("secret")
    (root / "sakura").mkdir()
    (root / "sakura" / "a.wav").write_text("another's")
    (root / "bella-napoli" / "link.wav").symlink_to(own_folder / "secret.wav")
    (root / "bella-napoli" / "not.txt").write_text("text")
    url = url.replace("{root}", str(root))
    assert recordings.find(url, slug="bella-napoli") is None
    assert not recordings.delete(url, slug="bella-napoli")
    assert (own_folder / "secret.wav").exists()
    Call.objects.filter(pk=left.call.pk).update(recording_url=url)
    ana = bearer("ana@bella.test", "bella-napoli")
    assert client.get(f"/api/v1/calls/{left.call.pk}/recording", headers=ana).status_code == 404


def test_a_whole_number_is_seen_in_one_way_which_is_on_record(left: Left, in_bella: Place) -> None:
    seen = numbers.seen_whole(left.order, field="customer_number", place=in_bella, by="ana@bella.test")
    assert seen == NUMBER
    (entry,) = AuditEntry.objects.filter(action="numbers.view_whole")
    assert (entry.actor, entry.subject, entry.number_last4) == ("ana@bella.test", f"orders/{left.order.pk}", "0134")
    assert NUMBER not in str(entry.__dict__)


def test_where_there_is_no_number_nobody_saw_one(in_bella: Place) -> None:
    call: Any = Call.objects.create(carrier_sid=f"CA{uuid4().hex}", to_number="+15125550101")
    assert numbers.seen_whole(call, field="from_number", place=in_bella, by="ana@bella.test") == ""
    assert not AuditEntry.objects.filter(action="numbers.view_whole").exists()
