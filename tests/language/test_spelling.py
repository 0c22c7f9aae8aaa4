"""Names letter by letter: what is said is heard again, and the ways people spell."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.language import spelling

CALM = settings(max_examples=250, deadline=None)
ABC = "abcdefghijklmnopqrstuvwxyz"
ICAO = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey x-ray yankee zulu"
).split()
COMMON = "anna apple ben dog fish george hannah jack king lisa mary nancy peter queen robert sam tom walter yes".split()

word = st.text(ABC, min_size=1, max_size=9)
plain = word.filter(lambda one: len(one) > 1).map(str.capitalize)
any_name = st.builds(
    lambda words, marks: "".join(one + mark for one, mark in zip(words, [*marks, ""], strict=False)),
    st.lists(st.text(ABC + ABC.upper(), min_size=1, max_size=7), min_size=1, max_size=4),
    st.lists(st.sampled_from([" ", "-", "'"]), min_size=3, max_size=3),
).map(lambda name: name.strip(" -'"))


@st.composite
def spelled(draw: st.DrawFn, name: str) -> str:
    """Each letter alone, doubled, in the radio alphabet, or with a word that begins with it."""
    pieces, place = [], 0
    while place < len(name):
        letter = name[place]
        ways = [(letter.upper(), 1), (letter, 1), (f"{letter} as in {ICAO[ABC.index(letter)]}", 1)]
        ways += [
            (f"{letter} {link} {one}", 1) for one in COMMON if one[0] == letter for link in ("as in", "for", "like")
        ]
        if name[place : place + 2] == letter * 2 and letter != "u":
            ways.append((f"double {letter}", 2))
        if name[place : place + 3] == letter * 3:
            ways.append((f"triple {letter}", 3))
        said, used = draw(st.sampled_from(ways))
        pieces.append(said)
        place += used
    between = st.sampled_from([" ", ", ", " and ", " uh "])
    return pieces[0] + "".join(draw(between) + piece for piece in pieces[1:])


@given(plain | any_name)
@CALM
def test_what_is_said_is_heard_as_the_same_name(name: str) -> None:
    assume(sum(one.isalpha() for one in name) > 1)
    assert spelling.heard(spelling.say(name)) == name


@given(st.data(), plain.filter(lambda name: len(name) > 2))
@CALM
def test_a_name_is_heard_however_it_is_spelled(data: st.DataObject, name: str) -> None:
    said = data.draw(spelled(name.lower()))
    assert spelling.heard(said) == name, said
    assert spelling.heard(f"it's Zorbel. {said}. Thanks!") == name, said
    assert spelling.outside(f"Zorbel, {said}, thanks") == ["zorbel", "thanks"]


@given(word.filter(lambda one: len(one) > 2))
@CALM
def test_a_name_in_the_radio_alphabet(name: str) -> None:
    assert spelling.heard(" ".join(ICAO[ABC.index(letter)] for letter in name)) == name.capitalize()


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    "a k t e double triple u capital small hyphen as in for like with an and kilo mike xray x ray see you".split()
), max_size=9).map(" ".join))  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_whatever_is_heard_gives_a_name_or_none(said: str) -> None:
    found = spelling.heard(said)
    assert found is None or any(one.isalpha() for one in found)
    assert len(spelling.outside(said)) <= len(spelling.words(said))


@given(st.lists(st.text(ABC, min_size=2, max_size=8), max_size=8))
@CALM
def test_words_alone_spell_nothing(found: list[str]) -> None:
    spelling_words = {*spelling._CODE_WORDS, *spelling._SOUNDS, *spelling._MARKS, "with", "double", "triple", "capital"}
    assume(not spelling_words & set(found))
    assert spelling.heard(" ".join(found)) is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("K A T E", "Kate"),
        ("K-A-T-E", "Kate"),
        ("a, n, n, a", "Anna"),
        ("b o double l", "Boll"),
        ("capital M c capital D o n a l d", "McDonald"),
        ("capital L e small V i", "Levi"),
        ("o apostrophe b r i e n", "O'Brien"),
        ("a n n e hyphen m a r i e", "Anne-Marie"),
        ("k as in kilo a as in alpha t as in tango e as in echo", "Kate"),
        ("b for bravo, o, b", "Bob"),
        ("p as in boy o b", "Bob"),  # the word is heard better than the letter
        ("x as in extra a v i", "Xavi"),
        ("bravo oscar bravo", "Bob"),
        ("mike india x-ray", "Mix"),
        ("double u i double l", "Will"),
        ("double you e s t", "West"),
        ("s m i tea h", "Smith"),
        ("Smith, that's S M Y T H", "Smyth"),
        ("k a t e for pickup", "Kate"),
        ("j o h n oh and by the way", "John"),
        ("j o", "Jo"),
        ("jo j o", "Jo"),
        ("Jo, spelled J O", "Jo"),
        ("first name K A T E last name S M Y T H", "Kate Smyth"),
        ("K A T E, no, K A T H Y", "Kathy"),
        ("Kate with a K", "Kate"),
        ("Eric with a k", "Erik"),
        ("Catherine with a K", "Katherine"),
        ("Smith with a y", "Smyth"),
        ("Stephen with a v", "Steven"),
        ("Steven with a ph", "Stephen"),
        ("Lisa with a z", "Liza"),
        ("Ann with an e", "Anne"),
        ("Sara with an h", "Sarah"),
        ("Marc with a ch", "March"),
    ],
)
def test_names_as_people_spell_them(said: str, name: str) -> None:
    assert spelling.heard(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "Kate", "my name is Mike", "Charlie Victor", "Victor", "am I a robot", "at seven p m", "I am in a hurry",
        "see you", "with a k", "rebecca with a k", "a burger with a coke", "Bob with an x", "a", "double", "dash", "",
        "double double", "why are you", "a b is fine",
    ],
)  # fmt: skip
def test_words_that_spell_nothing(said: str) -> None:
    assert spelling.heard(said) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kate", "K, A, T, E"),
        ("José", "J, O, S, E"),
        ("McDonald", "M, C, capital D, O, N, A, L, D"),
        ("O'Brien", "O, apostrophe, B, R, I, E, N"),
        ("O’Brien", "O, apostrophe, B, R, I, E, N"),
        ("van Beek", "small V, A, N, space, B, E, E, K"),
        ("", ""),
    ],
)
def test_how_names_are_spelled(name: str, said: str) -> None:
    assert spelling.say(name) == said


def test_what_was_said_beside_the_spelling_is_left() -> None:
    assert spelling.outside("John Smith, that's S M Y T H") == ["john", "smith", "that's"]
    assert spelling.outside("Eric with a k please") == ["eric", "please"]
    assert spelling.outside("Eric please") == ["eric", "please"]
