"""Which words are about the table, and which speak of other things that have days, times and numbers too: a train, a
film, an address, a telephone number, "that's all for today". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.language.text import words

_TABLE = {"table", "tables"}
_MEAL = {
    "restaurant", "restaurants", "eat", "eating", "ate", "dine", "dining", "diner", "dinner", "lunch", "supper",
    "brunch", "cuisine", "food", "meal", "mesa", "cena", "cenar", "comida", "almuerzo", "restaurante",
}  # fmt: skip
_ANY_BOOKING = {"reservation", "reservations", "reserva", "reservar"}
"""Where a sentence names nothing else, they mean the table."""
_OTHERS = {
    "train", "trains", "hotel", "hotels", "guesthouse", "guesthouses", "taxi", "taxis", "cab", "cabs", "ride", "rides",
    "bus", "buses", "car", "flight", "flights", "plane", "airport", "movie", "movies", "film", "films", "cinema",
    "theatre", "theater", "theatres", "theaters", "ticket", "tickets", "concert", "concerts", "event", "events", "game",
    "song", "songs", "album", "appointment", "calendar", "apartment", "apartments", "property", "weather", "forecast",
    "temperature", "museum", "museums", "attraction", "attractions", "college", "colleges", "nights", "tren", "cine",
    "pelicula", "entradas", "vuelo",
}  # fmt: skip
_BREAK = re.compile(r"(?<=[.?!;])\s+(?!(?:[ap]\.?\s?m\b))|\n+")
_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|parkway|pkwy|lane|ln|way|court|ct|plaza|square|place|highway|"
    "hwy|alley|circle|terrace|row"
)
_LITTLE = r"at|for|on|in|and|or|is|to|people|persons?|guests|[ap]\.?m|next|this|today|tomorrow|tonight|there|we|i"
_ASIDES = re.compile(
    r"\+?\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}\b|"  # a telephone number
    rf"\b[0-9]+[a-z]?(?: (?!(?:{_LITTLE})\b)[\w.']+){{0,4}} (?:{_STREETS})\b|"
    r"\b(?=\w*[a-z])(?=\w*[0-9])(?!\w*(?:[ap]m|hrs|hours?|st|nd|rd|th|ish)\b)[a-z0-9]{5,}\b|"  # a reference
    r"\b(?:help|assist|assistance|else|needed|need|all|that|do|it|for you|service|bye|goodbye|thanks|thank you)"
    r"(?: \w+){0,5}? (?:for )?(?:today|tonight)\b(?=\s*[.?!,]|\s*$)|"
    r"\b(?:great|nice|good|wonderful|lovely|pleasant|enjoy your|enjoy the rest of your|how are you) (?:day|evening|"
    r"night|morning|afternoon|today|tonight|weekend|dinner|lunch|meal)\b|"
    r"\b(?:that|this|which|another|other|next|last|later|earlier|first|second|third|fourth|fifth) one\b|"
    r"\bin (?:a|one|just a) (?:minute|moment|second|sec)\b|"
    r"\b(?:held|reserved|kept|hold the table|hold it) for [0-9]+ minutes\b",
    re.IGNORECASE,
)
_CALENDAR = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|People|Person|Guest|AM|PM|A\\.M|P\\.M"
)
_NAMES = re.compile(
    rf"#\s?[0-9]+|\b[0-9]+(?:st|nd|rd|th|[a-z])?\s+(?!{_CALENDAR})[A-Z][\w']*|"
    r"\bat\W+[0-9]+[a-z]?\b(?!\s*(?::[0-9]|\.[0-9]|(?i:[ap]\.?\s?m)\b|o.?clock|hours|h\b|on\b|for\b|to|[,.?!]|$))"
)


def sentences(text: str) -> list[str]:
    return [one for one in _BREAK.split(text) if words(one)]


def about_table(text: str, *, before: bool) -> Iterator[tuple[str, bool]]:
    """Each sentence, and whether it is about the table: by its own words, else as the one before it."""
    for sentence in sentences(text):
        before = _names_table(words(sentence), before)
        yield sentence, before


def _names_table(found: list[str], before: bool) -> bool:
    """The first subject that is named is what the sentence is about, but whoever says "table" means one, and a hotel
    restaurant is a restaurant."""
    if _TABLE & set(found):
        return True
    first = next((place for place, word in enumerate(found) if word in _MEAL or word in _OTHERS), None)
    if first is None:
        return before or bool(_ANY_BOOKING & set(found))
    return found[first] in _MEAL or tuple(found[first + 1 : first + 2]) in (("restaurant",), ("restaurants",))


def without_asides(text: str) -> str:
    """Without what looks like a wish and is none."""
    return _ASIDES.sub(" ", text)


def without_names(text: str) -> str:
    """Without house numbers and numbers that names begin with, in a text that was written: "8 Sushi", "#110"."""
    return _NAMES.sub(" ", text)
