"""A booking as two people settle it: what the caller names, what the agent proposes, and the yes or no to that. Pure.

What the caller names stands. What the agent names, in a question or in a read-back, is proposed: it stands once the
caller says yes to it, corrects a part of it, or hears that it is booked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from apps.language import clock as clocks
from apps.language.assent import Assent, assent
from apps.language.clock import Clock
from apps.language.text import fold, words
from apps.llm.embedded import subjects, when
from apps.llm.embedded.when import Wish

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Saying:
    """What one of the two said."""

    who: Literal["caller", "agent"]
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """How far they have come."""

    said: tuple[Saying, ...] = ()
    wish: Wish = Wish()
    """What stands."""
    proposed: Wish = Wish()
    """What the agent named, and the caller has not answered."""
    aside: Wish = Wish()
    """What was proposed and refused: the part of it that was not meant comes back with the next proposal."""
    choices: tuple[Clock, ...] = ()
    """Several times that the agent named to choose from."""
    asked: str | None = None
    """What the agent asked for last: "party", "day", "clock", "half", or ""; None where the agent has said nothing."""
    lately: Wish = Wish()
    """What was named last of anything at all: "on the same day as the train"."""
    about_table: bool = True
    booked: bool = False
    """The agent has said so: what comes after changes it only in words that change a booking."""


def hear(talk: Talk, saying: Saying, *, facts: Facts | None) -> Talk:
    """The talk after one more saying; before the time at the restaurant is known it is only kept."""
    talk = replace(talk, said=(*talk.said, saying))
    if when.now_of(facts) is None:
        return talk
    return _caller(talk, saying.text, facts or {}) if saying.who == "caller" else _agent(talk, saying.text, facts or {})


def follow(said: Sequence[Saying], *, facts: Facts | None) -> Talk:
    """The talk from its first word."""
    talk = Talk()
    for saying in said:
        talk = hear(talk, saying, facts=facts)
    return talk


# ---- the caller -------------------------------------------------------------------------------------------


def _caller(talk: Talk, text: str, facts: Facts) -> Talk:
    answer = answered(text) if talk.about_table else Assent.UNCLEAR
    talk, said = _of_table(talk, text, facts)
    if talk.booked and not _CHANGES.search(fold(said)):
        return talk
    asked = when.lacking(talk.wish) if talk.asked is None else talk.asked
    heard = _with_same(_named(said, facts, asked=asked), said, talk)
    if heard.clock is None and (chosen := _chosen(said, talk.choices)) is not None:
        heard = replace(heard, clock=chosen)
    if talk.proposed.clock is not None and heard == Wish(party=talk.proposed.clock.hour):  # "yes, book it for 11"
        heard = Wish()
    below = talk.wish
    if answer is Assent.YES:
        below = _over(below, talk.proposed, facts)
    elif heard != Wish():  # the rest of a read-back that is corrected is right
        below = _over(talk.proposed, below, facts)
    elif answer is Assent.NO:
        return replace(talk, proposed=Wish(), aside=talk.proposed, choices=(), asked=None)
    else:  # a question: what was proposed stays open
        return replace(talk, wish=_over(when.with_half(below, said, heard), Wish(), facts))
    wish = _over(when.with_half(below, said, heard), heard, facts)
    lately = _over(talk.lately, wish, facts)
    return replace(
        talk, wish=wish, proposed=Wish(), aside=Wish(), choices=(), asked=None, lately=lately, booked=False
    )


_CHANGES = re.compile(
    r"\b(change|move|switch|instead|rather|book|reserve|reservation|make it|try|actually|how about|what about|"
    r"wait|sorry|could we|can we)\b"
)
_AGREES = re.compile(
    r"\b(that|this|it|which|yes|time)( time| one| date)?( is|'s| will| would| should|'ll|'d)?( be| also| all| just)?( very)? "
    r"(works?|suits?|fine|great|good|perfect|okay|ok|right|correct|awesome|excellent|wonderful|alright|do|lovely)\b|"
    r"\b(sounds?|looks?|seems?) (very |really )?(good|great|fine|perfect|right|correct|ok|okay|nice|awesome|wonderful)\b|"
    r"^(cool|awesome|excellent|wonderful|lovely|nice|sweet|super|fantastic|brilliant|terrific|amazing|granted|"
    r"permission granted|i (agree|accept|confirm).*|yes .*|yeah .*|yep .*|yup .*|sure .*|fine .*|perfect .*)$|"
    r"\b(go ahead|please do|book (it|that|this)|reserve (it|that)|confirmed|you got it|i('ll| will) take (it|that))\b"
)
_DISAGREES = re.compile(r"\b(not|isn't|doesn't|don't|won't|no|nope|never)\b")


def answered(text: str) -> Assent:
    """Whether the first words that are one mean yes or no; "yes, and where are you?" is a yes. An order is never
    placed on this: what it agrees to is read back."""
    for clause in re.split(r"[.?!;,\n-]+", text):
        said = " ".join(words(clause))
        found = assent(clause)
        if found is Assent.UNCLEAR and _AGREES.search(said):
            found = Assent.NO if _DISAGREES.search(said) else Assent.YES
        if found is not Assent.UNCLEAR:
            return found
    return Assent.UNCLEAR


_ORDINALS = {"first": 0, "earlier": 0, "earliest": 0, "former": 0, "second": 1, "third": 2, "later": -1, "last": -1,
             "latter": -1, "latest": -1}  # fmt: skip


def _chosen(text: str, choices: Sequence[Clock]) -> Clock | None:
    """The one of several times that is pointed at: "the first one", "the later one please"."""
    pointed = [_ORDINALS[word] for word in words(text) if word in _ORDINALS]
    if len(pointed) != 1 or not -len(choices) <= pointed[0] < len(choices):
        return None
    return choices[pointed[0]]


_SAME = re.compile(r"\bsame (day|date|time|hour|number|amount|group|people|party|size)\b")


def _with_same(heard: Wish, text: str, talk: Talk) -> Wish:
    """With "the same day" and the like put in."""
    for what in _SAME.findall(fold(text)):
        if what in ("day", "date"):
            heard = replace(heard, day=heard.day or talk.lately.day)
        elif what in ("time", "hour"):
            heard = replace(heard, clock=heard.clock or talk.lately.clock)
        else:
            heard = replace(heard, party=heard.party or talk.lately.party)
    return heard


# ---- the agent --------------------------------------------------------------------------------------------

_REFUSES = re.compile(
    r"\b(sorry|apolog\w+|unfortunately|unable|unavailable|can't|cannot|couldn't|could not|wasn't|was not|were not|"
    r"weren't|isn't|is not|not available|no longer|not successful|unsuccessful|failed|fully booked|no tables?|"
    r"no reservations?|nothing|full|did not|didn't|not able|booked up|(all|fully|already) booked)\b"
)
_PROPOSES = re.compile(
    r"\b(would|shall|should|how about|what about|may i|can i|could|do you|will|want|try|instead|but|i have|we have|"
    r"available at)\b"
)
_BOOKED = re.compile(
    r"\b(reservation|reservations|booking|table|seat|seats|it|that|you|you're|it's|reserved|booked)\b.*"
    r"\b(made|booked|confirmed|reserved|complete|completed|success|successful|successfully|set|secured|done|made|"
    r"went through|placed|processed|scheduled|finalized)\b|"
    r"\b(you (do )?have a table|completed|able to (book|reserve|make)|success|successful|successfully|congrats|congratulations|made|booked|reserved|confirmed|reference number)\b"
)
_NOT_YET = re.compile(r"\b(would|shall|should|confirm|ensure|please|want|wish|like|if|can|could|will|correct|going to|details)\b")
_READS_BACK = re.compile(r"\b(book|booking|reserve|reservation|table)\b")
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|People|Person|Guest|AM|PM|A\\.M|P\\.M"
_NAMES = re.compile(
    rf"#\s?[0-9]+|\b[0-9]+(?:st|nd|rd|th|[a-z])?\s+(?!{_MONTHS})[A-Z][\w']*|"
    r"\bat\W+[0-9]+[a-z]?\b(?!\s*(?::[0-9]|\.[0-9]|[ap]\.?\s?m\b|o.?clock|hours|h\b|on\b|for\b|to|[,.?!]|$))"
)
"""House numbers, and numbers that names begin with."""
_ASKS = (
    ("half", re.compile(r"\b(morning or|afternoon or|a ?m or|lunch or|por la manana o)\b")),
    ("party", re.compile(r"\b(how many|party size|number of (people|guests|persons|diners)|cuantas personas)\b")),
    ("clock", re.compile(r"\b(what time|which time|when|a que hora|what hour)\b|\btime\b.*\?$")),
    ("day", re.compile(r"\b(what day|which day|day|date|que dia)\b")),
)


def _agent(talk: Talk, text: str, facts: Facts) -> Talk:
    talk, said = _of_table(talk, text, facts)
    if not said:
        return talk
    kept = _NAMES.sub(" ", _without_refusals(said))
    heard, choices = _named(kept, facts), _offered(kept)
    if len(choices) > 1:
        heard = replace(heard, clock=None)
    if talk.booked:
        return replace(talk, wish=_over(heard, talk.wish, facts)) if says_booked(said) else talk
    below = talk.aside if heard != Wish() or _READS_BACK.search(fold(said)) else Wish()
    talk = replace(
        talk,
        proposed=_over(_over(below, talk.proposed, facts), heard, facts),
        choices=choices if len(choices) > 1 else (),
        asked=_asks(said, talk.wish),
        lately=_over(talk.lately, heard, facts),
    )
    if says_booked(said):
        return replace(talk, wish=_over(talk.wish, talk.proposed, facts), proposed=Wish(), choices=(), booked=True)
    return talk


def says_booked(text: str) -> bool:
    """Whether the agent tells that it is booked, and neither asks nor says that it could not be."""
    for sentence in subjects.sentences(text):
        said = " ".join(words(sentence))
        if _BOOKED.search(said) and not _REFUSES.search(said) and not _NOT_YET.search(said) and "?" not in sentence:
            return True
    return False


def _without_refusals(text: str) -> str:
    """Without the clauses that say what cannot be had."""
    kept = []
    for clause in re.split(r"(?<=[.?!;,\n])\s*|\bbut\b", text):
        said = " ".join(words(clause))
        if not _REFUSES.search(said) or _PROPOSES.search(said):
            kept.append(clause)
    return " ".join(kept)


def _offered(text: str) -> tuple[Clock, ...]:
    """The times that are named to choose from: "six, six thirty or eight p m"."""
    pieces = re.split(r",|\bor\b|\band\b|\bo\b", fold(text))
    found = [clock for piece in pieces if (clock := clocks.heard(piece)) is not None]
    return tuple(dict.fromkeys(found)) if re.search(r"\bor\b|\bo\b", fold(text)) else ()


def _asks(text: str, known: Wish) -> str:
    """Which thing is asked for; of several, the first that is not known."""
    said = " ".join(words(text))
    asked = [slot for slot, pattern in _ASKS if pattern.search(said)]
    if "half" in asked:
        return "half"
    return next((slot for slot in asked if getattr(known, slot) is None), "") or "".join(asked[:1])


# ---- both -------------------------------------------------------------------------------------------------


def _of_table(talk: Talk, text: str, facts: Facts) -> tuple[Talk, str]:
    """What of the words is about the table; what is said of other things is only remembered."""
    mine: list[str] = []
    about = talk.about_table
    for sentence, about in subjects.about_table(text, before=talk.about_table):
        if about:
            mine.append(sentence)
        else:
            talk = replace(talk, lately=_over(talk.lately, _named(sentence, facts), facts))
    return replace(talk, about_table=about), " ".join(mine)


def _named(text: str, facts: Facts, *, asked: str = "") -> Wish:
    now = when.now_of(facts)
    assert now is not None
    return when.named(subjects.without_asides(text), now=now, asked=asked)


def _over(below: Wish, above: Wish, facts: Facts) -> Wish:
    return when.over(below, above, spans_of=when.hours_of(facts))
