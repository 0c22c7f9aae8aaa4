"""Breaks of how the embedded model settles bookings, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

SETTLING = "apps/llm/embedded/settling.py"
PROPOSALS = "apps/llm/embedded/proposals.py"
SUBJECTS = "apps/llm/embedded/subjects.py"
RESERVING = "apps/llm/embedded/reserving.py"
BOOKINGS = "apps/llm/embedded/bookings.py"
CASES = "apps/llm/embedded/evaluation/bookings.py"
WHEN = "apps/llm/embedded/when.py"

_SETTLED, _HELD = "tests/llm/test_embedded_settling.py", "tests/llm/test_embedded_bookings.py"
TESTS = {
    SETTLING: (_SETTLED,),
    PROPOSALS: (_SETTLED,),
    SUBJECTS: (_SETTLED,),
    RESERVING: (_HELD,),
    BOOKINGS: (_HELD,),
    CASES: (_HELD,),
    WHEN: ("tests/llm/test_embedded_when.py",),
}
BREAKS = [
    Break(SETTLING, "a yes takes nothing", "below = _over(talk.wish, talk.proposed, facts)", "below = talk.wish"),
    Break(SETTLING, "a read-back overrules the caller", "_over(talk.proposed, talk.wish, facts)", "talk.wish"),
    Break(SETTLING, "a no forgets what it refused", "aside=talk.proposed, choices=()", "aside=NOTHING, choices=()"),
    Break(SETTLING, "what was refused is never heard again", "below = talk.aside if", "below = NOTHING if"),
    Break(
        SETTLING,
        "any question brings back what was refused",
        "if heard != NOTHING or proposals",
        "if True or proposals",
    ),
    Break(SETTLING, "nothing is chosen by pointing", "return Wish(clock=chosen)", "pass"),
    Break(
        SETTLING,
        "of several times the first is proposed",
        "        heard = replace(heard, clock=None)\n",
        "        pass\n",
    ),
    Break(SETTLING, "who comes besides comes alone", "party=party + more", "party=more"),
    Break(SETTLING, "a time said again is a party", "        return NOTHING  #", "        pass  #"),
    Break(
        SETTLING,
        "what is booked goes on changing",
        "    if talk.booked and answer is not",
        "    if False and answer is not",
    ),
    Break(SETTLING, "what is booked never changes", "and not _CHANGES.search(fold(said)):", "and True:"),
    Break(SETTLING, "a no changes nothing that is booked", "answer is not Assent.NO and not _CHANGES", "not _CHANGES"),
    Break(SETTLING, "booked is booked without a time", " and wish.clock is not None:", ":"),
    Break(SETTLING, "the same day is forgotten", "day=heard.day or talk.lately.day", "day=heard.day"),
    Break(SETTLING, "the same people are forgotten", "heard.party or talk.lately.party", "heard.party"),
    Break(SETTLING, "other things are not remembered", "lately=_over(talk.lately, _named(sentence, facts), facts)", ""),
    Break(SETTLING, "everything is about the table", "        if about:\n", "        if True:\n"),
    Break(SETTLING, "what is full is tried again", 'return "other" if not known and', 'return "other" if False and'),
    Break(
        SETTLING, "one full time fills the whole book", "(self.wish.party, self.wish.starts) in self.full", "self.full"
    ),
    Break(SETTLING, "an offer asks for nothing", 'or ("clock" if only_time else "")', ""),
    Break(SETTLING, "what is open again keeps its moment", "starts=None, **open_again", "**open_again"),
    Break(SETTLING, "never mind drops a change as well", "leave it|dejalo|olvidalo)(", "leave it|dejalo|olvidalo).*("),
    Break(PROPOSALS, "sorry is booked", "and not _REFUSES.search(said) and not _NOT_YET", "and not _NOT_YET"),
    Break(PROPOSALS, "please confirm is booked", " and not _NOT_YET.search(said)", ""),
    Break(PROPOSALS, "a question is booked", ' and "?" not in sentence', ""),
    Break(
        PROPOSALS, "what cannot be had is proposed", "if not _REFUSES.search(said) or _PROPOSES", "if True or _PROPOSES"
    ),
    Break(PROPOSALS, "one time is a choice", "return found if len(found) > 1 else ()", "return found"),
    Break(PROPOSALS, "a span is a choice", '    if not re.search(r"\\b(or|o)\\b", said):\n        return ()\n', ""),
    Break(PROPOSALS, "morning or evening asks for a time", '    if "half" in asked:\n        return "half"\n', ""),
    Break(PROPOSALS, "what is known is asked for first", "if getattr(known, slot) is None), ", "), "),
    Break(
        PROPOSALS, "that doesn't work is a yes", "Assent.NO if _DISAGREES.search(said) else Assent.YES", "Assent.YES"
    ),
    Break(PROPOSALS, "only a plain yes is one", "found is Assent.UNCLEAR and _AGREES.search(said)", "False"),
    Break(
        PROPOSALS,
        "the last clause is the answer",
        're.split(r"[.?!;,\\n-]+", text):',
        're.split(r"[.?!;,\\n-]+", text)[::-1]:',
    ),
    Break(
        PROPOSALS, "the fourth of three is the third", "not -len(choices) <= pointed[0] < len(choices)", "not choices"
    ),
    Break(SUBJECTS, "a table by train is a train", "    if _TABLE & set(found):\n        return True\n", ""),
    Break(
        SUBJECTS,
        "the last subject counts",
        "next((place for place, word in enumerate(found)",
        "next((place for place, word in reversed(list(enumerate(found)))",
    ),
    Break(SUBJECTS, "a hotel restaurant is a hotel", 'in (("restaurant",), ("restaurants",))', "in ()"),
    Break(SUBJECTS, "telephone numbers are times", "[0-9]{3}[-. ][0-9]{4}", "[0-9]{3}[-. ][0-9]{9}"),
    Break(SUBJECTS, "that's all for today is a day", "(?:today|tonight)\\b(?=", "(?:someday)\\b(?="),
    Break(SUBJECTS, "codes are times", "[a-z0-9]{5,}\\b|", "[a-z0-9]{50,}\\b|"),
    Break(SUBJECTS, "the fourth one is one o'clock", "|third|fourth|fifth) one", "|third) one"),
    Break(SUBJECTS, "names are times", 'return _NAMES.sub(" ", text)', "return text"),
    Break(RESERVING, "nothing before counts", "settling.follow((*state.earlier, saying)", "settling.follow((saying,)"),
    Break(RESERVING, "a question is a wish", "if turn.question or turn.acts & INFORMATION:", "if False:"),
    Break(RESERVING, "an order's time is a table's", "return replace(state, earlier=())", "return state"),
    Break(RESERVING, "a question moves the table", "    if _asks_aside(turn):\n        return state\n", ""),
    Break(
        RESERVING,
        "the agent is not heard",
        'settling.hear(state.booking, Saying("agent", text), facts=state.facts)',
        "state.booking",
    ),
    Break(
        RESERVING, "what was refused is tried again", "return settling.refused(state.booking)", "return state.booking"
    ),
    Break(RESERVING, "no booking is dropped", "settling.dropped(turn.text) or (", "False and ("),
    Break(RESERVING, "nothing is open again", "if state.changing else talk", "if False else talk"),
    Break(RESERVING, "food never ends a booking", '    if "order" in turn.acts and', "    if False and"),
    Break(BOOKINGS, "the number is not passed on", "if state.number else {}", "if False else {}"),
    Break(BOOKINGS, "one time is asked as a choice", "    if len(said) == 1:", "    if False:"),
    Break(BOOKINGS, "nobody asks what is free", "return wants and bool(", "return False and bool("),
    Break(CASES, "a refused attempt stands", "is None or (talk.lacking", "is None or False and (talk.lacking"),
    Break(CASES, "what is booked in the end does not stand", " and not talk.booked)", ")"),
    Break(CASES, "days are dates", "wish.day.isoformat() if dated else", "wish.day.isoformat() if True else"),
    Break(
        WHEN,
        "the half follows nothing",
        "return replace(known, clock=clocks.with_half(known.clock, text))",
        "return known",
    ),
    Break(
        WHEN, "what was known wins", "above.day or below.day, above.clock or", "below.day or above.day, above.clock or"
    ),
    Break(WHEN, "after the party the hedge is a time", '    if party is None and asked == "party":', "    if False:"),
]
