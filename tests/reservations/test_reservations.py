"""Hold, yes, book: a table is kept at a version and booked once; the clocks change, and names stay private."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from apps.calls.models import Message
from apps.outbox import services as outbox
from apps.outbox.models import Work
from apps.reservations import services as reservations
from apps.reservations.models import DiningTable, Hold, Reservation
from apps.restaurant.models import OpeningHours, RestaurantSettings
from apps.tenants import scope

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""A Monday noon in Chicago."""
SEVEN = datetime(2026, 11, 27, 19, 0, tzinfo=CHICAGO)
FRIDAY = SEVEN.date()


def set_up(**values: Any) -> None:
    RestaurantSettings.objects.update_or_create(pk=1, defaults=values)


def hold(place: Any, *, key: str = "call:1", party_size: int = 2, starts_at: datetime = SEVEN, **more: Any) -> Hold:
    now = more.pop("now", NOW)
    name = more.pop("name", "Kate Bush")
    return reservations.hold(place, key=key, party_size=party_size, starts_at=starts_at, name=name, now=now, **more)


def book(place: Any, version: int, *, key: str = "call:1", yes: int | None = None, now: datetime = NOW) -> Reservation:
    """With the caller's yes to that version, unless another is given (0: none)."""
    said = (version if yes is None else yes) or None
    return reservations.book(place, key=key, version=version, yes_version=said, by="caller", at_ms=900, now=now)


def only_tables(*seats: int) -> None:
    DiningTable.objects.all().delete()
    for number, each in enumerate(seats):
        DiningTable.objects.create(name=f"t{number}", seats=each)


# ---- hold, yes, book ------------------------------------------------------------------------------------


def test_a_hold_and_a_yes_make_a_booking_at_the_smallest_table(in_bella: Any) -> None:
    row = book(in_bella, hold(in_bella, party_size=3, number="+15125550188", notes="window").version)
    assert (row.status, row.name, row.number, row.party_size, row.notes) == (
        "booked", "Kate Bush", "+15125550188", 3, "window",
    )  # fmt: skip
    assert (row.starts_at, row.ends_at) == (SEVEN, SEVEN + timedelta(minutes=90))
    (taken,) = row.seats_at.all()
    assert taken.table.seats == 4
    assert (row.confirmed_by, row.confirmed_at_ms) == ("caller", 900)
    assert len(row.reference) == 6
    assert list(reservations.as_json(row)) == [
        "reference", "status", "name", "number", "party_size", "starts_at", "ends_at", "tables", "notes", "call_id",
    ]  # fmt: skip
    assert reservations.as_json(row)["tables"] == [taken.table.name]


def test_without_a_yes_to_this_version_nothing_is_booked(in_bella: Any) -> None:
    first = hold(in_bella).version
    for yes in (0, first + 1):
        with pytest.raises(reservations.Refusal, match="your yes"):
            book(in_bella, first, yes=yes)
    second = hold(in_bella, party_size=4).version
    with pytest.raises(reservations.Refusal, match="changed since"):
        book(in_bella, first)
    with pytest.raises(reservations.Refusal, match="your yes"):
        book(in_bella, second, yes=first)
    with pytest.raises(reservations.Refusal, match="nothing to confirm"):
        book(in_bella, 1, key="call:2")
    assert not Reservation.objects.exists()


def test_booking_twice_gives_one_booking_and_one_piece_of_work(in_bella: Any) -> None:
    version = hold(in_bella).version
    assert book(in_bella, version) == book(in_bella, version) == book(in_bella, version, yes=0)
    assert Reservation.objects.count() == Work.objects.filter(kind="reservation.booked").count() == 1


def test_a_held_table_is_kept_for_five_minutes_and_then_anybodys(in_bella: Any) -> None:
    only_tables(2)
    version = hold(in_bella).version
    later = NOW + timedelta(minutes=5)
    with pytest.raises(reservations.Full, match="no table free"):
        hold(in_bella, key="call:2", now=later - timedelta(seconds=1))
    other = hold(in_bella, key="call:2", now=later).version
    book(in_bella, other, key="call:2", now=later)
    with pytest.raises(reservations.Full):
        book(in_bella, version, now=later)
    assert Reservation.objects.get().key.endswith(f":{other}")


def test_a_hold_that_ran_out_is_still_booked_when_the_table_is_free(in_bella: Any) -> None:
    version = hold(in_bella).version
    assert book(in_bella, version, now=NOW + timedelta(minutes=30)).status == "booked"


