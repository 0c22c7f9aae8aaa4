"""Which language somebody speaks, by the words of it that no menu has. Pure.

Only little words count, never dishes: who orders "penne alla vodka" speaks English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from apps.language.text import words

ENGLISH, SPANISH = "en", "es"
_LITTLE_WORDS = {
    "en": "the a an i i'd i'll i'm you your we it is are do does have has can could would want like please and to "
    "for with without of at on in my me what when where how that this yes no thanks thank hello hi bye just "
    "get some",
    "es": "quiero quisiera una por favor gracias con sin hola dame tienen cuanto cuantos que buenas buenos eso todo "
    "nada mas para llevar cuesta hay mi nombre llamo si tambien donde estan esta hasta luego adios mesa "
    "reserva personas el los las y un dos tres cuatro gustaria pedir ordenar soy es me grande pequena mediana "
    "habla hablan espanol puede pueden reservar manana noche tarde de la a en hora cierran abren como se lo "
    "le",
    "fr": "je voudrais vous est s'il plait bonjour bonsoir une pour merci parlez nous avec reserver aimerais c'est "
    "j'ai j'aimerais puis avez francais oui personnes ce soir demain quelle heure sans et les des",
    "de": "ich mochte bitte hallo guten tag sprechen sie einen eine ein fur haben wir danke deutsch tisch hatte "
    "gerne und mit ohne ist das heute abend morgen uhr personen was kostet ja nein",
    "it": "vorrei sono per favore grazie buongiorno buonasera parlate italiano un una prenotare tavolo persone "
    "stasera domani che cosa avete posso quanto costa senza siamo io noi ho",
    "pt": "gostaria eu quero obrigado obrigada uma voces voce nao falar portugues pedir mesa pessoas hoje amanha "
    "bom dia boa noite por favor quanto custa para com sem um fala tem",
}  # fmt: skip
_IN_NAMES = {
    "de", "la", "el", "los", "las", "y", "a", "en", "un", "una", "con", "le", "les", "des", "d", "du", "al", "di", "e",
    "per", "da", "do", "com", "sem",
}  # fmt: skip
"""Little words that dishes and people are called by, too: alone they say nothing."""
_SCRIPTS = {
    "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar",
    "DEVANAGARI": "hi", "THAI": "th", "GREEK": "el", "HEBREW": "he",
}  # fmt: skip
_SETS = {language: frozenset(listed.split()) for language, listed in _LITTLE_WORDS.items()}
_NAMES = {
    "english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "french": "fr", "francais": "fr",
    "german": "de", "deutsch": "de", "italian": "it", "italiano": "it", "portuguese": "pt", "portugues": "pt",
    "chinese": "zh", "mandarin": "zh", "vietnamese": "vi", "korean": "ko",
}  # fmt: skip
_ASKED_FOR = re.compile(
    rf"\b(?:speak|talk|in|habla|hablan|parlez|sprechen|parla|fala)\b.*\b(?P<name>{'|'.join(_NAMES)})\b"
)


def spoken(text: str, *, before: str, offered: Collection[str]) -> str:
    """The language of an utterance, as a code; short or unclear ones leave it as it was. A language that is not
    offered needs more to be believed: a mishearing must not end a call."""
    by_script = _script(text)
    if by_script:
        return by_script
    found = words(text)
    asked = _ASKED_FOR.search(" ".join(found))
    if asked and ("?" in text or len(found) <= 6):
        return _NAMES[asked["name"]]
    counts = {language: sum(word in little for word in found) for language, little in _SETS.items()}
    ahead = max(counts, key=lambda language: (counts[language], language in offered, language == before))
    rivals = max((counts.get(each, 0) for each in offered if each != ahead), default=0)
    needed = 2 if ahead in offered else 3
    sure = any(word in _SETS[ahead] - _IN_NAMES for word in found)
    clear = sure and counts[ahead] >= needed and counts[ahead] > rivals and counts[ahead] * 2 >= len(found)
    return ahead if clear else before


def _script(text: str) -> str:
    """The language of a script that is not Latin, when most letters are of it."""
    letters = [unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha()]
    foreign = [_SCRIPTS[name] for name in letters if name in _SCRIPTS]
    if not foreign or len(foreign) * 2 < len(letters):
        return ""
    return "ja" if "ja" in foreign else max(set(foreign), key=foreign.count)
