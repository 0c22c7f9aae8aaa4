"""What becomes of bookings, who waits for one, and the calendar that shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.calls.models import Message, Ticket
from apps.outbox.models import Work
from apps.reservations import feeds, steps, tasks
from apps.reservations import services as reservations
from apps.reservations.models import Reservation, ReservationEvent, WaitlistEntry
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from tests.reservations.test_ics import unfolded
from tests.reservations.test_reservations import NOW, SEVEN, book, hold, only_tables, set_up

NUMBER = "+15125550188"


def booked(place: Any, **more: Any) -> Reservation:
    return book(place, hold(place, **more).version, key=more.get("key", "call:1"))


# ---- steps ----------------------------------------------------------------------------------------------


def test_an_evening_goes_forward_step_by_step_and_says_who_took_each(in_bella: Any) -> None:
    row = booked(in_bella)
    for to, by in (("confirmed", "ana"), ("seated", "sam"), ("seated", "ana"), ("finished", "sam")):
        steps.advance(row.pk, to=to, by=by, now=SEVEN + timedelta(minutes=30))
    taken = list(ReservationEvent.objects.values_list("status", "by"))
    assert taken == [("booked", "caller"), ("confirmed", "ana"), ("seated", "sam"), ("finished", "sam")]
    row.refresh_from_db()
    assert row.ends_at == SEVEN + timedelta(minutes=30), "the table is free from when they left"
    assert not row.seats_at.exists()


@pytest.mark.parametrize(
    ("steps_taken", "then", "sentence"),
    [
        (["seated"], "cancelled", "They are seated already."),
        (["seated"], "no_show", "They are seated already."),
        (["cancelled"], "seated", "does not stand any more"),
        (["no_show"], "confirmed", "does not stand any more"),
        (["finished"], "seated", "does not stand any more"),
    ],
)
def test_no_step_goes_back(in_bella: Any, steps_taken: list[str], then: str, sentence: str) -> None:
    row = booked(in_bella)
    for to in steps_taken:
        steps.advance(row.pk, to=to, by="sam", now=NOW)
    with pytest.raises(reservations.Refusal, match=sentence):
        steps.advance(row.pk, to=then, by="sam", now=NOW)


def test_who_has_not_come_is_a_no_show_by_itself_where_the_restaurant_wants_it(in_bella: Any) -> None:
    booked(in_bella, key="call:1")
    assert not Work.objects.filter(kind="reservation.no_show").exists()
    set_up(no_show_minutes=20)
    row = booked(in_bella, key="call:2", number=NUMBER)
    work = Work.objects.get(kind="reservation.no_show")
    assert work.due_at == SEVEN + timedelta(minutes=20)
    tasks.miss({**work.payload, "starts_at": "2026-11-28T00:00:00+00:00"})
    row.refresh_from_db()
    assert row.status == "booked", "it was moved since: that work is old"
    tasks.miss(work.payload)
    row.refresh_from_db()
    assert row.status == "no_show"


def test_a_number_that_often_did_not_come_is_passed_on_to_staff(in_bella: Any) -> None:
    set_up(no_shows_allowed=2)
    for number in range(2):
        row = booked(in_bella, key=f"call:{number}", number=NUMBER)
        steps.advance(row.pk, to="no_show", by="sam", now=NOW)
    with pytest.raises(reservations.ForStaff, match="call you back"):
        hold(in_bella, key="call:9", number=NUMBER)
    assert hold(in_bella, key="call:9", number="+15125550177").version == 1
    Reservation.objects.update(starts_at=NOW - timedelta(days=366), ends_at=NOW - timedelta(days=365))
    assert hold(in_bella, key="call:8", number=NUMBER).version == 1


# ---- the waitlist ---------------------------------------------------------------------------------------


def wait(key: str, *, party_size: int = 2, number: str = NUMBER, wanted_at: datetime = SEVEN) -> WaitlistEntry:
    return reservations.join_waitlist(
        key=key, party_size=party_size, wanted_at=wanted_at, name=key.title(), number=number, call_id=None
    )


def sweep_waitlist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    for work in Work.objects.filter(kind="waitlist.offer", state="waiting"):
        tasks.offer(work.payload)
        Work.objects.filter(pk=work.pk).delete()


def test_a_freed_table_is_offered_to_the_first_it_fits_and_to_the_next_when_they_let_it_go(
    in_bella: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=NOW)
    only_tables(2)
    row = booked(in_bella)
    wait("large", party_size=4)
    kate, joan = wait("kate"), wait("joan", number="")
    wait("far", wanted_at=SEVEN + timedelta(hours=3))
    reservations.cancel(row, reason="ill", now=NOW)
    sweep_waitlist(monkeypatch)
    kate.refresh_from_db()
    assert (kate.status, kate.offered_at) == ("offered", NOW)
    assert [message.template for message in Message.objects.all()] == ["table_free"]
    assert "Kate waits for one" in Ticket.objects.get().summary
    for _ in range(2):
        tasks.expire({"entry": str(kate.pk)})
    statuses = dict(WaitlistEntry.objects.values_list("name", "status"))
    assert statuses == {"Large": "waiting", "Kate": "expired", "Joan": "offered", "Far": "waiting"}
    joan.refresh_from_db()


def test_who_books_does_not_wait_any_more(in_bella: Any) -> None:
    entry = wait("kate")
    booked(in_bella, number=NUMBER, starts_at=SEVEN + timedelta(hours=1))
    entry.refresh_from_db()
    assert entry.status == "booked"


# ---- the calendar ---------------------------------------------------------------------------------------


def feed(slug: str, secret: str) -> Any:
    return Client().get(f"/feeds/reservations/{slug}/{secret}.ics")


def test_the_feed_holds_bookings_under_ids_that_stay_and_no_numbers(in_bella: Any) -> None:
    with scope.enter(in_bella):
        secret = feeds.open_feed()
        row = booked(in_bella, number=NUMBER, party_size=3)
    Reservation.objects.update(starts_at=datetime.now(UTC), ends_at=datetime.now(UTC) + timedelta(hours=1))
    answer = feed(in_bella.slug, secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content.decode())
    assert f"UID:{row.pk}@loman" in lines
    assert "SUMMARY:Kate B.\\, 3" in lines
    assert "STATUS:CONFIRMED" in lines
    assert "SEQUENCE:1" in lines
    assert "0188" not in answer.content.decode()
    with scope.enter(in_bella):
        steps.advance(row.pk, to="cancelled", by="ana", now=NOW)
    lines = unfolded(feed(in_bella.slug, secret).content.decode())
    assert (f"UID:{row.pk}@loman" in lines, "STATUS:CANCELLED" in lines, "SEQUENCE:2" in lines) == (True,) * 3


def test_an_unknown_house_a_wrong_secret_and_a_closed_feed_look_the_same(in_bella: Any, sakura: Any) -> None:
    with scope.enter(in_bella):
        secret = feeds.open_feed()
    with scope.enter(sakura):
        restaurant.settings()
    for slug, tried in ((in_bella.slug, "wrong"), ("nowhere", secret), (sakura.slug, secret), (sakura.slug, "x")):
        assert feed(slug, tried).status_code == 404
    with scope.enter(in_bella):
        newer = feeds.open_feed()
    assert feed(in_bella.slug, secret).status_code == 404
    assert feed(in_bella.slug, newer).status_code == 200
    with scope.enter(in_bella):
        feeds.close_feed()
    assert feed(in_bella.slug, newer).status_code == 404
    assert Client().post(f"/feeds/reservations/{in_bella.slug}/{newer}.ics").status_code == 405
