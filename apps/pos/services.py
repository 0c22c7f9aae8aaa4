"""The restaurant's till: connecting it, reading its catalogue, and bringing every order there once.

What is sent is decided and kept before anything is sent. An attempt that was killed, or never heard the answer,
sends the same again under the same key, and finds the order it made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import keys
from apps.calls import services as calls
from apps.menu.imports import store
from apps.menu.models import ItemVariant, MenuItem, MenuModifier
from apps.orders.models import Order, OrderLine
from apps.pos.models import Connection, ExternalId, PushedOrder
from apps.pos.square import Square
from apps.pos.till import Choice, Denied, Docket, Line, Named, Refused, Taken, Till, Unavailable
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

STAFF_HEAR_AFTER = timedelta(minutes=10)
"""Of an order that has not reached the till."""
TILLS: dict[str, Callable[..., Till]] = {"square": Square}


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did, or would do."""

    changes: store.Changes
    warnings: tuple[str, ...]
    linked: int
    """Rows of the menu that the till knows too."""


@transaction.atomic
def connect(*, vendor: str, location: str, token: str) -> Connection:
    """This is the restaurant's till from now on; its key is kept encrypted. Nothing is asked of it yet."""
    if vendor not in TILLS:
        raise Refusal(
            _("There is no till called %(name)s; built are: %(tills)s.") % {"name": vendor, "tills": ", ".join(TILLS)}
        )
    if not location.strip() or not token.strip():
        raise Refusal(_("A till needs its location and its key."))
    row, _is_new = RestaurantSettings.objects.select_for_update().get_or_create(pk=1)
    row.provider_keys = {**row.provider_keys, vendor: keys.encrypt(token.strip())}
    row.save(update_fields=["provider_keys", "updated_at"])
    made, _is_new = Connection.objects.update_or_create(
        pk=1, defaults={"vendor": vendor, "location": location.strip(), "active": True}
    )
    return made


def till_of(connection: Connection) -> Till:
    sealed = restaurant.settings().provider_keys.get(connection.vendor, "")
    if not sealed:
        raise Denied(f"There is no key for {connection.vendor}.")
    return TILLS[connection.vendor](token=keys.decrypt(sealed), location=connection.location)


# ---- the catalogue -------------------------------------------------------------------------------------------


def pull(*, dry_run: bool, now: datetime) -> Pulled:
    """Bring the menu to what the till sells, and learn what things are called there. All of it or nothing."""
    connection = Connection.objects.filter(active=True).first()
    if connection is None:
        raise Refusal(_("No till is connected."))
    catalog = till_of(connection).pull_catalog()
    if catalog.reading.errors:
        listed = "\n".join(f"  {error}" for error in catalog.reading.errors)
        raise Refusal(f"Nothing was imported; {len(catalog.reading.errors)} problems:\n{listed}")
    with transaction.atomic():
        changes = store.write(catalog.reading.items)
        linked = _link(catalog.names)
        Connection.objects.filter(pk=connection.pk).update(pulled_at=now)
        if dry_run:
            transaction.set_rollback(True)
    warnings = (*map(str, catalog.reading.warnings), *changes.warnings)
    return Pulled(changes, warnings, linked)


def _link(names: Sequence[Named]) -> int:
    """Write anew what the till calls our rows. A name that two of ours or two of theirs have is left out: an order
    then says it in words, which is right, where a guess could be another dish."""
    theirs: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in names:
        theirs[one.kind, one.owner, one.name].append(one.external_id)
    ours: dict[tuple[str, str, str], list[UUID]] = defaultdict(list)
    for pk, name in MenuItem.objects.filter(active=True).values_list("pk", "name"):
        ours["item", name, ""].append(pk)
    sizes = ItemVariant.objects.filter(item__active=True).values_list("pk", "item__name", "name")
    for pk, item, name in sizes:
        ours["size", item, name].append(pk)
    for pk, group, name in MenuModifier.objects.filter(group__parent=None).values_list("pk", "group__name", "name"):
        ours["option", group, name].append(pk)
    ExternalId.objects.all().delete()
    found = [
        ExternalId(menu_id=mine[0], external_id=known[0])
        for key, mine in ours.items()
        if len(mine) == 1 and len(known := theirs.get(key, [])) == 1
    ]
    ExternalId.objects.bulk_create(found)
    return len(found)


# ---- orders --------------------------------------------------------------------------------------------------


def bring(order_id: UUID, *, now: datetime) -> None:
    """Have the till know of an order what we know: there once it is approved, taken back once it is cancelled.

    Doing it again changes nothing. `Unavailable`: to be tried again later.
    """
    connection = Connection.objects.filter(active=True).first()
    order = Order.objects.get(pk=order_id)
    row = PushedOrder.objects.filter(order=order).first()
    if connection is None or order.status == "approval" or (order.status == "cancelled" and row is None):
        return
    try:
        till = till_of(connection)
        if row is None:
            row = _decide(order, till)
        if row.state == PushedOrder.State.WAITING:
            _push(order, row, till, now=now)
        order.refresh_from_db()  # it may have been cancelled while the till was asked
        if order.status == "cancelled" and row.state == PushedOrder.State.PUSHED:
            _take_back(order, row, till)
    except Refused as reason:
        _give_up(order, reason)
    except Unavailable as reason:
        _tell_of_trouble(order, reason, now=now)
        raise


