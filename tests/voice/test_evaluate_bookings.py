"""`manage.py evaluate bookings`: an answer for every case, and what is missing said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASES = (
    {"dialogue_id": "d-1", "turns": [{"speaker": "user", "text": "a table for two on friday at 7"}]},
    {"dialogue_id": "d-2", "turns": [{"speaker": "user", "text": "hello"}]},
)


def test_the_command_writes_an_answer_for_every_case(tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "answers.jsonl"
    cases.write_text("\n\n".join(json.dumps(case) for case in CASES))
    call_command("evaluate", "bookings", cases=cases, out=out)
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert answers == [
        {"dialogue_id": "d-1", "booking": {"party_size": 2, "day": "friday", "time": "19:00"}},
        {"dialogue_id": "d-2", "booking": {"party_size": None, "day": None, "time": None}},
    ]


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="catalog"):
        call_command("evaluate", "orders", cases=tmp_path / "none", out=tmp_path / "out")
    with pytest.raises(CommandError, match="No such file"):
        call_command("evaluate", "bookings", cases=tmp_path / "none", out=tmp_path / "out")
