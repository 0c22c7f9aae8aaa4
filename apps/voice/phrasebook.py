"""What code says on a call, in each language that it can be held in, and the way out for all others. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from apps.language.text import fold
from apps.voice.conversation import Phrases


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The words of one language; `{name}` is the restaurant, `{assistant}` who speaks for it."""

    notice: str = "Hi, this is {assistant}, the AI assistant of {name}. This call is recorded."
    greeting: str = "What can I do for you?"
    welcome_back: str = "It seems we were cut off. Shall we go on with your order?"
    """Says nothing of the order: caller ID alone reveals nothing."""
    goodbye: str = "Thank you for calling {name}. Goodbye!"
    no_cards: str = "Please don't tell me a card number, I can't take it over the phone. You can pay at pickup."
    putting_through: str = "One moment, I'll put you through."
    taken_over: str = "One moment, somebody from the restaurant is taking your call."
    machine: Phrases = field(default_factory=Phrases)


def filled(words: str, **facts: str) -> str:
    """Words with what is known put in; other braces are the restaurant's own business."""
    for name, fact in facts.items():
        words = words.replace(f"{{{name}}}", fact)
    return words


_SAYS_AI = re.compile(
    r"\ba\.?i\b|artificial intelligence|\bia\b|inteligencia artificial|\b(?:robot|chatbot|machine|maquina)\b"
    r"|\b(?:automated|automatic|virtual|digital|automatico|automatica)\b"
)
_SAYS_RECORDED = re.compile(
    r"\brecord(?:ed|ing)\b|\bwe record\b|\bgraba(?:da|do|ndo|cion|mos|n)?\b|\bgrabar\w*|\bregistra(?:da|mos)?\b"
)
_DENIES = re.compile(r"\b(?:not|no|never|nunca|without|sin|isn't|aren't|don't|won't|nobody|nadie|ni)\b")


Required = Literal["ai", "recorded"]
"""What a notice has to say: that an AI speaks, and that the call is recorded."""


def notice(own: str, book: Phrasebook, **facts: str) -> str:
    """What is said before anything is heard. A restaurant's own words stand alone only when they say all that is
    required; else ours are said behind them."""
    ours, own = filled(book.notice, **facts), filled(own, **facts).strip()
    if not any(letter.isalnum() for letter in own):
        return ours
    return own if not unsaid(own) else f"{own.rstrip()}{'' if own[-1] in '.!?' else '.'} {ours}"


def unsaid(own: str) -> list[Required]:
    """What of the required these words do not say, in a sentence that denies nothing."""
    plain = [each for each in re.split(r"[.!?;]+(?=\s|$)", fold(own)) if not _DENIES.search(each)]
    wanted: dict[Required, re.Pattern[str]] = {"ai": _SAYS_AI, "recorded": _SAYS_RECORDED}
    return [what for what, says in wanted.items() if not any(says.search(each) for each in plain)]


def greeting(own: str, book: Phrasebook, **facts: str) -> str:
    """What is asked once the notice was heard."""
    return filled(own, **facts).strip() or filled(book.greeting, **facts)


ENGLISH = Phrasebook()
SPANISH = Phrasebook(
    notice="Hola, soy {assistant}, el asistente de inteligencia artificial de {name}. Esta llamada se graba.",
    greeting="¿En qué le puedo ayudar?",
    welcome_back="Parece que se cortó la llamada. ¿Seguimos con su pedido?",
    goodbye="Gracias por llamar a {name}. ¡Adiós!",
    no_cards="Por favor no me diga números de tarjeta, no los puedo tomar por teléfono. Puede pagar al recoger.",
    putting_through="Un momento, le paso.",
    taken_over="Un momento, alguien del restaurante va a tomar su llamada.",
    machine=Phrases(
        still_there=("¿Sigue ahí?", "No le oigo. ¿Sigue en la línea?"),
        silent_goodbye="No oigo nada, así que voy a colgar. Llame otra vez, por favor. Adiós.",
        waiting=("Un momento, por favor.", "Sigo en ello, gracias por esperar."),
        again="Perdón, no le entendí. ¿Me lo puede repetir?",
        failed="Perdón, algo falló de mi lado. ¿Me lo puede decir otra vez?",
        to_a_person="Tengo un problema, así que le paso con una persona. Un momento, por favor.",
        connecting="Un momento, le paso con una persona.",
        listening=frozenset({"mm-hm", "mm", "mhm", "aja", "ajá", "uh-huh"}),
        too_long="Lo siento, esta llamada llegó a su límite de tiempo. Llame otra vez, por favor. Adiós.",
    ),
)
BOOKS: Mapping[str, Phrasebook] = {"en": ENGLISH, "es": SPANISH}


