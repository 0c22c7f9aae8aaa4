"""Breaks of `apps/reservations`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

TABLES = "apps/reservations/availability.py"

ICS = "apps/reservations/ics.py"

TESTS = {
    ICS: ("tests/reservations/test_ics.py",),
    TABLES: ("tests/reservations/test_availability.py",),
}
BREAKS = [
    Break(
        TABLES,
        "a table is still taken when its party has left",
        "starts_at < one.ends_at for",
        "starts_at <= one.ends_at for",
    ),
    Break(TABLES, "two parties at one table", "one.starts_at < ends_at and", "one.starts_at < starts_at and"),
    Break(TABLES, "the largest table first", "return min(fitting", "return max(fitting"),
    Break(TABLES, "a table too small", "one.seats >= party_size", "one.seats >= party_size - 1"),
    Break(TABLES, "guests stay past closing", "(stay if last_seating is None else last_seating)", "timedelta()"),
    Break(TABLES, "guests come before opening", " or starts_at < opening.starts_at:", ":"),
    Break(TABLES, "pacing forgets the party itself", "+ party_size > pacing_covers", "> pacing_covers"),
    Break(TABLES, "pacing counts the next quarter too", "< STEP]", "<= STEP]"),
    Break(TABLES, "the turn of the next larger party", "party_size <= largest", "party_size < largest"),
    Break(TABLES, "the last time does not fit", "moment + stay <= end:", "moment <= end:"),
    Break(
        TABLES, "one of two tables is taken already", "occupied.intersection(one.tables)", "one.tables[0] in occupied"
    ),
    Break(
        TABLES,
        "tables are pushed together first",
        "(one.seats, len(one.tables), one.tables)",
        "(one.seats, -len(one.tables))",
    ),
    Break(TABLES, "a blackout ends a day early", "<= self.last:", "< self.last:"),
    Break(TABLES, "a blackout of some hours is all day", "or self.opens <= arrival.time() < self.closes", "or True"),
    Break(TABLES, "times at odd minutes", "moment = [], first + offset", "moment = [], first"),
    Break(ICS, "commas are not escaped", '(",", "\\\\,"), ', ""),
    Break(
        ICS,
        "a guest's line break is one",
        '("\\r\\n", "\\\\n"), ("\\n", "\\\\n"), ("\\r", "\\\\n")',
        '("\\r\\n", "\\\\n")',
    ),
    Break(ICS, "letters are counted, not octets", "size = len(letter.encode())", "size = 1"),
    Break(ICS, "the space of a folded line is free", "room = LINE_OCTETS - 1", "room = LINE_OCTETS"),
    Break(ICS, "control characters stay", "if letter == ", "if True or letter == "),
]
