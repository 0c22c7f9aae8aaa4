"""The house, hours, orders and taxes, tables and pacing: what is saved there is what the next call follows.

A caller meets the product before and after: the context a call loads, its tools, their answers and its own model.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.accounts import keys
from apps.accounts.permissions import Role
from apps.dashboard import settings as pages
from apps.dashboard.settings import hearing, hours, house, kitchen, tables
from apps.dashboard.settings.forms import Form
from apps.dashboard.shell import Here
from apps.menu.models import MenuItem
from apps.orders import lifecycle
from apps.orders.models import Order
from apps.outbox.models import Work
from apps.reservations import services as reservations
from apps.reservations.models import BlackoutDate, DiningTable, Reservation, TableCombination
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from tests.dashboard.phone import NOON, NUMBER, Call, line
from tests.dashboard.test_settings import filled, save

SETTINGS = "/r/bella-napoli/settings"
HTMX = {"HX-Request": "true"}
DAY = timedelta(days=1)
PAY = {"pay_provider": "stripe", "pay_link_above": 5}


@dataclass(frozen=True)
class Proof:
    """What the next caller meets before and after one field is saved through its page."""

    page: Any
    field: str
    sent: Any
    """What the field is filled with; a mapping: the fields of a page's own kind."""
    met: Callable[[Call], Any]
    before: Any
    after: Any
    given: dict[str, Any] = field(default_factory=dict)
    """Other settings it stands beside."""
    arrange: Callable[[], None] = lambda: None

    def __str__(self) -> str:
        return f"{self.page.__name__.rpartition('.')[2]}.{self.field}"


def closes_at(closes: time) -> Callable[[], None]:
    """Every day from eleven until then."""

    def arrange() -> None:
        OpeningHours.objects.update(opens=time(11), closes=closes)

    return arrange


def somebody_ordered() -> None:
    Call().order()


def pays_by_link() -> None:
    sealed = {"stripe": keys.encrypt("sk_test_1"), "stripe_webhook": keys.encrypt("whsec_test")}
    RestaurantSettings.objects.update(provider_keys=sealed)
    here = scope.here()
    assert here is not None
    PhoneNumber.objects.filter(restaurant_id=here.id).update(sms_registered_at=timezone.now())


def missed_twice() -> None:
    for n in range(2):
        row = Reservation.objects.create(
            reference=f"MISSED{n}", key=f"missed{n}", name="Kate Bush", number=NUMBER, party_size=2,
            starts_at=NOON - 9 * DAY, ends_at=NOON - 9 * DAY + timedelta(hours=1), confirmed_by="caller",
        )  # fmt: skip
        Reservation.objects.filter(pk=row.pk).update(status="no_show")


def acknowledged_then_changed(call: Call) -> str:
    number = call.order()["number"]
    row = Order.objects.get(number=number)
    lifecycle.advance(row.pk, to="accepted", by="sam@bella.test", place=call.place, now=NOON)
    return call.refused("change_order", number=number, name="Kate Bush", lines=[line(quantity=2)])


def status_of_an_order(call: Call) -> str:
    return str(Order.objects.get(number=call.order()["number"]).status)


def hours_until_staff_see_it(call: Call) -> float:
    call.order()
    work = Work.objects.get(kind="order.unpaid")
    return (work.due_at - NOON) / timedelta(minutes=1)


def how_long_it_is_kept(call: Call) -> float:
    row = Reservation.objects.get(reference=call.book()["reference"])
    return (row.ends_at - row.starts_at) / timedelta(minutes=1)


def when_it_is_a_no_show(call: Call) -> list[float]:
    booked = Reservation.objects.get(reference=call.book()["reference"])
    due = Work.objects.filter(kind="reservation.no_show").values_list("due_at", flat=True)
    return [(each - booked.starts_at) / timedelta(minutes=1) for each in due]


def half_and_half(call: Call) -> Decimal:
    pizza = line("Margherita", size="large", thin_crust="whole", mushrooms="left")
    return call.sums(pizza)[0]


