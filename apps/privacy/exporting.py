"""Giving data out: everything held about one guest as JSON, and a whole restaurant as a ZIP of JSON lines and sound.

Neither is ever whole in memory: rows are read in batches and written as they come. Secrets are in neither.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry, Membership
from apps.calls import recordings
from apps.language import phones
from apps.outbox import services as outbox
from apps.privacy.erasing import Refusal
from apps.privacy.guest import Guest
from apps.privacy.models import Export
from apps.tenants.models import Domain, PhoneNumber
from apps.tenants.scope import Place

LINK_SECONDS = 900
KEPT = timedelta(days=7)
BATCH = 500
_SALT = "loman.export"


# ---- one guest -----------------------------------------------------------------------------------------


@transaction.atomic
def guest(place: Place, number: str, *, by: str) -> dict[str, Any]:
    """Everything held about a number in the restaurant that was entered, by table, with what is on record about it."""
    found = phones.normalise(number)
    if found is None:
        raise Refusal(_("That is no phone number."))
    tables = {name: list(_plain(rows)) for name, rows in Guest(found).tables().items()}
    tables["audit_entries"] = list(_plain(_audit(place).filter(number_digest=keys.number_digest(found))))
    counts = {name: len(rows) for name, rows in tables.items() if rows}
    audit.record("exports.guest", actor=by, place=place, after=counts, number=found)
    return {"restaurant": place.slug, "number": found, **tables}


# ---- a whole restaurant --------------------------------------------------------------------------------


def write_zip(place: Place, target: Path) -> int:
    """Everything of the restaurant that was entered, to a file that appears when it is whole; its size in bytes."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for rows in _everything(place):
                with archive.open(f"{rows.model._meta.db_table}.jsonl", "w") as file:
                    for row in _plain(rows):
                        file.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n")
            for sound in sorted(recordings.folder(place.slug).glob("*.wav")):
                archive.write(sound, f"recordings/{sound.name}", compress_type=zipfile.ZIP_STORED)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def _everything(place: Place) -> Iterator[QuerySet[Any]]:
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            for model in config.get_models():
                yield model._base_manager.order_by("pk")
    yield PhoneNumber.objects.filter(restaurant_id=place.id)
    yield Domain.objects.filter(tenant_id=place.id)
    yield Membership.objects.filter(restaurant_id=place.id).order_by("pk")
    yield _audit(place)


def _audit(place: Place) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(restaurant_id=place.id).order_by("position")


def _plain(rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """The rows as they are, but for secrets: of those it is only said whether there is one."""
    fields = [each.attname for each in rows.model._meta.concrete_fields]
    secret = [each for each in fields if audit.is_secret(each) and rows.model is not AuditEntry and each != "key"]
    for row in rows.values(*fields).iterator(chunk_size=BATCH):
        yield row | {name: bool(row[name]) for name in secret}


# ---- asked for over HTTP -------------------------------------------------------------------------------


@transaction.atomic
def ask(place: Place, *, by: str) -> Export:
    """Have the restaurant's data put together."""
    row = Export.objects.create(restaurant_id=place.id, by=by)
    outbox.add("privacy.export", key=f"privacy.export:{row.pk}", payload={"export": str(row.pk)}, place=place)
    audit.record("exports.restaurant", actor=by, place=place, subject=f"exports/{row.pk}")
    return row


def make(place: Place, export_id: UUID) -> None:
    """Put one together that was asked for. Doing it again makes the same."""
    row = Export.objects.filter(pk=export_id, restaurant_id=place.id, state=Export.State.WAITING).first()
    if row is not None:
        size = write_zip(place, path_of(row))
        Export.objects.filter(pk=row.pk, state=Export.State.WAITING).update(state=Export.State.READY, size=size)


def path_of(row: Export) -> Path:
    folder: Path = settings.RECORDS_DIR
    return folder / "exports" / str(row.restaurant_id) / f"{row.pk}.zip"


def link(row: Export, *, place: Place, by: str) -> str:
    """An address that is good for minutes; that it was given is on record."""
    token = signing.dumps({"export": str(row.pk), "by": by}, salt=_SALT)
    audit.record("exports.download", actor=by, place=place, subject=f"exports/{row.pk}")
    return reverse("export-file", kwargs={"token": token})


def behind(token: str) -> Path | None:
    """The file of an address, while it is good and the file is there."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    row = Export.objects.filter(pk=said["export"], state=Export.State.READY).first()
    return path_of(row) if row is not None and path_of(row).is_file() else None


def forget_old(place: Place, *, now: datetime) -> int:
    """Files of exports that nobody needs any more."""
    old = Export.objects.filter(restaurant_id=place.id, created_at__lt=now - KEPT).exclude(state=Export.State.GONE)
    for row in old:
        path_of(row).unlink(missing_ok=True)
    return old.update(state=Export.State.GONE)
