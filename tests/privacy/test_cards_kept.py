"""No text that guests or staff write keeps a card number, whichever way it comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.calls import messages
from apps.calls import services as calls
from apps.orders import lifecycle
from apps.reservations import services as reservations
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from tests.privacy.guests import NUMBER, an_order, text_columns
from tests.privacy.test_exporting import bearer

CARDS = [
    "4242 4242 4242 4242",
    "four two four two 4242-4242-4242",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "four triple two four two four two four two four two four two 42",
    "\uff14\uff12\uff14\uff124242 42424242",
    "cuarenta y dos cuarenta y dos 4242 4242 4242",
    "3782 822463 10005",
    "cvv 123",
]


def kept(place: Place) -> str:
    """Every text of every table of the restaurant, and of work and webhooks."""
    found = []
    with connection.cursor() as cursor:
        for schema in (place.schema, "public"):
            for table, column, _ in text_columns(schema):
                if "menu" not in table and not table.startswith(("django", "auth", "token", "users")):
                    cursor.execute(f'SELECT "{column}"::text FROM "{schema}"."{table}"')
                    found += [f"{table}.{column}: {value}" for (value,) in cursor.fetchall() if value]
    return "\n".join(found)


@pytest.mark.parametrize("card", CARDS)
def test_services_keep_none(in_bella: Place, card: str) -> None:
    now = timezone.now()
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=now)
    said = f"zz {card} zz"
    calls.open_ticket(type="other", summary=said, key="k", now=now)
    messages.receive(in_bella, number=NUMBER, text=said, sid="SM1", now=now)
    messages.queue(place=in_bella, number=NUMBER, template="ticket", facts={"summary": said}, key="k", call_id=None)
    hold = reservations.hold(
        in_bella, key="k", party_size=2, starts_at=now + timedelta(days=2), name=said, notes=said, now=now
    )
    book = {"key": "k", "version": hold.version, "yes_version": hold.version, "by": "caller", "at_ms": None, "now": now}
    booking = reservations.book(in_bella, **book)
    reservations.cancel(booking, reason=said, by="ana@bella.test", now=now)
    reservations.join_waitlist(key="w", party_size=2, wanted_at=now, name=said, number=NUMBER, call_id=None)
    lifecycle.cancel(an_order(number=NUMBER).pk, reason=said, by="ana@bella.test", place=in_bella, now=now)
    everything = kept(in_bella)
    assert everything.count("zz") >= 14
    assert said not in everything
    assert card not in everything


def test_tools_keep_none(in_bella: Place, client: Client) -> None:
    headers = bearer("ana@bella.test", "bella-napoli")
    card = "4242 4242 4242 4242"

    def use(tool: str, body: dict[str, Any]) -> Any:
        return client.post(f"/tools/{tool}", body, content_type="application/json", headers=headers)

    found = use("search_menu", {"query": "margherita"}).json()["items"][0]
    line = {
        "item_id": found["id"],
        "variant_id": found["variants"][0]["id"],
        "quantity": 1,
        "note": f"zz {card}",
        "modifiers": [{"option_id": group["options"][0]["id"]} for group in found["modifier_groups"] if group["min"]],
    }
    quoted = use("create_order", {"lines": [line], "customer_name": f"Kate {card}", "customer_number": NUMBER})
    assert quoted.status_code == 200, quoted.content
    assert card not in quoted.content.decode()
    placed = use("create_order", {"confirm_version": quoted.json()["cart_version"]})
    assert placed.status_code == 200, placed.content
    assert use("create_ticket", {"type": "other", "summary": f"zz {card}"}).status_code == 200
    everything = kept(in_bella)
    assert everything.count("zz [card number removed]") >= 3
    assert card not in everything
