"""Texts before they are sent: words, parts and quiet hours; and what a guest's text asks for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.calls import keywords, texting

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("words", "segments"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("é" * 160, 1),  # in the telephone's alphabet
        ("ê" * 70, 1),  # not in it
        ("ê" * 71, 2),
        ("€" * 80, 1),  # takes two places
        ("€" * 81, 2),
        ("`" * 71, 2),  # ASCII, and not in the telephone's alphabet
        ("🍕" * 35, 1),  # two units each
        ("🍕" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_carrier_bills_them(words: str, segments: int) -> None:
    assert texting.segments(words) == segments


@pytest.mark.parametrize("template", texting.WORDING)
def test_our_own_wording_passes_its_own_check(template: str) -> None:
    assert texting.fault(template, texting.WORDING[template]) == ""


@pytest.mark.parametrize(
    ("template", "wording", "fault"),
    [
        ("jokes", "ha", "There is no text message called jokes."),
        ("order", "  ", "The text message is empty."),
        ("order", "{name} {when}", "{when} is not known in this message."),
        ("order", "{}", "{} is not known in this message."),
        ("reservation", "Reply CANCEL to cancel.", "Guests must not be told to text CANCEL"),
        ("reservation", "text us cancel", "Guests must not be told to text CANCEL"),
        ("order", "x" * 613, "The text message takes 5 parts; 4 are the most."),
    ],
)
def test_a_wording_that_would_go_wrong_is_refused_with_its_reason(template: str, wording: str, fault: str) -> None:
    assert texting.fault(template, wording).startswith(fault)


def test_to_cancel_may_be_spoken_of_as_long_as_nobody_is_told_to_write_it() -> None:
    assert texting.fault("reservation", "To cancel please call {phone}.") == ""


@given(st.dictionaries(st.sampled_from(["name", "number"]), st.text(max_size=20)), st.text(max_size=60))
def test_filling_in_puts_facts_into_blanks_and_leaves_the_rest(facts: dict[str, str], rest: str) -> None:
    plain = rest.replace("{", "").replace("}", "")
    wording = plain + "|{name}|{number}"
    assert texting.filled(wording, facts) == f"{plain}|{facts.get('name', '')}|{facts.get('number', '')}"


# ---- quiet hours ----------------------------------------------------------------------------------------


def quiet(moment: str, begins: str = "21:00", ends: str = "08:00") -> str:
    here = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(CHICAGO))
    span = {"begins": time.fromisoformat(begins), "ends": time.fromisoformat(ends)}
    after = texting.after_quiet(here, **span, timezone=CHICAGO)
    return f"{after.astimezone(ZoneInfo(CHICAGO)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
        ("2026-11-24 07:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
        ("2026-03-07 23:00", "2026-03-08 08:00"),  # the night the clocks go forward
        ("2026-10-31 23:00", "2026-11-01 08:00"),  # and back
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(moment: str, sent: str) -> None:
    assert quiet(moment) == sent


def test_quiet_hours_can_lie_within_a_day() -> None:
    assert quiet("2026-11-23 13:00", "13:00", "16:00") == "2026-11-23 16:00"
    assert quiet("2026-11-23 16:00", "13:00", "16:00") == "2026-11-23 16:00"
    assert quiet("2026-11-23 12:59", "13:00", "16:00") == "2026-11-23 12:59"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.times(),
    st.times(),
)
def test_no_text_is_sent_earlier_than_wanted_a_day_late_or_within_the_quiet_hours(
    moment: datetime, begins: time, ends: time
) -> None:
    after = texting.after_quiet(moment, begins=begins, ends=ends, timezone=CHICAGO)
    assert moment <= after <= moment + timedelta(hours=25)
    assert texting.after_quiet(after, begins=begins, ends=ends, timezone=CHICAGO) == after
    assert texting.after_quiet(moment, begins=None, ends=ends, timezone=CHICAGO) == moment


# ---- keywords -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "STOP", " stopall ", "Unsubscribe", "END", "quit.", "revoke", "OPTOUT", "opt out", "Stop!", "cancel",
        "please stop", "stop it", "please stop texting me", "don't text me any more", "don’t text me",
        "do not contact me",
        "no more texts", "never message me again", "leave me alone", "remove me from your list", "wrong number",
        "take my number off", "lose this number", "you have the wrong person", "I would like to opt out of this",
    ],
)  # fmt: skip
def test_any_reasonable_wording_is_a_stop(text: str) -> None:
    assert keywords.asks(text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "can you stop by with an extra fork", "can't stop eating your pizza", "don't stop",
        "we are at the bus stop on main",
        "cancel my order please", "is the end table free", "yes we are coming", "help me find the door", "",
        "what time do you stop serving", "I'd like to start with the soup",
    ],
)  # fmt: skip
def test_ordinary_texts_are_for_people(text: str) -> None:
    assert keywords.asks(text) == "people"


@pytest.mark.parametrize(
    ("text", "asked"), [("START", "start"), ("unstop", "start"), ("Help", "help"), ("info", "help")]
)
def test_start_and_help_are_known(text: str, asked: str) -> None:
    assert keywords.asks(text) == asked


@given(st.sampled_from(sorted(keywords.STOP)), st.sampled_from(["", " ", "!", ".", "\n", " please!"[:1]]))
def test_the_carriers_words_stop_however_they_are_written(word: str, end: str) -> None:
    assert keywords.asks(word.upper() + end) == keywords.asks(end + word.title() + end) == "stop"
    assert keywords.is_carriers_own(f" {word} ")


@given(st.text(max_size=300))
def test_whatever_is_written_is_one_of_four_things(text: str) -> None:
    assert keywords.asks(text) in ("stop", "start", "help", "people")
