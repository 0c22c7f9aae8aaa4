"""Numbers, money, times and days as Spanish says them, and its numbers as they are heard. Pure.

The English of each is in the module of its own; `say` there takes the language and asks here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from apps.language.text import fold

_ONES = [
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce",
    "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno",
    "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho",
    "veintinueve",
]  # fmt: skip
_TENS = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_HUNDREDS = [
    "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos",
    "ochocientos", "novecientos",
]  # fmt: skip
_DAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
_MONTHS = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
    "noviembre", "diciembre",
]  # fmt: skip
_MONEY = {
    "USD": ("dólar", "dólares", "centavo", "centavos"),
    "CAD": ("dólar", "dólares", "centavo", "centavos"),
    "EUR": ("euro", "euros", "céntimo", "céntimos"),
    "GBP": ("libra", "libras", "penique", "peniques"),
}
LARGEST = 999_999


def number(value: int) -> str:
    """ "treinta y cuatro"; 0 to 999,999."""
    if value < 0:
        return f"menos {number(-value)}"
    if value < 30:
        return _ONES[value]
    if value < 100:
        tens = _TENS[value // 10 - 3]
        return f"{tens} y {_ONES[value % 10]}" if value % 10 else tens
    if value == 100:
        return "cien"
    if value < 1000:
        return _after(_HUNDREDS[value // 100 - 1], value % 100)
    if value > LARGEST:
        raise ValueError(f"{value} is more than is ever said here.")
    return _after("mil" if value < 2000 else f"{_before_noun(value // 1000)} mil", value % 1000)


def _after(words: str, rest: int) -> str:
    return f"{words} {number(rest)}" if rest else words


def _before_noun(value: int) -> str:
    """ "veintiún", "treinta y un": before a masculine noun."""
    said = number(value)
    return f"{said[:-3]}ún" if said.endswith("veintiuno") else said[:-1] if said.endswith("uno") else said


def some(value: int) -> str:
    """How many of a dish, which has its name from a menu and so no gender: "una de Lasagna", "dos de Coke"."""
    said = number(value)
    return f"{said[:-1]}a" if said.endswith("uno") else said


def money(amount: Decimal, *, currency: str) -> str:
    """ "treinta y cuatro dólares con cincuenta centavos" """
    one, many, cent, cents = _MONEY.get(currency, (currency, currency, "centavo", "centavos"))
    whole, part = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    said = []
    if whole or not part:
        said.append(f"{_before_noun(whole)} {one if whole == 1 else many}")
    if part:
        said.append(f"{_before_noun(part)} {cent if part == 1 else cents}")
    return ("menos " if amount < 0 else "") + " con ".join(said)


def clock(at: time) -> str:
    """ "las siete y cuarto de la tarde", "la una de la tarde" """
    hour = at.hour % 12 or 12
    said = "la una" if hour == 1 else f"las {number(hour)}"
    minutes = {0: "", 15: " y cuarto", 30: " y media"}.get(at.minute, f" y {number(at.minute)}")
    return f"{said}{minutes} {_part_of_day(at)}"


def _part_of_day(at: time) -> str:
    if at.hour < 12:
        return "de la mañana"
    return "de la tarde" if at.hour < 20 else "de la noche"


def day(wanted: date, *, today: date) -> str:
    """ "hoy", "mañana", "el martes" within the week, then "el martes, veinticuatro de noviembre"."""
    ahead = (wanted - today).days
    if -1 <= ahead <= 1:
        return ("hoy", "mañana", "ayer")[ahead]
    return f"el {_DAYS[wanted.weekday()]}" if 1 < ahead < 7 else f"el {whole_day(wanted)}"


def whole_day(wanted: date) -> str:
    """ "martes, veinticuatro de noviembre" """
    first = "primero" if wanted.day == 1 else number(wanted.day)
    return f"{_DAYS[wanted.weekday()]}, {first} de {_MONTHS[wanted.month - 1]}"


# ---- heard -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _by_words() -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for value in range(1000):
        for said in (number(value), _before_noun(value), some(value)):
            found[tuple(fold(said).split())] = value
    return found


def read(words: Sequence[str], *, start: int = 0) -> tuple[int, int] | None:
    """The number below a thousand that begins at `start`, and how many words it took; the longest there is. Words
    as `text.words` gives them."""
    for length in range(min(5, len(words) - start), 0, -1):
        value = _by_words().get(tuple(words[start : start + length]))
        if value is not None:
            return value, length
    return None
