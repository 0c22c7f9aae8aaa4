"""Days: what is said is heard again, what people say for them, and what names no one day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import dates, holidays

CALM = settings(max_examples=150, deadline=None)
FRIDAY = date(2026, 7, 3)
today_ = st.dates(date(2016, 1, 1), date(2090, 12, 31))
ahead = st.one_of(st.integers(-60, 60), st.integers(0, 14), st.integers(-800, 800))
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def heard(said: str, today: date = FRIDAY) -> date | None:
    return dates.heard(said, today=today)


# ---- said and heard again --------------------------------------------------------------------------------


@given(today_, ahead, st.sampled_from(["{}", "a table on {} please", "for {}, if that works", "{} at seven p m"]))
@settings(max_examples=400, deadline=None)
def test_what_is_said_is_heard_as_the_same_day(today: date, days: int, sentence: str) -> None:
    day = today + timedelta(days=days)
    said = dates.say(day, today=today)
    assert heard(sentence.format(said), today) == day, said


def test_every_day_of_two_months_before_and_after_is_heard_as_it_is_said() -> None:
    for today in (FRIDAY, date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31)):
        for days in range(-60, 61):
            day = today + timedelta(days=days)
            assert heard(dates.say(day, today=today), today) == day


@given(today_, st.integers(0, 360))
@CALM
def test_a_day_is_heard_however_it_is_written(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    month, number, year = day.month, day.day, day.year
    assert heard(day.isoformat(), today) == day
    assert heard(f"{month}/{number}/{year}", today) == day
    assert heard(f"{month:02}/{number:02}/{year % 100}", today) == day
    assert dates.heard(f"{number}/{month}/{year}", today=today, order="day first") == day
    assert dates.heard(f"{number}.{month}.{year}", today=today, order="day first") == day
    assert heard(f"{day:%B} {number}, {year}", today) == day
    assert heard(f"{number} {day:%b} {year}", today) == day
    assert heard(f"{day:%A}, {day:%B} {number}", today) == day
    assert heard(f"on {day:%B} the {number}th", today) == day
    assert heard(f"the {number}th of {day:%B}", today) == day


@given(today_, st.integers(0, 6))
@CALM
def test_weekdays_by_the_calendar(today: date, weekday: int) -> None:
    name = WEEKDAYS[weekday]
    this = heard(f"on {name}", today)
    assert this is not None
    assert this.weekday() == weekday
    assert 0 <= (this - today).days < 7
    assert heard(f"this {name}", today) == this
    assert heard(f"{name} week", today) == this + timedelta(days=7)
    assert heard(f"a week from {name}", today) == this + timedelta(days=7)
    following = heard(f"next {name}", today)
    assert following is not None
    assert following.weekday() == weekday
    assert following.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2], "of the next week"
    assert heard(f"{name} next week", today) == heard(f"next week on {name}", today) == following


@given(today_, st.integers(1, 300))
@CALM
def test_so_many_days_ahead(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    assert heard(f"in {days} days", today) == day
    assert heard(f"{days} days from now", today) == day
    assert heard(f"{days} days from today", today) == day
    assert heard(f"{days} days from tomorrow", today) == day + timedelta(days=1)
    assert heard(f"in {days // 7} weeks and {days % 7} days", today) == day or days < 7 or not days % 7


@given(today_, st.integers(1, 31))
@CALM
def test_a_number_alone_is_the_next_such_day(today: date, number: int) -> None:
    found = heard(f"on the {number}th", today)
    assert found is not None
    assert found >= today
    assert found.day == number
    between = [today + timedelta(days=days) for days in range((found - today).days)]
    assert all(each.day != number for each in between)


# ---- as people say it; today is Friday, 3 July 2026 ------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", "2026-07-03"),
        ("tonight", "2026-07-03"),
        ("this evening", "2026-07-03"),
        ("tomorrow", "2026-07-04"),
        ("tommorow", "2026-07-04"),
        ("tomorrow's dinner", "2026-07-04"),
        ("tomorrow week", "2026-07-11"),
        ("the day after tomorrow", "2026-07-05"),
        ("day after tomorrow", "2026-07-05"),
        ("yesterday", "2026-07-02"),
        ("friday", "2026-07-03"),
        ("this friday", "2026-07-03"),
        ("this coming saturday", "2026-07-04"),
        ("next friday", "2026-07-10"),
        ("next monday", "2026-07-06"),
        ("friday week", "2026-07-10"),
        ("sunday this week", "2026-07-05"),
        ("friday of next week", "2026-07-10"),
        ("a week from friday", "2026-07-10"),
        ("two weeks from today", "2026-07-17"),
        ("a fortnight from tomorrow", "2026-07-18"),
        ("in three days", "2026-07-06"),
        ("in a couple of days", "2026-07-05"),
        ("in a week", "2026-07-10"),
        ("in 2 weeks and 3 days", "2026-07-20"),
        ("a month from now", "2026-08-03"),
        ("in two weeks on monday", "2026-07-13"),
        ("in two weeks friday", "2026-07-17"),
        ("friday in two weeks", "2026-07-17"),
        ("on monday in one week", "2026-07-06"),
        ("the fourth", "2026-07-04"),
        ("the 2nd", "2026-08-02"),
        ("on the first", "2026-08-01"),
        ("on the first at seven", "2026-08-01"),
        ("23rd", "2026-07-23"),
        ("the 7th of this month", "2026-07-07"),
        ("the 5th of the month", "2026-07-05"),
        ("the 5th of next month", "2026-08-05"),
        ("july fourth", "2026-07-04"),
        ("july the fourth", "2026-07-04"),
        ("4th of july", "2026-07-04"),
        ("the fourth of july", "2026-07-04"),
        ("4 july", "2026-07-04"),
        ("july second", "2027-07-02"),
        ("july 4 2027", "2027-07-04"),
        ("july fourth twenty twenty seven", "2027-07-04"),
        ("july fourth, two thousand and twenty seven", "2027-07-04"),
        ("7/4", "2026-07-04"),
        ("13/8", "2026-08-13"),
        ("on 1/2", "2027-01-02"),
        ("twenty first of december", "2026-12-21"),
        ("february 29", "2028-02-29"),
        ("friday the tenth", "2026-07-10"),
        ("Friday, 17 July", "2026-07-17"),
        ("Sat, 04 Jul 2026", "2026-07-04"),
        ("may 4", "2027-05-04"),
        ("at 7 december 4", "2026-12-04"),
        ("on sat", "2026-07-04"),
        ("christmas eve", "2026-12-24"),
        ("christmas", "2026-12-25"),
        ("new year's eve", "2026-12-31"),
        ("new years day", "2027-01-01"),
        ("valentine's day", "2027-02-14"),
        ("thanksgiving", "2026-11-26"),
        ("mother's day 2027", "2027-05-09"),
        ("easter sunday", "2027-03-28"),
        ("halloween", "2026-10-31"),
        ("friday, no, saturday", "2026-07-04"),
        ("not friday, saturday", "2026-07-04"),
        ("saturday instead of sunday", "2026-07-04"),
        ("move it from saturday to sunday", "2026-07-05"),
        ("friday or friday", "2026-07-03"),
        ("mañana", "2026-07-04"),
        ("pasado mañana", "2026-07-05"),
        ("mañana por la mañana", "2026-07-04"),
        ("el próximo viernes", "2026-07-10"),
        ("el cuatro de julio", "2026-07-04"),
        ("4 de julio de 2027", "2027-07-04"),
        ("esta noche", "2026-07-03"),
    ],
)
def test_days_as_people_say_them(said: str, day: str) -> None:
    found = heard(said)
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize(
    "said",
    [
        "on the weekend", "this weekend", "next week", "this week", "last friday", "the last friday of this month",
        "friday after next", "friday the fifth", "saturday, july tenth", "friday or saturday", "fridays", "feb 30",
        "april 31st", "in 5000 days", "in a hundred months", "five days", "the first one", "the second pizza",
        "first name", "the first is good", "the fourth of us", "the first available", "may I have 2",
        "may the 3 of us", "we march on", "we sat in the sun", "sun dried tomatoes", "1/2 pepperoni",
        "how are you today",
        "7/4/3/2", "32/32", "not friday", "por la mañana", "seven thirty", "a couple of drinks", "good morning",
        "fifth avenue", "",
    ],
)  # fmt: skip
def test_words_that_name_no_one_day_give_none(said: str) -> None:
    assert heard(said) is None


def test_a_month_from_a_day_that_the_next_month_lacks_is_its_last() -> None:
    assert heard("a month from now", date(2027, 1, 31)) == date(2027, 2, 28)
    assert heard("in two months", date(2027, 12, 31)) == date(2028, 2, 29)


def test_the_other_order_is_an_argument() -> None:
    assert dates.heard("7/4", today=FRIDAY) == date(2026, 7, 4)
    assert dates.heard("7/4", today=FRIDAY, order="day first") == date(2027, 4, 7)
    assert dates.heard("7/14", today=FRIDAY, order="day first") == date(2026, 7, 14), "only one order exists"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-07-03", "today"),
        ("2026-07-04", "tomorrow"),
        ("2026-07-02", "yesterday"),
        ("2026-07-05", "Sunday"),
        ("2026-07-09", "Thursday"),
        ("2026-07-10", "Friday, July tenth"),
        ("2027-07-02", "Friday, July second"),
        ("2027-07-03", "Saturday, July third, twenty twenty seven"),
        ("2026-06-30", "Tuesday, June thirtieth, twenty twenty six"),
        ("2009-07-03", "Friday, July third, two thousand nine"),
    ],
)
def test_how_days_are_said(day: str, said: str) -> None:
    assert dates.say(date.fromisoformat(day), today=FRIDAY) == said


DAY_WORDS = (
    "in a the next last this friday week weeks from now today of month july may march 4 31 fourth first twenty 2027 "
    "and days day after tomorrow christmas eve not or on sat 7/4 2026-02-30 instead 99999 new year's"
).split()


@given(today_, st.text(max_size=40) | st.lists(st.sampled_from(DAY_WORDS), max_size=8).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_whatever_is_heard_gives_a_day_or_none(today: date, said: str) -> None:
    found, taken = dates.among(dates.words(dates.written_out(said)), today=today)
    assert found is None or taken


@given(st.text(max_size=60))
@CALM
def test_no_day_comes_from_words_that_hold_none(said: str) -> None:
    letters = "".join(letter if letter.isalnum() else " " for letter in said.lower())
    if not any(len(word) > 2 or word.isdigit() for word in letters.split()):
        assert heard(said) is None


# ---- days with names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "days"),
    [  # as published
        (
            "easter",
            [
                "2000-04-23",
                "2008-03-23",
                "2011-04-24",
                "2019-04-21",
                "2024-03-31",
                "2025-04-20",
                "2038-04-25",
                "2049-04-18",
                "2076-04-19",
            ],
        ),
        ("good friday", ["2024-03-29", "2025-04-18"]),
        ("easter monday", ["2024-04-01"]),
        ("mother's day", ["2023-05-14", "2024-05-12", "2026-05-10"]),
        ("father's day", ["2024-06-16", "2025-06-15"]),
        ("thanksgiving", ["2023-11-23", "2024-11-28", "2026-11-26"]),
        ("memorial day", ["2024-05-27", "2026-05-25"]),
        ("labor day", ["2024-09-02", "2026-09-07"]),
        ("independence day", ["2026-07-04"]),
        ("boxing day", ["2026-12-26"]),
        ("st patrick's day", ["2026-03-17"]),
        ("cinco de mayo", ["2026-05-05"]),
        ("valentines", ["2026-02-14"]),
        ("christmas day", ["2026-12-25"]),
        ("new year's", ["2026-01-01"]),
    ],
)
def test_days_with_names_are_when_they_are_published(said: str, days: list[str]) -> None:
    for day in days:
        wanted = date.fromisoformat(day)
        assert heard(said, wanted) == wanted
        assert heard(said, wanted - timedelta(days=30)) == wanted
        assert heard(f"{said} {wanted.year}", wanted + timedelta(days=100)) == wanted
        assert heard(said, wanted + timedelta(days=1)) != wanted


@given(today_, st.sampled_from(sorted(holidays._RULES)))
@CALM
def test_a_named_day_is_never_past(today: date, name: tuple[str, ...]) -> None:
    found = heard(" ".join(name), today)
    assert found is not None
    assert 0 <= (found - today).days <= 400