def test_a_caller_who_changes_their_mind_gives_the_first_table_back(in_bella: Any) -> None:
    only_tables(2)
    hold(in_bella)
    hold(in_bella, starts_at=SEVEN + timedelta(minutes=30))
    assert Hold.objects.count() == 1
    assert hold(in_bella, key="call:2", starts_at=SEVEN - timedelta(minutes=45)).version == 1


def test_a_party_that_stays_keeps_the_table_and_one_that_leaves_frees_it(in_bella: Any) -> None:
    only_tables(2)
    book(in_bella, hold(in_bella).version)  # 75 minutes for two
    for minutes in (-74, 0, 74):
        with pytest.raises(reservations.Full):
            hold(in_bella, key="call:2", starts_at=SEVEN + timedelta(minutes=minutes))
    for number, minutes in enumerate((-75, 75)):
        assert hold(in_bella, key=f"free:{number}", starts_at=SEVEN + timedelta(minutes=minutes))


def test_no_more_guests_are_seated_within_a_quarter_than_the_kitchen_can_take(in_bella: Any) -> None:
    set_up(pacing_covers=6)
    book(in_bella, hold(in_bella, party_size=4).version)
    with pytest.raises(reservations.Full):
        hold(in_bella, key="call:2", party_size=3)
    assert hold(in_bella, key="call:2", party_size=2)
    assert hold(in_bella, key="call:3", party_size=3, starts_at=SEVEN + timedelta(minutes=15))


# ---- refusals that a waitlist cannot mend ---------------------------------------------------------------


def test_above_the_largest_party_it_is_a_lead_and_never_a_booking(in_bella: Any) -> None:
    with pytest.raises(reservations.ForStaff, match="more than eight people"):
        hold(in_bella, party_size=9)
    assert not Hold.objects.exists()
    assert reservations.find_slots(in_bella, party_size=9, day=SEVEN.date(), clock=None, now=NOW).reason


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"party_size": 0}, "how many people"),
        ({"name": "  "}, "which name"),
        ({"starts_at": NOW - timedelta(minutes=1)}, "already passed"),
        ({"starts_at": NOW + timedelta(minutes=29)}, "too soon"),
        ({"starts_at": NOW + timedelta(days=61)}, "60 days ahead"),
        ({"starts_at": SEVEN.replace(hour=9)}, "closed at that time"),
        ({"starts_at": SEVEN.replace(hour=21)}, "closing time"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(in_bella: Any, more: dict[str, Any], sentence: str) -> None:
    OpeningHours.objects.all().update(opens=time(11), closes=time(22))
    with pytest.raises(reservations.Refusal, match=sentence) as raised:
        hold(in_bella, **more)
    assert not isinstance(raised.value, reservations.Full)


def test_a_booking_for_after_midnight_belongs_to_the_evening_before(in_bella: Any) -> None:
    OpeningHours.objects.exclude(weekday=4).delete()
    OpeningHours.objects.update(opens=time(18), closes=time(3))
    half_past = datetime(2026, 11, 28, 0, 30, tzinfo=CHICAGO)
    found = reservations.find_slots(in_bella, party_size=2, day=half_past.date(), clock=None, now=NOW)
    assert found.slots[0] == datetime(2026, 11, 28, 0, 0, tzinfo=CHICAGO)
    assert hold(in_bella, starts_at=half_past).starts_at == half_past


# ---- free times -----------------------------------------------------------------------------------------


def slots(place: Any, clock: time | None = None, *, party_size: int = 2, day: date = FRIDAY) -> Any:
    return reservations.find_slots(place, party_size=party_size, day=day, clock=clock, now=NOW)


def test_free_times_are_every_quarter_and_a_taken_time_gets_its_neighbours(in_bella: Any) -> None:
    OpeningHours.objects.all().update(opens=time(18), closes=time(22))
    only_tables(2)
    every = slots(in_bella)
    assert every.available
    assert [f"{each.astimezone(CHICAGO):%H:%M}" for each in every.slots][::11] == ["18:00", "20:45"]
    assert slots(in_bella, time(19)).slots == [SEVEN]
    book(in_bella, hold(in_bella).version)
    taken = slots(in_bella, time(19))
    assert (taken.available, taken.slots, taken.reason) == (False, [], "There is no table free at that time.")
    assert [f"{each.astimezone(CHICAGO):%H:%M}" for each in taken.alternatives] == ["20:15", "20:30", "20:45"]
    assert slots(in_bella, time(9)).reason == "We are closed at that time."
    assert slots(in_bella, time(20, 20)).slots == [SEVEN.replace(hour=20, minute=20)]


def test_a_day_without_a_free_table_says_so(in_bella: Any) -> None:
    only_tables()
    assert (slots(in_bella).available, slots(in_bella).reason) == (False, "There is no table left that day.")


# ---- case 13: the clocks --------------------------------------------------------------------------------


def test_case_13_a_dinner_on_the_evening_the_clocks_change_is_at_seven(in_bella: Any) -> None:
    day_before = datetime(2026, 10, 31, 19, 0, tzinfo=CHICAGO)
    now = datetime(2026, 10, 20, 12, tzinfo=UTC)
    row = hold(in_bella, starts_at=day_before + timedelta(days=1), now=now)
    row.refresh_from_db()
    assert row.starts_at is not None
    assert row.starts_at.astimezone(CHICAGO).isoformat() == "2026-11-01T19:00:00-06:00"


def test_free_times_on_the_days_the_clocks_change_exist_and_are_in_order(in_bella: Any) -> None:
    for day, now in ((date(2026, 3, 8), datetime(2026, 3, 1, tzinfo=UTC)), (date(2026, 11, 1), NOW.replace(month=10))):
        found = reservations.find_slots(in_bella, party_size=2, day=day, clock=None, now=now).slots
        assert found == sorted(set(found))
        assert {each.astimezone(CHICAGO).date() for each in found} == {day}
        assert len(found) == (23 if day.month == 3 else 25) * 4


# ---- finding, cancelling, waiting -----------------------------------------------------------------------


def test_a_booking_is_found_by_name_and_date_and_by_neither_alone(in_bella: Any) -> None:
    row = book(in_bella, hold(in_bella).version)

    def found(name: str, on: date = FRIDAY) -> list[Reservation]:
        return reservations.find(name=name, day=on, place=in_bella)

    assert found("kate bush") == found("Bush") == found("Mrs Bush") == [row]
    assert found("Kate") == found("") == found("Bus") == found("Bush", FRIDAY + timedelta(days=1)) == []


def test_a_cancelled_booking_frees_its_table_and_is_cancelled_once(in_bella: Any) -> None:
    only_tables(2)
    row = reservations.cancel(book(in_bella, hold(in_bella).version), reason="ill", now=NOW)
    assert (row.status, row.cancelled_reason) == ("cancelled", "ill")
    assert reservations.find(name="Bush", day=SEVEN.date(), place=in_bella) == []
    assert hold(in_bella, key="call:2")
    with pytest.raises(reservations.Refusal, match="does not stand"):
        reservations.cancel(row, reason="again", now=NOW)


def test_one_is_on_the_waitlist_once(in_bella: Any) -> None:
    for _ in range(2):
        entry = reservations.join_waitlist(
            key="call:1:seven", party_size=2, wanted_at=SEVEN, name="Kate", number="", call_id=None
        )
    assert type(entry).objects.count() == 1


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("reservations_status", "UPDATE reservations SET status = 'maybe'"),
        ("reservations_party", "UPDATE reservations SET party_size = 0"),
        ("reservations_ends_after_start", "UPDATE reservations SET ends_at = starts_at"),
        ("reservations_number_e164", "UPDATE reservations SET number = '5550101'"),
        ("dining_tables_seats", "UPDATE dining_tables SET seats = 0"),
        ("reservation_tables", "DELETE FROM dining_tables"),
    ],
)
def test_the_database_refuses(in_bella: Any, constraint: str, statement: str) -> None:
    book(in_bella, hold(in_bella).version)
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM holds; {statement}; SET CONSTRAINTS ALL IMMEDIATE")


