"""Reading the menu as a `Card`, and taking things off it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import chain
from uuid import UUID

from apps.menu import dayparts
from apps.menu.card import Card, Group, Item, Option, Pair, Variant
from apps.menu.dayparts import Window
from apps.menu.models import (
    Daypart,
    EightySixed,
    ItemGroup,
    ItemVariant,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuVersion,
    UpsellPair,
)
from apps.outbox import live
from apps.restaurant import hours
from apps.restaurant.hours import Week
from apps.tenants import scope

SOLD_OUT = "sold out"
NOT_SOLD = "not sold over the phone"


def read_card(*, now: datetime, currency: str = "USD", alcohol_sold: bool = True) -> Card:
    """The whole menu of the restaurant that was entered, in eight queries however long it is (ten with dayparts)."""
    counted, _ = stamp()
    place = scope.here()
    zone = place.timezone if place is not None else "UTC"
    windows = _Windows()
    variants: dict[UUID, list[Variant]] = defaultdict(list)
    for size in ItemVariant.objects.all():
        variants[size.item_id].append(Variant(str(size.pk), size.name, size.price, tuple(size.synonyms), size.default))
    groups = _Groups(now)
    offered: dict[UUID, list[UUID]] = defaultdict(list)
    for link in ItemGroup.objects.all():
        offered[link.item_id].append(link.group_id)
    rows = list(
        MenuItem.objects.filter(active=True)
        .select_related("category")
        .order_by("category__position", "position", "name")
    )
    items = tuple(
        _item(
            row,
            variants=tuple(variants[row.pk]),
            groups=tuple(groups.get(each) for each in offered[row.pk]),
            now=now,
            windows=windows.of(row),
            sale_hours=windows.alcohol if row.alcohol else (),
            alcohol_sold=alcohol_sold,
        )
        for row in rows
    )
    back = [row.sold_out_until for row in (*rows, *groups.options()) if row.sold_out and row.sold_out_until]
    edge = dayparts.next_change(windows.all, now, timezone=zone)
    changes_at = min((moment for moment in (*back, edge) if moment is not None and moment > now), default=None)
    card = Card(
        items=items,
        currency=currency,
        version=counted,
        changes_at=changes_at,
        timezone=zone,
        upsells=tuple(
            Pair(str(row.offer_id), str(row.item_id or ""), row.category.name if row.category else "", row.words)
            for row in UpsellPair.objects.select_related("category")
        ),
    )
    return card.at(now)


def stamp() -> tuple[int, datetime | None]:
    """How often the menu has changed, and when last: the database keeps both, whoever changed it (migration 0002).
    The moment tells apart a change that was rolled back from the next one, which has the same number."""
    return MenuVersion.objects.filter(pk=1).values_list("number", "changed_at").first() or (0, None)


class _Windows:
    """The dayparts of a restaurant, by the items and categories they hold."""

    def __init__(self) -> None:
        rows = list(Daypart.objects.prefetch_related("items", "categories"))
        made = {row.pk: _window(row) for row in rows}
        self.all = tuple(made.values())
        self.alcohol = tuple(made[row.pk] for row in rows if row.for_alcohol)
        self._items: dict[UUID, list[Window]] = defaultdict(list)
        self._categories: dict[UUID, list[Window]] = defaultdict(list)
        for row in rows:
            for item in row.items.all():
                self._items[item.pk].append(made[row.pk])
            for category in row.categories.all():
                self._categories[category.pk].append(made[row.pk])

    def of(self, row: MenuItem) -> tuple[Window, ...]:
        """An item's own windows, else its category's."""
        return tuple(self._items[row.pk] or self._categories[row.category_id])


class Moment:
    """What can be had at one moment, for those who look at single rows and not at the card. Three queries."""

    def __init__(self, *, now: datetime, timezone: str, alcohol_sold: bool) -> None:
        self._now, self._timezone, self._alcohol_sold = now, timezone, alcohol_sold
        self._windows = _Windows()

    def of(self, row: MenuItem) -> tuple[bool, str]:
        """Whether this item can be had, and if not, why; as the card says it."""
        available, reason = availability(row, now=self._now)
        if row.alcohol and not self._alcohol_sold:
            available, reason = False, NOT_SOLD
        for windows in (self._windows.of(row), self._windows.alcohol if row.alcohol else ()):
            if available and not dayparts.hold(windows, self._now, timezone=self._timezone):
                available, reason = False, dayparts.say(windows)
        return available, reason


def _window(row: Daypart) -> Window:
    return Window(row.name, frozenset(row.weekdays), row.opens, row.closes, row.first_day, row.last_day)


class _Groups:
    """All groups of a restaurant, put together once, nested ones below their options."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._rows = {row.pk: row for row in MenuModifierGroup.objects.all()}
        self._below: dict[UUID, list[UUID]] = defaultdict(list)
        for row in self._rows.values():
            if row.parent_id is not None:
                self._below[row.parent_id].append(row.pk)
        self._options: dict[UUID, list[MenuModifier]] = defaultdict(list)
        for option in MenuModifier.objects.all():
            self._options[option.group_id].append(option)
        self._made: dict[UUID, Group] = {}
        self._opening: set[UUID] = set()
        """Groups being put together: one that opens below itself is left out there, else it would never end."""

    def options(self) -> Iterator[MenuModifier]:
        return chain.from_iterable(self._options.values())

    def get(self, group_id: UUID) -> Group:
        if group_id not in self._made:
            row = self._rows[group_id]
            self._opening.add(group_id)
            options = tuple(self._option(option) for option in self._options[group_id])
            self._opening.discard(group_id)
            self._made[group_id] = Group(str(row.pk), row.name, row.minimum, row.maximum, options, row.free)
        return self._made[group_id]

    def _option(self, row: MenuModifier) -> Option:
        available, reason = availability(row, now=self._now)
        return Option(
            id=str(row.pk),
            name=row.name,
            price=row.price,
            default=row.default,
            available=available,
            unavailable_reason=reason,
            synonyms=tuple(row.synonyms),
            pronunciation=row.pronunciation,
            groups=tuple(self.get(below) for below in self._below[row.pk] if below not in self._opening),
        )


