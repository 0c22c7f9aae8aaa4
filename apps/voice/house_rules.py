"""What a restaurant may set where a setting is a list or a table: each fault as a sentence. Pure.

Who is known (providers, languages, kinds of ticket) comes in as an argument: these rules know no vendor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from apps.calls import outcomes, texting

SERVICES = ("pickup", "reservations")
MOST_FALLBACKS = 6
MOST_POLICIES = 60
MOST_KEYTERMS = 50
LONGEST_KEYTERM = 60
MOST_DIGITS = 4
LONGEST_POLICY = 1000
LONGEST_NAME = 120
LONGEST_SAYING = 300
MOST_TICKET_MINUTES = 30 * 24 * 60
MOST_LAST_ORDER_MINUTES = 720
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CLASS = re.compile(r"[a-z][a-z0-9_-]{0,19}")
DOES = ("words", "ticket", "transfer")


def tax_rates(given: Mapping[str, Any]) -> str:
    """Per cent as text, by tax class: {"standard": "8.25"}."""
    for name, rate in given.items():
        if not _CLASS.fullmatch(name):
            return f"“{name[:40]}” is no name of a tax class: use small letters, like standard or alcohol."
        if not isinstance(rate, str) or not _PERCENT.fullmatch(rate) or float(rate) > 100:
            return f'The rate of {name} is no percentage from 0 to 100 as text, like "8.25".'
    return ""


def turn_minutes(given: Mapping[str, Any]) -> str:
    """Minutes a table is taken, by the largest party they hold for: {"2": 75, "4": 90}."""
    for size, minutes in given.items():
        if not re.fullmatch(r"[1-9][0-9]{0,2}", size):
            return f"“{size[:40]}” is no size of a party: give the largest party the minutes hold for, as text."
        if not _whole(minutes, least=15, most=720):
            return f"A party of {size} stays from 15 to 720 minutes, a whole number."
    return ""


def ticket_minutes(given: Mapping[str, Any], *, kinds: Collection[str]) -> str:
    for kind, minutes in given.items():
        if kind not in kinds:
            return f"There is no ticket of type “{kind[:40]}”. There are {_listed(kinds)}."
        if not _whole(minutes, least=0, most=MOST_TICKET_MINUTES):
            return f"The minutes for {kind} are a whole number from 0 to {MOST_TICKET_MINUTES}."
    return ""


def last_orders(given: Mapping[str, Any]) -> str:
    """Minutes before closing, by the clock a service closes at: {"14:30": 15}."""
    for clock, minutes in given.items():
        if not _CLOCK.fullmatch(clock):
            return f"“{clock[:40]}” is no time at which a service closes, like 14:30."
        if not _whole(minutes, least=0, most=MOST_LAST_ORDER_MINUTES):
            return f"The last order before {clock} is a whole number of minutes up to {MOST_LAST_ORDER_MINUTES}."
    return ""


def own_outcomes(given: Mapping[str, Any]) -> str:
    """What is said and done about delivery and the like: {"delivery": {"say": "…", "does": "words"}}."""
    for kind, own in given.items():
        if kind == "emergency":
            return "What is said in an emergency stays as it is."
        if kind not in outcomes.STATED:
            return f"Nothing is known of “{kind[:40]}”. There are {_listed(set(outcomes.STATED) - {'emergency'})}."
        if not isinstance(own, Mapping) or not own or set(own) - {"say", "does"}:
            return f"For {kind} give `say`, `does`, or both."
        say = own.get("say", "–")
        if not _text(say, most=LONGEST_SAYING) or not say.strip():
            return f"What is said about {kind} is a sentence of at most {LONGEST_SAYING} letters."
        if own.get("does", "words") not in DOES:
            return f"What is done about {kind} is one of {_listed(DOES)}."
    return ""


def policies(given: Mapping[str, Any]) -> str:
    """What callers ask about, as text by subject."""
    if len(given) > MOST_POLICIES:
        return f"{MOST_POLICIES} subjects are the most."
    for subject, words in given.items():
        if not _text(subject, most=40) or not subject.strip():
            return "A subject is a word or a few, 40 letters at most."
        if not _text(words, most=LONGEST_POLICY) or not words.strip():
            return f"What is said about {subject} is a text of at most {LONGEST_POLICY} letters."
    return ""


def sms_templates(given: Mapping[str, Any]) -> str:
    for template, wording in given.items():
        if not isinstance(wording, str) or not _text(wording, most=1000):
            return f"The wording of “{template[:40]}” is a text."
        if fault := texting.fault(template, wording):
            return fault
    return ""


def languages(given: Sequence[Any], *, known: Collection[str]) -> str:
    if not given:
        return "A restaurant speaks one language at least."
    for each in given:
        if each not in known:
            return f"There is no language “{str(each)[:20]}” to be spoken. There are {_listed(known)}."
    return "A language is named twice." if len(set(given)) < len(given) else ""


def services(given: Sequence[Any]) -> str:
    unknown = [each for each in given if each not in SERVICES]
    if unknown:
        return f"There is no service “{str(unknown[0])[:40]}”. There are {_listed(SERVICES)}."
    return "A service is named twice." if len(set(given)) < len(given) else ""


def keyterms(given: Sequence[Any]) -> str:
    """Words to listen for, each as it is written. Numbers are no words: a guest's would be one."""
    if len(given) > MOST_KEYTERMS:
        return f"{MOST_KEYTERMS} words to listen for are the most."
    for each in given:
        if not _text(each, most=LONGEST_KEYTERM) or not re.search(r"[^\W\d_]", each) or each != " ".join(each.split()):
            return f"A word to listen for is a word or a few, {LONGEST_KEYTERM} letters at most."
        if len(re.findall(r"\d", each)) > MOST_DIGITS:
            return "A word to listen for holds no phone number."
    return "A word is there twice." if len({each.casefold() for each in given}) < len(given) else ""


def fallbacks(given: Sequence[Any], *, known: Collection[str]) -> str:
    """`provider/model` in order."""
    if len(given) > MOST_FALLBACKS:
        return f"{MOST_FALLBACKS} fall-backs are the most."
    for each in given:
        if not isinstance(each, str) or not _text(each, most=LONGEST_NAME):
            return "A fall-back is a text like provider/model."
        provider, _, choice = each.partition("/")
        if provider not in known:
            return f"There is no provider “{provider[:40]}”. There are {_listed(known)}."
        if choice != choice.strip() or (provider != "embedded" and not choice):
            return f"Say which one of {provider}: {provider}/…"
    return ""


def countries(given: Sequence[Any]) -> str:
    import phonenumbers  # 16 MB and 60 ms, for those who need it

    unknown = [each for each in given if each not in phonenumbers.SUPPORTED_REGIONS]
    return f"There is no country “{str(unknown[0])[:20]}”: give ISO codes, US or CA." if unknown else ""


def no_path(name: str) -> str:
    """Files of the server are the installation's to name."""
    return "This names a file of the server: give the plain name of what was fetched." if "/" in name else ""


def _whole(value: Any, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _text(value: Any, *, most: int) -> bool:
    """Text that a database keeps: no null, no half of a letter."""
    return isinstance(value, str) and len(value) <= most and "\x00" not in value and _is_whole(value)


def _is_whole(value: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
