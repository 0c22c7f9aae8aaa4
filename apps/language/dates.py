"""Days as they are said and as they are heard. Pure; today is an argument.

The rules where people differ:
- "Friday" and "this Friday" are the next one, today included; "next Friday" is the one of the next week, and
  weeks begin on Monday; "Friday week" is a week after the next one.
- A day without a year is the next such day; "the fourth" is the next fourth.
- "7/4" is July fourth unless the order says otherwise or only the other one exists.
- "The weekend", "next week" and "last Friday" name no one day, and "Friday the fifth" names none when the fifth
  is a Saturday: then it has to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from apps.language import holidays, numbers
from apps.language.corrections import Mention, meant
from apps.language.text import words

Order = Literal["month first", "day first"]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS = {name: place for place, name in enumerate(DAYS)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
    "lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6,
}  # fmt: skip
_MONTHS = {name: place for place, name in enumerate(MONTHS, 1)} | {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8,
    "septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_ALSO_WORDS = {"sat", "sun", "wed", "mon"}
"""Days only after a word that leads to one, or alone: "we sat in the sun"."""
_ALSO_VERBS = {"may", "march", "mar"}
_HOWS = {"this": "", "coming": "", "next": "next", "last": "last", "previous": "last", "el": "", "proximo": "next"}
_TOMORROW = {"tomorrow", "tommorow", "tomorow", "tommorrow"}
_NEAR = {"today": 0, "tonight": 0, "hoy": 0, "yesterday": -1} | dict.fromkeys(_TOMORROW, 1)
_UNITS = {"day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14,
          "dias": 1, "semanas": 7}  # fmt: skip
_PARTS = {"morning", "afternoon", "evening", "night", "noche", "tarde"}
_NO_DAY = {
    "one", "time", "floor", "street", "avenue", "table", "option", "person", "name", "item", "thing", "available",
    "course", "two", "three", "slot", "opening", "half", "round", "place", "of",
}  # fmt: skip
"""After "the first" and its like: no date."""
_GOING_ON = {
    "at", "around", "about", "for", "please", "in", "if", "and", "or", "then", "by", "thanks", "no", "not", "but",
    "with", "tonight",
}  # fmt: skip
REACH = 800
"""Days: what is further away in "in … days" is a slip of the tongue."""
_WRITTEN = re.compile(
    r"\b(?P<iso>[0-9]{4})[-/.](?P<iso_month>[0-9]{1,2})[-/.](?P<iso_day>[0-9]{1,2})\b|"
    r"(?<![0-9$./-])(?P<one>[0-9]{1,2})/(?P<two>[0-9]{1,2})(?:/(?P<year>[0-9]{4}|[0-9]{2}))?(?![0-9/-])|"
    r"(?<![0-9$./-])(?P<dotted>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<dotted_year>[0-9]{4})(?![0-9/-])"
)
_FRACTIONS = {"1/2", "1/3", "2/3", "1/4", "3/4"}

_Said = tuple[date | None, int]
"""The day, and before which word it ends; None for words that speak of a day without naming one."""


# ---- said -------------------------------------------------------------------------------------------------


def say(day: date, *, today: date) -> str:
    """ "today", "tomorrow", "Friday" within the week, then "Friday, December fourth", with the year where the next
    December fourth would be another one."""
    ahead = (day - today).days
    if -1 <= ahead <= 1:
        return ("today", "tomorrow", "yesterday")[ahead]
    if 1 < ahead < 7:
        return f"{day:%A}"
    return say_whole(day) if next_such(today, day.month, day.day) == day else f"{say_whole(day)}, {_year(day.year)}"


def say_whole(day: date) -> str:
    """ "Friday, December fourth" """
    return f"{day:%A}, {day:%B} {numbers.say_ordinal(day.day)}"


def _year(year: int) -> str:
    if 2010 <= year <= 2099:
        return f"{numbers.say(year // 100)} {numbers.say(year % 100)}"
    return numbers.say(year)


# ---- heard ------------------------------------------------------------------------------------------------


def heard(text: str, *, today: date, order: Order = "month first") -> date | None:
    """The day that these words name; None for none, for several that are left open, and for one that does not
    exist."""
    return among(words(written_out(text, order=order)), today=today)[0]


def among(found: Sequence[str], *, today: date) -> tuple[date | None, set[int]]:
    """The day in these words, and the places of the words that speak of days."""
    mentions: list[Mention[date]] = []
    taken: set[int] = set()
    place = 0
    while place < len(found):
        said = _read(found, place, today)
        if said is None:
            place += 1
            continue
        day, end = said
        if day is not None:
            mentions.append(Mention(day, place, end))
        taken.update(range(place, end))
        place = end
    return meant(found, mentions), taken


def written_out(text: str, *, order: Order = "month first") -> str:
    """The text with dates in figures put into words: "on 7/4/27" -> "on july 4 2027"."""
    return _WRITTEN.sub(lambda figures: _in_words(figures, text, order), text)


def _in_words(figures: re.Match[str], text: str, order: Order) -> str:
    of = figures.groupdict()
    if of["iso"]:
        year, month, day = of["iso"], int(of["iso_month"]), int(of["iso_day"])
    elif of["dotted"]:
        year, month, day = of["dotted_year"], int(of["month"]), int(of["dotted"])
    else:
        if figures.group() in _FRACTIONS and not re.search(r"\b(?:on|date)\s*$", text[: figures.start()]):
            return figures.group()
        year, month, day = of["year"] or "", int(of["one"]), int(of["two"])
        if (order == "day first" and day <= 12) or month > 12:
            month, day = day, month
        year = f"20{year}" if len(year) == 2 else year
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return figures.group()
    return f" {MONTHS[month - 1]} {day} {year} "


def next_such(today: date, month: int, day: int) -> date | None:
    """The next day of that name, today included; None where no year has it."""
    for year in range(today.year, today.year + 9):  # a leap day can be eight years away
        made = _made(year, month, day)
        if made and made >= today:
            return made
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read(found: Sequence[str], start: int, today: date) -> _Said | None:
    """What is said of days from this word on."""
    return _counted(found, start, today) or _named(found, start, today)


def _named(found: Sequence[str], start: int, today: date) -> _Said | None:
    return (
        _near(found, start, today)
        or _weekday(found, start, today)
        or _calendar(found, start, today)
        or _holiday(found, start, today)
        or _numbered(found, start, today)
    )


def _near(found: Sequence[str], start: int, today: date) -> _Said | None:
    """ "today", "tomorrow week", "the day after tomorrow", "this evening"."""
    word = _bare(found, start)
    if word == "the" and _at(found, start + 1) == "day":
        start += 1
    if tuple(found[start : start + 2]) == ("day", "after") and _bare(found, start + 2) in _TOMORROW:
        return today + timedelta(days=2), start + 3
    if tuple(found[start : start + 2]) == ("pasado", "manana"):
        return today + timedelta(days=2), start + 2
    if word in ("this", "esta") and _at(found, start + 1) in _PARTS:
        return today, start + 1
    if word == "manana" and _at(found, start - 1) != "la":
        return today + timedelta(days=1), start + 1
    if word not in _NEAR:
        return None
    if tuple(found[max(0, start - 3) : start]) == ("how", "are", "you"):
        return None, start + 1
    week = _at(found, start + 1) == "week"
    return today + timedelta(days=_NEAR[word] + 7 * week), start + 1 + week


def _counted(found: Sequence[str], start: int, today: date) -> _Said | None:
    """ "in three days", "in 2 weeks and 3 days", "ten days from now", "a week from Friday", "a month from today"."""
    place = start + (found[start] in ("in", "en"))
    months, days, end = _length(found, place)
    if end == place:
        return None
    if tuple(found[end : end + 2]) == ("from", "now"):
        return _ahead(today, months, days), end + 2
    if _at(found, end) == "from" and end + 1 < len(found) and found[end + 1] not in ("in", "en"):
        said = _named(found, end + 1, today)
        if said is not None:
            return (_ahead(said[0], months, days) if said[0] else None), said[1]
    if place == start:
        return None
    weekday = _DAYS.get(_bare(found, end + (_at(found, end) == "on")), -1)
    if weekday >= 0 and not months and days and days % 7 == 0:  # "in two weeks on Friday"
        return _of_next_week(today + timedelta(days=days - 7), weekday), end + 1 + (_at(found, end) == "on")
    return _ahead(today, months, days), end


def _length(found: Sequence[str], place: int) -> tuple[int, int, int]:
    """Months and days, and where the words go on; where they began when no length of time is said."""
    months, days, end = _one_length(found, place)
    more = _one_length(found, end + 1) if end > place and _at(found, end) == "and" else (0, 0, 0)
    return months + more[0], days + more[1], more[2] if more[2] > end + 1 else end


def _one_length(found: Sequence[str], place: int) -> tuple[int, int, int]:
    one = _at(found, place) == "a" and _at(found, place + 1) in {"month", *_UNITS}
    read = (1, 1) if one else numbers.read(found, start=place)
    if read is None:
        return 0, 0, place
    unit, end = _at(found, place + read[1]), place + read[1] + 1
    if unit in ("month", "months"):
        return min(read[0], REACH), 0, end
    if unit not in _UNITS:
        return 0, 0, place
    return 0, min(read[0], REACH + 1) * _UNITS[unit], end


def _ahead(day: date, months: int, days: int) -> date | None:
    """So much later; the 31st of a month without one is its last day."""
    if days > REACH or months * 30 > REACH:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    kept = next(made for number in range(day.day, 0, -1) if (made := _made(year, month + 1, number)))
    return kept + timedelta(days=days)


def _weekday(found: Sequence[str], start: int, today: date) -> _Said | None:
    """ "Friday", "next Friday", "Friday week", "Friday of next week", "Friday the fourth", "Friday, July fourth"."""
    place, how = start, ""
    while _at(found, place) in _HOWS and place - start < 3:
        how = _HOWS[found[place]] or how
        place += 1
    if how == "next" and _at(found, place) == "week":
        place += 1 + (_at(found, place + 1) == "on")
        weekday = _DAYS.get(_bare(found, place))
        return (None, place) if weekday is None else (_of_next_week(today, weekday), place + 1)
    name = _bare(found, place)
    if name not in _DAYS or (name in _ALSO_WORDS and not _leads_to_day(found, start, place)):
        return None
    weekday, end = _DAYS[name], place + 1
    exact = _exact_after(found, end, today)
    if exact is not None:
        day = exact[0]
        return (day if day is not None and day.weekday() == weekday else None), exact[1]
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    of = _at(found, end) == "of"
    rest = tuple(found[end + of : end + of + 2])
    if rest in (("next", "week"), ("this", "week")):
        return (_of_next_week(today, weekday) if rest[0] == "next" else day), end + of + 2
    if _at(found, end) == "in" and (ahead := _counted(found, end, today)) and ahead[0]:  # "Friday in two weeks"
        return _of_next_week(ahead[0] - timedelta(days=7), weekday), ahead[1]
    if how == "last" or rest in (("after", "next"), ("this", "month"), ("next", "month")):
        return None, end + of + 2 * (how != "last")
    if how == "next":
        return _of_next_week(today, weekday), end
    week = rest[:1] == ("week",) and not of
    return day + timedelta(days=7 * week), end + week


def _of_next_week(today: date, weekday: int) -> date:
    return today + timedelta(days=7 - today.weekday() + weekday)


def _leads_to_day(found: Sequence[str], start: int, place: int) -> bool:
    alone = place == 0 and (len(found) == 1 or _at(found, 1) in _MONTHS or _at(found, 1)[:1].isdecimal())
    return place > start or alone or _at(found, start - 1) in ("on", "for", "until", "from")


def _exact_after(found: Sequence[str], place: int, today: date) -> _Said | None:
    """The date behind a weekday."""
    while _at(found, place) in ("on", "el") and place < len(found):
        place += 1
    if place >= len(found):
        return None
    return _calendar(found, place, today) or _numbered(found, place, today)


def _calendar(found: Sequence[str], start: int, today: date) -> _Said | None:
    """ "July fourth 2027", "July the 4th", "the fourth of July", "4 July"."""
    month = _MONTHS.get(found[start], 0)
    if month:
        place = start + 1 + (_at(found, start + 1) == "the")
        read = _day_number(found, place)
        if read is None or (found[start] in _ALSO_VERBS and _at(found, place + read[1]) in {"of", *_UNITS}):
            return None
        return _in_year(found, place + read[1], today, month, read[0])
    place = start + (found[start] in ("the", "el"))
    ordinal = numbers.read_ordinal(found, start=place)
    read = ordinal or _day_number(found, place)
    if read is None:
        return None
    end = place + read[1]
    led = _at(found, end) in ("of", "de")
    name = _at(found, end + led)
    plain = name not in _ALSO_VERBS and _day_number(found, end + 1) is None
    sure = ordinal or led or plain or _year_at(found, end + 1)
    if name not in _MONTHS or not sure:
        return None
    return _in_year(found, end + led + 1, today, _MONTHS[name], read[0])


def _day_number(found: Sequence[str], place: int) -> tuple[int, int] | None:
    read = numbers.read_ordinal(found, start=place)
    if read is None and _at(found, place) not in ("a", "half", "couple", "pair", "dozen"):
        read = numbers.read(found, start=place)
    return read if read and 1 <= read[0] <= 31 else None


def _in_year(found: Sequence[str], place: int, today: date, month: int, day: int) -> _Said:
    """With the year, if one follows; else the next such day."""
    place += _at(found, place) in ("of", "de", "del") and _year_at(found, place + 1) is not None
    year = _year_at(found, place)
    if year is None:
        return next_such(today, month, day), place
    return _made(year[0], month, day), place + year[1]


def _year_at(found: Sequence[str], place: int) -> tuple[int, int] | None:
    """ "2027", "two thousand twenty seven", "twenty twenty seven"."""
    read = numbers.read(found, start=place) if place < len(found) else None
    if read is None:
        return None
    if 1900 <= read[0] <= 2199:
        return None if read[0] < 2000 and not found[place].isdecimal() and found[place] != "one" else read
    rest = numbers.read(found, start=place + 1) if found[place] == "twenty" and read == (20, 1) else None
    return (2000 + rest[0], 1 + rest[1]) if rest and 10 <= rest[0] <= 99 else None


def _holiday(found: Sequence[str], start: int, today: date) -> _Said | None:
    named = holidays.read(found, start=start)
    if named is None:
        return None
    rule, end = named[0], start + named[1]
    year = _year_at(found, end)
    return (rule(year[0]), end + year[1]) if year else (holidays.next_one(rule, today=today), end)


def _numbered(found: Sequence[str], start: int, today: date) -> _Said | None:
    """ "the fourth", "on the 4th", "the 7th of this month", and "4th" alone: the next such day."""
    place = start + (found[start] == "the")
    read = numbers.read_ordinal(found, start=place)
    if read is None or not 1 <= read[0] <= 31:
        return None
    end = place + read[1]
    of = _at(found, end) == "of"
    which = _at(found, end + of)
    if which in ("this", "next", "the") and _at(found, end + of + 1) == "month":
        first = _ahead(today.replace(day=1), int(which == "next"), 0)
        return (_made(first.year, first.month, read[0]) if first else None), end + of + 2
    written = found[place][0].isdecimal()
    if not (place > start or written) or _counts_things(found, end, read[0], written=written):
        return None
    for ahead in range(13):
        first = _ahead(today.replace(day=1), ahead, 0)
        day = _made(first.year, first.month, read[0]) if first else None
        if day and day >= today:
            return day, end
    return None


def _counts_things(found: Sequence[str], end: int, value: int, *, written: bool) -> bool:
    """Whether it is a place in a row: "the first one", "the second pizza", "the fourth of us"."""
    follows = _at(found, end)
    few = value <= 3 and not written  # these are said of anything
    return follows in _NO_DAY or (few and follows[:1].isalpha() and follows not in _GOING_ON)


def _bare(found: Sequence[str], place: int) -> str:
    """The word without a possessive: "tomorrow's"."""
    return _at(found, place).removesuffix("'s")


def _at(found: Sequence[str], place: int) -> str:
    return found[place] if 0 <= place < len(found) else ""