def whole_pizza(call: Call) -> Decimal:
    return call.sums(line("Margherita", size="large", thin_crust="whole"))[0]


def a_glass(call: Call) -> str:
    wine = MenuItem.objects.filter(alcohol=True).order_by("name")[0]
    size = getattr(wine.variants.first(), "name", "")
    return call.no_order(line(wine.name, size=size))


def says(call: Call, words: str) -> bool:
    return words in str(call.quote()["read_back"])


THE_HOUSE = [
    Proof(house, "name", "Bella Vista", lambda call: (call.facts["name"], "of Bella Vista" in call.prompt),
          ("Bella Napoli", False), ("Bella Vista", True)),
    Proof(house, "phone", "+1 512 555 0111", lambda call: call.told("What is your phone number?").partition(". ")[0],
          "Our number is five one two, five five five, zero one zero one",
          "Our number is five one two, five five five, zero one one one"),
    Proof(house, "address", "1 Main Street", lambda call: call.told("Where are you located?").partition(". ")[0],
          "We're at 214 Congress Avenue, Austin, Texas", "We're at 1 Main Street"),
    Proof(house, "timezone", "America/New_York", Call.ready, "12:20", "13:20"),
    Proof(house, "currency", "EUR", lambda call: ("dollars" in call.quote()["read_back"], says(call, "euros")),
          (True, False), (False, True)),
    Proof(house, "services", "pickup", lambda call: call.told("I'd like to book a table for two."),
          "For which day?", "I'm sorry, I can't book tables here."),
    Proof(house, "services", "reservations", lambda call: call.told("I'd like a lasagna, please."),
          "One Lasagna. Anything else?", "I\'m sorry, I can\'t take orders right now."),
    Proof(house, "policies", {"policies_key": ["parking"], "policies_value": ["Only on the street."]},
          lambda call: call.told("Do you have parking?").partition(". ")[0],
          "There is free parking behind the house", "Only on the street"),
]  # fmt: skip
THE_LAST_ORDER = [
    Proof(hours, "last_order_by_service", {"before-12:40": "30"}, lambda call: call.no_order()[:32],
          "", "I'm sorry, it's too late for tha", arrange=closes_at(time(12, 40))),
]  # fmt: skip
ORDERS_AND_TAXES = [
    Proof(kitchen, "prep_minutes", "45", Call.ready, "12:20", "12:45"),
    Proof(kitchen, "busy_orders", "1", Call.ready, "12:20", "12:35", {"busy_extra_minutes": 15}, somebody_ordered),
    Proof(kitchen, "busy_extra_minutes", "10", Call.ready, "12:20", "12:30", {"busy_orders": 1}, somebody_ordered),
    Proof(kitchen, "last_order_minutes", "30", lambda call: call.no_order()[:32],
          "", "I'm sorry, it's too late for tha", arrange=closes_at(time(12, 40))),
    Proof(kitchen, "throttle_orders", "1", Call.ready, "12:20", "12:35", arrange=somebody_ordered),
    Proof(kitchen, "throttle_minutes", "40", Call.ready, "12:35", "13:00", {"throttle_orders": 1}, somebody_ordered),
    Proof(kitchen, "most_of_one_item", "4", lambda call: bool(call.no_order(line(quantity=5))), False, True),
    Proof(kitchen, "most_items", "4", lambda call: bool(call.no_order(line(quantity=5))), False, True),
    Proof(kitchen, "most_total", "50", lambda call: bool(call.no_order(line(quantity=5))), False, True),
    Proof(kitchen, "shadow_mode", "on", status_of_an_order, "new", "approval"),
    Proof(kitchen, "alcohol_sold", "on", lambda call: bool(a_glass(call)), True, False),
    Proof(kitchen, "guest_changes_until", "new", lambda call: bool(acknowledged_then_changed(call)), False, True),
    Proof(kitchen, "tax_rates", {"tax_class": ["standard"], "tax_percent": ["20"]}, Call.sums,
          (Decimal("14.50"), Decimal("1.20"), Decimal("15.70")), (Decimal("14.50"), Decimal("2.90"), Decimal("17.40"))),
    Proof(kitchen, "tax_mode", "line", lambda call: call.sums(line(), line(quantity=3))[1],
          Decimal("0.58"), Decimal("0.59"), {"tax_rates": {"standard": "1"}}),
    Proof(kitchen, "tax_rounding", "half_even", lambda call: call.sums()[1], Decimal("0.15"), Decimal("0.14"),
          {"tax_rates": {"standard": "1"}}),
    Proof(kitchen, "prices_include_tax", "on", lambda call: call.sums()[2], Decimal("15.70"), Decimal("14.50")),
    Proof(kitchen, "half_pricing", "average", lambda call: half_and_half(call) - whole_pizza(call),
          Decimal("1.50"), Decimal("0.75")),
    Proof(kitchen, "half_surcharge", "0.75", lambda call: half_and_half(call) - whole_pizza(call),
          Decimal("1.50"), Decimal("2.25")),
    Proof(kitchen, "pay_link_above", "10", lambda call: says(call, "link"), False, True,
          {"pay_provider": "stripe"}, pays_by_link),
    Proof(kitchen, "pay_provider", "stripe", lambda call: says(call, "link"), False, True,
          {"pay_link_above": 5}, pays_by_link),
    Proof(kitchen, "pay_first", None, lambda call: says(call, "the kitchen begins once it is paid"), True, False,
          PAY, pays_by_link),
    Proof(kitchen, "pay_minutes", "7", hours_until_staff_see_it, 20, 7, PAY, pays_by_link),
]  # fmt: skip
BOOKINGS = [
    Proof(tables, "max_party", "3", lambda call: call.slots(4), (True, ""),
          (False, "For more than three people someone from the restaurant will call you back.")),
    Proof(tables, "turn_minutes", {"turn_minutes_key": ["2"], "turn_minutes_value": ["200"]}, how_long_it_is_kept,
          75, 200),
    Proof(tables, "pacing_covers", "3", lambda call: call.slots(4)[0], True, False),
    Proof(tables, "booking_days_ahead", "5", lambda call: call.slots(days=8),
          (True, ""), (False, "We take bookings up to 5 days ahead.")),
    Proof(tables, "booking_notice_minutes", "600", lambda call: call.slots(at="19:00", days=0),
          (True, ""), (False, "That is too soon for us to keep a table. Please just come by.")),
    Proof(tables, "last_seating_minutes", "30", lambda call: call.slots(at="21:15"),
          (False, "That is too close to our closing time."), (True, ""), arrange=closes_at(time(22))),
    Proof(tables, "no_show_minutes", "25", when_it_is_a_no_show, [], [25]),
    Proof(tables, "no_shows_allowed", "2", lambda call: call.hold()["status"], "held", "lead", arrange=missed_twice),
]  # fmt: skip
PROOFS = [*THE_HOUSE, *THE_LAST_ORDER, *ORDERS_AND_TAXES, *BOOKINGS]


