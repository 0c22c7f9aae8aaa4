"""How callers say who, when, where, how many and which number: templates that need no menu."""

from __future__ import annotations

import random

from apps.voice.stt.wordlists import (
    DAYS,
    DIGITS,
    FIRST_NAMES,
    LAST_NAMES,
    MONTHS,
    NEAR,
    ORDINALS,
    ROADS,
    STREETS,
    TEENS,
    TENS,
    UNITS,
    either,
)


def number(r: random.Random) -> str:
    tens = r.choice(TENS)
    return r.choice(
        [
            r.choice(UNITS),
            r.choice(TEENS),
            tens,
            f"{tens} {r.choice(UNITS)}",
            " ".join(r.choice(DIGITS) for _ in range(3)),
            f"{r.choice(UNITS)} {tens} {r.choice(UNITS)}",
            f"{r.choice(UNITS)} hundred",
            f"{tens} {tens} {r.choice(UNITS)}",
        ]
    )


def hour(r: random.Random) -> str:
    hour = r.choice([*UNITS, "ten", "eleven", "twelve"])
    half = r.choice(
        [
            "",
            "",
            " p m",
            " p m",
            " a m",
            " in the evening",
            " tonight",
            " in the afternoon",
        ]
    )
    return r.choice(
        [
            f"{hour}{half}",
            f"{hour}{half}",
            f"{hour} o'clock",
            f"{hour} thirty{half}",
            f"{hour} fifteen{half}",
            f"{hour} forty five{half}",
            f"half past {hour}",
            f"quarter past {hour}",
            f"quarter to {hour}",
            r.choice(["noon", "midday"]),
        ]
    )


def day(r: random.Random) -> str:
    day, month = r.choice(DAYS), r.choice(MONTHS)
    date = r.choice([*ORDINALS, f"twenty {r.choice(ORDINALS[:9])}", "thirty first"])
    return r.choice(
        [
            day,
            f"on {day}",
            f"this {day}",
            f"next {day}",
            r.choice(NEAR),
            r.choice(NEAR),
            f"{day} night",
            f"{day} evening",
            f"{month} {date}",
            f"on {month} {date}",
            f"on the {date}",
            f"the {date} of {month}",
        ]
    )


def booking(r: random.Random) -> str:
    party = r.choice([*UNITS[1:8] * 3, *TEENS])
    people = r.choice(["", "", " people", " of us", " persons", " guests", " adults and two kids"])
    lead = r.choice(
        either(
            "i'd like to book|can i book|could i book|i want to book|i'd like to reserve|can i reserve|"
            "i'd like|do you have|i need|we'd like|can i get|i would like to make|can i make|"
            "hi i'd like to book|i'd like to make|hello i want to make"
        )
    )
    when = r.choice(
        [
            f"{day(r)} at {hour(r)}",
            f"at {hour(r)} {day(r)}",
            day(r),
            f"at {hour(r)}",
            f"for {day(r)}",
        ]
    )
    return r.choice(
        [
            f"{lead} a {r.choice(['table', 'reservation', 'booking'])} for {party}{people} {when}",
            f"{lead} a {r.choice(['table', 'reservation', 'booking'])} {when} for {party}{people}",
            f"{lead} a {r.choice(['table', 'reservation', 'booking'])} for {when}",
            f"{lead} a {r.choice(['table', 'reservation'])}",
            f"a table for {party}{people}",
            f"table for {party} {when}",
            f"for {party}{people}",
            f"{party}{people}",
            f"i need a table for {party} {r.choice(NEAR)} at {hour(r)}",
            f"can we reserve a table for {party}{people} {day(r)} at {hour(r)}",
            f"can you make it {hour(r)} instead",
            f"could you make it {hour(r)}",
            f"i'll pick it up at {hour(r)}",
            f"what time do you {r.choice(['open', 'close'])} on {r.choice(DAYS)}",
            f"are you open on {r.choice(DAYS)}",
            f"do you deliver to {r.choice(STREETS)} {r.choice(ROADS)}",
            f"{party} please",
            f"there will be {party} of us",
            f"we are {party}",
            f"{day(r)} at {hour(r)}{r.choice(['', ' please'])}",
            f"{day(r)}{r.choice(['', ' please', ' would be good'])}",
            f"at {hour(r)}{r.choice(['', ' please'])}",
            f"{hour(r)}{r.choice(['', ' please', ' works', ' is fine', ' is good'])}",
            f"around {hour(r)}",
            f"in {r.choice(['twenty', 'thirty', 'forty five'])} minutes",
            "in an hour",
            f"can you do {hour(r)}",
            f"what about {hour(r)}",
            f"do you have anything at {hour(r)}",
            "do you have anything earlier",
            "do you have anything later",
            f"{r.choice(['inside', 'outside', 'by the window', 'on the patio'])}{r.choice(['', ' please'])}",
            f"i need to cancel my {r.choice(['reservation', 'booking', 'order', 'table'])}",
            f"i'd like to cancel my reservation for {day(r)}",
            f"can i change my reservation to {hour(r)}",
            f"can i move my {r.choice(['reservation', 'booking'])} to {day(r)}",
            f"can we change it to {party}{people}",
        ]
    )


def name(r: random.Random) -> str:
    first, last = r.choice(FIRST_NAMES), r.choice(LAST_NAMES)
    full = r.choice([first, first, f"{first} {last}", last])
    lead = r.choice(
        [
            "my name is",
            "it's",
            "the name is",
            "name is",
            "this is",
            "i'm",
            "for",
            "under",
            "",
        ]
    )
    if r.random() < 0.1:
        return f"it's for {first} under the name {last}"
    return f"{lead} {full}{r.choice(['', '', '', ' please'])}"


def telephone(r: random.Random) -> str:
    lead = r.choice(
        [
            "my number is",
            "my phone number is",
            "the number is",
            "it's",
            "it is",
            "",
            "",
            "",
            "yes",
        ]
    )
    return f"{lead} {' '.join(r.choice(DIGITS) for _ in range(r.choice([3, 4, 7, 10, 10, 10, 11])))}"


def address(r: random.Random) -> str:
    lead = r.choice(
        [
            "",
            "it's",
            "my address is",
            "the address is",
            "deliver to",
            "to",
            "i'm at",
            "i live at",
        ]
    )
    flat = r.choice(
        [
            "",
            "",
            f" apartment {number(r)}",
            f" unit {number(r)}",
            f" suite {number(r)}",
        ]
    )
    return f"{lead} {number(r)} {r.choice(STREETS)} {r.choice(ROADS)}{flat}"
