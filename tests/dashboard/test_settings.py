"""Pages of settings: by REST's rules, on record, never over somebody else's, and for the next call."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import AuditEntry
from apps.dashboard.settings import kitchen
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place

KITCHEN = "/r/bella-napoli/settings/kitchen/"


def filled(client: Client, page: str = KITCHEN, *, form_id: str = "settings") -> dict[str, Any]:
    """What a browser with scripts would send of this form of a page as it stands."""
    html = client.get(page).content.decode()
    begins = html.index(f'<form id="{form_id}"')
    form = re.sub(r"<(template|noscript)>.*?</\1>", "", html[begins : html.index("</form>", begins)], flags=re.S)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        sent.setdefault(found["name"], []).append(unescape(found.get("value", "")))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen.group(1) if chosen else re.findall(r'value="([^"]*)"', options)[0]
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent.setdefault(name, []).append(unescape(value))
    return sent


def save(client: Client, page: str = KITCHEN, **changes: Any) -> Any:
    sent = {**filled(client, page), **changes}
    return client.post(
        page, {name: value for name, value in sent.items() if value is not None}, headers={"HX-Request": "true"}
    )


def test_what_is_saved_as_it_stands_changes_nothing(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        before = {
            field.name: getattr(restaurant.settings(), field.name) for field in restaurant.settings()._meta.fields
        }
    assert "saved" in save(ana)["HX-Trigger-After-Settle"]
    with scope.enter(bella):
        after = {field.name: getattr(restaurant.settings(), field.name) for field in restaurant.settings()._meta.fields}
        assert not AuditEntry.objects.filter(action="settings.change").exists()
    del before["updated_at"], after["updated_at"]
    assert after == before


def test_every_setting_of_the_page_is_taken_and_is_on_record(ana: Client, bella: Place) -> None:
    wanted = {
        "prep_minutes": 40, "busy_orders": 7, "busy_extra_minutes": 15, "last_order_minutes": 30, "throttle_orders": 6,
        "throttle_minutes": 20, "most_of_one_item": 12, "most_items": 30, "most_total": "400.00", "shadow_mode": "on",
        "alcohol_sold": "on", "guest_changes_until": "new", "tax_class": ["standard", "soda", ""],
        "tax_percent": ["9.5", "3.25", ""], "tax_mode": "line", "tax_rounding": "half_even", "prices_include_tax": "on",
        "half_pricing": "average", "half_surcharge": "1.50", "pay_link_above": "80.00", "pay_provider": "stripe",
        "pay_first": None, "pay_minutes": 15,
    }  # fmt: skip
    answer = save(ana, **wanted)
    assert "saved" in answer["HX-Trigger-After-Settle"], answer.content.decode()
    with scope.enter(bella):
        row = restaurant.settings()
        entry = AuditEntry.objects.get(action="settings.change")
    expected = {
        "prep_minutes": 40, "busy_orders": 7, "busy_extra_minutes": 15, "last_order_minutes": 30, "throttle_orders": 6,
        "throttle_minutes": 20, "most_of_one_item": 12, "most_items": 30, "most_total": Decimal(400),
        "shadow_mode": True, "alcohol_sold": True, "guest_changes_until": "new",
        "tax_rates": {"standard": "9.5", "soda": "3.25"}, "tax_mode": "line", "tax_rounding": "half_even",
        "prices_include_tax": True, "half_pricing": "average",
        "half_surcharge": Decimal("1.5"), "pay_link_above": Decimal(80), "pay_provider": "stripe", "pay_first": False,
        "pay_minutes": 15,
    }  # fmt: skip
    assert set(expected) == {each.name for each in kitchen.FORM.fields}
    assert {name: getattr(row, name) for name in expected} == expected
    assert (entry.actor, entry.after["prep_minutes"]) == ("ana@bella.test", 40)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prep_minutes": "soon"}, "A valid integer is required."),
        ({"prep_minutes": 9000}, "Ensure this value is less than or equal to 600."),
        ({"tax_percent": ["much", "", "", ""]}, "is no percentage"),
        ({"most_total": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(
    ana: Client, bella: Place, changes: dict[str, Any], sentence: str
) -> None:
    page = save(ana, **changes, busy_extra_minutes=59).content.decode()
    assert sentence in page
    assert 'value="59"' in page, "what was written stays written"
    with scope.enter(bella):
        assert restaurant.settings().busy_extra_minutes != 59


def test_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    seen = filled(ana)
    save(ana, prep_minutes=35)
    page = ana.post(KITCHEN, {**seen, "prep_minutes": 20}, headers={"HX-Request": "true"}).content.decode()
    assert "Somebody else has just changed these settings" in page
    with scope.enter(bella):
        assert restaurant.settings().prep_minutes == 35


def test_without_scripts_a_page_is_saved_as_well(ana: Client, bella: Place) -> None:
    answer = ana.post(KITCHEN, {**filled(ana), "prep_minutes": 33})
    assert (answer.status_code, answer["Location"]) == (302, KITCHEN)
    with scope.enter(bella):
        assert restaurant.settings().prep_minutes == 33


def test_staff_have_no_settings(sam: Client) -> None:
    assert sam.get(KITCHEN).status_code == 403
    assert sam.post(KITCHEN, {"prep_minutes": 5}).status_code == 403
