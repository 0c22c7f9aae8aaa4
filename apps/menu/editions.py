"""Editions of the menu: published as a whole, kept, compared, brought back, and shared with an owner's other houses.

The tables are the menu that is served. A draft is a document beside them; publishing writes it into the tables in one
transaction, so that a running call sees the old menu or the new one, never half of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit
from apps.menu import document, merging
from apps.menu.document import Document
from apps.menu.models import MenuDraft, MenuEdition
from apps.outbox import live
from apps.outbox import services as outbox
from apps.tenants import scope
from apps.tenants.models import Restaurant

LOCK = 0x6D656E75
"""Spells "menu": one who writes at a time in a restaurant."""


class Refusal(Exception):
    """Why it cannot be, as a sentence for whoever manages the menu."""


def latest() -> MenuEdition | None:
    return MenuEdition.objects.order_by("-number").first()


@transaction.atomic
def keep(*, by: str, note: str = "", now: datetime, from_edition: int | None = None) -> MenuEdition:
    """The menu as it stands, as the newest edition; the one that is there when nothing differs from it."""
    lock()
    before, standing = latest(), document.read()
    if before is not None and before.document == standing and from_edition == before.from_edition:
        return before
    made = MenuEdition.objects.create(
        number=before.number + 1 if before else 1,
        document=standing,
        differs=document.differences(before.document if before else {}, standing),
        by=by,
        note=note,
        at=now,
        from_edition=from_edition,
    )
    _share(made)
    return made


@transaction.atomic
def roll_back(*, to: int, by: str, now: datetime) -> MenuEdition:
    """Serve an earlier edition again, as a new one. What stood until now is kept before it goes."""
    lock()
    wanted = MenuEdition.objects.filter(number=to).first()
    if wanted is None:
        raise Refusal(_("There is no edition %(number)s of the menu.") % {"number": to})
    keep(by=by, note=f"before going back to {to}", now=now)
    document.write(wanted.document)
    before = latest()
    made = keep(by=by, note=f"back to {to}", now=now)
    _tell_the_record("menu.roll_back", made, by=by, before=before)
    return made


# ---- drafts --------------------------------------------------------------------------------------------


@contextmanager
def drafting(*, by: str, now: datetime) -> Iterator[None]:
    """Inside, the menu's tables are the draft's, for any code that edits a menu (an import, a form); afterwards the
    draft is kept and the menu that is served is as it was. Nobody else ever sees the tables in between."""
    with transaction.atomic():
        lock()
        served = keep(by=by, note="before a draft", now=now)
        draft = MenuDraft.objects.filter(pk=1).first()
        if draft is not None and draft.based_on != served.number:
            raise Refusal(_(STALE))
        with transaction.atomic():
            document.write(draft.document if draft is not None else served.document)
            yield
            made = document.read()
            transaction.set_rollback(True)
        kept = {"document": made, "based_on": served.number, "by": by, "updated_at": now}
        MenuDraft.objects.update_or_create(pk=1, defaults=kept)
        live.touched("menu")


STALE = gettext_noop(
    "The menu has changed since this draft was begun. Discard the draft, or look at what changed and begin again."
)


@transaction.atomic
def publish_draft(*, by: str, note: str = "", now: datetime) -> MenuEdition:
    """Serve the draft. `Refusal` when there is none, or when the menu it was begun from is not the one served now."""
    lock()
    draft = MenuDraft.objects.select_for_update().filter(pk=1).first()
    if draft is None:
        raise Refusal(_("There is no draft to publish."))
    served = latest()
    if is_stale(draft):
        raise Refusal(_(STALE))
    document.write(draft.document)
    draft.delete()
    made = keep(by=by, note=note, now=now)
    _tell_the_record("menu.publish", made, by=by, before=served)
    return made


@transaction.atomic
def refresh_draft(*, by: str, now: datetime) -> MenuDraft:
    """Do to the menu as it is now what the draft did to the one it was begun from (`merging`)."""
    lock()
    draft = MenuDraft.objects.select_for_update().filter(pk=1).first()
    if draft is None:
        raise Refusal(_("There is no draft."))
    served = keep(by=by, note="before a draft was brought up to date", now=now)
    begun = MenuEdition.objects.get(number=draft.based_on)
    try:
        with transaction.atomic():
            document.write(merging.merged(begun.document, draft.document, served.document))
            draft.document = document.read()
            transaction.set_rollback(True)
    except IntegrityError:
        raise Refusal(_(TWICE)) from None
    draft.based_on, draft.by, draft.updated_at = served.number, by, now
    draft.save()
    live.touched("menu")
    return draft


TWICE = gettext_noop(
    "The draft and the live menu both have something new of the same name. Rename it in one of them first."
)


def _tell_the_record(action: str, made: MenuEdition, *, by: str, before: MenuEdition | None) -> None:
    audit.record(
        action,
        actor=by,
        place=scope.here(),
        subject=f"menu_editions/{made.number}",
        before={"edition": before.number if before else None},
        after={"edition": made.number, "note": audit.masked(made.note), "differs": audit.masked(made.differs)},
    )


def discard_draft() -> None:
    MenuDraft.objects.all().delete()
    live.touched("menu")


def is_stale(draft: MenuDraft, *, served: Document | None = None) -> bool:
    """Whether the menu that is served (read already, where it is given) is another than the draft was begun from."""
    newest = latest()
    if newest is None or newest.number != draft.based_on:
        return True
    return bool(newest.document != (served if served is not None else document.read()))


def draft_differences() -> dict[str, list[str]]:
    """What publishing the draft would change."""
    draft = MenuDraft.objects.filter(pk=1).first()
    return document.differences(document.read(), draft.document) if draft else {}


# ---- several houses of one owner -----------------------------------------------------------------------


def _share(edition: MenuEdition) -> None:
    """Every house that takes its menu from this one gets work to do; each does it in its own schema."""
    place = scope.here()
    if place is None:
        return
    with scope.public():
        for house in Restaurant.objects.filter(menu_from_id=place.id, owner__isnull=False).exclude(state="left"):
            outbox.add(
                "menu.receive",
                key=f"menu.receive:{house.pk}:{place.id}:{edition.number}",
                payload={"from": str(place.id)},
                place=scope.of(house),
            )


def receive(source_id: UUID, *, now: datetime) -> MenuEdition | None:
    """Take the newest edition of the house whose menu this one shares, with what is otherwise here put on top. None
    when it no longer shares it, or has that edition already."""
    taken_from = source()
    if taken_from is None or taken_from.id != source_id:
        return None
    number, taken = _newest_of(taken_from)
    with transaction.atomic():
        lock()
        had = MenuEdition.objects.exclude(from_edition=None).order_by("-number").first()
        if taken is None or (had is not None and (had.from_edition or 0) >= number):
            return None
        document.write(taken)
        return keep(by="loman", note=f"edition {number} of {taken_from.name}", now=now, from_edition=number)


def source() -> scope.Place | None:
    """The house of the same owner whose menu this one shares, if it does."""
    here = scope.here()
    assert here is not None, "a menu is received by a restaurant"
    with scope.public():
        mine = Restaurant.objects.get(pk=here.id)
        if mine.menu_from_id is None or mine.owner_id is None:
            return None
        theirs = Restaurant.objects.filter(pk=mine.menu_from_id, owner_id=mine.owner_id).exists()
        return scope.find_by_id(mine.menu_from_id) if theirs else None


def _newest_of(house: scope.Place) -> tuple[int, Document | None]:
    with scope.enter(house):
        newest = latest()
        return (newest.number, newest.document) if newest is not None else (0, None)


def lock() -> None:
    """Be the only one who edits or publishes this restaurant's menu, until the transaction ends."""
    place = scope.here()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, place.schema if place else ""])
