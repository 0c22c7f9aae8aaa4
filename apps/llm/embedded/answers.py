"""Questions and their answers: which tool knows, and what its data says in a sentence. Nothing is made up. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from apps.language import dates, money, phones, saying
from apps.language.text import words
from apps.llm.embedded import phrases, spans, when
from apps.llm.embedded.lexicon import Lexicon
from apps.llm.embedded.state import State

MOST_NAMED = 6
_IT = re.compile(r"\b(it|that|this|those|they)\b")
Subject = Literal[
    "hours", "address", "phone", "parking", "policy", "specials", "menu", "price", "allergy", "dietary", "about", "have"
]  # fmt: skip
_OF_THE_HOUSE: tuple[Subject, ...] = ("parking", "hours", "address", "phone", "policy")
_OF_A_DISH: tuple[Subject, ...] = ("price", "about")
_ALLERGENS = {
    "nuts": ("nut", "nuts", "almond", "almonds", "walnut", "cashew", "pistachio", "nuez", "nueces"),
    "peanuts": ("peanut", "peanuts", "mani", "cacahuate", "cacahuates"),
    "milk": ("dairy", "milk", "lactose", "leche", "lacteos"),
    "gluten": ("gluten", "wheat", "celiac", "coeliac", "trigo"),
    "egg": ("egg", "eggs", "huevo", "huevos"),
    "soy": ("soy", "soya", "soja"),
    "shellfish": ("shellfish", "crustacean", "crustaceans", "mariscos"),
    "fish": ("fish", "pescado"),
    "sesame": ("sesame", "sesamo", "ajonjoli"),
}
"""The regulated allergens and the plain words for them: law, not menu."""
_DIETS = {"vegetarian": ("vegetarian", "veggie", "meatless", "vegetariano"), "vegan": ("vegan", "vegano")} | {
    name: (name,) for name in ("halal", "kosher", "keto", "pescatarian")
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked, and of which tool."""

    subject: Subject
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""
    """An allergen, a diet, a topic."""


def wanted(state: State, *, known: Lexicon) -> Wanted | None:
    """The question in the caller's last words, if there is one."""
    turn = state.turn
    acts, said = turn.acts, " ".join(words(turn.text))
    for subject in _OF_THE_HOUSE:
        if subject in acts and (turn.question or not turn.changed):
            if subject == "phone" and not turn.question:
                continue
            return Wanted(subject, "get_context", detail=_topic(said) if subject == "policy" else "")
    if "delivery" in acts:
        return Wanted("policy", "get_context", detail="delivery")
    if "specials" in acts:
        return Wanted("specials", "get_context", detail="specials")
    if "allergy" in acts and (turn.question or "llerg" in turn.text.lower() or "celiac" in acts):
        return _about_dish(
            turn.text, known, subject="allergy", detail=_named(said, _ALLERGENS), spoken_of=state.subject
        )
    diet = _named(said, _DIETS)
    if "dietary" in acts and diet and turn.question:
        return Wanted("dietary", "search_menu", {"query": diet, "dietary": [diet], "limit": 8}, diet)
    most = None if turn.changed else money.at_most(turn.text)
    if not turn.question and most is None:
        return None
    for subject in _OF_A_DISH:
        if subject in acts and _dish(turn.text, known):
            return _about_dish(turn.text, known, subject=subject)
        if subject in acts and _IT.search(said) and state.focus is not None and state.draft[state.focus].settled:
            item = known.card.by_id[state.draft[state.focus].items[0]]
            return Wanted(subject, "search_menu", {"query": item.name, "limit": 3})
    if most is not None:
        query, few = _dish(turn.text, known), {"max_price": float(most), "limit": 8}
        return Wanted("menu", "search_menu", {"query": query, **few}, _category(turn.text, known))
    if "menu" in acts or "have" in acts or "price" in acts or "about" in acts:
        dish = _dish(turn.text, known)
        strange = _strange(turn.text, known)
        query = dish or strange
        if not query:
            return Wanted("menu", detail="categories|" + "|".join(_categories(known)))
        subject = "menu" if "menu" in acts and dish else "have"
        limit = 20 if subject == "menu" else 8
        return Wanted(subject, "search_menu", {"query": query, "limit": limit}, _category(turn.text, known))
    return None


