"""Whether what was said is a plain yes or a plain no. Pure.

Strict on purpose: it decides whether an order is placed. Anything with further content ("yes, but make it
two") is neither, and the model deals with it.
"""

from __future__ import annotations

import re
from enum import Enum

from apps.language.text import words


class Assent(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_YES = {
    "yes", "yeah", "yep", "yup", "yea", "ya", "sure", "correct", "right", "exactly", "absolutely", "definitely",
    "perfect", "great", "good", "fine", "ok", "okay", "alright", "confirmed", "confirm", "affirmative", "certainly",
    "agree", "agreed", "course", "si", "claro", "correcto", "perfecto", "vale", "exacto", "bueno", "dale",
}  # fmt: skip
_MERELY_FINE = {"right", "correct", "exactly", "perfect", "great", "good", "fine", "ok", "okay", "alright"}
"""With a no before them these may still refuse an offer: "no, that's fine"."""
_YES_PHRASES = (
    "go ahead", "that works", "sounds good", "sounds great", "sounds right", "looks good", "that is it", "place it",
    "place the order", "do it", "do that", "send it", "book it", "please do(?! not)", "you got it", "all good",
    "that's it", "you've got it", "you have got it", "sure thing", "you bet", "uh huh", "es correcto", "asi es",
    "esta bien", "de acuerdo", "por supuesto",
)  # fmt: skip
_IDIOMS = (
    (re.compile(r"\b(i'm|i am|we're|we are) (all )?(good|fine|great|ok|okay|alright|right|perfect|set)\b"), "thanks"),
    (re.compile(r"\bright now\b"), "now"),
    (re.compile(r"\bgood to go\b"), "good"),
    (re.compile(r"^i see\b(?=.)"), "well"),
    (re.compile(r"\bno (issues?|problems?|complaints?|changes?|corrections?)\b"), "thanks"),
    (re.compile(r"\b(thanks|thank you) for (double )?(checking|asking)\b"), "thanks"),
    (
        re.compile(
            r"\b(that's|that is|this is|it's|it is|exactly) (all |just |exactly )*(what (i|we)( |'d |'| would )?"
            r"(want|wanted|like|ordered|asked for|need|needed|'m getting|'m having)|my order|our order)\b"
        ),
        "yes",
    ),
    (re.compile(r"\beverything( is|'s) (there|in order)\b"), "yes"),
    (
        re.compile(
            r"^(it|that|this|they) (sure |certainly )?(is|does|are|do)( indeed)?(?=$|( (yes|yeah|thanks|thank|please)))"
        ),
        "yes",
    ),
    (re.compile(r"\b(to|by) me\b"), "me"),
    (re.compile(rf"\b({'|'.join(_YES_PHRASES)})\b"), "yes"),
)
"""What means something else than its words: "I'm good" wants nothing."""
_REFUSALS = {"no", "nope", "nah"}
_OBJECTIONS = {"wrong", "incorrect", "negative", "cancel", "stop", "wait"}
_NEGATIONS = {"not", "don't", "never", "isn't"}
"""They turn what comes after them: "don't place the order", and "don't cancel" is no refusal."""
_NO = _REFUSALS | _OBJECTIONS | _NEGATIONS
_FILLERS = {
    "uh", "um", "er", "hmm", "mm", "mmm", "oh", "ah", "well", "so", "then", "now", "please", "thanks", "thank",
    "you", "very", "much", "that", "that's", "thats", "it", "it's", "its", "is", "i", "am", "i'm", "all", "this",
    "and", "the", "of", "just", "yes", "everything", "sounds", "looks", "for", "me", "with", "order", "a", "lot",
    "gracias", "muchas", "por", "favor", "todo", "eso", "esta", "bien", "sir", "ma'am", "madam", "man", "dear",
    "kindly", "totally", "quite", "will", "do", "be", "works", "work", "go", "ahead", "on", "place", "send", "book",
    "got", "can", "we", "does", "are", "they", "they're", "seems", "seem", "details", "my", "our", "you've", "wow",
    "everything's", "perfectly",
}  # fmt: skip
_UNFINISHED = {
    "and", "so", "with", "for", "a", "the", "of", "just", "i", "i'm", "it's", "its", "that's", "thats", "we", "well",
    "uh", "um", "er", "hmm",
}  # fmt: skip
"""Nobody ends on these: "yes, and" goes on, however long the pause."""
_QUESTION = re.compile(r"(is|are|does|will|can|am i|do (you|we|i|they)|you sure)\b")
"""A recogniser writes no question marks."""
_NOTHING_MORE = re.compile(
    r"\b(that(?:'?s| is) (?:all|it|everything|about it)|that(?:'ll| will) (?:be (?:all|it)|do)|"
    r"nothing(?: else| more)?|no more|(?:i'm|we're|i am|we are) (?:all )?(?:good|fine|ok|okay|done|set)|all set|"
    r"that should (?:do|be) it|that does it|just that|only that|eso es todo|nada mas|es todo)\b"
)


def assent(text: str) -> Assent:
    """YES only when the whole utterance says yes; NO when it only refuses; else UNCLEAR."""
    found = _plain(text)
    if not found or found[-1] in _UNFINISHED or any(word not in _YES | _NO | _FILLERS for word in found):
        return Assent.UNCLEAR
    if "?" in text or _QUESTION.match(" ".join(words(text))):
        return Assent.UNCLEAR
    turned = next((place for place, word in enumerate(found) if word in _NEGATIONS), len(found))
    before, after = found[:turned], found[turned + 1 :]
    if any(word in _OBJECTIONS for word in after):
        return Assent.UNCLEAR
    positive = any(word in _YES for word in before)
    negative = turned < len(found) or any(word in _REFUSALS | _OBJECTIONS for word in before)
    if positive == negative:
        return Assent.UNCLEAR
    return Assent.YES if positive else Assent.NO


def _plain(text: str) -> list[str]:
    said = " ".join(words(text))
    for idiom, meant in _IDIOMS:
        said = idiom.sub(meant, said)
    return said.split()


def nothing_more(text: str) -> bool:
    """Whether an "anything else?" was answered with no: "no thanks", "that's all", "no, that's right"."""
    said = " ".join(words(text))
    enough = _NOTHING_MORE.search(said)
    rest = words(_NOTHING_MORE.sub(" ", said))
    if enough:
        return all(word in _YES | _FILLERS | _REFUSALS | {"think", "guess", "today"} for word in rest)
    return bool(
        "?" not in text
        and rest
        and rest[-1] not in _UNFINISHED
        and any(word in _REFUSALS for word in rest)
        and all(word in _REFUSALS | _MERELY_FINE | _FILLERS - {"yes"} for word in rest)
    )
