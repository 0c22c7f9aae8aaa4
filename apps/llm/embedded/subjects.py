"""Which of the words are about the table, and which about a train, a room, a film: those pass by. Pure."""

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
    named = [place for place, word in enumerate(found) if word in _MEAL or word in _OTHERS]
    if not named:
        return before or bool(_ANY_BOOKING & set(found))
    first = found[named[0]] in _MEAL
    return first or tuple(found[named[0] + 1 : named[0] + 2]) in (("restaurant",), ("restaurants",))


_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|parkway|pkwy|lane|ln|way|court|ct|plaza|square|place|highway|"
    "hwy|broadway|alley|embarcadero|circle|terrace|row"
)
_LITTLE = "at|for|on|in|and|or|is|to|people|persons?|guests|[ap]\\.?m|next|this|today|tomorrow|tonight|there|we|i"
_PASSES_BY = re.compile(
    r"\+?\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}\b|"  # a telephone number
    rf"\b[0-9]+[a-z]?(?: (?!{_LITTLE}\b)[\w.']+){{0,4}} (?:{_STREETS})\b|"
    r"\b(?:help|assist|assistance|else|need|needed|all|that|do|it|for you|service|bye|goodbye|thanks|thank you)(?: \w+){0,5}?"
    r" (?:for )?(?:today|tonight)\b(?=\s*[.?!,]|\s*$)|"
    r"\b(?:great|nice|good|wonderful|lovely|pleasant|enjoy your|enjoy the rest of your|how are you) (?:day|evening|"
    r"night|morning|afternoon|today|tonight|weekend|dinner|lunch|meal)\b|"
    r"\b(?:held|reserved|kept|hold the table|hold it) for [0-9]+ minutes\b",
    re.IGNORECASE,
)


def without_asides(text: str) -> str:
    """Without what looks like a wish and is none: addresses, telephone numbers, "that's all for today"."""
    return _PASSES_BY.sub(" ", text)
