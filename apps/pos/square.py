"""Square behind the till: its Catalog and Orders APIs. The only file that knows Square.

Sources: https://developer.squareup.com/reference/square/orders-api (CreateOrder, CalculateOrder, UpdateOrder,
RetrieveOrder), https://developer.squareup.com/reference/square/catalog-api/list-catalog, and for errors
https://developer.squareup.com/docs/build-basics/general-considerations/handling-errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any

import httpx
from django.conf import settings

from apps.menu.imports import square as catalog_reader
from apps.pos.till import Busy, Catalog, Choice, Denied, Docket, Line, Named, Refused, Taken, Unavailable

JSON = dict[str, Any]
VERSION = "2025-01-23"
"""Of the API; Square answers in the shapes of this date."""
SECONDS = 10.0
MOST_PAGES = 200
WITHOUT_CENTS = frozenset({"JPY"})
LONGEST_NAME, LONGEST_NOTE, LONGEST_TICKET = 500, 500, 30
PICKUP = "pickup"
USUAL_WAIT = 30.0


class Square:
    """One restaurant's account, at one of its locations."""

    def __init__(self, *, token: str, location: str, url: str = "", seconds: float = SECONDS) -> None:
        self._location = location
        self._headers = {"Authorization": f"Bearer {token}", "Square-Version": VERSION}
        self._url = (url or settings.SQUARE_API_URL).rstrip("/")
        self._seconds = seconds

    # ---- the catalogue -----------------------------------------------------------------------------------

    def pull_catalog(self) -> Catalog:
        """All that is sold at this location."""
        objects: list[JSON] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            asked = {"types": "ITEM,MODIFIER_LIST,CATEGORY"} | ({"cursor": cursor} if cursor else {})
            page = self._ask("GET", "/v2/catalog/list", params=asked)
            found = page.get("objects", [])
            if not isinstance(found, list):
                raise Unavailable("Square's catalogue is no list.")
            objects += [one for one in found if isinstance(one, dict) and self._sold_here(one)]
            cursor = str(page.get("cursor") or "")
            if not cursor:
                return Catalog(catalog_reader.read({"objects": objects}), tuple(_names(objects)))
        raise Unavailable("Square's catalogue does not end.")

    def _sold_here(self, one: JSON) -> bool:
        if one.get("present_at_all_locations", True):
            return self._location not in (one.get("absent_at_location_ids") or ())
        return self._location in (one.get("present_at_location_ids") or ())

    # ---- orders --------------------------------------------------------------------------------------------

    def request(self, docket: Docket) -> dict[str, object]:
        rates = sorted({line.tax_percent for line in docket.lines if not line.catalogued and line.tax_percent})
        return {
            "location_id": self._location,
            "reference_id": docket.reference,
            "source": {"name": "Loman"},
            "ticket_name": f"{docket.number} {docket.customer_name}"[:LONGEST_TICKET],
            "line_items": [_line(line, uid=str(uid), docket=docket) for uid, line in enumerate(docket.lines, 1)],
            "taxes": [
                {
                    "uid": _tax_uid(rate),
                    "name": "Tax",
                    "percentage": str(rate),
                    "type": "INCLUSIVE" if docket.tax_included else "ADDITIVE",
                    "scope": "LINE_ITEM",
                }
                for rate in rates
            ],
            "pricing_options": {"auto_apply_taxes": True},
            "fulfillments": [
                {
                    "uid": PICKUP,
                    "type": "PICKUP",
                    "state": "PROPOSED",
                    "pickup_details": {
                        "schedule_type": "SCHEDULED",
                        "pickup_at": docket.ready_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "note": docket.note[:LONGEST_NOTE],
                        "recipient": {"display_name": docket.customer_name}
                        | ({"phone_number": docket.customer_number} if docket.customer_number else {}),
                    },
                }
            ],
        }

    def quote(self, request: dict[str, object], *, currency: str) -> Decimal:
        return _total(self._order("POST", "/v2/orders/calculate", {"order": request}), currency)

    def push_order(self, request: dict[str, object], *, key: str, currency: str) -> Taken:
        made = self._order("POST", "/v2/orders", {"idempotency_key": key, "order": request})
        if not isinstance(made.get("id"), str) or not made["id"]:
            raise Unavailable("Square's order has no id.")
        return Taken(made["id"], _total(made, currency))

    def cancel_order(self, external_id: str, *, key: str) -> None:
        standing = self._order("GET", f"/v2/orders/{external_id}", None)
        if standing.get("state") == "CANCELED":
            return
        if standing.get("state") == "COMPLETED":
            raise Refused("The order is completed in Square.")
        pickups = [one.get("uid") for one in standing.get("fulfillments") or () if isinstance(one, dict)]
        version = standing.get("version")
        change = {
            "location_id": self._location,
            "version": version,
            "state": "CANCELED",
            "fulfillments": [{"uid": uid, "state": "CANCELED"} for uid in pickups],
        }
        # An update with a key that was used changes nothing and answers 200: every version has its own.
        self._order("PUT", f"/v2/orders/{external_id}", {"idempotency_key": f"{key}:cancel:{version}", "order": change})

    # ---- asking --------------------------------------------------------------------------------------------

    def _order(self, method: str, path: str, body: JSON | None) -> JSON:
        order = self._ask(method, path, json=body).get("order")
        if not isinstance(order, dict):
            raise Unavailable("Square answered without an order.")
        return order

    def _ask(self, method: str, path: str, **what: Any) -> JSON:
        try:
            answer = httpx.request(
                method, self._url + path, headers=self._headers, timeout=self._seconds, trust_env=False, **what
            )
        except httpx.TimeoutException:
            raise Unavailable(f"Square did not answer within {self._seconds:g} seconds.") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"Square cannot be reached: {type(error).__name__}.") from None
        try:
            said = answer.json()
        except ValueError:
            said = None
        if not answer.is_success:
            raise _refusal(answer, said)
        if not isinstance(said, dict):
            raise Unavailable("Square answered something that is no JSON object.")
        return said