@contextmanager
def next_call(bella: Place) -> Iterator[Call]:
    """A call that leaves nothing behind, so that the one before the change and the one after it begin alike."""
    with scope.enter(bella), transaction.atomic():
        yield Call()
        transaction.set_rollback(True)


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_what_is_saved_changes_the_next_call(ana: Client, bella: Place, proof: Proof) -> None:
    with scope.enter(bella):
        if proof.given:
            RestaurantSettings.objects.update(**proof.given)
        proof.arrange()
    with next_call(bella) as call:
        assert proof.met(call) == proof.before
    section = str(proof.page.__name__).rpartition(".")[2]
    sent = proof.sent if isinstance(proof.sent, dict) else {proof.field: proof.sent}
    answer = save(ana, f"{SETTINGS}/{section}/", **sent)
    assert "saved" in answer.headers.get("HX-Trigger-After-Settle", ""), answer.content.decode()
    with next_call(bella) as call:
        assert proof.met(call) == proof.after


# ---- hours ----------------------------------------------------------------------------------------------


def send_week(client: Client, **sent: Any) -> None:
    seen = filled(client, f"{SETTINGS}/hours/", form_id="week")["seen"]
    answer = client.post(f"{SETTINGS}/hours/week", {"seen": seen, **sent}, headers=HTMX)
    assert "Hours saved" in answer["HX-Trigger-After-Settle"]