def offered(languages: Sequence[str], **facts: str) -> dict[str, Phrasebook]:
    """The books of a restaurant's languages, its first one first, with its facts in their goodbyes; English where it
    names none that we speak."""
    books = {each: BOOKS[each] for each in languages if each in BOOKS} or {"en": ENGLISH}
    return {each: replace(book, goodbye=filled(book.goodbye, **facts)) for each, book in books.items()}


@dataclass(frozen=True, slots=True)
class WayOut:
    """For a caller whose language is not spoken here: in that language, and nothing but this."""

    person: str
    callback: str


WAYS_OUT: Mapping[str, WayOut] = {
    "en": WayOut(
        "I'm sorry, I don't speak your language. One moment, I'll connect you with a person.",
        "I'm sorry, I don't speak your language. Somebody from the restaurant will call you back. Goodbye.",
    ),
    "es": WayOut(
        "Lo siento, no hablo español. Un momento, le paso con una persona.",
        "Lo siento, no hablo español. Alguien del restaurante le llamará. Adiós.",
    ),
    "fr": WayOut(
        "Désolé, je ne parle pas français. Un instant, je vous passe quelqu'un.",
        "Désolé, je ne parle pas français. Quelqu'un du restaurant vous rappellera. Au revoir.",
    ),
    "de": WayOut(
        "Leider spreche ich kein Deutsch. Einen Moment, ich verbinde Sie mit jemandem.",
        "Leider spreche ich kein Deutsch. Jemand aus dem Restaurant ruft Sie zurück. Auf Wiederhören.",
    ),
    "it": WayOut(
        "Mi dispiace, non parlo italiano. Un momento, le passo una persona.",
        "Mi dispiace, non parlo italiano. Qualcuno del ristorante la richiamerà. Arrivederci.",
    ),
    "pt": WayOut(
        "Desculpe, não falo português. Um momento, vou passar para uma pessoa.",
        "Desculpe, não falo português. Alguém do restaurante vai ligar de volta. Até logo.",
    ),
    "zh": WayOut("对不起,我不会说中文。请稍等,我为您转接工作人员。", "对不起,我不会说中文。餐厅会给您回电话。再见。"),
    "ja": WayOut(
        "申し訳ありません、日本語は話せません。係の者におつなぎします。",
        "申し訳ありません、日本語は話せません。お店から折り返しお電話します。失礼します。",
    ),
    "ko": WayOut(
        "죄송합니다, 저는 한국어를 하지 못합니다. 잠시만요, 직원을 연결해 드리겠습니다.",
        "죄송합니다, 저는 한국어를 하지 못합니다. 식당에서 다시 전화드리겠습니다. 안녕히 계세요.",
    ),
    "vi": WayOut(
        "Xin lỗi, tôi không nói được tiếng Việt. Xin chờ một chút, tôi sẽ nối máy với nhân viên.",
        "Xin lỗi, tôi không nói được tiếng Việt. Nhà hàng sẽ gọi lại cho quý khách. Xin chào.",
    ),
    "ru": WayOut(
        "Извините, я не говорю по-русски. Одну минуту, я соединю вас с человеком.",
        "Извините, я не говорю по-русски. Из ресторана вам перезвонят. До свидания.",
    ),
}


def way_out(language: str) -> WayOut:
    return WAYS_OUT.get(language, WAYS_OUT["en"])
