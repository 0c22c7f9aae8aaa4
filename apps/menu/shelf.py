"""The menus this process read last, with their search indexes: one small query tells whether one is still true."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from apps.menu import services
from apps.menu.card import Card
from apps.menu.search import Index

MOST_MENUS = 1000
"""In memory; a menu of 500 items and its index take some 5 MB."""
Stamp = tuple[int, datetime | None]


@dataclass(frozen=True)
class Menu:
    """A menu as it was read, and its index once somebody searches."""

    card: Card
    stamp: Stamp
    read_at: datetime

    @cached_property
    def index(self) -> Index:
        return Index(self.card)


_shelf: OrderedDict[tuple[UUID, str, bool], Menu] = OrderedDict()
_lock = threading.Lock()


def current(restaurant_id: UUID, *, now: datetime, currency: str = "USD", alcohol_sold: bool = True) -> Menu:
    """The menu of the restaurant that was entered, read anew only when it has changed."""
    key, stamp = (restaurant_id, currency, alcohol_sold), services.stamp()
    with _lock:
        known = _shelf.get(key)
    if known is not None and is_true(known, stamp=stamp, now=now):
        return known
    card = services.read_card(now=now, currency=currency, alcohol_sold=alcohol_sold)
    made = Menu(card, stamp, now)  # a change meanwhile is seen the next time
    with _lock:
        _shelf[key] = made
        _shelf.move_to_end(key)
        while len(_shelf) > MOST_MENUS:
            _shelf.popitem(last=False)
    return made


def is_true(menu: Menu, *, stamp: Stamp, now: datetime) -> bool:
    """Whether it still says what the database says."""
    back_at = menu.card.changes_at
    return menu.stamp == stamp and menu.read_at <= now and (back_at is None or now < back_at)
