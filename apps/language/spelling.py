"""Names letter by letter, as they are said and as they are heard. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from apps.language.text import words

_CODE_WORDS = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliet": "j", "juliett": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n",
    "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
"""The alphabet of radio and aviation (ICAO, NATO); several are names themselves: Mike, Oscar, Victor."""
_SOUNDS = {
    "aitch": "h", "bee": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "eff": "f", "ef": "f",
    "gee": "g", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o", "pee": "p",
    "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "tee": "t", "tea": "t", "you": "u", "vee": "v",
    "ex": "x", "why": "y", "wye": "y", "zee": "z", "zed": "z", "eye": "i",
}  # fmt: skip
"""How recognisers write letters; words of their own everywhere but among letters."""
_MARKS = {"hyphen": "-", "dash": "-", "apostrophe": "'", "space": " "}
_REPEATS = {"double": 2, "triple": 3}
_CAPITAL, _SMALL = {"capital", "cap", "uppercase"}, {"small", "lowercase", "little"}
_BETWEEN = {"and", "then", "uh", "um", "er", "hmm", "next"}
_CUES = {"spelled", "spelt", "spell", "spelling", "that's", "thats", "it's", "letters"}
_PARTS_OF_NAMES = {"last", "surname", "family"}
_ALIKE = ("bcdegptvz", "mn", "fsx", "ajk", "iy", "qu")
"""Letters that are mistaken for each other on the telephone."""
_SWAPS = {
    "k": ("ch", "c"), "c": ("k",), "ch": ("k", "c"), "y": ("i",), "i": ("y",), "z": ("s",), "s": ("z",), "ph":
    ("v", "f"), "v": ("ph",), "f": ("ph",),
}  # fmt: skip
"""What "with a k" can stand in the place of."""
ENOUGH = 3
"""Letters in a row that can only be a spelling; two need more than that."""


@dataclass(frozen=True, slots=True)
class _Letters:
    """What a few words spell; `sure` when they are nothing else."""

    text: str
    end: int
    sure: bool


# ---- said -------------------------------------------------------------------------------------------------


def say(name: str) -> str:
    """ "K, A, T, E"; capitals and small letters are named where nobody would expect them, accents are left off."""
    said, before = [], ""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    for one in plain.replace("\u2019", "'"):
        mark = next((word for word, mark in _MARKS.items() if mark == one), "")
        if mark:
            said.append(mark)
        elif one.isascii() and one.isalpha():
            unexpected = one.isupper() != _is_capital_after(before)
            said.append(f"{'capital' if one.isupper() else 'small'} {one.upper()}" if unexpected else one.upper())
        before = one
    return ", ".join(said)


def _is_capital_after(before: str) -> bool:
    return not before or before in _MARKS.values()


# ---- heard ------------------------------------------------------------------------------------------------


def heard(text: str) -> str | None:
    """The name that is spelled in these words: "Smith, that's S M Y T H" -> Smyth, "Erik with a k" -> Erik.

    "K as in kilo", code words, "double l", "capital D" and "hyphen" are understood; two letters count only where
    nothing else is said or a spelling is announced. None when nothing is spelled.
    """
    found = _words(text)
    runs = [run for run in _runs(found) if _is_spelling(found, run)]
    if not runs:
        corrected = _with_letter(found)
        return corrected[0] if corrected else None
    if len(runs) > 1 and _PARTS_OF_NAMES & set(found):
        return " ".join(_written(run.text) for run in runs)
    return _written(max(runs, key=lambda run: len(run.text)).text)


def outside(text: str) -> list[str]:
    """The words that are no part of a spelling: the name as it was said beside it."""
    found = _words(text)
    runs = [run for run in _runs(found) if _is_spelling(found, run)]
    corrected = None if runs else _with_letter(found)
    for start, end in [(corrected[1], corrected[1] + 3)] if corrected else [(run.start, run.end) for run in runs[::-1]]:
        del found[start:end]
    return found


def _words(text: str) -> list[str]:
    """With the one code word of two in one."""
    return " ".join(words(text)).replace("x ray", "xray").split()


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    """Letters and marks; a capital or small letter that was said to be one stands behind ^ or _."""
    start: int
    end: int

    @property
    def letters(self) -> str:
        return "".join(one for one in self.text if one.isalpha())


def _runs(found: Sequence[str]) -> list[_Run]:
    """Every stretch of words that are letters."""
    runs, place = [], 0
    while place < len(found):
        run = _run(found, place)
        if run:
            runs.append(run)
        place = run.end if run else place + 1
    return runs


def _run(found: Sequence[str], start: int) -> _Run | None:
    """The stretch from here; words that are letters only among letters do not begin it, nor end it in a sentence."""
    pieces: list[_Letters] = []
    place = start
    while place < len(found):
        if pieces and found[place] in _BETWEEN:
            place += 1
            continue
        piece = _letters(found, place)
        if piece is None or not (piece.sure or pieces):
            break
        pieces.append(piece)
        place = piece.end
    whole = place == len(found) and len(pieces) > ENOUGH
    while pieces and not pieces[-1].sure and not whole:
        pieces.pop()
    if not pieces or all(piece.text in _MARKS.values() for piece in pieces):
        return None
    return _Run("".join(piece.text for piece in pieces), start, pieces[-1].end)


def _letters(found: Sequence[str], place: int) -> _Letters | None:
    """What one letter, however it is said, spells."""
    word, after = found[place], found[place + 1] if place + 1 < len(found) else ""
    if word in _CAPITAL | _SMALL:
        inner = _letters(found, place + 1) if after and after not in _CAPITAL | _SMALL | _REPEATS.keys() else None
        return _Letters(("^" if word in _CAPITAL else "_") + inner.text, inner.end, True) if inner else None
    if word == "double" and after in ("u", "you"):
        return _Letters("w", place + 2, True)
    if word in _REPEATS:
        inner = _letters(found, place + 1) if after and after not in _CAPITAL | _SMALL | _REPEATS.keys() else None
        return _Letters(inner.text * _REPEATS[word], inner.end, inner.sure) if inner else None
    if word in _MARKS:
        return _Letters(_MARKS[word], place + 1, False)
    if len(word) == 1 and word.isascii() and word.isalpha():
        return _explained(found, place)
    letter = _CODE_WORDS.get(word)
    if letter:
        return _Letters(letter, place + 1, _among_codes(found, place))
    return _Letters(_SOUNDS[word], place + 1, False) if word in _SOUNDS else None


def _explained(found: Sequence[str], place: int) -> _Letters:
    """A letter, and the word that it begins, if one is given: "K as in kilo", "B for bravo"; the word is heard better
    than the letter, where both sound alike."""
    letter = found[place]
    for link in (("as", "in"), ("like", "in"), ("is", "for"), ("for",), ("like",)):
        end = place + 1 + len(link)
        if tuple(found[place + 1 : end]) != link or end >= len(found):
            continue
        first = found[end][0]
        if first == letter and len(found[end]) > 1:
            return _Letters(letter, end + 1, True)
        if link[-1] == "in":
            mistaken = any(letter in alike and first in alike for alike in _ALIKE)
            return _Letters(first if mistaken else letter, end + 1, True)
    return _Letters(letter, place + 1, True)


def _among_codes(found: Sequence[str], place: int) -> bool:
    """Whether a word of the radio alphabet stands for its letter: next to two more, or to a letter."""
    near = [word for word in found[max(0, place - 2) : place + 3] if word in _CODE_WORDS]
    beside = [*found[max(0, place - 1) : place], *found[place + 1 : place + 2]]
    return len(near) >= ENOUGH or any(len(word) == 1 and word not in "ai" for word in beside)


def _is_spelling(found: Sequence[str], run: _Run) -> bool:
    if len(run.letters) >= ENOUGH:
        return True
    before = found[run.start - 1] if run.start else ""
    alone = set(found[: run.start]) | set(found[run.end :]) <= _CUES
    return len(run.letters) == 2 and (alone or before in _CUES - {"it's"} or before == run.letters)


def _written(letters: str) -> str:
    written, forced = "", ""
    for one in letters:
        if one in "^_":
            forced = one
            continue
        capital = forced == "^" or (not forced and _is_capital_after(written[-1:]))
        written, forced = written + (one.upper() if capital else one), ""
    return written.strip(" -'")


def _with_letter(found: Sequence[str]) -> tuple[str, int] | None:
    """ "Smith with a y": the letter in the one place where it can stand, and where "with" is; None where there is no
    place for it, or several."""
    for place in range(1, len(found) - 2):
        if found[place] != "with" or found[place + 1] not in ("a", "an"):
            continue
        name, letters = found[place - 1], found[place + 2]
        if letters in name and len(letters) < ENOUGH:
            return name.capitalize(), place
        for sound in _SWAPS.get(letters, ()):
            if name.count(sound) == 1:
                return name.replace(sound, letters).capitalize(), place
        if letters in ("e", "h") and name[-1] not in "eh":
            return (name + letters).capitalize(), place
    return None
