"""A Square catalog export (JSON objects as its Catalog API lists them) as a menu. Pure.

Source: https://developer.squareup.com/docs/catalog-api/what-it-does (CatalogObject).
"""

from __future__ import annotations

from typing import Any

from apps.menu.imports.reading import Draft, Reading, from_cents

Object = dict[str, Any]


def is_one(content: object) -> bool:
    return isinstance(content, dict) and isinstance(content.get("objects"), list)


def read(content: Object) -> Reading:
    """Items, variations and modifier lists; what is deleted, priced at the till or no dish is left out, and said."""
    draft = Draft()
    objects = [one for one in content["objects"] if isinstance(one, dict) and not one.get("is_deleted")]
    categories = {_text(one, "id"): _text(_data(one, "category_data"), "name") for one in _of(objects, "CATEGORY")}
    lists = {_text(one, "id"): _list_key(one) for one in _of(objects, "MODIFIER_LIST")}
    names = _unique_keys(lists)
    for one in _of(objects, "MODIFIER_LIST"):
        _group(one, names[_text(one, "id")], draft)
    for one in _of(objects, "ITEM"):
        _item(one, categories, names, draft)
    return draft.finish()


def _of(objects: list[Object], kind: str) -> list[Object]:
    return [one for one in objects if one.get("type") == kind]


def _data(one: Object, name: str) -> Object:
    found = one.get(name)
    return found if isinstance(found, dict) else {}


def _text(one: Object, name: str) -> str:
    """A name or an id; what is no text is none."""
    found = one.get(name)
    return found.strip() if isinstance(found, str) else ""


def _several(one: Object, name: str) -> list[Object]:
    """The objects of a list; whatever else stands in it is passed over."""
    found = one.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _list_key(one: Object) -> str:
    return _text(_data(one, "modifier_list_data"), "name")


def _unique_keys(names: dict[Any, str]) -> dict[Any, str]:
    """Lists of one name stay apart: the second is called by its id too."""
    made: dict[Any, str] = {}
    for id_, name in names.items():
        made[id_] = f"{name} ({id_})" if name in made.values() else name
    return made


def _group(one: Object, key: str, draft: Draft) -> None:
    data = _data(one, "modifier_list_data")
    where = f"modifier list {one.get('id')}"
    single = data.get("selection_type") == "SINGLE"
    least, most = data.get("min_selected_modifiers"), data.get("max_selected_modifiers")
    draft.group(
        where,
        key,
        name=_list_key(one),
        minimum=least if isinstance(least, int) and least > 0 else 0,
        maximum=most if isinstance(most, int) and most > 0 else (1 if single else None),
    )
    for modifier in _several(data, "modifiers"):
        if modifier.get("is_deleted"):
            continue
        inner = _data(modifier, "modifier_data")
        amount = from_cents(_data(inner, "price_money").get("amount", 0))
        if amount is None:
            draft.wrong(f"modifier {modifier.get('id')}", f"“{inner.get('name')}” has a price that is no amount.")
            continue
        draft.option(
            f"modifier {modifier.get('id')}",
            key,
            name=_text(inner, "name"),
            price=amount,
            default=bool(inner.get("on_by_default")),
        )


def _item(one: Object, categories: dict[Any, str], names: dict[Any, str], draft: Draft) -> None:
    data = _data(one, "item_data")
    where, name = f"item {one.get('id')}", _text(data, "name")
    if data.get("product_type") not in (None, "REGULAR", "FOOD_AND_BEV") or data.get("is_archived"):
        draft.warn(where, f"“{name}” is left out: it is no dish that is sold now.")
        return
    variations = [each for each in _several(data, "variations") if not each.get("is_deleted")]
    priced = [(each, from_cents(_price(each))) for each in variations]
    if not any(amount is not None for _, amount in priced):
        draft.warn(where, f"“{name}” is left out: it has no fixed price.")
        return
    category = categories.get(_category_of(data), "")
    groups = tuple(
        names[_text(info, "modifier_list_id")]
        for info in _several(data, "modifier_list_info")
        if _text(info, "modifier_list_id") in names and info.get("enabled", True)
    )
    sizes = [(each, amount) for each, amount in priced if amount is not None]
    draft.item(
        where,
        category=category,
        name=name,
        price=sizes[0][1],
        groups=groups,
        description=_text(data, "description_plaintext") or _text(data, "description"),
        alcohol=bool(data.get("is_alcoholic")),
    )
    if len(variations) > 1:
        for each, amount in sizes:
            size = _text(_data(each, "item_variation_data"), "name")
            draft.size(f"variation {each.get('id')}", category=category, item=name, name=size, price=amount)
        for each, free_price in priced:
            if free_price is None:
                without = _data(each, "item_variation_data").get("name")
                draft.warn(f"variation {each.get('id')}", f"“{name}”, {without} is left out: it has no fixed price.")


def _price(variation: Object) -> object:
    data = _data(variation, "item_variation_data")
    return None if data.get("pricing_type") == "VARIABLE_PRICING" else _data(data, "price_money").get("amount")


def _category_of(data: Object) -> str:
    first = next((_text(each, "id") for each in _several(data, "categories")), "")
    return _text(data, "category_id") or _text(_data(data, "reporting_category"), "id") or first
