"""The calendar's text: folded, escaped, and nobody's name becomes a line of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.reservations import ics

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SEVEN = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@given(st.text(max_size=40) | st.text(alphabet="aé€😀,;", min_size=150, max_size=300))
def test_a_folded_line_is_short_enough_and_unfolds_to_itself(text: str) -> None:
    line = ics.escaped(text)
    folded = ics.folded(line)
    assert all(len(piece.encode()) <= ics.LINE_OCTETS for piece in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_characters="\x7f"), max_size=100))
def test_escaping_loses_nothing(text: str) -> None:
    plain, letters = "", iter(ics.escaped(text))
    for letter in letters:
        plain += letter if letter != "\\" else {"n": "\n"}.get(following := next(letters), following)
    assert plain == text


@given(st.text(max_size=60) | st.text(alphabet="a,;\\\r\n\x00\x1f\x7f\t", max_size=20))
def test_what_means_something_to_a_calendar_never_stands_bare(text: str) -> None:
    written = ics.escaped(text)
    assert not any(letter in written for letter in "\r\n\x00\x1f\x7f")
    bare = written.replace("\\\\", "").replace("\\,", "").replace("\\;", "").replace("\\n", "")
    assert not any(letter in bare for letter in ",;\\")


def test_a_line_break_in_a_note_is_written_as_one() -> None:
    assert ics.escaped("a\nb\rc\r\nd") == "a\\nb\\nc\\nd"


@given(st.lists(st.text(max_size=40), max_size=4))
def test_no_text_of_a_guest_becomes_a_line_of_the_calendar(names: list[str]) -> None:
    events = [
        ics.Event(f"{place}@x", 1, NOW, SEVEN, SEVEN + timedelta(hours=1), name, description=name)
        for place, name in enumerate(names)
    ]
    lines = unfolded(ics.calendar(events, name="Bella"))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(names)
    assert {line.partition(":")[0].partition(";")[0] for line in lines} <= {
        "BEGIN", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME", "REFRESH-INTERVAL", "UID", "SEQUENCE", "DTSTAMP",
        "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "",
    }  # fmt: skip
    assert lines[-2:] == ["END:VCALENDAR", ""]
