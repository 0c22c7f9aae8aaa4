"""What somebody of the restaurant wants of a running call, and when that cannot be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from apps.language.redaction import redact_cards
from apps.voice.conversation import Conversation, State

Deed = Literal["say", "transfer", "take-over", "hang-up"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
LONGEST_TEXT = 200
"""Letters: what is said in one go, about twelve seconds."""
MOST_WAITING = 6
"""Sentences."""
ENDED = "The call has ended."
NOT_YET = "The call is only just being answered. Try again in a moment."
ENDING = "The call is already ending."
TOO_MANY = "Loman has not said the last ones yet. Wait until they were said."
CARD = "That looks like a card number. It is not said on the line."
EMPTY = "Write what Loman should say."
TOO_LONG = f"Loman says at most {LONGEST_TEXT} letters in one go."


class Refused(Exception):
    """Why it cannot be, as a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Wish:
    deed: Deed
    by: str
    text: str = ""
    """What is to be said."""
    to: str = ""
    """Who is rung first (apps.calls.services.choices); empty: as the restaurant's rules have it."""

    def refused(self, conversation: Conversation) -> str:
        """Why this call cannot do it now."""
        match conversation.state:
            case State.ENDED:
                return ENDED
            case State.IDLE:
                return NOT_YET
        if self.deed != "say":
            return ""
        if conversation.decided is not None:
            return ENDING
        return TOO_MANY if len(conversation.prompts) >= MOST_WAITING else ""


def spoken(text: str) -> str:
    """Words of staff as the voice may say them: one line, not long, no card. Raises `Refused`."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not any(letter.isalnum() for letter in plain):
        raise Refused(EMPTY)
    if len(plain) > LONGEST_TEXT:
        raise Refused(TOO_LONG)
    if redact_cards(plain) != plain:
        raise Refused(CARD)
    return plain
