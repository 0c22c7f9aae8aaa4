"""A schema.org Menu (JSON-LD, as restaurants' web sites carry it) as a menu. Pure.

Source: https://schema.org/Menu with MenuSection, MenuItem, Offer and `menuAddOn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apps.menu.imports.reading import Draft, Reading, price

Node = dict[str, Any]
ADD_ONS = "Add-ons"


def is_one(content: object) -> bool:
    return any(True for _ in _menus(content))


def read(content: object) -> Reading:
    """Every section and item of every menu in it."""
    draft = Draft()
    for menu in _menus(content):
        _section(menu, draft, category=_text(menu.get("name")), top=True)
    return draft.finish()


def _menus(content: object) -> Iterator[Node]:
    if isinstance(content, list):
        for each in content:
            yield from _menus(each)
    elif isinstance(content, dict):
        if "Menu" in _types(content):
            yield content
        else:
            for name in ("@graph", "hasMenu", "menu", "mainEntity"):
                if isinstance(content.get(name), dict | list):
                    yield from _menus(content[name])


def _types(node: Node) -> list[str]:
    return [str(each).rsplit("/", 1)[-1] for each in _several(node.get("@type"))]


def _several(value: object) -> list[Any]:
    """JSON-LD writes one value or a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("@value", "")
    return re.sub(r"\s+", " ", str(value or "")).strip()


def _section(section: Node, draft: Draft, *, category: str, top: bool = False) -> None:
    for item in _several(section.get("hasMenuItem")):
        if isinstance(item, dict):
            _item(item, draft, category="" if top and not category else category)
    for inner in _several(section.get("hasMenuSection")):
        if isinstance(inner, dict):
            _section(inner, draft, category=_text(inner.get("name")) or category)


def _item(item: Node, draft: Draft, *, category: str) -> None:
    name = _text(item.get("name"))
    where = f"menu item “{name}”"
    offers = [each for each in _several(item.get("offers")) if isinstance(each, dict)]
    priced = [(offer, price(_text(_price(offer)))) for offer in offers]
    sizes = [(offer, amount) for offer, amount in priced if amount is not None]
    if not sizes:
        draft.warn(where, "left out: it has no price.")
        return
    draft.item(
        where,
        category=category,
        name=name,
        price=sizes[0][1],
        groups=_add_ons(item, draft, where=where, name=name),
        description=_text(item.get("description")),
        dietary=tuple(_diet(each) for each in _several(item.get("suitableForDiet"))),
    )
    if len(sizes) > 1:
        for place, (offer, amount) in enumerate(sizes, 1):
            size = _text(offer.get("name")) or _text(offer.get("description")) or f"size {place}"
            draft.size(where, category=category, item=name, name=size, price=amount)


def _price(offer: Node) -> object:
    specification = offer.get("priceSpecification")
    inner = specification.get("price") if isinstance(specification, dict) else None
    return offer.get("price", inner)


def _add_ons(item: Node, draft: Draft, *, where: str, name: str) -> tuple[str, ...]:
    found = []
    for each in _several(item.get("menuAddOn")):
        inner = _several(each.get("hasMenuItem")) if isinstance(each, dict) else []
        found += [one for one in (inner or [each]) if isinstance(one, dict)]
    if not found:
        return ()
    key = f"{ADD_ONS} ({name})"
    draft.group(where, key, name=ADD_ONS)
    for one in found:
        offers = [offer for offer in _several(one.get("offers")) if isinstance(offer, dict)]
        amount = price(_text(_price(offers[0]))) if offers else None
        if amount is None:
            draft.warn(where, f"the add-on “{_text(one.get('name'))}” is left out: it has no price.")
            continue
        draft.option(where, key, name=_text(one.get("name")), price=amount)
    return (key,)


def _diet(value: object) -> str:
    """ "https://schema.org/GlutenFreeDiet" is "gluten free"."""
    words = re.findall(r"[A-Z][a-z]+|[a-z]+", str(value).rsplit("/", 1)[-1])
    return " ".join(word.lower() for word in words if word != "Diet")