def _refusal(answer: httpx.Response, said: object) -> Exception:
    status, why = answer.status_code, f"{answer.status_code} {_detail(said)}"[:300]
    if status in (401, 403):
        return Denied(f"Square does not take our key: {why}")
    if status == 429:
        asked = answer.headers.get("Retry-After", "")
        return Busy(f"Square is busy: {why}", seconds=float(asked) if asked.isdecimal() else USUAL_WAIT)
    if status >= 500 or status in (408, 409) or "VERSION_MISMATCH" in why or not status >= 400:
        return Unavailable(f"Square failed: {why}")
    return Refused(f"Square refused: {why}")


def _detail(said: object) -> str:
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return f"{first.get('code', '')} {first.get('detail', '')}".strip() or "without a word"


# ---- our values in Square's shapes, and back -----------------------------------------------------------------


def _line(line: Line, *, uid: str, docket: Docket) -> JSON:
    made: JSON = {"uid": uid, "quantity": str(line.quantity), "note": line.note[:LONGEST_NOTE]}
    if line.catalogued:
        return made | {
            "catalog_object_id": line.external_id,
            "modifiers": [_modifier(choice, docket.currency) for choice in line.choices],
        }
    taxed = [{"tax_uid": _tax_uid(line.tax_percent)}] if line.tax_percent else []
    return made | {
        "name": line.name[:LONGEST_NAME],
        "base_price_money": _money(line.each, docket.currency),
        "modifiers": [_named(choice, Decimal(0), docket.currency) for choice in line.choices],
        "applied_taxes": taxed,
    }


def _modifier(choice: Choice, currency: str) -> JSON:
    if choice.catalogued:
        return {"catalog_object_id": choice.external_id}
    return _named(choice, choice.price, currency)


def _named(choice: Choice, price: Decimal, currency: str) -> JSON:
    return {"name": choice.in_words[:LONGEST_NAME], "base_price_money": _money(price, currency)}


def _tax_uid(percent: Decimal) -> str:
    return f"tax-{percent}"


def _places(currency: str) -> int:
    return 0 if currency in WITHOUT_CENTS else 2


def _money(amount: Decimal, currency: str) -> JSON:
    """In the currency's smallest unit, as Square counts."""
    return {"amount": int(amount.scaleb(_places(currency))), "currency": currency}


def _total(order: JSON, currency: str) -> Decimal:
    money = order.get("total_money")
    amount = money.get("amount") if isinstance(money, dict) else None
    if not isinstance(money, dict) or isinstance(amount, bool) or not isinstance(amount, int):
        raise Unavailable("Square's order has no total.")
    if money.get("currency") != currency:
        raise Refused(f"Square counts in {money.get('currency')}, we in {currency}.")
    return Decimal(amount).scaleb(-_places(currency))


def _names(objects: list[JSON]) -> Iterator[Named]:
    """What everything is called once it was read: an item with one variation is that variation."""
    for one in objects:
        if one.get("is_deleted"):
            continue
        data = one.get("item_data") if one.get("type") == "ITEM" else one.get("modifier_list_data")
        if one.get("type") not in ("ITEM", "MODIFIER_LIST") or not isinstance(data, dict):
            continue
        owner = _name(data)
        if one["type"] == "ITEM":
            yield from _sizes(owner, data)
        else:
            for each in _living(data.get("modifiers")):
                yield Named(each["id"], "option", owner, _name(each.get("modifier_data")))


def _sizes(item: str, data: JSON) -> Iterator[Named]:
    sizes = _living(data.get("variations"))
    for each in sizes:
        if len(sizes) == 1:
            yield Named(each["id"], "item", item)
        else:
            yield Named(each["id"], "size", item, _name(each.get("item_variation_data")))


def _living(several: object) -> list[JSON]:
    rows = several if isinstance(several, list) else []
    return [
        one for one in rows if isinstance(one, dict) and not one.get("is_deleted") and isinstance(one.get("id"), str)
    ]


def _name(data: object) -> str:
    return str(data.get("name") or "").strip() if isinstance(data, dict) else ""
