"""Erasing a guest by phone number: rows, public rows, files, and what the carrier has. Sums of money stay.

The rows are changed in one transaction; what lies on disks and at the carrier is work rows written with it, which name
calls and messages by their ids and are done again until they succeed. The number itself is kept nowhere: the list of
erasures, which a restored backup needs, and the audit record have its keyed hash.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts import audit, keys
from apps.calls.models import Call, Suppression
from apps.language import phones, traces
from apps.outbox import services as outbox
from apps.outbox.models import Delivery
from apps.privacy import rows
from apps.privacy.guest import Guest
from apps.privacy.models import Erasure
from apps.restaurant import services as restaurant
from apps.restaurant.models import StaffContact
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from apps.voice import log as call_log

SOMEBODY = "[erased]"
"""In the place of a name."""
BATCH = 200
"""Calls or messages in one work row."""


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


@transaction.atomic
def erase(place: Place, number: str, *, by: str, now: datetime) -> dict[str, int]:
    """Everything about this number in the restaurant that was entered; how many rows of which table. Doing it again
    finds nothing. `Refusal` for a number that is the restaurant's own, and while a call from it is on the line."""
    number = _checked(place, number)
    guest = Guest(number)
    if guest.calls.exclude(state=Call.State.ENDED).exists():
        raise Refusal(_("A call from this number is still on the line. Try again when it has ended."))
    calls = {str(row.pk): row for row in guest.calls}
    subjects = [*calls, *(str(pk) for rows_ in (guest.orders, guest.reservations, guest.tickets) for pk in
                          rows_.values_list("pk", flat=True))]  # fmt: skip
    _owe_files_and_carrier(place, guest, calls, now=now)
    counts = _erase_rows(guest, now=now)
    _erase_deliveries(place, subjects)
    for table, done in rows.take_out(place, number).items():
        counts[table] = max(counts.get(table, 0), done)
    counts["call_logs"] = _erase_from_other_logs(number)
    counts = {table: count for table, count in counts.items() if count}
    digest = keys.number_digest(number)
    erasure = Erasure.objects.create(restaurant_id=place.id, number_digest=digest, by=by, erased_at=now, counts=counts)
    transaction.on_commit(lambda: _note_down(erasure))
    audit.record("numbers.erase", actor=by, place=place, subject=f"erasures/{erasure.pk}", after=counts, number=number)
    return counts


def rehearse(place: Place, number: str, *, now: datetime) -> dict[str, int]:
    """What `erase` would do; nothing is changed."""
    number = _checked(place, number)
    with transaction.atomic():
        guest = Guest(number)
        counts = {table: found.count() for table, found in guest.tables().items()}
        transaction.set_rollback(True)
    return {table: count for table, count in counts.items() if count}


def _checked(place: Place, number: str) -> str:
    found = phones.normalise(number)
    if found is None:
        raise Refusal(_("That is no phone number."))
    chosen = restaurant.settings()
    own = PhoneNumber.objects.filter(restaurant_id=place.id, number=found).exists()
    if own or found in (chosen.phone, chosen.transfer_number) or StaffContact.objects.filter(number=found).exists():
        raise Refusal(_("That number is the restaurant's or one of its people's. Change it in the settings."))
    return found


# ---- rows ----------------------------------------------------------------------------------------------


def _erase_rows(guest: Guest, *, now: datetime) -> dict[str, int]:
    tables = guest.tables()
    counts = {name: found.count() for name, found in tables.items() if name != "sms_suppressions"}
    silenced = guest.suppressions.filter(number=guest.number).first()
    if silenced is not None:  # the law wants the wish for silence kept, not the number
        silenced.delete()
        digest = keys.number_digest(guest.number)
        Suppression.objects.get_or_create(number=digest, defaults={"since": silenced.since})
        counts["sms_suppressions"] = 1
    tables["order_lines"].update(note="")
    tables["order_events"].update(note="")
    for change in tables["order_changes"]:
        change.before = _without_words(change.before)
        change.save(update_fields=["before"])
    tables["payments"].update(link="")
    tables["pos_orders"].update(request={}, last_error="")
    tables["reservation_events"].update(note="")
    tables["call_flags"].update(words="", wrong="")
    for name in ("carts", "holds", "waitlist", "messages", "sms_consents", "transcripts", "order_lookups",
                 "regression_cases"):  # fmt: skip
        tables[name].delete()
    _close_tickets(guest, now=now)
    order_ids, booking_ids = _ids(guest.orders), _ids(guest.reservations)
    _update(guest.orders.model, order_ids, customer_name=SOMEBODY, customer_number="", note="", cancelled_reason="")
    _update(guest.reservations.model, booking_ids, name=SOMEBODY, number="", notes="", cancelled_reason="")
    guest.calls.update(from_number="", summary="", recording_url="", report={})
    return counts


def _close_tickets(guest: Guest, *, now: datetime) -> None:
    ids = _ids(guest.tickets)
    _update(guest.tickets.model, ids, summary=SOMEBODY, callback_number="", closed_reason="")
    still_open = guest.tickets.model.objects.filter(pk__in=ids, status="open")
    still_open.update(status="closed", closed_at=now, closed_reason="The guest was erased.")


def _ids(found: Any) -> list[Any]:
    return list(found.values_list("pk", flat=True))


def _update(model: Any, ids: list[Any], **values: Any) -> None:
    model.objects.filter(pk__in=ids).update(**values)


def _without_words(before: dict[str, Any]) -> dict[str, Any]:
    """An order as it was, without what was written to it."""
    lines = [{**line, "note": ""} for line in before.get("lines", ())]
    return {**before, "note": "", "lines": lines}