def _about_dish(text: str, known: Lexicon, *, subject: Subject, detail: str = "", spoken_of: str = "") -> Wanted:
    dish = _dish(text, known, named_only=bool(spoken_of)) or spoken_of
    if not dish:
        return Wanted(subject, detail=detail)
    return Wanted(subject, "search_menu", {"query": dish, "limit": 3}, detail)


def _dish(text: str, known: Lexicon, *, named_only: bool = False) -> str:
    """The dish that is asked about, by its name on the card, or the words for a kind of dish; choices (the gluten
    of a gluten free crust) count unless a dish was spoken of before."""
    found = [span for span in spans.read(text, known=known) if span.kind == "menu" and (span.items or span.options)]
    if named_only:
        found = [span for span in found if span.items and span.sureness > spans.SURE]
    if not found:
        return ""
    best = max(found, key=lambda span: (bool(span.items), span.item_worth, len(span.text)))
    if len(best.items) == 1:
        return known.card.by_id[best.items[0]].name
    if best.items:
        return best.text
    return known.options[best.options[0]].name if best.options else ""


def _category(text: str, known: Lexicon) -> str:
    for span in spans.read(text, known=known):
        if span.kind == "menu" and len(span.items) > 1:
            categories = {known.card.by_id[one].category for one in span.items}
            if len(categories) == 1:
                return categories.pop()
    return ""


def _strange(text: str, known: Lexicon) -> str:
    return " ".join(span.text for span in spans.read(text, known=known) if span.kind == "unknown")


def _categories(known: Lexicon) -> list[str]:
    return list(dict.fromkeys(item.category for item in known.card.items if item.category))


def _named(said: str, table: Mapping[str, Sequence[str]]) -> str:
    found = said.split()
    return next((name for name, ways in table.items() if any(way in found for way in ways)), "")


def _topic(said: str) -> str:
    return said


# ---- from get_context ----------------------------------------------------------------------------------


def from_facts(state: State, asked: Wanted) -> str:
    facts = state.facts or {}
    language = state.language
    if asked.subject == "hours":
        return _hours(facts, state.turn.text, language)
    if asked.subject == "address" and facts.get("address"):
        return phrases.say("address", language=language, address=str(facts["address"]))
    if asked.subject == "phone" and facts.get("phone"):
        return phrases.say("phone", language=language, phone=phones.say(str(facts["phone"])))
    if asked.subject == "specials" and re.search(r"free|off|discount|coupon", state.turn.text.lower()):
        return phrases.say("discount", language=language)
    if asked.subject == "menu":
        return phrases.say("categories", language=language, choices=_some(asked.detail.split("|")[1:], language))
    if asked.subject == "allergy":
        return phrases.say("allergen_which" if state.turn.question else "allergy_noted", language=language)
    policies = facts.get("policies") or {}
    if asked.detail in policies:
        return str(policies[asked.detail])
    topic = {"parking": "park", "specials": "special"}.get(asked.subject, "")
    found = words(state.turn.text)
    for name, text in policies.items():
        subject = words(str(name).replace("_", " "))
        if (topic and any(word.startswith(topic) for word in subject)) or any(
            len(word) > 3 and word in subject for word in found
        ):
            return str(text)
    return phrases.say("unknown_fact", language=language)


def _hours(facts: Mapping[str, Any], text: str, language: str) -> str:
    """The hours of the day that is asked about; else of today, with whether it is open now."""
    now = when.now_of(facts)
    if now is None:
        return phrases.say("unknown_fact", language=language)
    return hours_on(dates.heard(text, today=now.date()) or now.date(), facts=facts, now=now, language=language)


def hours_on(day: date, *, facts: Mapping[str, Any], now: datetime, language: str) -> str:
    """What who asks about this day is told."""
    name = saying.day(day, today=now.date(), language=language)
    name = name[:1].upper() + name[1:]
    spans = when.hours_of(facts)(day)
    opening = ""
    if day == now.date():
        opening = phrases.say("open_now" if facts.get("open_now") else "closed_now", language=language) + " "
    if not spans:
        return opening + phrases.say("hours_none", language=language, day=name)
    if any(opens == closes for opens, closes in spans):
        return opening + phrases.say("hours_all_day", language=language, day=name)
    told = phrases.both([_span(opens, closes, language) for opens, closes in spans], language=language)
    return opening + phrases.say("hours_day", language=language, day=name, spans=told)


