"""What a sentence claims was done, and whether a call bears it out."""

from __future__ import annotations

import pytest

from apps.voice.claims import Deed, Record, claims

US, THERE = True, False


@pytest.mark.parametrize(
    ("sentence", "deed", "by_us"),
    [
        ("Your order is placed.", Deed.ORDER, THERE),
        ("Great, I've placed your order, would you like anything else?", Deed.ORDER, US),
        ("We have now submitted it.", Deed.ORDER, US),
        ("I\u2019ve put in your order.", Deed.ORDER, US),
        ("Your order has been sent to the kitchen.", Deed.ORDER, THERE),
        ("The order went through.", Deed.ORDER, THERE),
        ("Okay, order placed!", Deed.ORDER, THERE),
        ("Your order number is 41.", Deed.ORDER, THERE),
        ("I've booked a table for four at seven.", Deed.BOOKING, US),
        ("I went ahead and got you booked for seven.", Deed.BOOKING, THERE),
        ("You're booked for Friday at seven.", Deed.BOOKING, THERE),
        ("Your reservation's confirmed for eight.", Deed.BOOKING, THERE),
        ("I have made a reservation for you.", Deed.BOOKING, US),
        ("I've cancelled your reservation.", Deed.CANCELLING, US),
        ("Your booking has been canceled.", Deed.CANCELLING, THERE),
        ("I have sent you a confirmation text.", Deed.TEXT, US),
        ("A text is on its way.", Deed.TEXT, THERE),
        ("I've told the manager.", Deed.TICKET, US),
        ("I've left a message for the owner.", Deed.TICKET, US),
        ("I've applied a twenty percent discount to your order.", Deed.MONEY, US),
        ("Your coupon has been accepted.", Deed.MONEY, THERE),
        ("It's on the house.", Deed.MONEY, THERE),
        ("You're all set.", Deed.ANYTHING, THERE),
        ("It's confirmed.", Deed.ANYTHING, THERE),
        ("Su pedido est\u00e1 hecho, n\u00famero 12.", Deed.ORDER, THERE),
        ("He reservado una mesa para dos.", Deed.BOOKING, US),
        ("Su reserva queda confirmada.", Deed.BOOKING, THERE),
    ],
)
def test_what_is_said_to_be_done_is_a_claim(sentence: str, deed: Deed, by_us: bool) -> None:
    assert (deed, by_us) in {(claim.deed, claim.by_us) for claim in claims(sentence)}
    assert not Record().bears_out(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Shall I place the order?",
        "Would you like me to book it?",
        "Is your order confirmed?",
        "Once you say yes, it is placed.",
        "When that is done, your order is placed.",
        "I'll text you when your order is ready.",
        "It is not booked yet.",
        "Your order hasn't been placed.",
        "We are fully booked at seven.",
        "We're booked up on Friday.",
        "What size would you like?",
        "I've added a Coke to your order.",
        "No problem, I've removed the onions.",
        "Your order so far is two Cokes.",
        "The lasagna is made with beef.",
        "The pizza is baked in a stone oven.",
        "We're in the center of town.",
        "The table by the window is in the garden.",
        "I'm all set to take your order.",
        "You will be told when it is ready.",
        "\u00bfQuiere que lo confirme?",
        "Su pedido no est\u00e1 confirmado.",
    ],
)
def test_plans_questions_conditions_and_denials_claim_nothing(sentence: str) -> None:
    assert not claims(sentence)


@pytest.mark.parametrize(
    ("tool", "result", "sentence"),
    [
        ("create_order", {"status": "placed", "number": 7}, "I've placed your order."),
        ("change_order", {"status": "changed", "number": 7}, "Your order is confirmed."),
        ("create_reservation", {"status": "booked", "reference": "X"}, "You're booked for seven."),
        ("create_reservation", {"status": "lead"}, "I've told the team."),
        ("cancel_reservation", {"status": "cancelled"}, "I've cancelled it."),
        ("cancel_order", {"number": 7, "status": "cancelled"}, "It's cancelled."),
        ("send_sms", {"status": "queued"}, "I have texted you the menu."),
        ("create_ticket", {"id": "x", "type": "callback"}, "I've left a message for the manager."),
        ("transfer_call", {"status": "unavailable", "fallback": "callback ticket 1"}, "I've told the team."),
        ("order_status", {"number": 7, "status": "new"}, "Your order is confirmed."),
        ("find_reservation", {"reservations": [{"reference": "X"}]}, "Your table is booked."),
    ],
)
def test_a_tool_that_did_it_bears_it_out(tool: str, result: dict[str, object], sentence: str) -> None:
    record = Record()
    record.take(tool, {"error": "no"})
    assert not record.bears_out(sentence)
    record.take(tool, result)
    assert record.bears_out(sentence)
    assert record.bears_out("What else?")


@pytest.mark.parametrize(
    ("tool", "result", "sentence"),
    [
        ("create_order", {"status": "quoted", "cart_version": 1}, "Your order is placed."),
        ("create_reservation", {"status": "held", "version": 1}, "Your table is booked."),
        ("create_reservation", {"status": "booked"}, "Your order is placed."),
        ("create_order", {"status": "placed"}, "I've placed your order and booked a table."),
        ("send_sms", {"status": "suppressed"}, "I've sent you a text."),
        ("find_reservation", {"reservations": []}, "Your table is booked."),
        ("find_reservation", {"reservations": [{"reference": "X"}]}, "I've booked your table."),
        ("order_status", {"status": "new"}, "I've placed your order."),
        ("cancel_order", {"error": "The kitchen has begun."}, "It's cancelled."),
        ("create_order", {"status": "placed"}, "I've applied the discount."),
        ("search_menu", {"status": "placed"}, "Your order is placed."),
    ],
)
def test_what_was_only_quoted_held_found_or_refused_does_not(
    tool: str, result: dict[str, object], sentence: str
) -> None:
    record = Record()
    record.take(tool, result)
    assert not record.bears_out(sentence)
