"""Texts: once per cause, only with leave, not at night; and what guests and the carrier say to them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from apps.calls import messages
from apps.calls import services as calls
from apps.calls.models import Call, Consent, Message, Suppression, Ticket
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.orders.people import commit, quote

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
NUMBER = "+15125550188"


def register(place: Any) -> None:
    with scope.enter(place):
        PhoneNumber.objects.filter(restaurant_id=place.id).update(sms_registered_at=NOW)


def text(place: Any, template: str = "hours", *, key: str = "call:1", number: str = NUMBER) -> Message | None:
    facts = {"address": "214 Congress"}
    return messages.queue(place=place, number=number, template=template, facts=facts, key=key, call_id=None)


# ---- what we send ---------------------------------------------------------------------------------------


def test_before_the_registration_is_recorded_a_text_is_disabled_and_no_work_waits(in_bella: Any) -> None:
    sent = text(in_bella)
    assert sent is not None
    assert sent.status == "disabled"
    assert not Work.objects.filter(kind="sms.send").exists()


def test_a_registered_restaurant_queues_a_text_once_per_cause_template_and_number(in_bella: Any) -> None:
    register(in_bella)
    first, again = text(in_bella), text(in_bella)
    assert first is not None
    assert first == again
    assert (first.status, first.text, first.segments) == ("queued", "Bella Napoli: see you soon at 214 Congress.", 1)
    text(in_bella, "address")
    text(in_bella, key="call:2")
    text(in_bella, number="+15125550177")
    assert Message.objects.count() == Work.objects.filter(kind="sms.send", restaurant_id=in_bella.id).count() == 4


def test_who_asked_for_no_more_texts_gets_none_from_this_restaurant(in_bella: Any, sakura: Any) -> None:
    register(in_bella)
    register(sakura)
    Suppression.objects.create(number=NUMBER)
    suppressed = text(in_bella)
    with scope.enter(sakura):
        elsewhere = text(sakura)
    assert suppressed is not None
    assert elsewhere is not None
    assert (suppressed.status, elsewhere.status) == ("suppressed", "queued")
    assert not Work.objects.filter(kind="sms.send", restaurant_id=in_bella.id).exists()
    assert NUMBER not in str(Suppression.objects.get())


def test_a_template_of_the_restaurants_own_fills_in_facts_and_nothing_else(in_bella: Any) -> None:
    sly = "{name} {nothing} {name.__class__} {0} { {address}"
    RestaurantSettings.objects.update(sms_templates={"hours": sly})
    sent = text(in_bella)
    assert sent is not None
    assert sent.text == "Bella Napoli  {name.__class__}  { 214 Congress"
    assert text(in_bella, "jokes") is None


def test_a_placed_order_is_texted_once_however_often_the_work_is_done(in_bella: Any) -> None:
    register(in_bella)
    version = quote(in_bella, customer_number=NUMBER).version
    commit(in_bella, version)
    commit(in_bella, version)
    for _ in range(2):
        Work.objects.filter(kind="order.placed").update(state="waiting", done_at=None, due_at=NOW - timedelta(days=900))
        outbox.sweep(limit=1)
    assert Work.objects.get(kind="order.placed").last_error == ""
    assert list(Message.objects.values_list("number", "template", "status")) == [(NUMBER, "order", "queued")]


def test_one_event_is_one_text_however_many_tell_of_it_at_once(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    register(place)
    start, sent = threading.Barrier(20), list[Any]()

    def tell() -> None:
        start.wait()
        with scope.enter(place):
            made = text(place)
            sent.append(made.pk if made else None)
        connections.close_all()

    tellers = [threading.Thread(target=tell) for _ in range(20)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    with scope.enter(place):
        assert sent == [Message.objects.get().pk] * 20
    assert Work.objects.filter(kind="sms.send", restaurant_id=place.id).count() == 1
    Work.objects.filter(restaurant_id=place.id).delete()


def test_leave_is_on_record_with_its_call_and_ends_with_a_stop(in_bella: Any) -> None:
    register(in_bella)
    call = Call.objects.create(carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101")
    for key in ("one", "two"):
        messages.queue(place=in_bella, number=NUMBER, template="order", facts={}, key=key, call_id=call.pk)
    assert list(Consent.objects.values_list("number", "call_id", "given", "revoked_at")) == [
        (NUMBER, call.pk, "call", None)
    ]
    messages.receive(in_bella, number=NUMBER, text="STOP", sid="SM1", now=NOW)
    assert Consent.objects.get().revoked_at == NOW
    messages.receive(in_bella, number=NUMBER, text="START", sid="SM2", now=NOW)
    assert Consent.objects.filter(revoked_at=None).count() == 1
    assert Consent.objects.count() == 2


def test_staff_are_texted_without_asking(in_bella: Any) -> None:
    register(in_bella)
    text(in_bella, "unacknowledged")
    assert not Consent.objects.exists()


def test_notices_wait_for_the_end_of_the_night_and_confirmations_do_not(
    in_bella: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(in_bella)
    RestaurantSettings.objects.update(sms_quiet_from=time(21), sms_quiet_until=time(8))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 24, 4, 0, tzinfo=UTC))  # 22:00 in Chicago
    text(in_bella, "delay")
    text(in_bella, "order")
    dues = dict(Work.objects.filter(kind="sms.send").values_list("payload__message", "due_at"))
    by_template = {Message.objects.get(pk=message).template: due for message, due in dues.items()}
    assert by_template["delay"] == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert by_template["order"] == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_a_restaurants_own_wording_is_checked_before_it_is_kept(in_bella: Any) -> None:
    messages.set_template("delay", "{name}: {number} at {ready}, sorry!")
    assert RestaurantSettings.objects.get().sms_templates == {"delay": "{name}: {number} at {ready}, sorry!"}
    with pytest.raises(calls.Refusal, match=r"\{price\} is not known"):
        messages.set_template("delay", "{price}")
    assert "{price}" not in str(RestaurantSettings.objects.get().sms_templates)


# ---- what guests write ----------------------------------------------------------------------------------


def receive(place: Any, text: str, sid: str = "SM1", *, now: datetime = NOW) -> str:
    return messages.receive(place, number=NUMBER, text=text, sid=sid, now=now)


def test_a_stop_in_plain_words_is_answered_once_and_holds_back_what_waits(in_bella: Any) -> None:
    register(in_bella)
    text(in_bella)
    assert receive(in_bella, "please don't text me any more") == (
        "Bella Napoli: you will get no more texts from us. Reply START to get them again."
    )
    assert Message.objects.get(direction="out").status == "suppressed"
    assert receive(in_bella, "stop texting me!!", "SM2") == "", "one confirmation and no more"


def test_a_stop_in_the_carriers_own_word_is_left_to_the_carrier_to_answer(in_bella: Any) -> None:
    assert receive(in_bella, "STOP") == ""
    assert Suppression.objects.filter(number=NUMBER).exists()


def test_help_names_the_restaurant_and_its_telephone(in_bella: Any) -> None:
    assert receive(in_bella, "HELP") == (
        "Bella Napoli: texts about your orders and tables. Call +15125550101 for help. Reply STOP for no more texts."
    )


def test_other_words_reach_a_person_and_are_answered_once_a_day(in_bella: Any) -> None:
    register(in_bella)
    first, second = receive(in_bella, "can we bring a dog?"), receive(in_bella, "and a cat?", "SM2")
    assert "nobody reads this number at once" in first
    assert second == ""
    assert receive(in_bella, "and a cat?", "SM2") == "", "told twice by the carrier"
    summaries = {"A guest wrote: can we bring a dog?", "A guest wrote: and a cat?"}
    assert set(Ticket.objects.values_list("summary", flat=True)) == summaries
    assert set(Ticket.objects.values_list("type", "callback_number")) == {("callback", NUMBER)}


# ---- how they fare --------------------------------------------------------------------------------------


def test_a_missed_call_is_texted_once_a_day_where_the_restaurant_wants_it(in_bella: Any) -> None:
    register(in_bella)
    rows = [
        Call.objects.create(carrier_sid=f"CA{number}", from_number=NUMBER, to_number="+15125550101")
        for number in range(3)
    ]
    messages.tell_of_missed_call(in_bella, number=NUMBER, call_id=rows[0].pk, now=NOW)
    assert not Message.objects.exists()
    RestaurantSettings.objects.update(text_missed_calls=True)
    for row in rows:
        messages.tell_of_missed_call(in_bella, number=NUMBER, call_id=row.pk, now=NOW)
    messages.tell_of_missed_call(in_bella, number="", call_id=rows[0].pk, now=NOW)
    assert [message.template for message in Message.objects.all()] == ["missed"]
    messages.tell_of_missed_call(in_bella, number=NUMBER, call_id=rows[0].pk, now=NOW + timedelta(days=1))
    assert Message.objects.count() == 2
