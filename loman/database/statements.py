"""Which statements may be sent from inside a restaurant: those that read and write rows, never one that changes who asks.

PostgreSQL lets whoever signed in take off a role again, so a text that got into a statement could end in
`; RESET ROLE; …`. Looked at is the statement before its parameters are put in, which is where such a text would be.
"""

from __future__ import annotations

import re
from functools import lru_cache

ALLOWED = frozenset(
    "select with insert update delete merge values table lock explain show notify listen unlisten savepoint release".split()
)
_TOKEN = re.compile(
    r"""
    (?P<quoted>
        (?<![\w$]) [eE] '(?:[^'\\]|\\.|'')*'      # a string with escapes
      | '(?:[^']|'')*'                            # a string
      | "(?:[^"]|"")*"                            # a name
      | (?<![\w$]) \$(?P<tag>[^\W\d]\w*|)\$ .*? \$(?P=tag)\$
      | --[^\n\r]*                                # a comment
    )
  | (?P<open>/\*|['"]|(?<![\w$])\$(?:[^\W\d]\w*|)\$)   # a quotation that does not end, or a comment that may nest
  | (?P<end>;)
  | (?P<word>[^\W\d][\w$]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_TELLING = re.compile(r"set_config|pg_settings|\bu&['\"]", re.IGNORECASE)
"""Ways to set a setting within a query, and to write any name in a way that is not recognised."""


@lru_cache(maxsize=4096)
def refusal(sql: str) -> str | None:
    """Why this text is not sent; None when it may be."""
    if _TELLING.search(sql):
        return "A statement inside a restaurant changes no settings."
    words: list[str] = []
    for token in _TOKEN.finditer(sql + ";"):
        if token["open"]:
            return "A statement inside a restaurant has no comment in /* */ and no open quotation."
        if token["word"]:
            words.append(token["word"].lower())
        elif token["end"]:
            if words and words[0] not in ALLOWED and words[:2] != ["set", "constraints"]:
                return f"{words[0].upper()} is not for statements inside a restaurant."
            words = []
    return None
