"""Times of day: what is said is heard again, what people say for them, and which half of the day is meant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.language import clock
from apps.language.clock import Clock
from tests.language.spoken import TEENS, TENS

CALM = settings(max_examples=150, deadline=None)
EVERY_MINUTE = [time(hour, minute) for hour in range(24) for minute in range(60)]
HOURS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
EVENINGS = [(time(17), time(22))]
ALL_DAY = [(time(11), time(22))]
UNTIL_ONE = [(time(17), time(1))]
ROUND_THE_CLOCK = [(time(0), time(0))]

at = st.sampled_from(EVERY_MINUTE)
spans = st.lists(st.tuples(at, at), max_size=3)
clocks = st.builds(Clock, st.integers(1, 12), st.integers(0, 59), st.sampled_from([None, "am", "pm"]))


def in_words(number: int) -> str:
    if number < 13:
        return HOURS[number]
    if number < 20:
        return TEENS[number - 10]
    return f"{TENS[number // 10 - 2]} {HOURS[number % 10]}".strip()


# ---- said and heard again --------------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", ["{}", "a table for four people at {} please", "make it {}, thank you"])
def test_every_minute_of_the_day_is_heard_as_it_is_said(sentence: str) -> None:
    for each in EVERY_MINUTE:
        said = sentence.format(clock.say(each))
        assert clock.heard(said) == clock.of(each), said
        assert clock.answered(said) == clock.of(each), said
        assert clock.of(each).ways == (each,)


def test_every_minute_is_heard_as_it_is_written() -> None:
    for each in EVERY_MINUTE:
        twelve = each.strftime("%I:%M").lstrip("0")
        for written in (
            f"{twelve} {each:%p}",
            f"{twelve}{each:%p}",
            f"at {each:%I%M%p}",
            f"{twelve.replace(':', '.')} {each:%p}",
        ):
            assert clock.heard(written) == clock.of(each), written
        plain = clock.heard(f"{each:%H:%M}")
        assert plain is not None
        assert each in plain.ways
        assert (plain.half is None) == (1 <= each.hour <= 12)


@given(st.integers(1, 12), st.integers(1, 59))
@CALM
def test_minutes_past_and_to_an_hour_are_that_many_minutes_away_from_it(hour: int, minutes: int) -> None:
    whole = datetime(2026, 7, 4, hour)
    past, before = whole + timedelta(minutes=minutes), whole - timedelta(minutes=minutes)
    for amount in (in_words(minutes), str(minutes)):
        assert clock.answered(f"{amount} minutes past {in_words(hour)}") == Clock(past.hour % 12 or 12, past.minute)
        assert clock.answered(f"{amount} minutes to {in_words(hour)}") == Clock(before.hour % 12 or 12, before.minute)
        evening = datetime(2026, 7, 4, hour % 12 + 12) - timedelta(minutes=minutes)
        assert clock.answered(f"{amount} minutes to {hour} p m") == clock.of(evening.time())


@given(st.integers(1, 12), st.sampled_from([10, 15, 20, 25, 30, 35, 40, 45, 50, 55]))
@CALM
def test_an_hour_and_minutes_in_words_are_a_time_in_any_sentence(hour: int, minute: int) -> None:
    assert clock.heard(f"a table {in_words(hour)} {in_words(minute)} please") == Clock(hour, minute)


# ---- as people say it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "hour", "minute", "half"),
    [
        ("at seven", 7, 0, None),
        ("at 7", 7, 0, None),
        ("7:30", 7, 30, None),
        ("07:30", 7, 30, None),
        ("at 7.30", 7, 30, None),
        ("half past seven", 7, 30, None),
        ("at half seven", 7, 30, None),
        ("quarter to eight", 7, 45, None),
        ("a quarter to eight", 7, 45, None),
        ("quarter of eight", 7, 45, None),
        ("a quarter past one", 1, 15, None),
        ("quarter to one", 12, 45, None),
        ("at ten to six", 5, 50, None),
        ("twenty past six", 6, 20, None),
        ("six past nine", 9, 6, None),
        ("a quarter to noon", 11, 45, "am"),
        ("quarter past midnight", 12, 15, "am"),
        ("half past noon", 12, 30, "pm"),
        ("ten minutes to midnight", 11, 50, "pm"),
        ("30 minutes before 12pm", 11, 30, "am"),
        ("seven thirty pm", 7, 30, "pm"),
        ("seven oh five", 7, 5, None),
        ("7 p.m.", 7, 0, "pm"),
        ("7p", 7, 0, "pm"),
        ("two Pm", 2, 0, "pm"),
        ("seven in the evening", 7, 0, "pm"),
        ("7 in the morning", 7, 0, "am"),
        ("quarter past six in the evening", 6, 15, "pm"),
        ("evening 5, thanks", 5, 0, "pm"),
        ("a table for three at evening 5:30", 5, 30, "pm"),
        ("9 at night", 9, 0, "pm"),
        ("for 7 in the evening", 7, 0, "pm"),
        ("for four in the evening, at 8", 8, 0, "pm"),
        ("for four tonight at 8", 8, 0, "pm"),
        ("for 7:30 tonight", 7, 30, "pm"),
        ("for 7 p m tonight", 7, 0, "pm"),
        ("7 tonight", 7, 0, "pm"),
        ("12 at night", 12, 0, "am"),
        ("one at night", 1, 0, "am"),
        ("tonight at 8", 8, 0, "pm"),
        ("for lunch at 11:30", 11, 30, "am"),
        ("for lunch at 1", 1, 0, "pm"),
        ("dinner at six", 6, 0, "pm"),
        ("at two for dinner", 2, 0, "pm"),
        ("two for dinner at six", 6, 0, "pm"),
        ("about 3 for 7:30 pm", 7, 30, "pm"),
        ("around seven for dinner", 7, 0, "pm"),
        ("change it to eight", 8, 0, None),
        ("move my table to eight please", 8, 0, None),
        ("13:00hrs", 1, 0, "pm"),
        ("breakfast at 8", 8, 0, "am"),
        ("noon", 12, 0, "pm"),
        ("12 noon", 12, 0, "pm"),
        ("midnight", 12, 0, "am"),
        ("12 midnight", 12, 0, "am"),
        ("seven o'clock", 7, 0, None),
        ('12 o"clock in the afternoon', 12, 0, "pm"),
        ("18 o'clock", 6, 0, "pm"),
        ("at nineteen hundred", 7, 0, "pm"),
        ("nineteen hundred hours", 7, 0, "pm"),
        ("oh eight hundred", 8, 0, "am"),
        ("oh eight thirty", 8, 30, "am"),
        ("19:30", 7, 30, "pm"),
        ("00:30", 12, 30, "am"),
        ("nineteen thirty", 7, 30, "pm"),
        ("1930 hours", 7, 30, "pm"),
        ("around seven-ish", 7, 0, None),
        ("sevenish", 7, 0, None),
        ("7:30ish", 7, 30, None),
        ("at about 7", 7, 0, None),
        ("anytime after 9", 9, 0, None),
        ("0730pm", 7, 30, "pm"),
        ("08.45pm", 8, 45, "pm"),
        ("good evening, at 7", 7, 0, None),
        ("I called this morning, at 7", 7, 0, None),
        ("I am coming at 7", 7, 0, None),
        ("at seven, no, eight", 8, 0, None),
        ("at seven, no, make it eight", 8, 0, None),
        ("at 7, no later than 8", 7, 0, None),
        ("at 7 pm, no later than 8 pm", 7, 0, "pm"),
        ("at 19:00, if that is full try 18:00", 7, 0, "pm"),
        ("from 7 to 9, I mean at 7", 7, 0, None),
        ("move it from 18:00 to 17:45", 5, 45, "pm"),
        ("not at 7 but at 8", 8, 0, None),
        ("at 8 instead of at 7", 8, 0, None),
        ("instead of at 7, at 8", 8, 0, None),
        ("a las siete y media de la noche", 7, 30, "pm"),
        ("a las ocho menos cuarto", 7, 45, None),
        ("a las nueve de la mañana", 9, 0, "am"),
        ("a la una", 1, 0, None),
        ("a las once", 11, 0, None),
        ("mediodía", 12, 0, "pm"),
    ],
)  # fmt: skip
def test_times_as_people_say_them(said: str, hour: int, minute: int, half: clock.Half | None) -> None:
    assert clock.heard(said) == Clock(hour, minute, half)


@pytest.mark.parametrize(
    ("said", "hour", "minute"),
    [
        ("seven", 7, 0),
        ("7", 7, 0),
        ("7.30", 7, 30),
        ("half seven", 7, 30),
        ("ten to six", 5, 50),
        ("nineteen hundred", 7, 0),
        ("730", 7, 30),
        ("make it eight", 8, 0),
        ("7 for 4 people", 7, 0),
        ("for four at seven", 7, 0),
        ("for 7", 7, 0),
        ("21", 9, 0),
    ],
)
def test_an_answer_may_be_a_bare_number(said: str, hour: int, minute: int) -> None:
    found = clock.answered(said)
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize(
    "said",
    [
        "seven", "7", "7.30", "for four people", "I'd like two pizzas", "about two things", "five to six people",
        "half a dozen", "half of 12 wings", "a couple", "at a dozen places", "party of 8", "for four tonight",
        "for 4 this evening", "we are six tonight", "for four at lunch", "quarter past",
        "twenty past", "seven or eight", "at seven or at eight", "five one two five five five oh one three four",
        "five twelve five fifty five zero one thirty four", "13:75", "25:00", "at 7 people", "at 24", "", "once more",
        "two for dinner", "call me at five one two five five five oh one",
        "from six to eight", "change it to eight people",
        "how are you this evening", "tacos dos y tres burritos", "in the evening", "I am here", "around 8 of us",
    ],
)  # fmt: skip
def test_words_that_hold_no_time_give_none(said: str) -> None:
    assert clock.heard(said) is None


@pytest.mark.parametrize("said", ["seven or eight", "twenty past", "for 4 people", "a dozen", "nothing", "zero", "99"])
def test_answers_that_name_no_one_time(said: str) -> None:
    assert clock.answered(said) is None


TIME_WORDS = (
    "half past to a quarter 7 seven 30 oh o clock p m pm at noon y in the morning night ish hundred nineteen 7:30 1930 "
    "7.30 or no not instead of media menos la for people minutes hours"
).split()


@given(st.text(max_size=40) | st.lists(st.sampled_from(TIME_WORDS), max_size=9).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_whatever_is_heard_gives_a_time_or_none(said: str) -> None:
    for found in (clock.heard(said), clock.answered(said)):
        if found is not None:
            assert 1 <= found.hour <= 12
            assert 0 <= found.minute <= 59
            assert found.half in (None, "am", "pm")
            assert clock.with_half(found, said).half in (None, "am", "pm")


@given(st.text(st.characters(blacklist_categories=("Nd", "Nl", "No")), max_size=60))
@CALM
def test_no_time_comes_from_words_without_numbers(said: str) -> None:
    numbers = {"noon", "midday", "mediodia", "midnight", "medianoche", *HOURS, *TEENS, *TENS}
    if not numbers & set("".join(letter if letter.isalpha() else " " for letter in said.lower()).split()):
        assert clock.heard(said) is None


# ---- which half of the day -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "half"),
    [("in the evening", "pm"), ("pm please", "pm"), ("a m", "am"), ("morning", "am"), ("at night", "pm"),
     ("morning or evening", None), ("I am not sure", None), ("seven", None), ("good morning", None)],
)  # fmt: skip
def test_the_half_of_the_day_is_heard_by_itself(said: str, half: clock.Half | None) -> None:
    assert clock.with_half(Clock(7), said) == Clock(7, 0, half)


def test_a_half_that_was_said_stays() -> None:
    assert clock.with_half(Clock(7, 0, "pm"), "in the morning") == Clock(7, 0, "pm")


@pytest.mark.parametrize(
    ("heard", "open_at", "meant"),
    [
        (Clock(7), EVENINGS, time(19)),
        (Clock(7), ALL_DAY, time(19)),
        (Clock(11, 30), ALL_DAY, time(11, 30)),
        (Clock(10), [(time(9), time(23))], None),
        (Clock(9), [(time(12), time(15))], None),
        (Clock(7), [], None),
        (Clock(7, 0, "am"), EVENINGS, time(7)),
        (Clock(12, 30), UNTIL_ONE, time(0, 30)),
        (Clock(12), [(time(11), time(15)), (time(17), time(22))], time(12)),
        (Clock(10), EVENINGS, None),
        (Clock(5), EVENINGS, time(17)),
        (Clock(7), ROUND_THE_CLOCK, None),
    ],
)
def test_the_opening_hours_say_which_half_or_it_is_asked(
    heard: Clock, open_at: list[clock.Span], meant: time | None
) -> None:
    assert clock.settle(heard, open_at) == meant


def open_by_the_minute(moment: time, spans_of_day: list[clock.Span]) -> bool:
    """Walks through each span minute by minute."""
    for opens, closes in spans_of_day:
        walk = datetime.combine(date(2026, 7, 4), opens)
        for _ in range(24 * 60):
            if walk.time() == moment:
                return True
            walk += timedelta(minutes=1)
            if walk.time() == closes:
                break
    return False


@given(clocks, spans)
@CALM
def test_what_is_settled_is_one_of_the_ways_and_the_only_open_one(heard: Clock, open_at: list[clock.Span]) -> None:
    settled = clock.settle(heard, open_at)
    fitting = [way for way in heard.ways if open_by_the_minute(way, open_at)]
    if heard.half is not None:
        assert (settled,) == heard.ways
    else:
        assert settled == (fitting[0] if len(fitting) == 1 else None)


@pytest.mark.parametrize(
    ("moment", "open_at", "days"),
    [
        (time(19), EVENINGS, 0),
        (time(0, 30), UNTIL_ONE, 1),
        (time(0, 30), EVENINGS, 0),
        (time(0, 30), ROUND_THE_CLOCK, 0),
        (time(1), UNTIL_ONE, 0),
        (time(23), UNTIL_ONE, 0),
        (time(0, 30), [(time(0), time(2)), *UNTIL_ONE], 0),
        (time(0), [(time(17), time(2))], 1),
    ],
)
def test_after_midnight_is_the_night_of_the_day_where_it_is_open_then(
    moment: time, open_at: list[clock.Span], days: int
) -> None:
    friday = date(2026, 7, 3)
    assert clock.on(friday, moment, open_at) == datetime.combine(friday + timedelta(days=days), moment)
