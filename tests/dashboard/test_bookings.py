"""The book: who comes when, taken through the evening with one touch, changed by hand, and never over somebody else."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import AuditEntry, User
from apps.calls.models import Ticket
from apps.reservations import by_hand, steps
from apps.reservations.models import BlackoutDate, DiningTable, Reservation, WaitlistEntry
from apps.restaurant.models import OpeningHours, RestaurantSettings, SpecialDay
from apps.tenants import scope
from apps.tenants.scope import Place

PAGE = "/r/bella-napoli/bookings/"
CHICAGO = ZoneInfo("America/Chicago")
QUERIES = 26
"""For the page with its frame, however many bookings there are."""
NUMBER = "+15125550188"


@pytest.fixture
def day(bella: Place) -> date:
    """A day of next week on which everything is free."""
    return timezone.now().astimezone(CHICAGO).date() + timedelta(days=7)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=CHICAGO)


def a_booking(place: Place, day: date, clock: str = "19:00", *, name: str = "Kate Bush", **more: Any) -> Reservation:
    wanted = {"party_size": 4, "starts_at": at(day, clock), "name": name, "number": NUMBER, "notes": "", **more}
    with scope.enter(place):
        return by_hand.make(place, key=f"{name}{clock}", wanted=wanted, by="caller", now=timezone.now())


def now_is(place: Place, row: Reservation) -> Reservation:
    with scope.enter(place):
        return Reservation.objects.get(pk=row.pk)


def tables(place: Place, row: Reservation) -> list[str]:
    with scope.enter(place):
        return [str(each) for each in row.seats_at.values_list("table__name", flat=True)]


def do(client: Client, row: Reservation, deed: str, **more: Any) -> Any:
    sent = {"deed": deed, "revision": str(row.revision), "shown": f"day={row.starts_at:%Y-%m-%d}", **more}
    return client.post(f"{PAGE}{row.pk}/do", sent, headers={"HX-Request": "true"})


def told(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger-After-Settle"])["said"]
    return found


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def actions(place: Place, subject: str) -> list[str]:
    with scope.enter(place):
        return list(AuditEntry.objects.filter(subject=subject).order_by("id").values_list("action", flat=True))


# ---- what is shown -------------------------------------------------------------------------------------


def test_a_day_says_who_comes_when_with_how_many_and_where(ana: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day, notes="Nora is allergic to tree nuts", party_size=3)
    page = ana.get(PAGE, {"day": day})
    (name,) = tables(bella, row)
    assert "1 booking, 3 guests" in words(page)
    assert re.search(rf"7:00 pm Kate Bush.* party of 3 .*Nora is allergic .*Table {name}, ••• 0188", words(page))
    assert 'data-is="allergy"' in page.content.decode()
    assert NUMBER not in page.content.decode()
    assert f"{name} 4 7:00 pm – 8:30 pm Kate Bush, party of 3" in words(page), "the picture as a list"


def test_a_day_stands_by_its_steps(ana: Client, bella: Place, day: date) -> None:
    for clock, to in (("18:00", "seated"), ("18:15", "finished"), ("18:30", "no_show"), ("18:45", "cancelled")):
        row = a_booking(bella, day, clock, name=to.title())
        with scope.enter(bella):
            steps.advance(row.pk, to=to, by="sam", now=timezone.now())
    a_booking(bella, day, name="Next")
    page = words(ana.get(PAGE, {"day": day}))
    assert re.search(r"To come 1 .*Next.*At their tables 1 .*Seated.*Over 3 .*Finished.*No_Show.*Cancelled", page)
    assert "3 bookings, 12 guests" in page, "who did not come or cancelled is not counted"


def test_days_on_which_nothing_can_be_booked_say_why(ana: Client, bella: Place, day: date) -> None:
    with scope.enter(bella):
        OpeningHours.objects.filter(weekday=day.weekday()).delete()
        BlackoutDate.objects.create(
            first_day=day, last_day=day, opens=time(17), closes=time(20), reason="for a private party"
        )
        BlackoutDate.objects.create(first_day=day, last_day=day)
        SpecialDay.objects.create(date=day, note="Staff outing")
    page = words(ana.get(PAGE, {"day": day}))
    assert re.search(r"Closed on \w+, \w+ \d+: Staff outing", page)
    assert "No table is booked from 5:00 pm to 8:00 pm: for a private party" in page
    assert "No table is booked all day" in page
    week = words(ana.get(PAGE, {"week": day}))
    assert "Closed" in week
    assert "for a private party" in week


def test_guests_by_quarter_of_an_hour_stand_against_the_limit(ana: Client, bella: Place, day: date) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.filter(pk=1).update(pacing_covers=6)
    for clock, party in (("18:00", 2), ("19:00", 4), ("19:15", 6)):
        a_booking(bella, day, clock, name=clock, party_size=party)
    page = words(ana.get(PAGE, {"day": day}))
    assert re.search(r"6:00 pm 2 of 6 .*7:00 pm 4 of 6 .*7:15 pm 6 of 6, full", page)
    week = ana.get(PAGE, {"week": day})
    assert "7:15 pm, 6 of 6 guests" in words(week)
    assert f'href="{PAGE}?day={day}"' in week.content.decode(), "a click opens the day"


def test_a_guest_who_is_late_and_a_table_that_is_held_too_long_are_seen(
    ana: Client, bella: Place, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_booking(bella, day, name="Late")
    stays = a_booking(bella, day, "17:00", name="Stays")
    with scope.enter(bella):
        steps.advance(stays.pk, to="seated", by="sam", now=at(day, "17:00"))
    monkeypatch.setattr("apps.dashboard.bookings.pages.timezone", SimpleNamespace(now=lambda: at(day, "19:12")))
    page = words(ana.get(PAGE))
    late = r"Late .*12 min late .*Seat Late, 7:00 pm .*No-show Late, 7:00 pm "
    assert re.search(late, page), "today without a day in the address"
    assert "seated, was until 6:30 pm" in page
    next_day = SimpleNamespace(now=lambda: at(day + timedelta(days=1), "09:00"))
    monkeypatch.setattr("apps.dashboard.bookings.pages.timezone", next_day)
    assert "did they come?" in words(ana.get(PAGE, {"day": day}))


def test_a_day_that_is_none_is_not_found(ana: Client, bella: Place) -> None:
    for query in ("day=tomorrow", "day=2026-02-30", "day=9999-12-31", "week=x", "day=0001-01-01"):
        assert ana.get(f"{PAGE}?{query}").status_code == 404


def test_an_empty_day_says_what_will_come(ana: Client, bella: Place, day: date) -> None:
    assert "appears here by itself" in words(ana.get(PAGE, {"day": day}))
    with scope.enter(bella):
        DiningTable.objects.all().delete()
    assert "There are no tables yet" in words(ana.get(PAGE, {"day": day}))


def test_two_hundred_bookings_take_no_more_questions_than_two(ana: Client, bella: Place, day: date) -> None:
    def many(first: int, last: int) -> None:
        with scope.enter(bella):
            for number in range(first, last):
                row = Reservation.objects.create(
                    reference=f"R{number}", key=f"many:{number}", name=f"Guest {number}", party_size=2, number=NUMBER,
                    starts_at=at(day, f"{12 + number % 9}:00"), ends_at=at(day, f"{13 + number % 9}:00"),
                    confirmed_by="caller",
                )  # fmt: skip
                table = DiningTable.objects.create(name=f"many {number}", seats=2)
                row.seats_at.create(table=table, starts_at=row.starts_at, ends_at=row.ends_at)

    many(0, 2)
    with CaptureQueriesContext(connection) as few:
        ana.get(PAGE, {"day": day})
    many(2, 200)
    with CaptureQueriesContext(connection) as counted:
        assert "200 bookings" in words(ana.get(PAGE, {"day": day}))
    assert len(counted) <= len(few) <= QUERIES
    with CaptureQueriesContext(connection) as week:
        ana.get(PAGE, {"week": day})
    assert len(week) <= QUERIES


# ---- one touch -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "deed", "then", "said", "action"),
    [
        ([], "confirm", "confirmed", "Kate Bush is confirmed", "reservations.confirm"),
        ([], "seat", "seated", "Kate Bush is seated", "reservations.seat"),
        (["seated"], "finish", "finished", "Kate Bush has left", "reservations.finish"),
        ([], "no-show", "no_show", "Kate Bush did not come", "reservations.no_show"),
    ],
)
def test_one_touch_takes_a_booking_on_and_one_takes_that_back(
    sam: Client, bella: Place, day: date, before: list[str], deed: str, then: str, said: str, action: str
) -> None:
    row = a_booking(bella, day)
    had = tables(bella, row)
    with scope.enter(bella):
        for to in before:
            row = steps.advance(row.pk, to=to, by="sam", now=timezone.now())
    answer = do(sam, row, deed)
    assert (told(answer)["text"], told(answer)["failed"]) == (said, False)
    assert now_is(bella, row).status == then
    undo = told(answer)["undo"]
    assert undo["target"] == "#book"
    back = sam.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})
    assert told(back)["text"].startswith("Taken back: Kate Bush")
    assert now_is(bella, row).status == (before or ["booked"])[-1]
    assert tables(bella, row) == had
    assert actions(bella, f"reservations/{row.pk}") == [action, "reservations.take_back"]


def test_cancelling_needs_a_reason_and_an_administrator(ana: Client, sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    assert do(sam, row, "cancel", reason="ill").status_code == 403
    assert "Cancel the booking" not in sam.get(f"{PAGE}{row.pk}/").content.decode()
    assert "Cancel the booking" in ana.get(f"{PAGE}{row.pk}/").content.decode()
    assert "Say why" in told(do(ana, row, "cancel", reason=" "))["text"]
    answer = do(ana, row, "cancel", reason="Called, ill")
    assert told(answer)["text"] == "The booking of Kate Bush is cancelled"
    assert now_is(bella, row).cancelled_reason == "Called, ill"
    undo = told(answer)["undo"]
    assert sam.post(undo["to"], undo["fields"], headers={"HX-Request": "true"}).status_code == 403
    ana.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})
    assert now_is(bella, row).status == "booked"


def test_a_second_touch_changes_nothing_and_an_old_page_is_told(ana: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    do(ana, row, "seat")
    again = do(ana, row, "seat")
    assert told(again) | {"undo": None} == {"text": "Kate Bush is seated", "failed": False, "undo": None}
    answer = do(ana, row, "no-show")
    assert told(answer)["failed"]
    assert told(answer)["text"].startswith("ana@bella.test has just changed the booking of Kate Bush")
    assert now_is(bella, row).status == "seated"
    assert told(do(ana, now_is(bella, row), "no-show"))["text"] == "They are seated already."


def test_a_number_is_shown_to_who_may_and_that_is_on_record(ana: Client, sam: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    assert do(sam, row, "number").status_code == 403
    assert f'href="tel:{NUMBER}"' in do(ana, row, "number").content.decode()
    assert actions(bella, f"reservations/{row.pk}") == ["numbers.view"]
    with scope.enter(bella):
        Reservation.objects.filter(pk=row.pk).update(number="")
    assert do(ana, row, "number").status_code == 404


# ---- who may -------------------------------------------------------------------------------------------


def test_without_scripts_the_day_comes_back(ana: Client, bella: Place, day: date) -> None:
    row = a_booking(bella, day)
    sent = {"deed": "seat", "revision": "1", "shown": f"day={day}"}
    answer = ana.post(f"{PAGE}{row.pk}/do", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?day={day}")


def test_nobody_else_sees_or_touches_the_book(ana: Client, bella: Place, sakura: Place, day: date) -> None:
    row = a_booking(bella, day)
    yuki = Client()
    yuki.force_login(User.objects.get(email="yuki@sakura.test"))
    assert yuki.get(PAGE).status_code == do(yuki, row, "seat").status_code == 403
    assert yuki.get(f"/r/sakura/bookings/{row.pk}/").status_code == 404
    assert yuki.post(f"/r/sakura/bookings/{row.pk}/do", {"deed": "seat"}).status_code == 404
    assert "Kate Bush" not in yuki.get("/r/sakura/bookings/", {"day": day}).content.decode()
    assert do(ana, row, "burn").status_code == 404
    assert now_is(bella, row).status == "booked"
    assert Client().get(PAGE).status_code == 403


# ---- who waits -----------------------------------------------------------------------------------------


@pytest.fixture
def waits(bella: Place, day: date) -> WaitlistEntry:
    with scope.enter(bella):
        return WaitlistEntry.objects.create(
            key="w", name="Joan", number=NUMBER, party_size=2, wanted_at=at(day, "19:00")
        )


def waiting(client: Client, entry: WaitlistEntry, deed: str) -> Any:
    path = f"{PAGE}waiting/{entry.pk}/do"
    sent = {"deed": deed, "shown": f"day={entry.wanted_at:%Y-%m-%d}"}
    return client.post(path, sent, headers={"HX-Request": "true"})


def test_who_waits_is_offered_a_table(sam: Client, bella: Place, day: date, waits: WaitlistEntry) -> None:
    assert re.search(r"7:00 pm Joan party of 2 .*Waits since", words(sam.get(PAGE, {"day": day})))
    answer = waiting(sam, waits, "offer")
    assert told(answer)["text"].startswith("Joan may have the table until")
    assert "offered until" in words(answer)
    with scope.enter(bella):
        assert "Joan waits for one" in Ticket.objects.get(type="callback").summary
    assert told(waiting(sam, waits, "offer"))["failed"]
    assert actions(bella, f"waitlist/{waits.pk}") == ["waitlist.offer"]


def test_who_waits_is_booked(sam: Client, bella: Place, day: date, waits: WaitlistEntry) -> None:
    answer = waiting(sam, waits, "book")
    assert re.match(r"Booked: Joan, party of 2, .*7:00 pm, table 2-", told(answer)["text"])
    assert "Nobody waits" in words(answer)
    with scope.enter(bella):
        row = Reservation.objects.get(name="Joan")
    assert actions(bella, f"reservations/{row.pk}") == ["reservations.create"]


def test_who_is_taken_off_can_be_put_back(sam: Client, bella: Place, day: date, waits: WaitlistEntry) -> None:
    answer = waiting(sam, waits, "take-off")
    assert told(answer)["text"] == "Joan waits no longer"
    assert "Nobody waits" in words(answer)
    undo = told(answer)["undo"]
    back = sam.post(undo["to"], undo["fields"], headers={"HX-Request": "true"})
    assert told(back)["text"] == "Joan waits again"
    assert "Waits since" in words(back)
    assert waiting(sam, waits, "eat").status_code == 404
    assert actions(bella, f"waitlist/{waits.pk}") == ["waitlist.take_off", "waitlist.put_back"]


# ---- the calendar feed ---------------------------------------------------------------------------------


def test_the_feed_is_opened_once_shown_renewed_and_ended_by_administrators(
    ana: Client, sam: Client, bella: Place
) -> None:
    assert "Calendar feed" not in words(sam.get(PAGE))
    assert sam.post(f"{PAGE}feed", {"deed": "open"}).status_code == 403
    assert "Open a feed" in words(ana.get(PAGE))

    def opened(**how: Any) -> str:
        page = ana.post(f"{PAGE}feed", {"deed": "open"}, **how).content.decode()
        (address,) = re.findall(r'value="http://testserver(/feeds/[^"]+)"', page)
        return str(address)

    first = opened(headers={"HX-Request": "true"})
    assert Client().get(first).status_code == 200
    page = ana.get(PAGE).content.decode()
    assert "Make a new address" in page
    assert first not in page
    second = opened()
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    answer = ana.post(f"{PAGE}feed", {"deed": "close"}, headers={"HX-Request": "true"})
    assert told(answer)["text"] == "The calendar feed has ended"
    assert Client().get(second).status_code == 404
    assert actions(bella, "settings/calendar") == ["feed.open", "feed.open", "feed.close"]
    assert ana.post(f"{PAGE}feed", {"deed": "sell"}).status_code == 404