def _decide(order: Order, till: Till) -> PushedOrder:
    """What will be sent, and whether the till asks the same money for it. Whoever decided first has decided."""
    request = till.request(docket_of(order))
    total = till.quote(request, currency=order.currency)
    with transaction.atomic():
        row, made = PushedOrder.objects.get_or_create(
            order=order, defaults={"request": request, "their_total": total, "differs": total != order.total}
        )
        if made and row.differs:
            _tell_of_difference(order, total)
    return row


def _push(order: Order, row: PushedOrder, till: Till, *, now: datetime) -> None:
    taken: Taken = till.push_order(row.request, key=order.key, currency=order.currency)
    row.state, row.external_id, row.pushed_at = PushedOrder.State.PUSHED, taken.external_id, now
    row.their_total, row.differs, row.last_error = taken.total, taken.total != order.total, ""
    with transaction.atomic():
        row.save(update_fields=["state", "external_id", "pushed_at", "their_total", "differs", "last_error"])
        if row.differs:
            _tell_of_difference(order, taken.total)


def _take_back(order: Order, row: PushedOrder, till: Till) -> None:
    till.cancel_order(row.external_id, key=order.key)
    row.state = PushedOrder.State.CANCELLED
    row.save(update_fields=["state"])


@transaction.atomic
def _give_up(order: Order, reason: Refused) -> None:
    """Asking again would not help: a person has to."""
    PushedOrder.objects.update_or_create(
        order=order, defaults={"state": PushedOrder.State.REFUSED, "last_error": str(reason)[:300]}
    )
    what = "cancelled in the till" if order.status == "cancelled" else "entered into the till"
    _ticket(order, f"Order {order.number} has to be {what} by hand: {reason}", about=f"refused:{order.status}")


def _tell_of_difference(order: Order, theirs: Decimal) -> None:
    _ticket(
        order,
        f"The till charges {theirs} {order.currency} for order {order.number}; the guest was told {order.total}.",
        about="total",
    )


def _tell_of_trouble(order: Order, reason: Unavailable, *, now: datetime) -> None:
    """Staff hear of a key that is no good at once, of other trouble when an order is late for it."""
    PushedOrder.objects.filter(order=order).update(last_error=str(reason)[:300])
    if isinstance(reason, Denied):
        calls.open_ticket(
            type="other",
            summary=f"No order reaches the till: {reason}",
            key=f"pos:denied:{now:%Y-%m-%d}",
            now=now,
        )
    if now - order.created_at >= STAFF_HEAR_AFTER:
        _ticket(order, f"Order {order.number} has not reached the till yet: {reason}", about="late")


def _ticket(order: Order, summary: str, *, about: str) -> None:
    calls.open_ticket(
        type="other",
        summary=summary,
        key=f"pos:{order.pk}:{about}",
        call_id=order.call_id,
        now=order.created_at,
    )


# ---- what is sent --------------------------------------------------------------------------------------------


def docket_of(order: Order) -> Docket:
    """The order as a till gets it: by the till's own names where they are known and mean the same."""
    lines = list(order.lines.prefetch_related("modifiers"))
    items = {item.pk: item for item in MenuItem.objects.filter(pk__in=[line.item_id for line in lines])}
    known = dict(ExternalId.objects.values_list("menu_id", "external_id"))
    rates = restaurant.settings().tax_rates
    return Docket(
        key=order.key,
        reference=str(order.pk),
        number=order.number,
        customer_name=order.customer_name,
        customer_number=order.customer_number,
        ready_at=order.ready_at,
        lines=tuple(_line(line, items.get(line.item_id), known, rates) for line in lines),
        total=order.total,
        currency=order.currency,
        tax_included=order.tax_included,
        note=order.note,
    )


def _line(line: OrderLine, item: MenuItem | None, known: dict[UUID, str], rates: dict[str, str]) -> Line:
    base, menu_id = _priced_as(line, item)
    tax_class = item.tax_class if item else "standard"
    return Line(
        name=f"{line.variant} {line.item}".strip(),
        quantity=line.quantity,
        each=line.each,
        base=base,
        choices=tuple(_choices(line, item, known)),
        note=line.note,
        external_id=known.get(menu_id, "") if menu_id else "",
        tax_percent=Decimal(str(rates.get(tax_class, rates.get("standard", "0")))),
    )


def _priced_as(line: OrderLine, item: MenuItem | None) -> tuple[Decimal | None, UUID | None]:
    """Which row of the menu gives this line its price today."""
    if item is None:
        return None, None
    if not line.variant:
        return item.price, item.pk
    size = item.variants.filter(name=line.variant).first()
    return (size.price, size.pk) if size else (None, None)


def _choices(line: OrderLine, item: MenuItem | None, known: dict[UUID, str]) -> Iterable[Choice]:
    """What the guest chose. An option that cost another amount than on the menu (the first one is free, say) goes
    in words: by its name the till would charge the menu's."""
    options = defaultdict(list)
    for option in MenuModifier.objects.filter(group__items=item) if item else ():
        options[option.name].append(option)
    for each in line.modifiers.all():
        if each.from_menu:
            continue
        found = options.get(each.name, [])
        alike = len(found) == 1 and found[0].price == each.price
        external_id = known.get(found[0].pk, "") if alike else ""
        yield Choice(each.name, each.price, each.amount, each.side, external_id)
