"""What the papers say of the tests is so."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "docs" / "cases.md"


def test_every_test_that_the_table_of_cases_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", CASES.read_text()))
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), flags=re.MULTILINE)
    }
    assert len(named) > 60
    assert named <= written, sorted(named - written)


def test_every_case_has_its_test_through_the_tool_and_in_a_whole_call() -> None:
    rows = re.findall(r"^\| (\d+) [^|]*\| ([^|]*) \| ([^|]*) \|$", CASES.read_text(), flags=re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, 24))
    for number, through_the_tool, in_a_call in rows:
        assert "`test_" in through_the_tool, number
        assert f"`test_case_{number}_in_a_call" in in_a_call, number
