"""Whether what was said is a plain yes or a plain no. Pure.

Strict on purpose: it decides whether an order is placed. Anything with further content ("yes, but make it
two") is neither, and the model deals with it.
"""

from __future__ import annotations

from enum import Enum

from apps.language.text import words


class Assent(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_YES = {
    "yes", "yeah", "yep", "yup", "yea", "ya", "sure", "correct", "right", "exactly", "absolutely", "definitely",
    "perfect", "great", "good", "fine", "ok", "okay", "alright", "confirmed", "confirm", "affirmative", "certainly",
    "agreed", "course", "si", "claro", "correcto", "perfecto", "vale", "exacto", "bueno", "dale", "uh-huh",
}  # fmt: skip
_STRONG_YES_PHRASES = (
    "go ahead", "that works", "sounds good", "sounds great", "sounds right", "looks good", "that is it",
    "place it", "place the order", "do it", "do that", "send it", "book it", "please do", "you got it",
    "all good", "that's it", "es correcto", "asi es", "esta bien", "de acuerdo", "por supuesto",
)  # fmt: skip
_NO = {
    "no",
    "nope",
    "nah",
    "not",
    "wrong",
    "incorrect",
    "negative",
    "never",
    "don't",
    "cancel",
    "stop",
    "wait",
}
_FILLERS = {
    "uh", "um", "er", "hmm", "mm", "mmm", "oh", "ah", "well", "so", "then", "now", "please", "thanks", "thank",
    "you", "very", "much", "that", "that's", "thats", "it", "it's", "its", "is", "i", "am", "i'm", "all", "this",
    "and", "the", "of", "just", "yes", "everything", "sounds", "looks", "for", "me", "with", "order", "a", "lot",
    "gracias", "muchas", "por", "favor", "todo", "eso", "esta", "bien", "sir", "ma'am", "madam", "man", "dear",
    "kindly", "totally", "quite", "will", "do", "be", "works", "work", "go", "ahead", "on", "place", "send", "book",
    "got", "can", "we",
}  # fmt: skip
_NOTHING_MORE = (
    "that's all", "thats all", "that is all", "that's it", "thats it", "that is it", "that's everything",
    "that is everything", "that'll be all", "that will be all", "that'll do", "that will do", "nothing else",
    "nothing more", "no more", "i'm good", "we're good", "i'm done", "we're done", "all set", "that should do it",
    "that does it", "just that", "only that", "eso es todo", "nada mas", "es todo",
)  # fmt: skip


def assent(text: str) -> Assent:
    """YES only when the whole utterance says yes; NO when it only refuses; else UNCLEAR."""
    found = words(text)
    if not found or "?" in text:
        return Assent.UNCLEAR
    said = " ".join(found)
    negative = any(word in _NO for word in found)
    positive = any(word in _YES for word in found) or any(phrase in said for phrase in _STRONG_YES_PHRASES)
    extra = [word for word in found if word not in _YES | _NO | _FILLERS]
    if extra:
        return Assent.UNCLEAR
    if negative:
        return Assent.UNCLEAR if positive and found[0] not in ("no", "nope", "nah") else _refusal(found)
    return Assent.YES if positive else Assent.UNCLEAR


def _refusal(found: list[str]) -> Assent:
    """ "no that's right" contradicts itself; "no" and "no thank you" do not."""
    return Assent.UNCLEAR if any(word in _YES - {"right", "fine"} for word in found) else Assent.NO


def nothing_more(text: str) -> bool:
    """Whether an "anything else?" was answered with no: "no thanks", "that's all", "I'm good"."""
    found = words(text)
    said = " ".join(found)
    for phrase in _NOTHING_MORE:
        if phrase in said:
            rest = words(said.replace(phrase, " "))
            return all(
                word in _YES | _FILLERS | {"no", "nope", "i", "think", "guess", "for", "today", "now"} for word in rest
            )
    return assent(text) is Assent.NO