def send_special_day(client: Client, **sent: Any) -> None:
    html = client.get(f"{SETTINGS}/hours/").content.decode()
    seen = html[html.index('id="day-new"') :].partition('name="seen" value="')[2].partition('"')[0]
    address = f"{SETTINGS}/hours/special-days"
    answer = client.post(address, {"deed": "keep", "was": "", "seen": seen, **sent}, headers=HTMX)
    assert "is saved" in answer["HX-Trigger-After-Settle"]


def asked_on_monday(bella: Place) -> tuple[str, str]:
    """What who asks is told, and what who orders."""
    with next_call(bella) as call:
        return call.told("Are you open today?"), call.no_order()


def test_the_week_is_what_the_next_caller_is_told_and_when_orders_are_taken(ana: Client, bella: Place) -> None:
    told, refused = asked_on_monday(bella)
    assert told.startswith("We're open now. Today we're open round the clock.")
    assert refused == ""
    send_week(ana, **{"open": ["0"], "opens-0": ["09:00", "17:00"], "closes-0": ["11:30", "01:00"]})
    told, refused = asked_on_monday(bella)
    assert told.startswith(
        "We're closed right now. Today we're open from nine a m to eleven thirty a m and five p m to one a m."
    )
    assert refused.startswith("I'm sorry, we are closed then. We open again today at five p m.")
    send_week(ana, **{"open": ["1"], "opens-1": ["09:00"], "closes-1": ["11:30"]})
    told, refused = asked_on_monday(bella)
    assert told.startswith("We're closed right now. Today we're closed.")
    assert "tomorrow at nine a m" in refused


def test_a_special_day_beats_the_week_in_the_next_call_and_gives_it_back(ana: Client, bella: Place) -> None:
    monday = str(NOON.date())
    send_special_day(ana, date=monday, note="a wedding", opens="18:00", closes="23:00")
    told, refused = asked_on_monday(bella)
    assert told.startswith("We're closed right now. Today we're open from six p m to eleven p m.")
    assert "today at six p m" in refused
    with next_call(bella) as call:
        hours_then = [{"opens": "18:00", "closes": "23:00"}]
        assert call.facts["special_days"] == [{"date": monday, "hours": hours_then, "note": "a wedding"}]
    with scope.enter(bella):
        SpecialDay.objects.all().delete()
    send_special_day(ana, date=monday, closed="on")
    assert asked_on_monday(bella)[0].startswith("We're closed right now. Today we're closed.")


def test_what_the_page_says_that_callers_hear_is_what_they_hear(ana: Client, bella: Place) -> None:
    send_week(ana, **{"open": ["0", "5"], "opens-0": ["09:00"], "closes-0": ["13:00"], "opens-5": ["18:00"],
                      "closes-5": ["00:30"]})  # fmt: skip
    send_special_day(ana, date=str((NOON + 2 * DAY).date()), opens="10:00", closes="12:00")
    questions = ["today", "tomorrow", "on Wednesday", "on Saturday"]
    with next_call(bella) as call:
        here = Here(call.place, Role.RESTAURANT_ADMIN, "ana@bella.test")
        shown = [each["said"] for each in hearing.told(here, now=NOON) if each["language"] == "en"]
        heard = [call.told(f"Are you open {day}?") for day in questions]
    assert [said for said, answer in zip(shown, heard, strict=True) if not answer.startswith(said)] == []
    assert shown[0] == "We're open now. Today we're open from nine a m to one p m."
    assert ana.get(f"{SETTINGS}/hours/").content.decode().count('class="hear"') >= len(questions)


