"""What a restaurant may set: every fault is a sentence, and what is fine is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.voice import house_rules as rules

KNOWN = {"deepgram", "embedded"}
KINDS = {"callback", "lead"}


def languages(given: list[Any]) -> str:
    return rules.languages(given, known={"en", "es"})


def tickets(given: dict[str, Any]) -> str:
    return rules.ticket_minutes(given, kinds=KINDS)


def fallbacks(given: list[Any]) -> str:
    return rules.fallbacks(given, known=KNOWN)


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        (rules.tax_rates, {"standard": "8.25", "alcohol": "0", "luxury": "100", "odd": "8.8751"}),
        (rules.turn_minutes, {"2": 15, "4": 90, "200": 720}),
        (tickets, {"callback": 0, "lead": rules.MOST_TICKET_MINUTES}),
        (rules.last_orders, {"14:30": 0, "23:59": 720, "00:00": 30}),
        (rules.own_outcomes, {"delivery": {"say": "No."}, "press": {"say": "a", "does": "ticket"}}),
        (rules.own_outcomes, {"job": {"does": "words"}}),
        (rules.policies, {"parking": "Behind the house.", "pets": "x" * 1000, "a" * 40: "y"}),
        (rules.sms_templates, {"order": "Order {number} at {ready}"}),
        (languages, ["en", "es"]), (rules.countries, []), (rules.countries, ["US", "MX"]),
        (rules.services, []),
        (rules.services, ["pickup", "reservations"]),
        (fallbacks, ["deepgram/nova-3", "embedded", "embedded/any"]),
        (fallbacks, ["deepgram/a"] * 6),
    ],
)  # fmt: skip
def test_what_is_fine_is_no_fault(rule: Callable[[Any], str], given: Any) -> None:
    assert rule(given) == ""


@pytest.mark.parametrize(
    ("rule", "given", "words"),
    [
        (rules.tax_rates, {"Standard": "1"}, "no name of a tax class"), (rules.tax_rates, {"": "1"}, "no name"),
        (rules.tax_rates, {"standard": "100.01"}, "no percentage"),
        (rules.tax_rates, {"standard": "-1"}, "no percentage"),
        (rules.tax_rates, {"standard": "8,25"}, "no percentage"),
        (rules.tax_rates, {"standard": "NaN"}, "no percentage"),
        (rules.tax_rates, {"standard": 8}, "no percentage"), (rules.tax_rates, {"standard": "8.25\n"}, "no percentage"),
        (rules.turn_minutes, {"0": 60}, "no size"), (rules.turn_minutes, {"2.5": 60}, "no size"),
        (rules.turn_minutes, {"2": 14}, "from 15 to 720"), (rules.turn_minutes, {"2": 721}, "from 15 to 720"),
        (rules.turn_minutes, {"2": True}, "whole number"), (rules.turn_minutes, {"2": "60"}, "whole number"),
        (tickets, {"gossip": 1}, "callback, lead"), (tickets, {"lead": -1}, "whole number"),
        (tickets, {"lead": True}, "whole number"),
        (tickets, {"lead": rules.MOST_TICKET_MINUTES + 1}, "whole number"),
        (rules.last_orders, {"24:00": 1}, "no time"), (rules.last_orders, {"9:00": 1}, "no time"),
        (rules.last_orders, {"14:30": 721}, "720"),
        (rules.own_outcomes, {"emergency": {}}, "stays"), (rules.own_outcomes, {"dancing": {}}, "Nothing is known"),
        (rules.own_outcomes, {"job": {}}, "`say`"), (rules.own_outcomes, {"job": "No."}, "`say`"),
        (rules.own_outcomes, {"job": {"says": "x"}}, "`say`"), (rules.own_outcomes, {"job": {"say": " "}}, "sentence"),
        (rules.own_outcomes, {"job": {"say": "x" * 301}}, "300"),
        (rules.own_outcomes, {"job": {"does": "dance"}}, "one of"),
        (rules.policies, {" ": "x"}, "subject"), (rules.policies, {"a" * 41: "x"}, "40"),
        (rules.policies, {"pets": " "}, "pets"), (rules.policies, {"pets": "x" * 1001}, "1000"),
        (rules.policies, {"pets": "\udfff"}, "pets"), (rules.policies, {str(n): "x" for n in range(61)}, "60"),
        (rules.sms_templates, {"order": 5}, "is a text"),
        (rules.sms_templates, {"gossip": "x"}, "no text message called"),
        (rules.countries, ["us"], "us"), (rules.countries, ["US", "+1"], "+1"),
        (languages, [], "at least"), (languages, ["fr"], "fr"), (languages, ["en", "en"], "twice"),
        (rules.services, ["valet"], "valet"), (rules.services, ["pickup", "pickup"], "twice"),
        (fallbacks, ["deepgram"], "deepgram/"), (fallbacks, ["deepgram/"], "deepgram/"),
        (fallbacks, ["skynet/1"], "skynet"),
        (fallbacks, ["deepgram/ x"], "deepgram/"), (fallbacks, ["deepgram/a\x00"], "text"),
        (fallbacks, ["deepgram/a"] * 7, "most"), (fallbacks, [5], "text"),
    ],
)  # fmt: skip
def test_a_fault_is_a_sentence_about_it(rule: Callable[[Any], str], given: Any, words: str) -> None:
    assert words in rule(given)


def test_files_of_the_server_are_not_named() -> None:
    assert rules.no_path("base.en") == ""
    assert "file of the server" in rules.no_path("../secret")
