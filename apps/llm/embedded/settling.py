"""A booking as two people settle it: what the caller names, what the agent proposes, and the yes or no to that. Pure.

What the caller names stands. What the agent names, in a question or in a read-back, is proposed: it stands once the
caller says yes to it, corrects a part of it, or hears that it is booked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from apps.language import parties
from apps.language.assent import Assent
from apps.language.clock import Clock
from apps.language.text import fold, words
from apps.llm.embedded import proposals, subjects, when
from apps.llm.embedded.when import NOTHING, Wish

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
    wish: Wish = NOTHING
    """What stands."""
    proposed: Wish = NOTHING
    """What the agent named, and the caller has not answered."""
    aside: Wish = NOTHING
    """What was proposed and refused: the part of it that was not meant comes back with the next proposal."""
    choices: tuple[Clock, ...] = ()
    """Several times that the agent named to choose from."""
    asked: str | None = None
    """What the agent asked for last: "party", "day", "clock", "half", or ""; None where the agent has said nothing."""
    lately: Wish = NOTHING
    """What was named last of anything at all: "on the same day as the train"."""
    about_table: bool = True
    booked: bool = False
    """The agent has said so: what comes after changes it only in words that change a booking."""
    full: frozenset[tuple[int | None, datetime | None]] = frozenset()
    """For how many and when no table can be had."""

    @property
    def lacking(self) -> str:
        """What has to be asked next; "other" where no table can be had as it stands."""
        known = when.lacking(self.wish)
        return "other" if not known and (self.wish.party, self.wish.starts) in self.full else known


def hear(talk: Talk, saying: Saying, *, facts: Facts | None) -> Talk:
    """The talk after one more saying; before the time at the restaurant is known it is only kept."""
    talk = replace(talk, said=(*talk.said, saying))
    if facts is None or when.now_of(facts) is None:
        return talk
    return _caller(talk, saying.text, facts) if saying.who == "caller" else _agent(talk, saying.text, facts)


def follow(said: Sequence[Saying], *, facts: Facts | None, begun: Talk | None = None) -> Talk:
    """The talk from its first word."""
    talk = begun or Talk()
    for saying in said:
        talk = hear(talk, saying, facts=facts)
    return talk


def refused(talk: Talk) -> Talk:
    """No table can be had for so many at that time."""
    return replace(talk, full=talk.full | {(talk.wish.party, talk.wish.starts)})


_DROPS = re.compile(
    r"^(no |oh |ok |okay |actually |sorry |you know what |well )*(never ?mind|forget (it|about it|that)|drop it|"
    r"don't bother|leave it|dejalo|olvidalo)( then| thanks| thank you| please| it)*$"
)
_SLOTS = (
    ("party", re.compile(r"\b(people|party|guests|persons|how many|number of|personas)\b")),
    ("clock", re.compile(r"\b(time|hour|hora)\b")),
    ("day", re.compile(r"\b(day|date|dia|fecha)\b")),
)


def dropped(text: str) -> bool:
    """Whether these words want no booking any more."""
    return bool(_DROPS.match(" ".join(words(text))))


def reopened(talk: Talk, text: str) -> Talk:
    """What the caller wants changed, without having said to what, is open again: "the time", "the day"."""
    said = " ".join(words(text))
    open_again = {slot: None for slot, pattern in _SLOTS if pattern.search(said)}
    return replace(talk, wish=replace(talk.wish, starts=None, **open_again)) if open_again else talk


# ---- the caller -------------------------------------------------------------------------------------------

_CHANGES = re.compile(
    r"\b(change|move|switch|instead|rather|book|reserve|reservation|make it|try|actually|how about|what about|"
    r"wait|sorry|could we|can we)\b"
)
_SAME = re.compile(r"\bsame (day|date|time|hour|number|amount|group|people|party|size)\b")


def _caller(talk: Talk, text: str, facts: Facts) -> Talk:
    answer = proposals.answered(text) if talk.about_table else Assent.UNCLEAR
    talk, said = _of_table(talk, text, facts)
    if talk.booked and answer is not Assent.NO and not _CHANGES.search(fold(said)):
        return talk
    heard = _heard(talk, said, facts)
    if answer is Assent.YES:
        below = _over(talk.wish, talk.proposed, facts)
    elif heard != NOTHING:  # the rest of a read-back that is corrected is right
        below = _over(talk.proposed, talk.wish, facts)
    elif answer is Assent.NO:
        return replace(talk, proposed=NOTHING, aside=talk.proposed, choices=(), asked=None)
    else:  # a question: what was proposed stays open
        return replace(talk, wish=_over(when.with_half(talk.wish, said, heard), NOTHING, facts))
    wish = _over(when.with_half(below, said, heard), heard, facts)
    talk = replace(talk, wish=wish, lately=_over(talk.lately, wish, facts), booked=False)
    return replace(talk, proposed=NOTHING, aside=NOTHING, choices=(), asked=None)


def _heard(talk: Talk, said: str, facts: Facts) -> Wish:
    """What the caller names, given what the agent asked, offered and named."""
    asked = when.lacking(talk.wish) if talk.asked is None else talk.asked
    if (chosen := proposals.chosen(said, talk.choices)) is not None:
        return Wish(clock=chosen)  # "the second one" is neither a day nor an hour
    heard = _with_same(_named(said, facts, asked=asked), said, talk)
    party = talk.wish.party or talk.proposed.party
    if heard.party is None and party is not None and (more := parties.more(words(said))):
        heard = replace(heard, party=party + more)
    if talk.proposed.clock is not None and heard == Wish(party=talk.proposed.clock.hour):
        return NOTHING  # "yes, book it for eleven" says the time again
    return heard


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


def _agent(talk: Talk, text: str, facts: Facts) -> Talk:
    talk, said = _of_table(talk, text, facts)
    if not said:
        return talk
    kept = subjects.without_names(proposals.proposing(said))
    heard, choices = _named(kept, facts), proposals.offered(kept)
    if choices:
        heard = replace(heard, clock=None)
    if talk.booked:
        more = proposals.says_booked(said)
        return replace(talk, wish=_over(heard, talk.wish, facts)) if more else talk
    below = talk.aside if heard != NOTHING or proposals.reads_back(said) else NOTHING
    proposed = _over(_over(below, talk.proposed, facts), heard, facts)
    only_time = bool(choices) or (heard.clock is not None and heard.party is None)
    asked = proposals.asks(said, known=talk.wish) or ("clock" if only_time else "")
    talk = replace(talk, proposed=proposed, choices=choices, asked=asked, lately=_over(talk.lately, heard, facts))
    wish = _over(talk.wish, proposed, facts)
    if proposals.says_booked(said) and wish.clock is not None:  # what has no time is something else
        return replace(talk, wish=wish, proposed=NOTHING, choices=(), booked=True)
    return talk


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
