"""The one way to break heard text into words. Pure."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\$?\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|%", re.UNICODE)

_WRITTEN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00bd": " half "})


def fold(text: str) -> str:
    """Lower case, accents taken off, curly apostrophes made straight, ½ in letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_WRITTEN))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def words(text: str) -> list[str]:
    """The words of what was heard or typed: "I'd like TWO Crêpes!" -> i'd like two crepes."""
    return _WORD.findall(fold(text))
