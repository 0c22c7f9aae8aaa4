"""How many people come, as they are heard to say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.language import numbers
from apps.language.corrections import Mention, meant

LARGEST = 500
"""A larger party is another number that was misheard."""
_PEOPLE = {
    "people", "persons", "person", "guests", "guest", "adults", "adult", "kids", "kid", "children", "child", "babies",
    "baby", "toddlers", "toddler", "teenagers", "seniors", "diners", "diner", "seats", "seat", "seater", "seaters",
    "folks", "top", "pax", "ppl", "peoples", "women", "men", "ladies", "guys", "friends", "colleagues", "coworkers",
    "others", "covers", "attendees", "patrons", "personas", "adultos", "ninos", "individuals",
}  # fmt: skip
_OF_US = {"us", "you"}
_GROUPS = {"party", "table", "group", "total", "reservation", "booking", "size", "family", "seating", "spot", "mesa"}
_LEADS = {"for", "para"}
_ARE = {"be", "are", "we're", "seat", "seating", "seats", "accommodate", "fit", "fits", "is", "it's", "have"}
_HEDGES = {"just", "only", "about", "around", "like", "maybe", "approximately", "roughly", "say", "exactly", "all"}
_MEASURES = {
    "night", "nights", "day", "days", "week", "weeks", "month", "months", "minute", "minutes", "min", "mins", "hour",
    "hours", "hrs", "hr", "dollars", "bucks", "pounds", "percent", "%", "star", "stars", "am", "pm", "o'clock", "more",
    "miles", "times", "th", "st", "nd", "rd", "tickets", "ticket", "rooms", "room", "tables", "restaurants", "pizzas",
}  # fmt: skip
"""What stands behind a number of something else."""
_GOING_ON = {
    "", "at", "on", "for", "please", "and", "or", "today", "tonight", "tomorrow", "this", "next", "around", "if",
    "with", "under", "but", "then", "thanks", "thank", "coming", "total", "now", "not", "actually", "to", "by", "is",
    "altogether", "no", "sorry", "will", "from", "the", "as", "so", "instead",
}  # fmt: skip
"""What may follow a number that stands alone: in "there are 10 restaurants" it does not."""
_COMPANION = r"(?:my|a|his|her|the) (?:\w+ )?(?!and\b)\w+"
_PAIRS = re.compile(
    rf"\b(?:me and {_COMPANION}|myself and {_COMPANION}|{_COMPANION},? and (?:i|me|myself)|both of us)\b(?! and| plus)"
)
_ALONE = re.compile(
    r"\b(?:just me|just for me|by myself|only me|for myself|just myself|only myself|me alone|just one|myself only|"
    r"for me only|one only|solo yo)\b(?! (?:thing|question|second|more|moment|and|of))"
)
_AND_ME = re.compile(r"\b(?:me|myself|i|us) (?:and|plus|with) $")
_AND_I = ("and", "i"), ("and", "me"), ("and", "myself"), ("plus", "me"), ("plus", "myself")


def among(found: Sequence[str], *, asked: bool = False) -> int | None:
    """The number of people in these words; where they were `asked` for, a bare number is one."""
    said = " ".join(found)
    mentions = _marked(found)
    if not mentions and _PAIRS.search(said):
        return 2
    if not mentions and _ALONE.search(said):
        return 1
    if not mentions and asked:
        mentions = [one for one in _numbers(found) if _at(found, one.end) not in _MEASURES]
    return meant(found, mentions)


def _numbers(found: Sequence[str]) -> list[Mention[int]]:
    place, mentions = 0, []
    while place < len(found):
        read = numbers.read(found, start=place)
        if read is None:
            place += 1
            continue
        if 0 < read[0] <= LARGEST:
            mentions.append(Mention(read[0], place, place + read[1]))
        place += read[1]
    return mentions


def _marked(found: Sequence[str]) -> list[Mention[int]]:
    """The numbers that the words around them make people."""
    mentions: list[Mention[int]] = []
    for one in _numbers(found):
        if mentions and one.start < mentions[-1].end:
            continue
        if _counts_people(found, one):
            mentions.append(_with_others(found, one))
        elif _is_led(found, one) or (mentions and _takes_back(found, one)):
            mentions.append(one)
    return mentions


def _counts_people(found: Sequence[str], one: Mention[int]) -> bool:
    """ "four people", "four of us", "four hungry people" """
    after = _at(found, one.end)
    if after in _PEOPLE:
        return True
    if after == "of":
        return one.value > 1 and _at(found, one.end + 1) in _OF_US
    return after.isalpha() and after not in _GOING_ON | _MEASURES and _at(found, one.end + 1) in _PEOPLE - {"top"}


def _is_led(found: Sequence[str], one: Mention[int]) -> bool:
    """ "for four", "a party of four", "we are four" """
    place = one.start - 1
    while place > 0 and found[place] in _HEDGES:
        place -= 1
    before, after = _at(found, place), _at(found, one.end)
    if after in _MEASURES:
        return False
    if before in _LEADS or (one.start == 0 and after == "for"):
        return True
    if before == "of":
        return _at(found, place - 1) in _GROUPS
    if before in ("is", "it's"):
        return _at(found, place - 1) in _GROUPS | _PEOPLE
    alone = after in _GOING_ON or not after.isalpha()
    return (before in _ARE and alone) or (before in _GROUPS | _PEOPLE - {"top"} and after in ("", "please"))


def _takes_back(found: Sequence[str], one: Mention[int]) -> bool:
    """A bare number in the place of the one before it: "for four, no, five"."""
    before = _at(found, one.start - 1)
    makes = tuple(found[max(0, one.start - 2) : one.start]) == ("make", "it")
    return (makes or before in ("no", "sorry", "actually", "mean", "or", "not")) and _at(
        found, one.end
    ) not in _MEASURES


def _with_others(found: Sequence[str], one: Mention[int]) -> Mention[int]:
    """With the children in "five adults and two children", and the caller in "me and three friends"."""
    total, end = one.value, one.end + 1
    while _at(found, end) in ("and", "plus"):
        more = numbers.read(found, start=end + 1) or ((1, 1) if _at(found, end + 1) in ("a", "an") else None)
        if more is None or _at(found, end + 1 + more[1]) not in _PEOPLE:
            break
        total, end = total + more[0], end + 2 + more[1]
    mine = _AND_ME.search(" ".join(found[: one.start]) + " ") or tuple(found[end : end + 2]) in _AND_I
    return Mention(total + bool(mine), one.start, end)


def _at(found: Sequence[str], place: int) -> str:
    return found[place] if 0 <= place < len(found) else ""
