"""Breaks of `apps/llm/embedded`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

AMENDING = "apps/llm/embedded/amending.py"
DRAFT = "apps/llm/embedded/draft.py"
FOLDING = "apps/llm/embedded/folding.py"
MENTIONS = "apps/llm/embedded/mentions.py"
MOVES = "apps/llm/embedded/moves.py"
ORDERS = "apps/llm/embedded/orders.py"
WRITING = "apps/llm/embedded/writing.py"
_SAID = ("tests/llm/test_embedded_orders.py",)
_TALKED = ("tests/llm/test_embedded_changes.py", "tests/llm/test_embedded_dialogues.py")

TESTS = {
    AMENDING: _TALKED,
    DRAFT: _SAID,
    FOLDING: _TALKED,
    MENTIONS: (*_SAID, "tests/llm/test_embedded_dialogues.py"),
    MOVES: _TALKED,
    ORDERS: _SAID,
    WRITING: _SAID,
}
BREAKS = [
    Break(AMENDING, "a question changes the order", "not turn.question and bool(changes)", "bool(changes)"),
    Break(AMENDING, "thanks change the order", "bool(changes) and (names or", "True or (names or"),
    Break(AMENDING, "its number counts dishes", "errands.without_number(state.errand.said[0])", "state.errand.said[0]"),
    Break(AMENDING, "make that two means nothing", "focus=0 if len(stands) == 1 else None", "focus=None"),
    Break(AMENDING, "all taken off is a change", 'replace(state.errand, kind="cancel_order")', "state.errand"),
    Break(AMENDING, "a change let go is a new order", "if not state.stands:\n        return state", "return state"),
    Break(
        FOLDING,
        "a yes goes to another tool",
        'call.name if call.name in _ORDERING else "create_reservation"',
        '"create_order"',
    ),
    Break(FOLDING, "what was placed is forgotten", "kept=state.draft,", "kept=(),"),
    Break(
        FOLDING,
        "a refused change goes on",
        "if kept else amending.released(state)",
        "if True else amending.released(state)",
    ),
    Break(FOLDING, "no means change it again", "gives_up = state.errand.amends and", "gives_up = False and"),
    Break(FOLDING, "a yes is read as an order", 'not (asked == "confirm" and turn.assent is Assent.YES)', "True"),
    Break(MOVES, "what is open is not asked", 'if expecting(unquoted, known=desk.known)[0] != "more":', "if False:"),
    Break(MOVES, "nothing changed is quoted", "if state.draft == state.stands:", "if False:"),
    Break(MOVES, "a change without lines", "if not state.stands or not desk.offers", "if not desk.offers"),
    Break(
        DRAFT,
        "choices do not tell lines apart",
        "(one.items, one.size, one.picks, one.note, one.declined)",
        "(one.items, one.size, other.picks, one.note, one.declined)",
    ),
    Break(MENTIONS, "cream of a dish is the dish", 'case "item" if self._is_loose(at, span):', 'case "item" if False:'),
    Break(MENTIONS, "a smidge is a dish", "if self._measures_out(at) or", "if"),
    Break(ORDERS, "the spicy one counts one", 'if span.text == "one" and self._stands_for_thing(at):', "if False:"),
    Break(ORDERS, "the other is nobody", "if self.split is not None:\n            self._rest_of_split()", "pass"),
    Break(
        ORDERS,
        "another is the last one",
        "elif self._is_one_more(at):\n            self._one_more(1)",
        "elif False:\n            pass",
    ),
    Break(ORDERS, "removed is removed twice", "and not self.taken_off:", "and True:"),
    Break(ORDERS, "instead we want both", "and not change.instead:", "and True:"),
    Break(ORDERS, "no, grand stays petite", "correcting = at == 0 or resizes or", "correcting = at == 0 or"),
    Break(WRITING, "one crispa is no split", "takes = bool(span.options) and", "takes = False and"),
    Break(
        WRITING,
        "one more has the same choices",
        "Line(items=line.items, quantity=number, size=line.size)",
        "replace(line, quantity=number)",
    ),
    Break(WRITING, "plain is a choice", "or span.text in _PLAIN:", "or False:"),
]
