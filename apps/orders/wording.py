"""A quote in words: the read-back a caller says yes to. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from apps.language import clock, saying
from apps.menu.wording import Chosen, choice, dish
from apps.orders.pricing import Line, Picked, Quote

Paying = Literal["", "pay_first", "pay_by_link"]

_SAID = {
    "en": {
        "ask": "Shall I place the order?",
        "ask_change": "Shall I change it?",
        "pay_first": "I will text you a link to pay, and the kitchen begins once it is paid. ",
        "pay_by_link": "I will text you a link to pay. ",
        "": "",
        "whose": ", for {name}",
        "changed": "Order {number} would then be {lines}{whose}.",
        "note": " For the kitchen: {note}.",
        "total": " Your total is {total}, ready{day} {clock}. ",
        "any minute": "any minute now",
    },
    "es": {
        "ask": "¿Hago el pedido?",
        "ask_change": "¿Lo cambio así?",
        "pay_first": "Le mando un enlace para pagar, y la cocina empieza cuando esté pagado. ",
        "pay_by_link": "Le mando un enlace para pagar. ",
        "": "",
        "whose": ", a nombre de {name}",
        "changed": "El pedido {number} sería entonces {lines}{whose}.",
        "note": " Para la cocina: {note}.",
        "total": " El total es {total}, y estaría listo{day} {clock}. ",
        "any minute": "en cualquier momento",
    },
}  # fmt: skip


def read_back(
    quote: Quote,
    *,
    currency: str,
    name: str,
    ready_at: datetime,
    now: datetime,
    changes: int | None = None,
    note: str = "",
    paying: Paying = "",
    language: str = "en",
) -> str:
    """ "Two large Margherita with thin crust and no onions, and one Coke, for Kate. Your total is … Shall I …?"

    `ready_at` and `now` in the restaurant's own time: another day than today is named. `changes` is the number of the
    placed order that this would rewrite, `note` the guest's own about all of it, `paying` what is said about a link.
    The names of dishes and choices are the menu's, whatever the language.
    """
    said = _SAID[language]
    spoken = [line_in_words(line, language=language) for line in quote.lines]
    lines = saying.joined(spoken, language=language, comma=language == "en")
    whose = said["whose"].format(name=name) if name else ""
    opening = f"{lines[:1].upper()}{lines[1:]}{whose}."
    if changes is not None:
        number = saying.number(changes, language=language)
        opening = said["changed"].format(number=number, lines=lines, whose=whose)
    if note:
        opening += said["note"].format(note=note.rstrip(".!? "))
    total = said["total"].format(
        total=saying.money(quote.total, currency=currency, language=language),
        day="" if ready_at.date() == now.date() else f" {_day(ready_at, now, language)}",
        clock=saying.clock(ready_at.time(), language=language),
    )
    return opening + total + said[paying] + said["ask" if changes is None else "ask_change"]


def line_in_words(line: Line, *, language: str = "en") -> str:
    """ "two large Margherita with thin crust, extra basil and no onions, well done" """
    told = dish(
        line.quantity,
        line.item.name,
        size=line.variant.name if line.variant else "",
        choices=[_chosen(picked) for picked in line.picked if not _goes_without_saying(picked)],
        language=language,
    )
    return f"{told}, {line.note}" if line.note else told


def choice_in_words(picked: Picked) -> str:
    return choice(_chosen(picked))


def _chosen(picked: Picked) -> Chosen:
    return Chosen(picked.option.name, picked.amount, picked.side)


def _goes_without_saying(picked: Picked) -> bool:
    """What comes with the dish as it is on the menu."""
    return picked.option.default and picked.amount == "regular" and picked.side == "whole"


_STATUS = {
    "en": {
        "approval": "The restaurant is looking at it. It would be ready {ready}.",
        "unpaid": "It waits to be paid by the link we texted. After that it is made.",
        "scheduled": "It is planned, and will be ready {ready}.",
        "preparing": "It is being made, and will be ready {ready}.",
        "ready": "It is ready. You can pick it up.",
        "picked_up": "It was picked up.",
        "cancelled": "It was cancelled.",
        "": "The kitchen has it, and it will be ready {ready}.",
    },
    "es": {
        "approval": "El restaurante lo está mirando. Estaría listo {ready}.",
        "unpaid": "Falta pagarlo con el enlace que le mandamos. Después se prepara.",
        "scheduled": "Está previsto, y estará listo {ready}.",
        "preparing": "Se está preparando, y estará listo {ready}.",
        "ready": "Está listo. Puede pasar a recogerlo.",
        "picked_up": "Ya fue recogido.",
        "cancelled": "Fue cancelado.",
        "": "Lo tiene la cocina, y estará listo {ready}.",
    },
}


def status_in_words(status: str, *, ready_at: datetime, now: datetime, language: str = "en") -> str:
    """Where an order is, as an answer to whoever asks. Both moments in the restaurant's own time."""
    day = "" if ready_at.date() == now.date() else f"{_day(ready_at, now, language)} "
    ready = f"{day}{saying.clock(ready_at.time(), language=language)}"
    if ready_at <= now:
        ready = _SAID[language]["any minute"]
    words = _STATUS[language]
    return words.get(status, words[""]).format(ready=ready)


def _day(moment: datetime, now: datetime, language: str) -> str:
    return saying.day(moment.date(), today=now.date(), language=language)


def say_day(moment: datetime, *, now: datetime) -> str:
    """ "today", "tomorrow", "on Friday" within the week, then "on Friday, December fourth". Both in local time."""
    return _day(moment, now, "en")


def say_clock(moment: datetime) -> str:
    """ "five oh seven p m" """
    return clock.say(moment.time())
