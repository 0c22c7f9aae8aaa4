"""What happens to callers who want neither food nor a table: said in a sentence, and left with somebody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Does = Literal["words", "ticket", "transfer"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said, and what is done besides: nothing, a ticket, or a person on the line (a ticket when none is)."""

    say: str
    does: Does


STATED: Mapping[str, Outcome] = {
    "delivery": Outcome("We don't deliver. I can take your order for pickup.", "words"),
    "catering": Outcome("For catering and large events somebody calls you back. I have passed it on.", "ticket"),
    "complaint": Outcome("I'm very sorry about that. I'll get you a person.", "transfer"),
    "job": Outcome("Thank you for your interest. I have passed it on, and somebody will get back to you.", "ticket"),
    "vendor": Outcome("I have passed it on. Whoever looks after that will get back to you.", "ticket"),
    "press": Outcome("I have passed it on. Whoever speaks for the restaurant will call you back.", "ticket"),
    "lost_item": Outcome("I have passed it on. Somebody will look for it and call you back.", "ticket"),
    "large_order": Outcome("That is more than I can take. Somebody calls you back about it.", "ticket"),
    "emergency": Outcome("If this is an emergency, please hang up and call 911. I can get you a person here.", "words"),
}
"""By kind; a restaurant can say and do otherwise, but for an emergency, whose words stay."""


def outcome(kind: str, own: Mapping[str, Any]) -> Outcome | None:
    """The restaurant's own, else ours; None for a kind nobody knows."""
    ours = STATED.get(kind)
    mine = own.get(kind)
    if ours is None or kind == "emergency" or not isinstance(mine, Mapping):
        return ours
    say, does = str(mine.get("say") or ours.say), mine.get("does")
    return Outcome(say, does if does in ("words", "ticket", "transfer") else ours.does)


def sayings(own: Mapping[str, Any]) -> dict[str, str]:
    """What is said, by kind."""
    return {kind: made.say for kind in STATED if (made := outcome(kind, own)) is not None}