def _erase_deliveries(place: Place, subjects: list[str]) -> None:
    """Webhooks' bodies hold whole calls and orders: of those that tell of the guest only the id is left."""
    mine = Delivery.objects.filter(endpoint__restaurant_id=place.id)
    for begin in range(0, len(subjects), 50):
        tells = Q()
        for each in subjects[begin : begin + 50]:
            tells |= Q(body__contains=each)
        for row in mine.filter(tells):
            said = json.loads(row.body)
            data = said.get("data") or {}
            said["data"] = {"id": data.get("id") or data.get("call_id"), "erased": True}
            row.body = json.dumps(said, separators=(",", ":"))
            row.last_answer = ""
            row.save(update_fields=["body", "last_answer"])


# ---- files and the carrier -----------------------------------------------------------------------------


def _owe_files_and_carrier(place: Place, guest: Guest, calls: dict[str, Call], *, now: datetime) -> None:
    sids = [row.carrier_sid for row in calls.values()]
    messages = [sid for sid in guest.messages.values_list("carrier_sid", flat=True) if sid]
    recordings = [row.recording_url for row in calls.values() if row.recording_url]
    mark = f"{keys.number_digest(guest.number)[:16]}:{now.isoformat()}"  # ids of the carrier may themselves be numbers
    for begin in range(0, len(sids), BATCH):
        part = sids[begin : begin + BATCH]
        outbox.add("privacy.forget_files", key=f"privacy.forget_files:{mark}:{begin}", place=place, payload={
            "call_sids": part, "recordings": recordings[begin : begin + BATCH]})  # fmt: skip
        outbox.add("privacy.forget_at_carrier", key=f"privacy.forget_at_carrier:{mark}:calls:{begin}", place=place,
                   payload={"call_sids": part, "message_sids": []})  # fmt: skip
    for begin in range(0, len(messages), BATCH):
        part = messages[begin : begin + BATCH]
        outbox.add("privacy.forget_at_carrier", key=f"privacy.forget_at_carrier:{mark}:messages:{begin}", place=place,
                   payload={"call_sids": [], "message_sids": part})  # fmt: skip


def _erase_from_other_logs(number: str) -> int:
    """Logs of other people's calls in which the number was given."""
    changed = 0
    for sid in Call.objects.filter(state=Call.State.ENDED).values_list("carrier_sid", flat=True).iterator():
        changed += _erase_from_log(call_log.path(sid), number)
    return changed


def _erase_from_log(path: Path, number: str) -> bool:
    try:
        before = path.read_text(errors="replace")
    except FileNotFoundError:
        return False
    after = "".join(_line_without(line, number) for line in before.splitlines(keepends=True))
    if after == before:
        return False
    draft = path.with_suffix(".erased")
    draft.touch(mode=0o600)
    draft.write_text(after)
    draft.replace(path)
    return True


def _line_without(line: str, number: str) -> str:
    try:
        left = traces.without_in(json.loads(line), number, mark=rows.ERASED)
    except ValueError:
        return traces.without(line, number, mark=rows.ERASED)
    return line if left == json.loads(line) else json.dumps(left) + "\n"


# ---- the list ------------------------------------------------------------------------------------------


def _list() -> Path:
    folder: Path = settings.RECORDS_DIR
    return folder / "privacy" / "erasures.jsonl"


def _note_down(erasure: Erasure) -> None:
    """Outside the database too: a backup that is restored knows nothing of what was erased after it was made."""
    noted = {
        "id": str(erasure.pk),
        "restaurant": str(erasure.restaurant_id),
        "number_digest": erasure.number_digest,
        "by": erasure.by,
        "erased_at": erasure.erased_at.isoformat(),
    }
    path = _list()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        file.write(json.dumps(noted) + "\n")


def noted() -> Iterator[dict[str, Any]]:
    """Every erasure on the list outside the database."""
    with contextlib.suppress(FileNotFoundError):
        for line in _list().read_text().splitlines():
            yield json.loads(line)


def apply_again(place: Place, *, now: datetime) -> int:
    """After a backup was restored: erase what had been erased since it was made, as far as it is back; how many.
    Erasures are known by keyed hash alone, so every number that is found anywhere is held against the list."""
    known = {str(pk) for pk in Erasure.objects.filter(restaurant_id=place.id).values_list("pk", flat=True)}
    missing = [each for each in noted() if each["restaurant"] == str(place.id) and each["id"] not in known]
    wanted = {each["number_digest"] for each in missing}
    found = [number for number in _numbers(place) if keys.number_digest(number) in wanted] if wanted else []
    done = 0
    for number in found:
        with contextlib.suppress(Refusal):
            erase(place, number, by="apply_erasures", now=now)
            done += 1
    for each in missing:
        Erasure.objects.get_or_create(
            pk=UUID(each["id"]),
            defaults={
                "restaurant_id": place.id,
                "number_digest": each["number_digest"],
                "by": each["by"],
                "erased_at": datetime.fromisoformat(each["erased_at"]),
            },
        )
    return done


def _numbers(place: Place) -> set[str]:
    """Every phone number that stands anywhere in the restaurant's rows."""
    found: set[str] = set()
    everything = [*(model._base_manager.all() for model in rows.guests()), *rows.public(place)]
    for table in everything:
        for field in rows.text_fields(table.model):
            for value in table.order_by().values_list(field.attname, flat=True).iterator(chunk_size=1000):
                text = value if isinstance(value, str) else json.dumps(value)
                found |= traces.numbers_in(text)
    return found
