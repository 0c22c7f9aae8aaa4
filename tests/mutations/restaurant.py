"""Breaks of `apps/restaurant`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

HOURS = "apps/restaurant/hours.py"

TESTS = {
    HOURS: ("tests/restaurant/test_hours.py",),
}
BREAKS = [
    Break(HOURS, "the week beats a special day", "if day in self.special:", "if False:"),
    Break(
        HOURS,
        "closing at midnight is closing at once",
        "if span.closes > span.opens else day + timedelta(days=1)\n            starts_at",
        "if True else day\n            starts_at",
    ),
    Break(HOURS, "the evening before is forgotten", "first=today - timedelta(days=1), days=4", "first=today, days=4"),
    Break(HOURS, "open at the moment of closing", "<= moment < opening.ends_at", "<= moment <= opening.ends_at"),
    Break(HOURS, "after midnight is a new day", "            return yesterday\n", "            return today\n"),
    Break(HOURS, "the next opening is this one", "if opening.starts_at > moment:", "if opening.ends_at > moment:"),
    Break(
        HOURS, "stretches that touch stay apart", "starts_at <= found[-1].ends_at", "starts_at < found[-1].starts_at"
    ),
    Break(HOURS, "the day ends with its first closing", "return closings[-1]", "return closings[0]"),
    Break(HOURS, "a day that is over ends again", "if closings and closings[-1] > moment:", "if closings:"),
    Break(HOURS, "touching is overlapping", "if begins < reached:", "if begins <= reached:"),
    Break(HOURS, "Sunday night does not reach into Monday", "max((ends - WEEK_MINUTES for", "min((0 for"),
    Break(HOURS, "round the clock lasts no time", "% DAY_MINUTES or DAY_MINUTES", "% DAY_MINUTES"),
    Break(HOURS, "times that do not exist stay", "return moment.astimezone(UTC).astimezone(zone)", "return moment"),
]