# ---- case 14 --------------------------------------------------------------------------------------------


def test_case_14_fifty_callers_race_for_the_last_table_and_one_wins(open_restaurant: Callable[..., Any]) -> None:
    place = open_restaurant(like="bella-napoli")
    with scope.enter(place):
        only_tables(2)

    def inside(number: int) -> Any:
        key = f"call:{number}"
        try:
            with scope.enter(place):
                return book(place, hold(place, key=key).version, key=key)
        except reservations.Full as full:
            return full
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(inside, range(50)))

    assert sum(isinstance(answer, Reservation) for answer in answers) == 1
    with scope.enter(place):
        assert Reservation.objects.count() == Hold.objects.count() == 1


def test_a_booking_is_texted_once_and_only_to_a_number(in_bella: Any) -> None:
    for key, number in (("call:1", "+15125550188"), ("call:2", "")):
        book(in_bella, hold(in_bella, key=key, number=number).version, key=key)
    for _ in range(2):
        Work.objects.filter(kind="reservation.booked").update(
            state="waiting", done_at=None, due_at=NOW - timedelta(days=900)
        )
        outbox.sweep(limit=2)
    assert set(Work.objects.filter(kind="reservation.booked").values_list("last_error", flat=True)) == {""}
    assert list(Message.objects.values_list("number", "template")) == [("+15125550188", "reservation")]
