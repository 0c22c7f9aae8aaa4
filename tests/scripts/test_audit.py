"""What `make audit` says of the advisory service's answers."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

verdict: Any = runpy.run_path(str(Path(__file__).resolve().parents[2] / "scripts" / "audit.py"))["verdict"]
WELL: dict[str, Any] = {"name": "django", "version": "5.2", "vulns": []}
WEAK: dict[str, Any] = {"name": "old", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([WELL], 0, ["1 packages audited, 0 with known weaknesses."]),
        ([WELL, WEAK], 1, ["old 1: CVE-1, mended in 2", "2 packages audited, 1 with known weaknesses."]),
        ([WELL, UNKNOWN], 0, ["Not audited, because it is not known there: ours.", "1 packages audited, 0 with"]),
        ([UNKNOWN, UNKNOWN], 0, ["Not audited: what answers for pypi.org from here knows none of the packages."]),
    ],
)
def test_weaknesses_are_named_and_what_nobody_looked_at_is_not_called_well(
    packages: list[Any], code: int, words: list[str]
) -> None:
    found, lines = verdict(packages)
    assert found == code
    assert all(any(line.startswith(each) for line in lines) for each in words), lines
