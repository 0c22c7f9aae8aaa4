"""Which statements may be sent from inside a restaurant: those that read and write rows, none that changes who asks.

PostgreSQL lets whoever signed in take off a role again, so a text that got into a statement could end in
`; RESET ROLE; …`. Looked at is the statement before its parameters are put in, which is where such a text would be.
How PostgreSQL tells quotations apart: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

from __future__ import annotations

import re
from functools import lru_cache

ALLOWED = {"select", "with", "insert", "update", "delete", "merge", "values", "table", "lock", "explain", "show"}
ALLOWED |= {"notify", "listen", "unlisten", "savepoint", "release"}
_FIRST, _LETTER = r"[A-Za-z_\x80-\U0010ffff]", r"[\w$\x80-\U0010ffff]"
"""Of a name: to PostgreSQL everything beyond ASCII is a letter."""
_TAG = rf"(?:{_FIRST}[\w\x80-\U0010ffff]*|)"
_TOKEN = re.compile(
    rf"""
    (?P<quoted>
        (?<!{_LETTER}) [eE] '(?:[^'\\]|\\.|'')*' (?!\s*(?:--[^\n\r]*\s*)*')   # with escapes, and not continued
      | '(?:[^']|'')*'                                                      # a string
      | "(?:[^"]|"")*"                                                      # a name
      | (?<!{_LETTER}) \$(?P<tag>{_TAG})\$ .*? \$(?P=tag)\$
      | --[^\n\r]*                                                          # a comment
    )
  | (?P<open> /\* | (?<!{_LETTER})[eE]' | ['"] | (?<!{_LETTER})\${_TAG}\$ )   # no end is seen, or it may nest
  | (?P<end> ; )
  | (?P<word> {_FIRST}{_LETTER}* )
    """,
    re.VERBOSE | re.DOTALL,
)
_TELLING = re.compile(r"set_config|pg_settings|u&['\"]", re.IGNORECASE)
"""Ways to set a setting within a query, and to write any name in a way that is not recognised."""


@lru_cache(maxsize=4096)
def refusal(sql: str) -> str | None:
    """Why this text is not sent; None when it may be."""
    if _TELLING.search(sql):
        return "A statement inside a restaurant changes no settings."
    words: list[str] = []
    for token in _TOKEN.finditer(sql + "\n;"):
        if token["open"]:
            return "A statement inside a restaurant has no comment in /* */ and no open quotation."
        if token["word"]:
            words.append(token["word"].lower())
        elif token["end"]:
            if words and words[0] not in ALLOWED and words[:2] != ["set", "constraints"]:
                return f"{words[0].upper()} is not for statements inside a restaurant."
            words = []
    return None