def _span(opens: time, closes: time, language: str) -> str:
    first, last = phrases.clock(opens, language=language), phrases.clock(closes, language=language)
    return f"de {first} a {last}" if language == "es" else f"{first} to {last}"


# ---- from search_menu ----------------------------------------------------------------------------------


def from_menu(result: Mapping[str, Any], asked: Wanted, *, language: str, currency: str) -> str:
    items = [item for item in result.get("items") or () if isinstance(item, dict)]
    if asked.detail and asked.subject in ("menu", "have"):
        same = [item for item in items if item.get("category") == asked.detail]
        items = same or items
    if not items:
        if asked.subject == "dietary":
            return phrases.say("dietary_none", language=language, what=asked.detail)
        return phrases.say("nothing_found", language=language)
    first = items[0]
    match asked.subject:
        case "price":
            return phrases.say(
                "price_one", language=language, item=_name(first), price=_price(first, currency, language)
            )
        case "allergy":
            return _allergy(first, asked.detail, language)
        case "about":
            what = str(first.get("description") or "")
            which = "about" if what else "about_none"
            return phrases.say(which, language=language, item=_name(first), what=what)
        case "dietary":
            names = [_name(item) for item in items if item.get("available", True)]
            return phrases.say("dietary_some", language=language, what=asked.detail, choices=_some(names, language))
        case "have":
            return _have(items, asked, language)
        case _:
            names = [_name(item) for item in items if item.get("available", True)]
            which = "menu_some" if len(names) <= MOST_NAMED else "menu_many"
            return phrases.say(which, language=language, choices=_some(names, language))


def _have(items: list[dict[str, Any]], asked: Wanted, language: str) -> str:
    first = items[0]
    score = first.get("score")
    if isinstance(score, int | float) and score < 0.6:
        return phrases.say("nothing_found", language=language)
    if not first.get("available", True):
        return phrases.say("gone", language=language, what=_name(first))
    exact = _name(first).lower() == str(asked.arguments.get("query", "")).lower()
    names = [_name(first)] if exact else [_name(item) for item in items if item.get("available", True)]
    return phrases.say("yes_have", language=language, choices=_some(names[:4], language))


def _allergy(item: Mapping[str, Any], allergen: str, language: str) -> str:
    """What the data says: contains, may contain, unknown. Never more; and a person is offered."""
    data = item.get("allergens") or {}
    name = _name(item)
    person = phrases.say("allergen_person", language=language)
    if not allergen:
        listed = [f"{what} {str(status).replace('_', ' ')}" for what, status in sorted(data.items())]
        told = _some(
            [f"{'may contain' if 'may' in one else one.split()[-1]} {one.split()[0]}" for one in listed], language
        )
        if not told:
            return f"{phrases.say('allergen_unknown', language=language, item=name, what='allergens')} {person}"
        return f"{phrases.say('allergen_list', language=language, item=name, what=told)} {person}"
    which = {"contains": "allergen_contains", "may_contain": "allergen_may"}.get(
        str(data.get(allergen, "unknown")), "allergen_unknown"
    )
    return f"{phrases.say(which, language=language, item=name, what=allergen)} {person}"


def _price(item: Mapping[str, Any], currency: str, language: str) -> str:
    """ "eleven dollars for small, seventeen dollars for large" """
    variants = item.get("variants") or ()
    named = [one for one in variants if one.get("name")]
    word = "por" if language == "es" else "for"
    if named:
        return ", ".join(f"{_money(one.get('price'), currency, language)} {word} {one.get('name')}" for one in named)
    only = next((one.get("price") for one in variants), item.get("price"))
    return _money(only, currency, language)


def _money(value: Any, currency: str, language: str) -> str:
    try:
        return saying.money(Decimal(str(value)), currency=currency, language=language)
    except InvalidOperation:
        return "algo que tendría que preguntar" if language == "es" else "something I'd have to ask about"


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("name", ""))


def _some(names: Sequence[str], language: str) -> str:
    return phrases.both(list(names)[:MOST_NAMED], language=language)
