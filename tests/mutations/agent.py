"""Breaks of what an agent may say, in which language, and what it is told; and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

CLAIMS = "apps/voice/claims.py"
GUARD = "apps/voice/guard.py"
PROMPT = "apps/voice/prompt.py"
HISTORY = "apps/llm/history.py"
TONGUES = "apps/language/tongues.py"
SPANISH = "apps/language/spanish.py"
DISH = "apps/menu/wording.py"

TESTS = {
    CLAIMS: ("tests/voice/test_claims.py",),
    GUARD: ("tests/voice/test_guard.py",),
    PROMPT: ("tests/voice/test_prompt.py",),
    HISTORY: ("tests/llm/test_history.py",),
    TONGUES: ("tests/language/test_tongues.py",),
    SPANISH: ("tests/language/test_spanish.py",),
    DISH: ("tests/menu/test_wording.py",),
}
BREAKS = [
    Break(CLAIMS, "a refused tool did it", 'if "error" in result:', "if False:"),
    Break(CLAIMS, "a quote is an order", 'if status in _BY_STATUS[tool]', "if True or status in _BY_STATUS[tool]"),
    Break(CLAIMS, "no table found is a table", ' and result.get("reservations")', ""),
    Break(CLAIMS, "what was found was done",
          "self.done if claim.by_us else self.done | self.found",
          "self.done | self.found"),
    Break(CLAIMS, "anything is always true", "return bool(there) if", "return True if"),
    Break(CLAIMS, "one true claim carries the others", "return all(self._true", "return any(self._true"),
    Break(CLAIMS, "conditions claim", "if not held and not _OPEN.search(clause) and", "if not held and"),
    Break(CLAIMS, "a condition ends at its comma", "if not held and", "if"),
    Break(CLAIMS, "questions claim", 'and not (_ASKS.match(clause) and "?" in sentence)', ""),
    Break(CLAIMS, "a Coke in the order is an order", "return noun if noun is only else None", "return noun"),
    Break(CLAIMS, "sure verbs ask for nouns", "if meant not in (None, Deed.ANYTHING):", "if False:"),
    Break(CLAIMS, "no number is a claim", "        return Deed.ORDER\n", "        return None\n"),
    Break(GUARD, "claims pass", "if not self._record.bears_out(sentence):", "if False:"),
    Break(GUARD, "any price passes", "if self._unknown(money.every(sentence)):", "if False:"),
    Break(GUARD, "zero is on the menu",
          "for price in _prices(self.card()) if price}",
          "for price in _prices(self.card())}"),
    Break(GUARD, "sizes have no prices", "        yield from (variant.price for variant in item.variants)\n", ""),
    Break(GUARD, "nested choices have no prices", "        yield from _of_groups(option.groups)\n", ""),
    Break(GUARD, "the house may name no price", "            left -= set(money.every(self.facts))\n", ""),
    Break(GUARD, "texts of tools name prices", "if key in _PRICES and isinstance", "if isinstance"),
    Break(GUARD, "prices in lists are not seen", "elif isinstance(result, list):", "elif False:"),
    Break(GUARD, "refusing is giving", "and not _DENIED.search(plain.replace(gift[0], \"\"))", ""),
    Break(GUARD, "the house may give nothing", " and gift[0] not in fold(self.facts)", ""),
    Break(PROMPT, "sold out is on the menu",
          "offered = [item for item in card.items if item.available]",
          "offered = list(card.items)"),
    Break(PROMPT, "what is gone is never named", 'if gone else ""', 'if False else ""'),
    Break(PROMPT, "the budget is not kept", "if len(text) + len(end) <= most_characters:", "if True:"),
    Break(PROMPT, "groups of one name are one group", "count(name) > 1}", "count(name) > 9}"),
    Break(PROMPT, "choices are not told", '*(["Choices:", *choices] if choices else [])', ""),
    Break(HISTORY, "nothing is ever cut", "over = sum(map(_size, kept)) - most_characters", "over = 0"),
    Break(HISTORY, "short results go, too", "len(message.content) > LONG_RESULT", "True"),
    Break(HISTORY, "the newest results are left out", "enumerate(kept[:-KEPT_WHOLE])", "enumerate(kept)"),
    Break(HISTORY, "turns are cut at the agent's words",
          'if message.role == "user"]',
          'if message.role == "assistant"]'),
    Break(HISTORY, "the last turn goes", "for begins in turns[1:]:", "for begins in [*turns[1:], len(kept)]:"),
    Break(TONGUES, "letters say nothing", "    if by_script:\n", "    if False:\n"),
    Break(TONGUES, "asking for a language changes nothing", 'if asked and (', "if False and ("),
    Break(TONGUES, "a long question about a style is a language", "or len(found) <= 6)", "or True)"),
    Break(TONGUES, "one word is enough", "needed = 2 if", "needed = 1 if"),
    Break(TONGUES, "all languages are believed alike", "ahead in offered else 3", "ahead in offered else 2"),
    Break(TONGUES, "names are languages", "clear = sure and", "clear ="),
    Break(TONGUES, "a tie decides", "counts[ahead] > rivals and ", ""),
    Break(TONGUES, "few words of many decide", " and counts[ahead] * 2 >= len(found)", ""),
    Break(DISH, "con sin", 'led = "" if choices and', 'led = "" if False and'),
    Break(DISH, "sin stands where it was said", 'key=lambda one: one.amount == "none"', "key=lambda one: 0"),
    Break(DISH, "extra twice", 'if chosen.amount == "extra" else chosen.name', "if False else chosen.name"),
    Break(DISH, "choices have no side", " + _SIDES[language][chosen.side]", ""),
    Break(SPANISH, "twenty-one has no accent", 'if said.endswith("veintiuno")', "if False"),
    Break(SPANISH, "a hundred is never cien", "if value == 100:", "if False:"),
    Break(SPANISH, "one thousand is un mil", '"mil" if value < 2000 else', '"mil" if value < 0 else'),
    Break(SPANISH, "one is las", 'if hour == 1 else', "if hour == 0 else"),
    Break(SPANISH, "evening is afternoon", "if at.hour < 20 else", "if at.hour < 24 else"),
    Break(SPANISH, "one dollar is many", "one if whole == 1 else many", "many"),
    Break(SPANISH, "a week is seven days off", "if 1 < ahead < 7 else", "if 1 < ahead < 8 else"),
    Break(SPANISH, "the shortest number counts",
          "range(min(5, len(words) - start), 0, -1)",
          "range(1, min(5, len(words) - start) + 1)"),
]  # fmt: skip
