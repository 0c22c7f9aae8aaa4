"""Breaks of `apps/menu`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

SEARCH = "apps/menu/search.py"

DAYPARTS = "apps/menu/dayparts.py"
UPSELLING = "apps/menu/upselling.py"

TESTS = {
    DAYPARTS: ("tests/menu/test_windows.py",),
    UPSELLING: ("tests/menu/test_upselling.py",),
    SEARCH: ("tests/menu/test_search.py",),
}
BREAKS = [
    Break(SEARCH, "plurals are other words", 'if len(word) > 3 and word.endswith("s")', "if False"),
    Break(SEARCH, "a category hides the name", "if group and not category and self._named", "if False and self._named"),
    Break(SEARCH, "dietary words do not narrow", "and (not wanted or wanted <= _meets(item))", ""),
    Break(SEARCH, "the dearest size counts", "return min((variant.price", "return max((variant.price"),
    Break(SEARCH, "small words count", "if word not in SMALL_WORDS and", "if"),
    Break(SEARCH, "the worst first", "key=lambda one: -one.score", "key=lambda one: one.score"),
    Break(
        DAYPARTS,
        "a window ends on its own day",
        "self.closes > self.opens else day + timedelta(days=1)",
        "True else day",
    ),
    Break(DAYPARTS, "closing counts as open", "start <= moment < end", "start <= moment <= end"),
    Break(DAYPARTS, "yesterday's window is forgotten", "(today - timedelta(days=1), today)", "(today,)"),
    Break(
        DAYPARTS,
        "no dish without a window",
        "if not windows:\n        return True",
        "if not windows:\n        return False",
    ),
    Break(DAYPARTS, "a season ends a day early", "day <= self.last", "day < self.last"),
    Break(DAYPARTS, "any weekday", "day.weekday() not in self.weekdays or not season", "not season"),
    Break(DAYPARTS, "the last change comes next", "return min((edge", "return max((edge"),
    Break(DAYPARTS, "weekdays are not said", 'return " on weekdays"', 'return ""'),
    Break(UPSELLING, "what has run out is offered", "return offer.available and not", "return not"),
    Break(UPSELLING, "alcohol is offered", "not offer.alcohol and ", ""),
    Break(UPSELLING, "what needs a choice is offered", " and not asks", ""),
    Break(UPSELLING, "what is ordered is offered", "or offer.category in categories", ""),
]