# ---- tables ---------------------------------------------------------------------------------------------


def send_row(client: Client, what: str, deed: str = "add", row: Any = None, **sent: Any) -> None:
    if row is not None:
        place = scope.find_by_slug("bella-napoli")
        assert place is not None
        with scope.enter(place):
            sent |= {"id": str(row.pk), "seen": tables.KINDS[what].seen(row)}
    answer = client.post(f"{SETTINGS}/tables/rows", {"what": what, "deed": deed, **sent}, headers=HTMX)
    assert "HX-Trigger-After-Settle" in answer.headers, answer.content.decode()


def room_for(bella: Place, party: int) -> bool:
    with next_call(bella) as call:
        return call.slots(party)[0]


def test_tables_are_what_the_next_caller_can_book(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        DiningTable.objects.all().delete()
    assert not room_for(bella, 4)
    send_row(ana, "tables", name="Window 1", seats=4, active="on")
    assert room_for(bella, 4)
    with next_call(bella) as call:
        booked = Reservation.objects.get(reference=call.book(4)["reference"])
        assert reservations.as_json(booked)["tables"] == ["Window 1"]
    with scope.enter(bella):
        row = DiningTable.objects.get()
    send_row(ana, "tables", "change", row, name="Window 1", seats=3, active="on")
    assert (room_for(bella, 4), room_for(bella, 3)) == (False, True)
    row.seats = 3
    send_row(ana, "tables", "change", row, name="Window 1", seats=3)
    assert not room_for(bella, 3), "not in use"


def test_tables_that_are_pushed_together_seat_the_next_large_party(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        DiningTable.objects.filter(seats__gt=4).delete()
        two = [str(table.pk) for table in DiningTable.objects.filter(seats=4)[:2]]
    assert not room_for(bella, 7)
    send_row(ana, "combinations", name="Long", seats=7, active="on", tables=two)
    assert room_for(bella, 7)
    with scope.enter(bella):
        row = TableCombination.objects.get()
    send_row(ana, "combinations", "remove", row)
    assert not room_for(bella, 7)


def test_a_blackout_is_said_to_the_next_caller_for_its_hours_alone(ana: Client, bella: Place) -> None:
    day = str((NOON + 2 * DAY).date())
    send_row(ana, "blackouts", first_day=day, opens="18:00", closes="20:00", reason="for a private party")
    with next_call(bella) as call:
        assert call.slots() == (False, "I'm sorry, we take no reservations then for a private party.")
        assert call.slots(at="20:00")[0]
    with scope.enter(bella):
        row = BlackoutDate.objects.get()
    send_row(ana, "blackouts", "remove", row)
    assert room_for(bella, 2)


# ---- nothing is left out --------------------------------------------------------------------------------


def forms() -> dict[str, Form]:
    """Every form of settings there is, by its page."""
    found: dict[str, Form | None] = {}
    for module in pkgutil.iter_modules(pages.__path__):
        page = importlib.import_module(f"{pages.__name__}.{module.name}")
        found[module.name] = next((each for each in vars(page).values() if isinstance(each, Form)), None)
    return {name: form for name, form in found.items() if form is not None}


def proved() -> set[tuple[str, str]]:
    """Page and field of every proof, of this module and of those beside it: each has its `PROOFS`, or its `PROVED`."""
    found: set[tuple[str, str]] = set()
    for path in Path(__file__).parent.glob(f"{Path(__file__).stem}*.py"):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        found |= {(str(proof).partition(".")[0], proof.field) for proof in getattr(module, "PROOFS", ())}
        found |= getattr(module, "PROVED", set())
    return found


def test_every_field_of_every_form_of_settings_has_such_a_proof() -> None:
    every = {(page, each.name) for page, form in forms().items() for each in form.fields}
    assert {("house", "name"), ("kitchen", "tax_rates"), ("tables", "max_party")} <= every, "it did look"
    assert every - proved() == set()
