"""Breaks of what a restaurant may send to the database, and what has to notice them."""

from __future__ import annotations

from tests.mutations.breaking import Break

STATEMENTS = "loman/database/statements.py"

TESTS = {STATEMENTS: ("tests/loman/test_statements.py",)}
BREAKS = [
    Break(STATEMENTS, "only the first statement is looked at", "            words = []\n    return", "    return"),
    Break(STATEMENTS, "capitals hide a word", 'token["word"].lower()', 'token["word"]'),
    Break(STATEMENTS, "any SET is one of constraints", 'words[:2] != ["set", "constraints"]', 'words[:1] != ["set"]'),
    Break(STATEMENTS, "a comment swallows the end", '+ "\\n;"', '+ ";"'),
    Break(STATEMENTS, "only ASCII is a letter", '_LETTER = r"[A-Za-z_\\x80-\\U0010ffff]", r"[\\w$\\x80-\\U0010ffff]"',
          '_LETTER = r"[A-Za-z_]", r"[\\w$]"'),
    Break(STATEMENTS, "a string with escapes may go on", " (?!\\s*(?:--[^\\n\\r]*\\s*)*')", ""),
    Break(STATEMENTS, "comments may nest", "(?P<open> /\\* | ", "(?P<open> "),
    Break(STATEMENTS, "an open quotation is no matter", "[eE]' | ['\"] |", "[eE]' |"),
    Break(STATEMENTS, "settings are set within a query", "set_config|", ""),
    Break(STATEMENTS, "settings are a table", "|pg_settings", ""),
    Break(STATEMENTS, "names in code points are not seen", "|u&['\\\"]", ""),
]  # fmt: skip
