"""Commands that name a restaurant do nothing to another, even when its ids and numbers are given to them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import BaseCommand, CommandError, get_commands, load_command_class
from django.db import transaction

from tests.walk import bella as rows

ELSEWHERE = {
    "demo": "places calls, which tests/voice walks",
    "migrate_restaurants": "brings schemas up to date and shows no row; tests/upgrade runs it on real connections",
}
"""Commands with a `--restaurant` that are not run here, and why."""


def ours() -> Iterator[tuple[str, BaseCommand]]:
    for name, app in get_commands().items():
        if str(app).startswith("apps."):
            yield name, load_command_class(str(app), name)


def takes_a_restaurant(command: BaseCommand) -> bool:
    parser: argparse.ArgumentParser = command.create_parser("manage.py", "x")
    return any("--restaurant" in action.option_strings for action in parser._actions)


def lines(names: dict[str, Any], folder: Path) -> dict[str, list[list[str]]]:
    """What is tried of each command, with Bella's ids where it takes one."""
    menu = folder / "menu.csv"
    menu.write_text("category,name,price\nSoups,Miso,4.00\n")
    webhook = str(names["webhook_id"])
    return {
        "verify_audit": [[]],
        "export_menu": [[str(folder / "out.csv")]],
        "import_menu": [[str(menu)], [str(menu), "--replace"], [str(menu), "--draft"]],
        "menu": [["list"], ["publish"], ["rollback", str(names["number"])], ["discard"]],
        "webhooks": [
            ["list"], ["rotate", webhook], ["test", webhook], ["enable", webhook],
            ["rotate", "https://quetzalcoatlus.example/hook"], ["replay", "--delivery", str(names["delivery_id"])],
            ["replay", "--since", "2026-01-01T00:00:00Z"],
        ],
        "pos": [["status"]],
        "apply_erasures": [[]],
        "erase_number": [[rows.NUMBER], [rows.NUMBER, "--dry-run"]],
        "export_restaurant": [[str(folder / f"{uuid4()}.zip")]],
        "import_hours": [["Mo-Su 11:00-22:00"]],
    }  # fmt: skip


def test_no_command_for_one_restaurant_reaches_into_another(
    names: dict[str, Any], bella: Any, sakura: Any, written: Callable[[], list[Any]], tmp_path: Path
) -> None:
    tried = lines(names, tmp_path)
    commands = {name: command for name, command in ours() if takes_a_restaurant(command)}
    assert set(commands) == set(tried) | set(ELSEWHERE), "new commands are walked too"
    for name, several in tried.items():
        for words in several:
            said, before = StringIO(), written()
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        _run(commands[name], name, ["--restaurant", "sakura", *words], said)
                except CommandError as refusal:
                    said.write(str(refusal))
                assert written() == before, (name, words)
                transaction.set_rollback(True)
            assert rows.CANARY not in said.getvalue(), (name, words)
    for made in tmp_path.glob("*.csv"):
        assert rows.CANARY not in made.read_text()
    for archive in tmp_path.glob("*.zip"):
        assert rows.CANARY.encode() not in archive.read_bytes()
    assert rows.recording(bella, names["call_id"]).exists()


@pytest.mark.parametrize("name", ["menu", "webhooks", "erase_number", "export_menu"])
def test_a_restaurant_that_is_not_there_is_said_in_a_sentence(names: dict[str, Any], tmp_path: Path, name: str) -> None:
    words = lines(names, tmp_path)[name][0]
    command = dict(ours())[name]
    with pytest.raises(CommandError, match="no restaurant"):
        _run(command, name, ["--restaurant", "atlantis", *words], StringIO())


def _run(command: BaseCommand, name: str, words: list[str], said: StringIO) -> None:
    parser = command.create_parser("manage.py", name)
    options = vars(parser.parse_args(words))
    command.execute(*options.pop("args", ()), **{**options, "stdout": said, "stderr": said})
