"""What an agent's words do to a booking: propose, offer a choice, ask, refuse, or say that it is booked; and whether
the caller's answer agrees. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.language import clock as clocks
from apps.language.assent import Assent, assent
from apps.language.clock import Clock
from apps.language.text import fold, words
from apps.llm.embedded import subjects
from apps.llm.embedded.when import Wish

# ---- the agent --------------------------------------------------------------------------------------------

_REFUSES = re.compile(
    r"\b(sorry|apolog\w+|unfortunately|unable|unavailable|can't|cannot|couldn't|could not|wasn't|was not|were not|"
    r"weren't|isn't|is not|not available|no longer|not successful|unsuccessful|failed|no tables?|no reservations?|"
    r"nothing|full|did not|didn't|not able|booked up|(all|fully|already) booked)\b"
)
_PROPOSES = re.compile(
    r"\b(would|shall|should|how about|what about|may i|can i|could|do you|will|want|try|instead|i have|we have|"
    r"available at)\b"
)
_BOOKED = re.compile(
    r"\b(reservations?|booking|table|seats?|it|that|you|you're|it's|reserved|booked)\b.*"
    r"\b(made|booked|confirmed|reserved|completed?|success|successful|successfully|set|secured|done|went through|"
    r"placed|processed|scheduled|finalized)\b|"
    r"\b(you (do )?have a table|completed|able to (book|reserve|make)|success|successful|successfully|congrats|"
    r"congratulations|made|booked|reserved|confirmed|reference number)\b"
)
_NOT_YET = re.compile(
    r"\b(would|shall|should|confirm|ensure|please|want|wish|like|if|can|could|will|correct|going to|details)\b"
)
_TELLS_HOURS = re.compile(
    r"\b(we|they|it|restaurant|kitchen)('re| are|'s| is| will be)?( only| not| usually)? (opens?|closes?|closed)\b|"
    r"\bopen (from|until|till|between|daily)\b|\bopening hours\b"
)
_CLAUSES = re.compile(r"(?<=[.?!;,\n])\s*|\bbut\b")
_ASKS = (
    ("half", re.compile(r"\b(morning or|afternoon or|a ?m or|lunch or|por la manana o)\b")),
    ("party", re.compile(r"\b(how many|party size|number of (people|guests|persons|diners)|cuantas personas)\b")),
    ("clock", re.compile(r"\b(what time|which time|when|a que hora|what hour)\b|\btime\b.*\?$")),
    ("day", re.compile(r"\b(what day|which day|day|date|que dia)\b")),
)
_READS_BACK = re.compile(r"\b(book|booking|reserve|reservation|table)\b")


def says_booked(text: str) -> bool:
    """Whether it is told to be booked, and neither asked nor said that it could not be."""
    for sentence in subjects.sentences(text):
        said = " ".join(words(sentence))
        if _BOOKED.search(said) and not _REFUSES.search(said) and not _NOT_YET.search(said) and "?" not in sentence:
            return True
    return False


def reads_back(text: str) -> bool:
    return bool(_READS_BACK.search(fold(text)))


def proposing(text: str) -> str:
    """Without the sentences that tell opening hours, and the clauses that say what cannot be had."""
    told = [sentence for sentence in subjects.sentences(text) if not _TELLS_HOURS.search(fold(sentence))]
    clauses = [(clause, " ".join(words(clause))) for clause in _CLAUSES.split(" ".join(told))]
    return " ".join(clause for clause, said in clauses if not _REFUSES.search(said) or _PROPOSES.search(said))


def offered(text: str) -> tuple[Clock, ...]:
    """The times that are named to choose from, "six, six thirty or eight p m"; none where one is named."""
    said = fold(text)
    if not re.search(r"\b(or|o)\b", said):
        return ()
    pieces = re.split(r",|\bor\b|\band\b|\bo\b", said)
    found = tuple(dict.fromkeys(clock for piece in pieces if (clock := clocks.heard(piece)) is not None))
    return found if len(found) > 1 else ()


def asks(text: str, *, known: Wish) -> str:
    """What is asked for, "party", "day", "clock" or "half"; of several the first that is not known."""
    said = fold(text)
    asked = [slot for slot, pattern in _ASKS if pattern.search(said)]
    if "half" in asked:
        return "half"
    return next((slot for slot in asked if getattr(known, slot) is None), "") or "".join(asked[:1])


# ---- the caller's answer ----------------------------------------------------------------------------------

_AGREES = re.compile(
    r"\b(that|this|it|which|yes|time)( time| one| date)?"
    r"( is|'s| will| would| should|'ll|'d| doesn't| don't| won't| wouldn't| isn't| does not| is not)?"
    r"( be| also| all| just)?( very)? (works?|suits?|fine|great|good|perfect|okay|ok|right|correct|awesome|excellent|"
    r"wonderful|alright|do|lovely)\b|"
    r"\b(sounds?|looks?|seems?) (very |really )?(good|great|fine|perfect|right|correct|ok|okay|nice|awesome|"
    r"wonderful)\b|"
    r"^(cool|awesome|excellent|wonderful|lovely|nice|sweet|super|fantastic|brilliant|terrific|amazing|"
    r"(permission )?granted|i (agree|accept|confirm)( .*)?|(yes|yeah|yep|yup|sure|fine|perfect) .*)$|"
    r"\b(go ahead|please do|(book|reserve|take) (it|that|this)|confirmed|you got it)\b"
)
_REFUSES_IT = re.compile(r"(no|nope|nah)\b(?! (problem|worries|rush))")
_DISAGREES = re.compile(r"\b(not|isn't|doesn't|don't|won't|no|nope|never)\b")
_PLACES = {
    "first": 0, "earlier": 0, "earliest": 0, "former": 0, "second": 1, "third": 2, "later": -1, "last": -1,
    "latter": -1, "latest": -1, "primera": 0, "segunda": 1, "ultima": -1,
}  # fmt: skip


def answered(text: str) -> Assent:
    """Whether the first clause that is an answer says yes or no: "yes, and where are you?" is a yes. An order or a
    booking is never placed on this; what it agrees to is read back."""
    for clause in re.split(r"[.?!;,\n-]+", text):
        found = assent(clause)
        said = " ".join(words(clause))
        if found is Assent.UNCLEAR and _AGREES.search(said):
            found = Assent.NO if _DISAGREES.search(said) else Assent.YES
        elif found is Assent.UNCLEAR and _REFUSES_IT.match(said):
            found = Assent.NO
        if found is not Assent.UNCLEAR:
            return found
    return Assent.UNCLEAR


def chosen(text: str, choices: Sequence[Clock]) -> Clock | None:
    """The one of several times that is pointed at: "the first one", "the later one please"."""
    pointed = [_PLACES[word] for word in words(text) if word in _PLACES]
    if len(pointed) != 1 or not -len(choices) <= pointed[0] < len(choices):
        return None
    return choices[pointed[0]]
