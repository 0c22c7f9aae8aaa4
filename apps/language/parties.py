"""How many people come, as they are heard to say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.language import numbers
from apps.language.corrections import MOVING, Mention, meant

LARGEST = 500
"""A larger party is another number that was misheard."""
_PEOPLE = {
    "people", "persons", "person", "guests", "guest", "adults", "adult", "kids", "kid", "children", "child", "babies",
    "baby", "toddlers", "toddler", "teenagers", "seniors", "diners", "diner", "seats", "seat", "seater", "seaters",
    "folks", "top", "pax", "ppl", "peoples", "women", "men", "ladies", "guys", "friends", "colleagues", "coworkers",
    "others", "covers", "attendees", "patrons", "personas", "adultos", "ninos", "individuals", "sisters", "brothers",
    "sons", "daughters", "cousins", "parents",
}  # fmt: skip
_GROUPS = {"party", "table", "group", "total", "reservation", "booking", "size", "family", "seating", "spot", "mesa"}
_LEADS = {"for", "para"}
_ARE = {"be", "are", "we're", "seat", "seating", "seats", "accommodate", "fit", "fits", "have"}
_HEDGES = {"just", "only", "about", "around", "like", "maybe", "approximately", "roughly", "say", "exactly", "all"}
_MEASURES = {
    "night", "nights", "day", "days", "week", "weeks", "month", "months", "minute", "minutes", "min", "mins", "hour",
    "hours", "hrs", "hr", "dollars", "bucks", "pounds", "percent", "%", "star", "stars", "am", "pm", "o'clock", "more",
    "miles", "times", "th", "st", "nd", "rd", "tickets", "ticket", "rooms", "room", "tables", "restaurants", "pizzas",
}  # fmt: skip
"""What stands behind a number of something else."""
_GOING_ON = {
    "", "at", "on", "for", "please", "and", "or", "plus", "today", "tonight", "tomorrow", "this", "next", "around",
    "if", "with", "under", "but", "then", "thanks", "thank", "coming", "total", "now", "not", "actually", "to", "by",
    "is", "altogether", "no", "sorry", "will", "from", "the", "as", "so", "instead",
}  # fmt: skip
"""What may follow a number that stands alone: in "there are 10 restaurants" it does not."""
_ONE_PERSON = (
    "wife|husband|partner|spouse|girlfriend|boyfriend|fiancee?|friend|buddy|mate|date|mother|mom|mum|father|dad|sister|"
    "brother|son|daughter|child|kid|baby|aunt|uncle|niece|nephew|cousin|grandmother|grandma|grandfather|grandpa|"
    "grandson|granddaughter|boss|colleague|coworker|neighbou?r|guest|client|esposa|esposo|marido|amigo|amiga|novia|"
    "novio|hijo|hija"
)
_WHO = rf"(?:me|myself|(?:my|his|her|their|a|our|mi) (?:(?!and\b)\w+ )?(?:{_ONE_PERSON}))"
_LISTED = re.compile(
    rf"\b{_WHO}(?:(?: and| plus| y)? {_WHO}| (?:and|plus|y) (?:i|yo|{_ONE_PERSON}))+\b(?! (?:and|plus)\b)"
)
_ONE_LISTED = re.compile(rf"\b(?:me|myself|i|yo|{_ONE_PERSON})\b")
_ME = re.compile(r"\b(?:me|myself|i|yo)\b")
_ALONE = re.compile(
    r"\b(?:just (?:for )?me|by myself|only me|for myself|just myself|only myself|me alone|just one|myself only|for me "
    r"only|one only|to be me)\b(?! (?:thing|question|second|more|moment|and|plus|of)\b)"
)
_AND_ME = re.compile(r"\b(?:me|myself|i|us) (?:and|plus|with) (?:my |the )?$")
_AND_I = ("and", "i"), ("and", "me"), ("and", "myself"), ("plus", "me"), ("plus", "myself")


def among(found: Sequence[str], *, asked: bool = False) -> int | None:
    """The number of people in these words; where they were `asked` for, a bare number is one."""
    mentions = _marked(found)
    if mentions:
        return meant(found, mentions)
    said = " ".join(found)
    if "both of us" in said:
        return 2
    listed = _LISTED.search(said)
    if listed and _ME.search(listed.group()):
        return len(_ONE_LISTED.findall(listed.group()))
    if _ALONE.search(said):
        return 1
    return meant(found, [one for one in _numbers(found) if _is_bare(found, one)]) if asked else None


def more(found: Sequence[str]) -> int:
    """How many come besides: "two more people", "can I add a guest?"."""
    for one in _numbers(found):
        after = _at(found, one.end)
        added = after in _PEOPLE and bool({"add", "adding", "another"} & set(found[: one.start]))
        if added or (after == "more" and _at(found, one.end + 1) in _PEOPLE | {""}):
            return one.value
    said = " ".join(found)
    return int(
        bool(re.search(r"\b(add|one more|another|an extra) (?:a |an )?(?:person|guest|adult|child|kid)\b", said))
    )


def _numbers(found: Sequence[str]) -> list[Mention[int]]:
    place, mentions = 0, []
    while place < len(found):
        read = numbers.read(found, start=place)
        if read is not None and 0 < read[0] <= LARGEST:
            mentions.append(Mention(read[0], place, place + read[1]))
        place += read[1] if read is not None else 1
    return mentions


def _is_bare(found: Sequence[str], one: Mention[int]) -> bool:
    return _at(found, one.end) not in _MEASURES


def _marked(found: Sequence[str]) -> list[Mention[int]]:
    """The numbers that the words around them make people."""
    mentions: list[Mention[int]] = []
    for one in _numbers(found):
        if (mentions and one.start < mentions[-1].end) or _is_added(found, one):
            continue
        noun = _noun_after(found, one)
        if noun:
            mentions.append(_with_others(found, Mention(one.value, one.start, one.end + noun)))
        elif _is_led(found, one) or _left_open(found, one) or (mentions and _takes_back(found, one)):
            mentions.append(_with_others(found, one))
    return mentions


def _is_added(found: Sequence[str], one: Mention[int]) -> bool:
    return bool({"add", "adding", "another"} & set(found[: one.start])) or _at(found, one.end) == "more"


def _noun_after(found: Sequence[str], one: Mention[int]) -> int:
    """How many words say that they are people: "four people", "four of us", "four hungry people", "four of my kids"."""
    after, then = _at(found, one.end), _at(found, one.end + 1)
    if after in _PEOPLE:
        return 1
    if (
        after == "of"
        and one.value > 1
        and (then in ("us", "you") or (then == "my" and _at(found, one.end + 2) in _PEOPLE))
    ):
        return 2 + (then == "my")
    described = after.isalpha() and after not in _GOING_ON | _MEASURES and then in _PEOPLE - {"top"}
    return 2 if described else 0


def _is_led(found: Sequence[str], one: Mention[int]) -> bool:
    """ "for four", "a party of four", "we are four", "only four now" """
    place = one.start - 1
    while place > 0 and found[place] in _HEDGES:
        place -= 1
    before, after = _at(found, place), _at(found, one.end)
    if after in _MEASURES or after == "of":
        return False
    if before in _LEADS or (one.start == 0 and after == "for"):
        return True
    if before == "of":
        return _at(found, place - 1) in _GROUPS
    if before == "is":
        return _at(found, place - 1) in _GROUPS | _PEOPLE
    if before == "to" and MOVING & set(found[:place]):  # "move it from eight people to six"
        return bool(_PEOPLE & set(found[:place])) and after in _GOING_ON
    if _at(found, one.start - 1) == "only" and after in ("now", "will", "are", "coming"):
        return True
    alone = after in _GOING_ON or not after.isalpha()
    return (before in _ARE and alone) or (before in _GROUPS | _PEOPLE - {"top"} and after in ("", "please"))


def _left_open(found: Sequence[str], one: Mention[int]) -> bool:
    """The first of "four or five people"."""
    other = numbers.read(found, start=one.end + 1) if _at(found, one.end) == "or" else None
    return other is not None and _at(found, one.end + 1 + other[1]) in _PEOPLE


def _takes_back(found: Sequence[str], one: Mention[int]) -> bool:
    """A bare number in the place of the one before it: "for four, no, five"."""
    before = _at(found, one.start - 1)
    makes = tuple(found[max(0, one.start - 2) : one.start]) == ("make", "it")
    return (makes or before in ("no", "sorry", "actually", "mean", "or", "not")) and _is_bare(found, one)


def _with_others(found: Sequence[str], one: Mention[int]) -> Mention[int]:
    """With the children in "five adults and two children", and the caller in "me and three friends"."""
    total, end = one.value, one.end
    while _at(found, end) in ("and", "plus"):
        read = numbers.read(found, start=end + 1) or ((1, 1) if _at(found, end + 1) in ("a", "an", "one") else None)
        if read is None or _at(found, end + 1 + read[1]) not in _PEOPLE:
            break
        total, end = total + read[0], end + 2 + read[1]
    mine = _AND_ME.search(" ".join(found[: one.start]) + " ") or tuple(found[end : end + 2]) in _AND_I
    return Mention(total + bool(mine), one.start, end)


def _at(found: Sequence[str], place: int) -> str:
    return found[place] if 0 <= place < len(found) else ""
