"""The callers' wording is their own: how many of their phrases the models know as whole phrases is measured."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from apps.menu.card import Card
from apps.voice.carrier import caller, goals, scripts
from apps.voice.carrier.caller import Said, Say
from apps.voice.stt import phrases
from tests.voice.carrier.cards import CARD

APPS = Path(__file__).parents[3] / "apps"
SHORTEST = 3
"""Words. "yes" and "the large one" belong to everybody."""
MOST_SHARED = 0.15


def normal(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def said_by_callers(card: Card) -> set[str]:
    """Everything ten callers say with a hundred seeds, each question of the agent asked in between."""
    found: set[str] = set()
    questions = ("Anything else?", "What name is it for?", "Sorry, could you say it again?")
    for script in scripts.SCRIPTS:
        for seed in range(40):
            goal = goals.draw(card, seed=seed, script=script)
            memory = caller.begin(goal)
            for turn in range(14):
                act, memory = caller.answer(goal, Said(questions[turn % 3]), memory)
                if isinstance(act, Say):
                    found.add(normal(act.text))
    return found


def templates() -> set[str]:
    """Every fixed phrase the callers' wording is made of, the dish cut out."""
    wordings = [scripts.COMMON, *(script.wording for script in scripts.SCRIPTS)]
    return {normal(re.sub(r"\{\w+\}", " ", way)) for wording in wordings for ways in wording.values() for way in ways}


def written_in(folder: Path) -> set[str]:
    """Every phrase that is written down in the code and texts of these models, lists taken apart."""
    texts: list[str] = []
    for file in folder.rglob("*"):
        if file.suffix == ".py":
            constants = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
            texts += [value for value in constants if isinstance(value, str)]
        elif file.suffix == ".txt":
            texts.append(file.read_text())
    return {normal(phrase) for text in texts for phrase in re.split(r"[|\n*]", text)}


def shared(said: set[str], known: set[str]) -> set[str]:
    return {text for text in said if len(text.split()) >= SHORTEST and text in known}


def test_few_whole_phrases_of_the_callers_stand_in_the_language_model() -> None:
    known = {normal(text) for text in phrases.sentences(phrases.SAMPLE, count=20_000, seed=1)}
    known |= written_in(APPS / "voice" / "stt") | written_in(APPS / "llm" / "embedded")
    said = {text for text in said_by_callers(CARD) | templates() if len(text.split()) >= SHORTEST}
    both = shared(said, known)
    assert len(said) > 100
    assert len(both) / len(said) <= MOST_SHARED, sorted(both)


def test_the_measure_finds_what_is_shared() -> None:
    assert shared({"can i get a coke", "yes"}, {"can i get a coke", "yes"}) == {"can i get a coke"}
