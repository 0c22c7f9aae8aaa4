"""The kitchen's board: what it shows of an order, what one touch does, and who may."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import AuditEntry, User
from apps.calls.models import Ticket
from apps.dashboard.written import money
from apps.menu.models import MenuItem
from apps.orders.models import Order, OrderLine, OrderLineModifier
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.scope import Place

BOARD = "/r/bella-napoli/orders/"
QUERIES = 22
"""For the page with its frame, however many orders there are."""


def an_order(place: Place, number: int = 43, *, status: str = "new", due_minutes: float = 20, **more: Any) -> Order:
    with scope.enter(place):
        now = timezone.now()
        order = Order.objects.create(
            number=number, day=now.date(), status=status, cart_version=1, key=f"board:{number}", customer_name="Rosa",
            customer_number="+15125550134", subtotal=20, tax=1, total=21, ready_at=now + timedelta(minutes=due_minutes),
            confirmed_by="caller", **more,
        )  # fmt: skip
        item = MenuItem.objects.get(name="Margherita")
        line = OrderLine.objects.create(
            order=order, position=0, item_id=item.pk, item="Margherita", variant="large", quantity=2, each=10, total=20
        )
        OrderLineModifier.objects.create(line=line, position=0, name="basil", amount="none")
        OrderLineModifier.objects.create(line=line, position=1, name="mushrooms", amount="extra", side="left")
    return order


def do(client: Client, order: Order, deed: str, **more: str) -> Any:
    path = f"{BOARD}{order.pk}/do"
    return client.post(path, {"deed": deed, **more}, headers={"HX-Request": "true"})


def said(answer: Any) -> str:
    words: str = json.loads(answer["HX-Trigger-After-Settle"])["said"]["text"]
    return words


def status(place: Place, order: Order) -> str:
    with scope.enter(place):
        return str(Order.objects.get(pk=order.pk).status)


def test_a_ticket_says_what_the_kitchen_needs(ana: Client, bella: Place) -> None:
    an_order(bella, note="She is allergic to tree nuts", banners=["ALLERGY", "CHECK ID"])
    page = ana.get(BOARD).content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "43 Rosa due" in words
    assert "Allergy: She is allergic to tree nuts" in words
    assert "CHECK ID" in words
    assert "2 Margherita large NO basil Left: + extra mushrooms" in words
    assert "+15125550134" not in page


def test_orders_hang_where_their_step_is_and_late_ones_say_so(ana: Client, bella: Place) -> None:
    for number, (step, due) in enumerate([("new", 20), ("accepted", 20), ("preparing", -3), ("ready", -1)], start=50):
        an_order(bella, number, status=step, due_minutes=due)
    page = ana.get(BOARD).content.decode()
    found = re.findall(r'data-state="(\w+)"[^>]*aria-label="Order (\d+)"', page)
    assert {number: state for state, number in found} == {"50": "new", "51": "prep", "52": "late", "53": "ready"}


def test_one_touch_takes_an_order_on_through_to_the_guest(ana: Client, bella: Place) -> None:
    order = an_order(bella)
    assert said(do(ana, order, "accepted", revision="1")) == "Order 43 acknowledged"
    assert said(do(ana, order, "ready")) == "Order 43 ready"
    assert said(do(ana, order, "picked_up")) == "Order 43 picked up"
    assert status(bella, order) == "picked_up"
    answer = do(ana, order, "new")
    assert json.loads(answer["HX-Trigger-After-Settle"])["said"] == {
        "text": "Order 43 is already picked up.",
        "failed": True,
    }


def test_what_the_guest_has_changed_since_is_not_acknowledged_unread(ana: Client, bella: Place) -> None:
    order = an_order(bella, revision=2)
    assert "just been changed" in said(do(ana, order, "accepted", revision="1"))
    assert status(bella, order) == "new"


def test_ten_minutes_more_are_promised_to_the_guest(ana: Client, bella: Place) -> None:
    order = an_order(bella, status="accepted")
    assert "The guest gets a text" in said(do(ana, order, "delay"))
    with scope.enter(bella):
        assert Order.objects.get(pk=order.pk).ready_at == order.ready_at + timedelta(minutes=10)


def test_cancelling_needs_a_reason_and_an_administrator(ana: Client, sam: Client, bella: Place) -> None:
    order = an_order(bella)
    assert do(sam, order, "cancel", reason="no dough").status_code == 403
    assert said(do(ana, order, "cancel", reason=" ")) == "A cancelled order needs a reason."
    assert status(bella, order) == "new"
    assert said(do(ana, order, "cancel", reason="no dough")) == "Order 43 cancelled"
    assert "Why cancel" not in sam.get(BOARD).content.decode()


def test_what_is_out_is_86_from_its_ticket(sam: Client, bella: Place) -> None:
    order = an_order(bella)
    assert said(do(sam, order, "eighty-six", item="Margherita")) == "Margherita is 86 until tomorrow"
    assert "not on the menu" in said(do(sam, order, "eighty-six", item="Carpaccio"))
    with scope.enter(bella):
        assert MenuItem.objects.get(name="Margherita").sold_out_until is not None
        assert AuditEntry.objects.filter(action="menu.eighty_six", actor="sam@bella.test").exists()


def test_pausing_stops_the_next_order_and_resuming_lets_it_through(ana: Client, sam: Client, bella: Place) -> None:
    assert sam.post(f"{BOARD}pause", {"for": "30"}).status_code == 403
    assert "Callers are told" in said(ana.post(f"{BOARD}pause", {"for": "30"}, headers={"HX-Request": "true"}))
    with scope.enter(bella):
        paused = restaurant.settings().ordering_paused_until
    assert paused is not None
    assert timedelta(minutes=29) < paused - timezone.now() < timedelta(minutes=31)
    assert "Take orders again" in ana.get(BOARD).content.decode()
    ana.post(f"{BOARD}pause", {"for": "resume"})
    with scope.enter(bella):
        assert restaurant.settings().ordering_paused_until is None
    assert ana.post(f"{BOARD}pause", {"for": "ever"}).status_code == 404


def test_the_second_print_says_so(sam: Client, bella: Place) -> None:
    order = an_order(bella)
    first, second = (sam.post(f"{BOARD}{order.pk}/print").content.decode() for _ in range(2))
    assert "REPRINT" not in first
    assert "REPRINT" in second
    assert "Margherita" in first


def test_a_page_that_has_just_connected_asks_for_what_changed_since_it_was_made(ana: Client, bella: Place) -> None:
    order, made = an_order(bella), timezone.now()

    def since(at: str) -> Any:
        return ana.get(f"{BOARD}since", {"at": at}).json()["orders"]

    assert since(made.isoformat()) == []
    do(ana, order, "accepted")
    assert since(made.isoformat()) == [str(order.pk)]
    assert since((made + timedelta(hours=1)).isoformat()) == []
    assert [since(at) for at in ("", "yesterday", "2026-11-29T10:00:00", "9" * 99)] == [None] * 4
    for number in range(60, 72):
        do(ana, an_order(bella, number), "accepted")
    assert since(made.isoformat()) is None, "a whole board is less work"


def test_shadow_mode_waits_for_an_approval(ana: Client, bella: Place) -> None:
    order = an_order(bella, status="approval")
    assert "wants approval" in ana.get(BOARD).content.decode()
    do(ana, order, "new")
    assert status(bella, order) == "new"


def test_without_scripts_the_page_comes_back(ana: Client, bella: Place) -> None:
    order = an_order(bella)
    answer = ana.post(f"{BOARD}{order.pk}/do", {"deed": "accepted"})
    assert (answer.status_code, answer["Location"]) == (302, BOARD)


def test_two_hundred_orders_take_no_more_questions_than_two(ana: Client, bella: Place) -> None:
    for number in range(2):
        an_order(bella, 100 + number)
    with CaptureQueriesContext(connection) as few:
        ana.get(BOARD)
    for number in range(198):
        an_order(bella, 300 + number, status="accepted")
    with CaptureQueriesContext(connection) as many:
        ana.get(BOARD)
    assert len(many) <= len(few) <= QUERIES


def test_nobody_else_sees_or_touches_the_board(ana: Client, bella: Place, sakura: Place) -> None:
    theirs = an_order(bella)
    yuki = Client()
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    assert yuki.get(BOARD).status_code == 403
    assert do(yuki, theirs, "accepted").status_code == 403
    assert yuki.post(f"/r/sakura/orders/{theirs.pk}/do", {"deed": "accepted"}).status_code == 404
    assert status(bella, theirs) == "new"
    assert Client().get(BOARD).status_code == 403


def test_a_print_that_failed_is_seen_on_the_ticket_until_it_is_printed_again(sam: Client, bella: Place) -> None:
    order = an_order(bella, status="accepted")
    paper = f"{BOARD}{order.pk}/print"
    assert "REPRINT" not in sam.post(paper).content.decode()
    board = sam.post(f"{BOARD}{order.pk}/not-printed", headers={"HX-Request": "true"})
    assert said(board) == "It is to be printed again"
    assert "Did not print" in board.content.decode()
    with scope.enter(bella):
        assert Ticket.objects.get(key__startswith="print:").summary.startswith("Order 43 was not printed")
        assert Order.objects.get(pk=order.pk).prints == 0
    assert "REPRINT" not in sam.post(paper).content.decode(), "the first did not count"
    assert "Did not print" not in sam.get(BOARD).content.decode()
    assert "REPRINT" in sam.post(paper).content.decode()
    from_paper = sam.post(f"{BOARD}{order.pk}/not-printed", {"from": "paper"})
    assert (from_paper.status_code, from_paper["Location"]) == (302, BOARD)


def test_an_item_that_was_taken_off_by_mistake_comes_back_by_undo(sam: Client, bella: Place) -> None:
    order = an_order(bella)
    answer = do(sam, order, "eighty-six", item="Margherita")
    undo = json.loads(answer["HX-Trigger-After-Settle"])["said"]["undo"]
    with scope.enter(bella):
        assert MenuItem.objects.get(name="Margherita").sold_out
    assert said(sam.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})) == "Margherita is back"
    with scope.enter(bella):
        assert not MenuItem.objects.get(name="Margherita").sold_out


def test_another_time_than_usual_is_quoted_today_and_taken_back(ana: Client, sam: Client, bella: Place) -> None:
    answer = ana.post(f"{BOARD}quote", {"minutes": "45"}, headers={"HX-Request": "true"})
    assert said(answer) == "Callers are told 45 minutes today"
    assert "Quoting <b>45 minutes</b> until" in answer.content.decode()
    undo = json.loads(answer["HX-Trigger-After-Settle"])["said"]["undo"]
    assert (
        "Quoting <b>20 minutes</b>"
        in ana.post(undo["to"], undo["fields"], headers={"HX-Request": "true"}).content.decode()
    )
    assert ana.post(f"{BOARD}quote", {"minutes": "17"}).status_code == 404
    assert sam.post(f"{BOARD}quote", {"minutes": "45"}).status_code == 403


def test_what_is_gone_is_still_read_and_printed(sam: Client, bella: Place) -> None:
    an_order(bella, 51, status="picked_up")
    an_order(bella, 52, status="cancelled", cancelled_reason="Guest did not come")
    page = sam.get(BOARD).content.decode()
    assert "Gone today" in page
    assert "cancelled: Guest did not come" in page


def test_money_has_the_sign_people_know() -> None:
    assert [money(Decimal("12.50"), each) for each in ("USD", "EUR", "CHF")] == ["$12.50", "€12.50", "12.50 CHF"]
