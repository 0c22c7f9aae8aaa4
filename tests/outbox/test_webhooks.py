"""Webhooks from the event to the receiver: told once, signed, tried again, given up, replayed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.calls import services as calls
from apps.calls.models import Call, Ticket
from apps.orders import lifecycle
from apps.outbox import delivering, events, schedule, services, webhooks
from apps.outbox.models import Delivery, Endpoint, Work
from apps.reservations import services as reservations
from apps.tenants import scope
from tests.orders import people
from tests.outbox.receiver import Receiver, receiving

NUMBER = "+15125550188"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def told(place: Any, hook: Receiver, *types: str) -> tuple[Endpoint, str]:
    return webhooks.add(place, url=hook.url, types=types)


def something(*, type: str = "lead", number: str = NUMBER) -> Ticket:
    """A small event: a ticket is opened."""
    return calls.open_ticket(
        type=type, summary="Call Kate.", key=str(uuid4()), callback_number=number, now=timezone.now()
    )


def sweep() -> None:
    while services.sweep():
        pass


def time_passes() -> None:
    """Until whatever is waiting is due."""
    Work.objects.filter(state="waiting").update(due_at=timezone.now())
    Endpoint.objects.filter(failures__gt=0).update(rests_until=None)


def only() -> Delivery:
    return Delivery.objects.select_related("endpoint").get()


# ---- what is told --------------------------------------------------------------------------------------


def test_an_order_is_told_from_its_placing_to_its_end_as_the_contract_has_it(in_bella: Any, hook: Receiver) -> None:
    _, secret = told(in_bella, hook)
    order = people.commit(in_bella, people.quote(in_bella, customer_number=NUMBER).version)
    sweep()
    lifecycle.advance(order.pk, to="accepted", by="sam@bella.test", place=in_bella, now=people.NOW)
    sweep()
    lifecycle.delay(order.pk, minutes=10, by="sam@bella.test", place=in_bella, now=people.NOW)
    sweep()
    lifecycle.cancel(order.pk, reason="out of dough", by="sam@bella.test", place=in_bella, now=people.NOW)
    sweep()
    assert all(got.fits(secret) for got in hook.got)
    said = [json.loads(got.body) for got in hook.got]
    assert [one["type"] for one in said] == ["order.placed", "order.changed", "order.changed", "order.cancelled"]
    assert [one["data"]["status"] for one in said] == ["new", "accepted", "accepted", "cancelled"]
    assert set(said[0]) == {"type", "timestamp", "data"}
    assert datetime.fromisoformat(said[0]["timestamp"]).tzinfo is not None
    assert said[0]["data"]["total"] == str(order.total)
    assert said[0]["data"]["id"] == str(order.pk)
    assert len({got.id for got in hook.got}) == 4


def test_a_booking_is_told_when_it_is_made_moved_and_cancelled(in_bella: Any, hook: Receiver) -> None:
    told(in_bella, hook)
    at = people.NOW + timedelta(days=1, hours=6)
    agreed: dict[str, Any] = {"key": "call:1", "party_size": 2, "name": "Kate Bush", "now": people.NOW}

    def book(starts_at: datetime, **more: Any) -> Any:
        held = reservations.hold(in_bella, starts_at=starts_at, **agreed, **more)
        return reservations.book(
            in_bella, key="call:1", version=held.version, yes_version=held.version, by="caller", at_ms=1,
            now=people.NOW,
        )  # fmt: skip

    made = book(at)
    sweep()
    made = book(at + timedelta(minutes=30), moves=made)
    sweep()
    reservations.cancel(made, reason="ill", now=people.NOW)
    sweep()
    said = [json.loads(got.body) for got in hook.got]
    assert [one["type"] for one in said] == ["reservation.booked", "reservation.changed", "reservation.cancelled"]
    assert len({one["data"]["reference"] for one in said}) == 1


def test_a_call_is_told_with_its_turns_but_without_its_tools(in_bella: Any) -> None:
    call = Call.objects.create(
        carrier_sid="CA1", from_number=NUMBER, to_number="+15125550101", outcome="order", summary="Ordered.",
        report={"duration_ms": 9, "turns": [{"text": "hi"}], "tools": [{"name": "x"}], "stages": [1], "tickets": []},
    )  # fmt: skip
    described = events._describers["call"](str(call.pk))
    assert (described["from"], described["turns"], described["summary"]) == (NUMBER, [{"text": "hi"}], "Ordered.")
    assert not {"tools", "stages"} & set(described)


def test_numbers_are_masked_wherever_they_stand_unless_whole_ones_were_granted(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    data = {"number": NUMBER, "deep": [{"text": "call me at (512) 555-0188 please"}], "order": 12, "total": "41.20"}
    owe(endpoint, data)
    webhooks.grant_whole_numbers(endpoint)
    endpoint.refresh_from_db()
    owe(endpoint, data)
    sweep()
    masked, whole = (json.loads(got.body)["data"] for got in hook.got)
    assert masked["number"] == "••• 0188"
    assert "555" not in masked["deep"][0]["text"]
    assert (masked["order"], masked["total"]) == (12, "41.20")
    assert whole == data


def owe(endpoint: Endpoint, data: Any) -> Delivery:
    at = timezone.now().isoformat()
    return webhooks.owe([endpoint], event_id=f"msg_{uuid4().hex}", type="order.placed", at=at, data=data)[0]


def test_what_is_too_large_is_told_by_its_id(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    owe(endpoint, {"id": "1", "text": "é" * webhooks.LARGEST_BODY})
    sweep()
    assert json.loads(hook.got[0].body)["data"] == {"id": "1"}


def test_only_what_was_asked_for_is_told_and_only_to_the_restaurants_own(
    bella: Any, sakura: Any, hook: Receiver
) -> None:
    with receiving() as other:
        told(bella, hook, "ticket.opened")
        told(sakura, other)
        with scope.enter(bella):
            something()
            people.commit(bella, people.quote(bella).version)
        sweep()
        assert [json.loads(got.body)["type"] for got in hook.got] == ["ticket.opened"]
        assert not other.got


def test_an_event_is_told_once_however_often_it_is_announced_and_spread(in_bella: Any, hook: Receiver) -> None:
    told(in_bella, hook)
    ticket = something()
    events.announce("ticket.opened", ticket.pk)
    spread = Work.objects.get(kind="event").payload
    for _ in range(2):
        events.spread(spread)
    sweep()
    assert len(hook.got) == 1


def test_what_is_no_event_cannot_be_announced(in_bella: Any) -> None:
    with pytest.raises(LookupError):
        events.announce("order.eaten", uuid4())


def test_an_event_belongs_to_a_restaurant(db: None) -> None:
    with pytest.raises(LookupError):
        events.announce("order.placed", uuid4())


# ---- what does not arrive ------------------------------------------------------------------------------


def test_a_failure_is_tried_again_under_the_same_id_with_the_same_body_and_a_new_time(
    in_bella: Any, hook: Receiver
) -> None:
    _, secret = told(in_bella, hook)
    hook.status, hook.said = 500, b"out of order"
    something()
    sweep()
    row = only()
    assert (row.state, row.tries, row.last_status, row.last_answer) == ("waiting", 1, 500, "out of order")
    assert row.next_try_at is not None
    assert 5 <= (row.next_try_at - timezone.now()).total_seconds() + 0.5 <= 6.1
    sweep()
    assert len(hook.got) == 1, "not before its time"
    hook.status = 200
    time_passes()
    sweep()
    first, second = hook.got
    assert (first.id, first.body) == (second.id, second.body)
    assert first.fits(secret)
    assert second.fits(secret)
    row = only()
    assert (row.state, row.tries, row.endpoint.failures) == ("delivered", 2, 0)


def test_after_ten_tries_it_is_a_dead_letter_and_replaying_starts_over(in_bella: Any, hook: Receiver) -> None:
    told(in_bella, hook)
    hook.status = 503
    something()
    for _ in range(12):
        sweep()
        time_passes()
    assert len(hook.got) == 1 + len(schedule.DELAYS) == 10
    assert [each.pk for each in webhooks.dead(in_bella)] == [only().pk]
    hook.status = 200
    webhooks.replay(in_bella, only().pk)
    sweep()
    assert not webhooks.dead(in_bella)
    assert (only().state, only().replays, len(hook.got)) == ("delivered", 1, 11)
    assert len({got.id for got in hook.got}) == 1


def test_all_that_died_since_a_moment_is_replayed_and_nothing_else(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    moment = timezone.now()
    old, new, fine = (owe(endpoint, {"id": each}) for each in ("old", "new", "fine"))
    Delivery.objects.filter(pk__in=[old.pk, new.pk]).update(state="dead", next_try_at=None)
    Delivery.objects.filter(pk=old.pk).update(created_at=moment - timedelta(hours=1))
    assert webhooks.replay_dead(in_bella, since=moment) == 1
    sweep()
    assert sorted(json.loads(got.body)["data"]["id"] for got in hook.got) == ["fine", "new"]
    assert Delivery.objects.get(pk=fine.pk).replays == 0


def test_a_replay_of_another_restaurant_or_of_a_disabled_webhook_is_refused(
    bella: Any, sakura: Any, hook: Receiver
) -> None:
    endpoint, _ = told(bella, hook)
    row = owe(endpoint, {"id": "1"})
    with pytest.raises(webhooks.Refusal, match="no such"):
        webhooks.replay(sakura, row.pk)
    webhooks.disable(endpoint, reason="moved", now=timezone.now())
    with pytest.raises(webhooks.Refusal, match="disabled: moved"):
        webhooks.replay(bella, row.pk)
    assert webhooks.replay_dead(bella, since=timezone.now() - timedelta(days=1)) == 0


def test_what_is_on_its_way_is_not_sent_twice_by_a_replay(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    row = owe(endpoint, {"id": "1"})
    webhooks.replay(in_bella, row.pk)
    sweep()
    assert len(hook.got) == 1


def test_a_try_that_was_overtaken_does_nothing(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    row = owe(endpoint, {"id": "1"})
    payload = {"delivery": str(row.pk), "replays": 0, "tries": 0}
    for _ in range(2):
        delivering.deliver(payload)
    assert (len(hook.got), only().tries) == (1, 1)


def test_a_try_of_before_does_nothing_while_the_next_one_waits(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    hook.status = 500
    row = owe(endpoint, {"id": "1"})
    for _ in range(2):
        delivering.deliver({"delivery": str(row.pk), "replays": 0, "tries": 0})
    assert (len(hook.got), only().tries, only().state) == (1, 1, "waiting")


def test_gone_disables_the_webhook_and_staff_hear_of_it_once(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook, "order.placed")
    hook.status = 410
    rows = [owe(endpoint, {"id": each}) for each in ("1", "2")]
    sweep()
    endpoint.refresh_from_db()
    assert (endpoint.disabled_reason, len(hook.got)) == ("It answered 410 Gone.", 1)
    assert {Delivery.objects.get(pk=row.pk).state for row in rows} == {"dead"}
    ticket = Ticket.objects.get(type="other", summary__contains="webhook")
    assert hook.url in ticket.summary
    people.commit(in_bella, people.quote(in_bella).version)
    sweep()
    assert len(hook.got) == 1, "nothing more is owed to it"
    hook.status = 200
    webhooks.enable(endpoint)
    assert webhooks.replay_dead(in_bella, since=timezone.now() - timedelta(hours=1)) == 2
    sweep()
    assert len(hook.got) == 3


@pytest.mark.parametrize(("days", "disabled"), [(4.99, False), (5, True)])
def test_days_of_nothing_but_failure_disable_it(in_bella: Any, hook: Receiver, days: float, disabled: bool) -> None:
    endpoint, _ = told(in_bella, hook)
    hook.status = 500
    Endpoint.objects.update(failures=3, failing_since=timezone.now() - timedelta(days=days))
    owe(endpoint, {"id": "1"})
    sweep()
    endpoint.refresh_from_db()
    assert (endpoint.disabled_at is not None, Ticket.objects.filter(type="other").exists()) == (disabled, disabled)


def test_one_success_in_between_makes_it_good_again(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    Endpoint.objects.update(failures=3, failing_since=timezone.now() - timedelta(days=9))
    owe(endpoint, {"id": "1"})
    sweep()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.disabled_at) == (0, None, None)


def test_an_endpoint_that_keeps_failing_rests_and_resting_is_no_try(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    hook.status = 500
    rows = [owe(endpoint, {"id": str(each)}) for each in range(4)]
    sweep()
    assert len(hook.got) == 2, "the first may be an accident; after the second the others wait"
    tries = [Delivery.objects.get(pk=row.pk).tries for row in rows]
    assert sorted(tries) == [0, 0, 1, 1]
    hook.status = 200
    time_passes()
    sweep()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_receiver_that_asks_for_time_gets_it(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    hook.status, hook.headers = 429, {"Retry-After": "3600"}
    owe(endpoint, {"id": "1"})
    sweep()
    due = only().next_try_at
    assert due is not None
    assert timedelta(minutes=59) < due - timezone.now() <= timedelta(hours=1)


def test_an_address_that_has_become_private_is_a_failure_and_nothing_is_posted(
    in_bella: Any, hook: Receiver, settings: Any
) -> None:
    endpoint, _ = told(in_bella, hook)
    row = owe(endpoint, {"id": "1"})
    settings.DEBUG = False
    Endpoint.objects.update(url=hook.url.replace("http://", "https://"))
    sweep()
    row.refresh_from_db()
    assert (row.tries, row.last_answer) == (1, "127.0.0.1 is not in the open internet.")
    assert not hook.got


def test_while_a_secret_is_rotated_both_sign_and_after_a_day_the_new_one_alone(in_bella: Any, hook: Receiver) -> None:
    endpoint, old = told(in_bella, hook)
    new = webhooks.rotate(endpoint, now=timezone.now())
    endpoint.refresh_from_db()
    owe(endpoint, {"id": "1"})
    sweep()
    assert hook.got[0].fits(new)
    assert hook.got[0].fits(old)
    Endpoint.objects.update(old_secret_until=timezone.now())
    endpoint.refresh_from_db()
    owe(endpoint, {"id": "2"})
    sweep()
    assert hook.got[1].fits(new)
    assert not hook.got[1].fits(old)


def test_secrets_are_sealed_at_rest(in_bella: Any, hook: Receiver) -> None:
    endpoint, secret = told(in_bella, hook)
    webhooks.rotate(endpoint, now=timezone.now())
    kept = Endpoint.objects.values_list("secret", "old_secret").get()
    assert secret not in kept
    assert not any("whsec" in each for each in kept)


def test_a_month_later_nothing_is_kept_of_it(in_bella: Any, hook: Receiver) -> None:
    endpoint, _ = told(in_bella, hook)
    owe(endpoint, {"id": "1"})
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    something()
    Work.objects.exclude(kind="event").delete()
    sweep()
    assert Delivery.objects.count() == 1
