"""Giving data out: all of it, to those who may, without secrets, and by an address that dies."""

from __future__ import annotations

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import AsyncClient, Client
from django.utils import timezone

from apps.accounts import audit, keys, tokens
from apps.accounts.models import AuditEntry, User
from apps.menu.models import MenuItem
from apps.outbox import services as outbox
from apps.privacy import exporting
from apps.privacy.models import Export
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.privacy.guests import NUMBER, OTHER, a_guest


def bearer(email: str, slug: str) -> dict[str, str]:
    with scope.public():
        _, pair = tokens.begin(User.objects.get(email=email), restaurant=slug, now=timezone.now())
    return {"Authorization": f"Bearer {pair['access']}"}


@pytest.fixture
def ana(bella: Place) -> dict[str, str]:
    return bearer("ana@bella.test", "bella-napoli")


def post(client: Client, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def test_a_guests_export_has_everything_and_nobody_elses(in_bella: Place, client: Client, ana: dict[str, str]) -> None:
    left = a_guest(in_bella, number=NUMBER)
    a_guest(in_bella, number=OTHER)
    audit.record("numbers.view_whole", actor="sam@bella.test", place=in_bella, number=NUMBER)
    answer = post(client, "/api/v1/exports", {"number": "(512) 555-0134"}, ana)
    assert answer.status_code == 200
    told = answer.json()
    assert told["number"] == NUMBER
    empty = [name for name, rows in told.items() if isinstance(rows, list) and not rows]
    assert empty == []
    assert [row["id"] for row in told["orders"]] == [str(left.order.pk)]
    assert told["transcripts"][0]["text"] == f"my number is {NUMBER}"
    assert [row["actor"] for row in told["audit_entries"]] == ["sam@bella.test"]
    assert OTHER not in answer.content.decode()
    entry = AuditEntry.objects.get(action="exports.guest")
    assert (entry.number_digest, entry.number_last4) == (keys.number_digest(NUMBER), "0134")
    assert NUMBER not in str(entry.after)


@pytest.mark.parametrize("path", ["/api/v1/exports", "/api/v1/erasures"])
def test_staff_may_neither_export_nor_erase(bella: Place, client: Client, path: str) -> None:
    sam = bearer("sam@bella.test", "bella-napoli")
    assert post(client, path, {"number": NUMBER}, sam).status_code == 403
    assert client.post(path, {}, content_type="application/json").status_code == 401


def test_erasing_over_http(in_bella: Place, client: Client, ana: dict[str, str]) -> None:
    a_guest(in_bella, number=NUMBER)
    answer = post(client, "/api/v1/erasures", {"number": NUMBER}, ana)
    assert answer.status_code == 200
    assert answer.json()["erased"]["orders"] == 1
    assert AuditEntry.objects.get(action="numbers.erase").actor == "ana@bella.test"
    refused = post(client, "/api/v1/erasures", {"number": "+15125550192"}, ana)
    assert refused.status_code == 409
    assert "5550192" not in refused.content.decode()
    assert post(client, "/api/v1/erasures", {}, ana).status_code == 400


def test_a_restaurants_export_is_made_by_the_outbox_and_fetched_by_a_signed_address(
    in_bella: Place, client: Client, ana: dict[str, str], own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.outbox.tasks.ring", lambda: None)
    left = a_guest(in_bella, number=NUMBER)
    restaurant.change_settings({"provider_keys": {"openai": keys.encrypt("sk-secret")}}, by="ana@bella.test")
    asked = post(client, "/api/v1/exports", {}, ana)
    assert asked.status_code == 202
    assert "url" not in client.get(f"/api/v1/exports/{asked.json()['id']}", headers=ana).json()
    outbox.sweep()
    ready = client.get(f"/api/v1/exports/{asked.json()['id']}", headers=ana).json()
    path = exporting.behind(ready["url"].rpartition("/")[2])
    assert path is not None
    assert path.stat().st_size == ready["size"]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    dishes = [json.loads(line)["name"] for line in inside["menu_items.jsonl"].splitlines()]
    assert sorted(dishes) == sorted(MenuItem.objects.values_list("name", flat=True))
    for table in ("restaurant_settings", "orders", "reservations", "calls", "transcripts", "tickets", "messages",
                  "audit_entries", "phone_numbers", "memberships"):  # fmt: skip
        assert inside[f"{table}.jsonl"], table
    assert inside[f"recordings/{left.call.pk}.wav"] == left.recording.read_bytes()
    assert json.loads(inside["restaurant_settings.jsonl"])["provider_keys"] is True
    everything = b"".join(inside.values())
    assert keys.encrypt("x")[:6].encode() not in everything, "a sealed secret"
    assert b"Sakura" not in everything
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"exports.restaurant", "exports.download"} <= actions


def test_another_restaurants_export_is_not_there(bella: Place, client: Client, ana: dict[str, str]) -> None:
    row = post(client, "/api/v1/exports", {}, ana).json()
    yuki = bearer("yuki@sakura.test", "sakura")
    assert client.get(f"/api/v1/exports/{row['id']}", headers=yuki).status_code == 404


def test_an_address_that_is_old_or_forged_leads_nowhere(
    in_bella: Place, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = exporting.ask(in_bella, by="ana@bella.test")
    exporting.make(in_bella, row.pk)
    token = exporting.link(Export.objects.get(), place=in_bella, by="ana@bella.test").rpartition("/")[2]
    assert exporting.behind(token) is not None
    assert exporting.behind(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert exporting.behind("nonsense") is None
    monkeypatch.setattr(exporting, "LINK_SECONDS", -1)
    assert exporting.behind(token) is None


async def test_the_file_is_sent_in_pieces(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = own_folder / "a.zip"
    file.write_bytes(bytes(1_000_000))

    async def found(*_: Any) -> Path:
        return file

    monkeypatch.setattr(scope, "run", found)
    answer: Any = await AsyncClient().get("/api/v1/exports/download/t")
    pieces = [len(piece) async for piece in answer.streaming_content]
    assert sum(pieces) == 1_000_000
    assert max(pieces) < 300_000
    assert answer["Cache-Control"] == "private, no-store"


def test_files_of_exports_go_after_some_days(in_bella: Place, own_folder: Path) -> None:
    row = exporting.ask(in_bella, by="ana@bella.test")
    exporting.make(in_bella, row.pk)
    assert exporting.forget_old(in_bella, now=timezone.now()) == 0
    assert exporting.forget_old(in_bella, now=timezone.now() + exporting.KEPT * 2) == 1
    assert not exporting.path_of(row).exists()


def test_the_command_writes_a_file(in_bella: Place, own_folder: Path) -> None:
    out = StringIO()
    call_command("export_restaurant", own_folder / "all.zip", restaurant="bella-napoli", stdout=out)
    assert zipfile.is_zipfile(own_folder / "all.zip")
    assert AuditEntry.objects.filter(action="exports.restaurant", actor="manage.py").exists()
