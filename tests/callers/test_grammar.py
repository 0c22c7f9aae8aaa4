"""The generated callers' wording is their own: nothing of it comes from what listens to them."""

from __future__ import annotations

import ast
import random
from pathlib import Path

from apps.voice.stt import phrases
from tests.callers import menus, people, wording
from tests.voice.carrier.test_overlap import APPS, SHORTEST, normal, shared, written_in

HERE = Path(__file__).parent
MOST_SHARED = 0.05
LISTENERS = ("apps.llm.embedded", "apps.voice.stt", "apps.language.assent")


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def test_what_callers_say_and_want_is_made_without_what_listens() -> None:
    for module in (menus, people, wording):
        names = imported(Path(module.__file__))
        assert not [name for name in names if name.startswith(LISTENERS)], module.__name__


def test_hardly_a_whole_phrase_stands_in_the_models() -> None:
    known = {normal(text) for text in phrases.sentences(phrases.SAMPLE, count=20_000, seed=1)}
    known |= written_in(APPS / "voice" / "stt") | written_in(APPS / "llm" / "embedded")
    said = {normal(text.format_map(Blank())) for all_of in wording._ALL.values() for text in all_of}
    said |= {normal(text.format_map(Blank())) for text in wording.sentences(wording.QUESTIONS)}
    said |= {normal(text) for text in (*wording.ASIDES, *wording.LEAVING)}
    said = {text for text in said if len(text.split()) >= SHORTEST}
    both = shared(said, known)
    assert len(said) > 500
    assert len(both) / len(said) <= MOST_SHARED, sorted(both)


class Blank(dict[str, str]):
    """Every dish, size and name cut out."""

    def __missing__(self, key: str) -> str:
        return " "


def test_no_two_callers_talk_alike_and_each_talks_so_again() -> None:
    wordings = [str(wording.script(random.Random(seed)).wording) for seed in range(50)]
    assert len(set(wordings)) == 50
    assert wordings[7] == str(wording.script(random.Random(7)).wording)


def test_menus_are_drawn_in_english_and_in_no_language() -> None:
    english, invented = menus.draw(2), menus.draw(3)
    assert menus.draw(2) == english
    names = [dish.name.lower() for dishes in english.categories.values() for dish in dishes]
    assert set(" ".join(names).split()) <= {*menus._DISHES, *menus._FROM, *menus._SIPS}
    strange = [dish.name.lower() for dishes in invented.categories.values() for dish in dishes]
    assert not set(" ".join(strange).split()) & {*menus._DISHES, *menus._FROM, *menus._SIPS}
    for menu in map(menus.draw, range(20)):
        assert len(menu.categories["Mains"]) >= 3
        assert len(menu.groups["base"].options) == 3