def _item(
    row: MenuItem,
    *,
    variants: tuple[Variant, ...],
    groups: tuple[Group, ...],
    now: datetime,
    windows: tuple[Window, ...],
    sale_hours: tuple[Window, ...],
    alcohol_sold: bool,
) -> Item:
    available, reason = availability(row, now=now)
    if row.alcohol and not alcohol_sold:
        available, reason = False, NOT_SOLD
    return Item(
        id=str(row.pk),
        name=row.name,
        category=row.category.name,
        price=row.price,
        description=row.description,
        variants=variants,
        groups=groups,
        synonyms=tuple(row.synonyms),
        pronunciation=row.pronunciation,
        allergens=tuple(sorted(row.allergens.items())),
        dietary=tuple(row.dietary),
        tax_class=row.tax_class,
        alcohol=row.alcohol,
        available=available,
        unavailable_reason=reason,
        sold_out=not available,
        windows=windows,
        sale_hours=sale_hours,
    )


def availability(row: EightySixed, *, now: datetime) -> tuple[bool, str]:
    """Whether it can be had now, and if not, why."""
    if not row.sold_out or (row.sold_out_until is not None and row.sold_out_until <= now):
        return True, ""
    return False, row.sold_out_reason or SOLD_OUT


def eighty_six(row: MenuItem | MenuModifier, *, until: datetime | None = None, reason: str = "") -> None:
    """Take an item or an option off, until a moment or (None) until it is changed by hand."""
    row.sold_out, row.sold_out_until, row.sold_out_reason = True, until, reason
    row.save(update_fields=["sold_out", "sold_out_until", "sold_out_reason"])
    live.touched("menu", row.pk)


def tomorrow(*, now: datetime, week: Week) -> datetime:
    """When what is off for the rest of the business day is back: when the house opens on the next one."""
    day = hours.business_day(week, now) + timedelta(days=1)
    morning = hours.local(day, time(0), timezone=week.timezone)
    following = hours.next_opening(week, max(now, morning - timedelta(microseconds=1)))
    return following.starts_at if following else morning


def eighty_six_until_tomorrow(row: MenuItem | MenuModifier, *, now: datetime, week: Week, reason: str = "") -> None:
    eighty_six(row, until=tomorrow(now=now, week=week), reason=reason)


def bring_back(row: MenuItem | MenuModifier) -> None:
    row.sold_out, row.sold_out_until, row.sold_out_reason = False, None, ""
    row.save(update_fields=["sold_out", "sold_out_until", "sold_out_reason"])
    live.touched("menu", row.pk)
