"""The desk of the book: a booking made and changed by hand, by the rules a call has, and never over somebody else's."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Ticket
from apps.reservations import by_hand, steps
from apps.reservations.models import DiningTable, Reservation, WaitlistEntry
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.test_bookings import NUMBER, PAGE, a_booking, actions, at, day, do, now_is, tables, told, words

__all__ = ["day"]
NEW = f"{PAGE}new"
TIMES = f"{PAGE}times"


def sent(day: date, clock: str = "19:00", **more: Any) -> dict[str, Any]:
    return {
        "party_size": "4", "day": str(day), "time": clock, "name": "Kate Bush", "number": "(512) 555-0188",
        "notes": "window", "key": uuid4().hex, "shown": f"day={day}", "deed": "book", **more,
    }  # fmt: skip


def add(client: Client, of: date, **more: Any) -> Any:
    return client.post(NEW, {**sent(of), **more}, headers={"HX-Request": "true"})


def change(client: Client, row: Reservation, day: date, *arguments: str, **more: Any) -> Any:
    return do(client, row, **{**sent(day, *arguments), "number": "", "deed": "change", "desk": "1", **more})


def count(place: Place) -> int:
    with scope.enter(place):
        return Reservation.objects.count()


def only_one_table(place: Place, seats: int = 4) -> None:
    with scope.enter(place):
        DiningTable.objects.all().delete()
        DiningTable.objects.create(name="the only one", seats=seats)


# ---- added by hand -------------------------------------------------------------------------------------


def test_a_booking_is_added_once_and_on_record(sam: Client, bella: Place, day: date) -> None:
    form = sam.get(NEW, {"day": day})
    assert "Add a booking" in words(form)
    once = sent(day)
    answers = [sam.post(NEW, once, headers={"HX-Request": "true"}) for _ in range(2)]
    assert re.match(r"Booked: Kate Bush, party of 4, \w+, \w+ \d+, 7:00 pm, table 4-", told(answers[0])["text"])
    assert "Kate Bush" in words(answers[0])
    assert count(bella) == 1, "a second press of the button books nothing"
    with scope.enter(bella):
        row = Reservation.objects.get()
        assert (row.number, row.notes, row.confirmed_by, row.starts_at) == (
            NUMBER, "window", "sam@bella.test", at(day, "19:00"),
        )  # fmt: skip
        entry = AuditEntry.objects.filter(action="reservations.create").first()
    assert entry is not None
    assert entry.after is not None
    assert entry.after["number"] == "••• 0188"
    assert "undo" not in told(answers[0]), "taking it back is cancelling, which is not theirs"


def test_who_may_cancel_takes_back_what_was_added(ana: Client, bella: Place, day: date) -> None:
    undo = told(add(ana, day))["undo"]
    answer = ana.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})
    assert told(answer)["text"] == "The booking of Kate Bush is cancelled"
    with scope.enter(bella):
        assert Reservation.objects.get().cancelled_reason == "Booked by mistake"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Under which name?"),
        ({"party_size": "0"}, "At least one comes."),
        ({"party_size": ""}, "For how many?"),
        ({"party_size": "two"}, "Write a number."),
        ({"number": "12"}, "This is not a phone number"),
        ({"time": ""}, "Choose a day and a time."),
        ({"time": "25:00"}, "Choose a day and a time."),
        ({"day": "9999-12-31"}, "Choose a day and a time."),
        ({"notes": "x" * 1001}, "no more than 1000"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(sam: Client, bella: Place, day: date, wrong: Any, said: str) -> None:
    answer = add(sam, day, **wrong)
    assert (answer["HX-Retarget"], "HX-Trigger-After-Settle" in answer) == ("#desk", False)
    assert said in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert 'value="Kate Bush"' in answer.content.decode() or "name" in wrong
    assert count(bella) == 0


def test_the_times_of_a_day_are_those_a_caller_is_offered(sam: Client, bella: Place, day: date) -> None:
    only_one_table(bella)
    with scope.enter(bella):
        OpeningHours.objects.all().delete()
        OpeningHours.objects.create(weekday=day.weekday(), opens=time(17), closes=time(22))
    a_booking(bella, day)
    asked = {"party_size": "4", "day": str(day)}
    listed = re.findall(r'<option value="(\d\d:\d\d)"[^>]*>([^<]+)<', sam.get(TIMES, asked).content.decode())
    assert listed[0] == ("17:00", "5:00 pm")
    assert ("19:00", "7:00 pm, full") in listed
    assert listed[-1] == ("20:30", "8:30 pm")
    full = sam.get(TIMES, {**asked, "time": "19:00"})
    assert "There is no table free at that time." in words(full)
    assert re.findall(r'name="instead" value="([^"]+)"', full.content.decode()) == [
        f"{day}T17:15", f"{day}T17:30", f"{day}T20:30",
    ]  # fmt: skip
    assert "Put on the waitlist" in words(full)
    closed = sam.get(TIMES, {**asked, "day": str(day + timedelta(days=1))})
    assert "closed at that time" in words(closed)
    assert "No time that day" in words(closed)
    past = sam.get(TIMES, {**asked, "day": str(day - timedelta(days=9))})
    assert "already passed" in words(past)
    assert sam.get(TIMES, {"party_size": "x", "day": "y", "time": "z"}).status_code == 200


def test_a_full_time_is_refused_with_what_is_near_and_that_can_be_taken(sam: Client, bella: Place, day: date) -> None:
    only_one_table(bella)
    a_booking(bella, day, name="First")
    answer = add(sam, day)
    assert "There is no table free at that time." in words(answer)
    (first, *_others) = re.findall(r'name="instead" value="([^"]+)"', answer.content.decode())
    again = add(sam, day, instead=first)
    assert told(again)["text"].startswith("Booked: Kate Bush")
    with scope.enter(bella):
        assert (
            f"{Reservation.objects.get(name='Kate Bush').starts_at.astimezone(at(day, '12:00').tzinfo):%H:%M}" in first
        )


def test_for_a_full_time_they_may_wait(sam: Client, bella: Place, day: date) -> None:
    only_one_table(bella)
    a_booking(bella, day, name="First")
    answer = add(sam, day, deed="wait")
    assert re.match(r"Kate Bush waits for a table: \w+, \w+ \d+, 7:00 pm", told(answer)["text"])
    with scope.enter(bella):
        entry = WaitlistEntry.objects.get()
    assert (entry.party_size, entry.number, entry.wanted_at) == (4, NUMBER, at(day, "19:00"))
    assert actions(bella, f"waitlist/{entry.pk}") == ["waitlist.create"]


def test_a_party_that_is_too_large_is_a_lead_and_never_a_booking(sam: Client, bella: Place, day: date) -> None:
    assert "Parties above 8 are not booked but called back" in words(sam.get(TIMES, {"party_size": "9", "day": day}))
    assert "called back" in words(add(sam, day, party_size="9"))
    answer = add(sam, day, party_size="9", deed="lead")
    assert told(answer)["text"] == "A ticket says to call Kate Bush back"
    with scope.enter(bella):
        ticket = Ticket.objects.get(type="lead")
    assert re.match(r"A table for 9 on .*7:00 pm, under Kate Bush\.", ticket.summary)
    assert ticket.callback_number == NUMBER
    assert count(bella) == 0


def test_a_number_that_often_did_not_come_is_not_booked(sam: Client, bella: Place, day: date) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.filter(pk=1).update(no_shows_allowed=1)
        row = a_booking(bella, day, "12:00", name="Missed")
        steps.advance(row.pk, to="no_show", by="sam", now=timezone.now())
    answer = add(sam, day)
    assert "someone from the restaurant will call you back" in words(answer)
    assert count(bella) == 1


# ---- looked at and changed -----------------------------------------------------------------------------


def test_a_booking_says_what_became_of_it(ana: Client, sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    do(sam, row, "confirm")
    for headers in ({}, {"HX-Request": "true"}):
        page = ana.get(f"{PAGE}{row.pk}/", headers=headers)
        assert re.search(r"So far booked .*The guest, by phone .*confirmed .*sam@bella.test", words(page))
        assert row.reference in words(page)
        assert "Take back: booked again" in words(page)
        assert NUMBER not in page.content.decode()
        within = headers != {}
        assert ('hx-target="#book"' in page.content.decode()) == within, "a page of its own has no book to come back to"
    assert ana.get(f"{PAGE}{uuid4()}/").status_code == 404


def test_another_time_moves_it_to_a_table_and_that_can_be_taken_back(sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    had = tables(bella, row)
    answer = change(sam, row, day, "20:00", party_size="6", notes="")
    assert re.match(r"Changed: Kate Bush, party of 6, .* 8:00 pm, table 6-", told(answer)["text"])
    moved = now_is(bella, row)
    assert (moved.starts_at, moved.party_size, moved.number, moved.reference) == (
        at(day, "20:00"), 6, NUMBER, row.reference,
    )  # fmt: skip
    undo = told(answer)["undo"]
    sam.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})
    assert (now_is(bella, row).starts_at, now_is(bella, row).party_size) == (at(day, "19:00"), 4)
    assert tables(bella, row) == had
    assert actions(bella, f"reservations/{row.pk}") == ["reservations.change", "reservations.change"]


def test_tables_are_chosen_by_hand(sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day, notes="window")
    with scope.enter(bella):
        names = dict(DiningTable.objects.values_list("name", "pk"))
    told(change(sam, row, day, tables=[str(names["4-5"]), str(names["4-6"])]))
    assert sorted(tables(bella, row)) == ["4-5", "4-6"]
    other = a_booking(bella, day, name="Other", party_size=2)
    (theirs,) = tables(bella, other)
    answer = change(sam, now_is(bella, row), day, tables=[str(names[theirs])])
    assert f"Somebody else has {theirs} then." in words(answer)
    assert sorted(tables(bella, row)) == ["4-5", "4-6"]


def test_a_new_number_is_taken_and_not_put_into_the_page_again(sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day, notes="window")
    answer = change(sam, row, day, number="512 555 0199")
    assert now_is(bella, row).number == "+15125550199"
    assert "undo" not in told(answer)
    assert "5550188" not in answer.content.decode()
    assert "5550199" not in answer.content.decode()


def test_what_was_not_changed_stays_to_the_second(sam: Client, bella: Place, day: date) -> None:
    wanted = {"party_size": 2, "starts_at": at(day, "19:00") + timedelta(seconds=30), "name": "Odd"}
    with scope.enter(bella):
        row = by_hand.make(bella, key="odd", wanted=wanted, by="caller", now=timezone.now())
    change(sam, row, day, party_size="2", name="Even")
    assert (now_is(bella, row).name, now_is(bella, row).starts_at) == ("Even", row.starts_at)


def test_two_people_who_change_one_booking_the_later_is_told(ana: Client, sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    change(sam, row, day, "20:00", party_size="6")
    late = change(ana, row, day, "21:00", name="Katherine Bush")
    assert late["HX-Retarget"] == "#desk"
    assert "sam@bella.test has just changed the booking of Kate Bush" in words(late)
    assert re.search(r"Kate Bush \w+, \w+ \d+, 8:00 pm – 10:00 pm, party of 6", words(late)), "what it is now"
    assert 'value="Katherine Bush"' in late.content.decode(), "and what she wrote is not lost"
    assert (now_is(bella, row).starts_at, now_is(bella, row).name) == (at(day, "20:00"), "Kate Bush")
    decided = change(ana, now_is(bella, row), day, "21:00", name="Katherine Bush")
    assert told(decided)["text"].startswith("Changed: Katherine Bush")


def test_a_booking_that_is_over_is_only_looked_at(ana: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    do(ana, row, "cancel", reason="ill")
    page = words(ana.get(f"{PAGE}{row.pk}/"))
    assert "Change it" not in page
    assert "Take back: booked again" in page
    assert "does not stand any more" in words(change(ana, now_is(bella, row), day, "20:00"))


def test_near_times_can_be_moved_to(sam: Client, bella: Place, day: date) -> None:
    only_one_table(bella)
    row, _other = a_booking(bella, day, "12:00"), a_booking(bella, day, "19:00", name="Other")
    answer = change(sam, row, day, "19:00")
    assert "There is no table free at that time." in words(answer)
    (first, *_more) = re.findall(r'name="instead" value="([^"]+)"', answer.content.decode())
    change(sam, row, day, "19:00", deed="", instead=first)
    assert f"{now_is(bella, row).starts_at.astimezone(at(day, '12:00').tzinfo):%Y-%m-%dT%H:%M}" == first
