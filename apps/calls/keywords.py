"""What a guest's text message asks for: no more texts, texts again, help, or something for people to read. Pure.

The words are those of the carriers (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out) and of the
FCC's rule that any reasonable wording must do (47 CFR 64.1200(a)(10)).
"""

from __future__ import annotations

import re
from typing import Literal

from apps.language.text import words

Asks = Literal["stop", "start", "help", "people"]

STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "stop all", "opt out"}
START = {"start", "unstop", "yes"}
HELP = {"help", "info"}
SHORT = 4
"""In so few words a "stop" means us."""
_PLAIN = re.compile(
    r"\b(stop|quit|don'?t|do not|no more|never|not)\b( \w+){0,3} (text|texts|texting|message|messages|messaging|sms|"
    r"contact|contacting|write|writing)\b|\bleave me alone\b|\b(remove|delete|take) (me|my number)\b|"
    r"\bopt (me )?out\b|\bunsubscribe\b|\bwrong (number|person)\b|\blose (my|this) number\b|\bno more of (this|these)\b"
)
_KEEPS_ON = re.compile(r"\b(don'?t|do not|can'?t|cannot|couldn'?t|won'?t|never|not|without) (\w+ )?stop")


def asks(text: str) -> Asks:
    """Rather a stop too many than one too few: who is stopped by mistake writes START."""
    found = words(text.replace("’", "'"))
    said = " ".join(found)
    if said in STOP:
        return "stop"
    if said in START:
        return "start"
    if said in HELP:
        return "help"
    if _PLAIN.search(said):
        return "stop"
    short = len(found) <= SHORT and any(word in ("stop", "unsubscribe", "optout") for word in found)
    return "stop" if short and not _KEEPS_ON.search(said) else "people"


def is_carriers_own(text: str) -> bool:
    """A word on which the carrier itself stops, and answers: our own answer would be refused."""
    return " ".join(words(text)) in STOP
