"""What goes well with an order: at most one thing, offered once. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from apps.menu.card import Card, Item


@dataclass(frozen=True, slots=True)
class Suggestion:
    item_id: str
    name: str
    say: str


def suggest(card: Card, ordered: Collection[str]) -> Suggestion | None:
    """For what is ordered (ids of items), the first pair of the menu whose offer can be had, is no alcohol, and is
    neither in the order nor of a category that is."""
    chosen = [card.by_id[one] for one in ordered if one in card.by_id]
    categories = {item.category for item in chosen}
    for pair in card.upsells:
        offer = card.by_id.get(pair.offer_id)
        if offer is None or not _can_offer(offer) or offer.category in categories:
            continue
        if any(item.id == pair.item_id or item.category == pair.category for item in chosen):
            return Suggestion(offer.id, offer.name, pair.words or f"Would you like {offer.name} with that?")
    return None


def _can_offer(offer: Item) -> bool:
    """It must need no further question: one size or a usual one, and no choice that has to be made."""
    asks = any(group.minimum > sum(option.default for option in group.options) for group in offer.groups)
    sized = not offer.variants or any(variant.default for variant in offer.variants)
    return offer.available and not offer.alcohol and sized and not asks
