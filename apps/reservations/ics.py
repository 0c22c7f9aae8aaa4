"""Bookings as a calendar that subscribes: iCalendar text (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75
"""Of a line without its break; longer ones are folded (RFC 5545, 3.1)."""
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n"))


@dataclass(frozen=True, slots=True)
class Event:
    """One booking. `uid` stays the same for its whole life, `sequence` rises with each change."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    cancelled: bool = False


def calendar(events: Iterable[Event], *, name: str) -> str:
    """A whole calendar, with the line breaks the format asks for."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Loman//Reservations//EN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M"]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: Event) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_moment(event.changed_at)}",
        f"LAST-MODIFIED:{_moment(event.changed_at)}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SUMMARY:{escaped(event.summary)}",
        *([f"DESCRIPTION:{escaped(event.description)}"] if event.description else []),
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """As a text value has it; what no calendar may hold (control characters) is left out."""
    for plain, written in _ESCAPES:
        text = text.replace(plain, written)
    return "".join(letter for letter in text if letter == "\t" or (ord(letter) >= 32 and ord(letter) != 127))


def folded(line: str) -> str:
    """In pieces of at most 75 octets, no letter cut in two; the pieces after the first begin with a space."""
    pieces, room = [""], LINE_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(" ")
            room = LINE_OCTETS - 1
        pieces[-1] += letter
        room -= size
    return "\r\n".join(pieces)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
