"""The consent notice cannot be turned off: whatever a restaurant writes, an AI and the recording are named."""

from __future__ import annotations

import pytest

from apps.voice.phrasebook import ENGLISH, SPANISH, Phrasebook, notice

FACTS = {"assistant": "Lo", "name": "Bella Napoli"}
OURS = "Hi, this is Lo, the AI assistant of Bella Napoli. This call is recorded."
NUESTRO = "Hola, soy Lo, el asistente de inteligencia artificial de Bella Napoli. Esta llamada se graba."


@pytest.mark.parametrize(("book", "ours"), [(ENGLISH, OURS), (SPANISH, NUESTRO)])
@pytest.mark.parametrize("own", ["", "   ", "\n\t", "...", "—", "\u200b", "¡!"])
def test_an_empty_one_is_ours(book: Phrasebook, ours: str, own: str) -> None:
    assert notice(own, book, **FACTS) == ours


@pytest.mark.parametrize(
    "own",
    [
        "Welcome to {name}! I'm {assistant}, an AI, and calls are recorded.",
        "You're speaking with an automated assistant. We record all calls; this call is recorded.",
        "Bienvenidos. Soy una IA y esta llamada se graba.",
        "Le atiende la inteligencia artificial de {name}; su llamada será grabada.",
        "I'm a robot. Recording starts now.",
    ],
)
def test_own_words_that_say_both_stand_alone(own: str) -> None:
    said = notice(own, ENGLISH, **FACTS)
    assert said == own.replace("{name}", "Bella Napoli").replace("{assistant}", "Lo")


@pytest.mark.parametrize(("book", "ours"), [(ENGLISH, OURS), (SPANISH, NUESTRO)])
@pytest.mark.parametrize(
    "own",
    [
        "Hello",
        "Welcome to {name}!",
        "This call is recorded.",
        "I am an AI.",
        "I am an AI. This call is not recorded.",
        "I'm not an AI. This call is recorded.",
        "I am an AI and nobody records you.",
        "Soy una IA. No se graba esta llamada.",
        "Our records show it is Friday. I am an AI.",
        "Said in Austin. Recorder music plays.",
    ],
)
def test_else_ours_is_said_too(book: Phrasebook, ours: str, own: str) -> None:
    said = notice(own, book, **FACTS)
    assert said.endswith(f" {ours}")
    assert said.startswith(own.replace("{name}", "Bella Napoli"))
