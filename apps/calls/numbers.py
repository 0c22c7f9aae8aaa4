"""The one way to a whole phone number, which is on record."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Model

from apps.accounts import audit
from apps.tenants.scope import Place


@transaction.atomic
def seen_whole(row: Model, *, field: str, place: Place, by: str) -> str:
    """The number in a field of one record, for somebody with the permission `numbers.view_whole`. That they saw it is
    written down with its keyed hash and last four; no number, no entry."""
    number = str(getattr(row, field))
    if number:
        subject = f"{row._meta.db_table}/{row.pk}"
        audit.record("numbers.view_whole", actor=by, place=place, subject=subject, number=number)
    return number
