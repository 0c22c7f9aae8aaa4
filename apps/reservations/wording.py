"""A booking in words: the read-back a caller says yes to, and what staff are told of one that is none. Pure."""

from __future__ import annotations

from datetime import datetime

from apps.language import saying

_SAID = {
    "en": ("A table for {people} on {when}, under {name}. {ask}",
           "Shall I book it?", "Shall I move your booking there?"),
    "es": ("Una mesa para {people}, {when}, a nombre de {name}. {ask}",
           "¿La reservo?", "¿Cambio su reserva a esa hora?"),
}  # fmt: skip


def read_back(party_size: int, starts_at: datetime, *, name: str, moves: bool, language: str = "en") -> str:
    """ "A table for four people on Saturday, July fourth, at seven p m, under Kate. Shall I book it?" In local time."""
    told, book, move = _SAID[language]
    people = saying.people(party_size, language=language)
    when = saying.moment(starts_at, language=language)
    return told.format(people=people, when=when, name=name, ask=move if moves else book)


def lead(party_size: int, when: str, *, name: str) -> str:
    """What staff read of a party that is too large for the book."""
    return f"A table for {party_size} on {when or 'a time to be agreed'}, under {name or 'no name'}."
