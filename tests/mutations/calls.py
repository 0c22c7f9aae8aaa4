"""Breaks of `apps/calls`, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

TEXTING = "apps/calls/texting.py"
KEYWORDS = "apps/calls/keywords.py"
HANDOVER = "apps/calls/handover.py"
DUTY = "apps/calls/duty.py"
OUTCOMES = "apps/calls/outcomes.py"
TESTS = {
    TEXTING: ("tests/calls/test_texting.py",),
    KEYWORDS: ("tests/calls/test_texting.py",),
    HANDOVER: ("tests/calls/test_outcomes.py",),
    DUTY: ("tests/calls/test_outcomes.py",),
    OUTCOMES: ("tests/calls/test_outcomes.py",),
}
BREAKS = [
    Break(TEXTING, "unknown blanks pass", "if blank not in allowed", "if False"),
    Break(TEXTING, "guests may be told to text CANCEL", "if _TELLS_TO_CANCEL.search(wording):", "if False:"),
    Break(TEXTING, "texts of any length", "segments(wording) > MOST_SEGMENTS", "segments(wording) > 99"),
    Break(TEXTING, "extended letters take one place", "2 if letter in GSM_EXTENDED else 1", "1"),
    Break(TEXTING, "every letter is the telephone's", "letter in GSM or letter in GSM_EXTENDED", "True"),
    Break(TEXTING, "the night ends where it begins", "begins <= here.time() < ends", "begins < here.time() <= ends"),
    Break(TEXTING, "no night passes midnight", "here.time() >= begins or here.time() < ends", "False"),
    Break(TEXTING, "the evening waits for this morning", "timedelta(days=here.time() >= begins)", "timedelta()"),
    Break(KEYWORDS, "plain words do not stop", "if _PLAIN.search(said):", "if False:"),
    Break(KEYWORDS, "capitals hide a stop", "found = words(text.replace", "found = str.split(text.replace"),
    Break(KEYWORDS, "the bus stop stops", "len(found) <= SHORT and", "True and"),
    Break(KEYWORDS, "who cannot stop eating stops", "and not _KEEPS_ON.search(said)", ""),
    Break(KEYWORDS, "nobody starts again", 'return "start"', 'return "people"'),
    Break(HANDOVER, "our own lines ring", "target.number not in never and ", ""),
    Break(HANDOVER, "one telephone rings twice", " and target.number not in [one.number for one in targets]", ""),
    Break(HANDOVER, "rules of other hours hold", "if rule.hours in now]", "]"),
    Break(HANDOVER, "rules for any reason come first", "if rule.reason == reason] or", "if not rule.reason] or"),
    Break(HANDOVER, "the first rule's fallback", "named[-1].fallback", "named[0].fallback"),
    Break(HANDOVER, "a whole staff list rings", "targets[:MOST_STEPS]", "targets"),
    Break(DUTY, "due while the door is shut", "hours.opens_next(week, now) or now", "now"),
    Break(DUTY, "an emergency waits for the door", 'kind == "emergency" or not patience', "False"),
    Break(DUTY, "the restaurant's own times are ignored", "own.get(kind, MINUTES", "{}.get(kind, MINUTES"),
    Break(OUTCOMES, "an emergency says something else", 'or kind == "emergency" or', "or"),
    Break(OUTCOMES, "anything may be done", 'does if does in ("words", "ticket", "transfer") else ours.does', "does"),
]
