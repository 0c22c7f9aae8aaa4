"""A typed telephone line through the application in this process: webhook, socket, machine, agent, tools, database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CALLER = "+15125550188"


@pytest.fixture
def dial(installation: None, django_db_blocker: Any, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`dial(number, conduct)` places a call to a committed restaurant and lasts until it is over."""
    from apps.voice.carrier import office, placing
    from apps.voice.carrier.terms import Dialling

    settings.CARRIER_FILE, settings.CALL_LOG_DIR = tmp_path / "carrier.json", tmp_path / "calls"
    settings.RECORDINGS_URL = (tmp_path / "recordings").as_uri()
    settings.STT_PROVIDER = settings.TTS_PROVIDER = "typed"
    settings.PUBLIC_URL = placing.IN_PROCESS

    def place(called: str, conduct: Any, *, caller: str = CALLER) -> Any:
        async def call() -> Any:
            dialling = Dialling(caller, called, placing.IN_PROCESS, medium="typed")
            exchange = placing.network(dialling)
            account = placing.configured_account()
            async with office.opened(
                exchange, account=account, carrier_file=settings.CARRIER_FILE, log_dir=settings.CALL_LOG_DIR
            ) as here:
                return await asyncio.wait_for(here.place(dialling, conduct), 60)

        return asyncio.run(call())

    with django_db_blocker.unblock():
        yield place


def unsaid(folder: Path) -> list[str]:
    """What models wanted to say and the guard did not let them."""
    records = (json.loads(line) for path in folder.rglob("*.jsonl") for line in path.read_text().splitlines())
    return [record["text"] for record in records if record.get("event") == "unsaid"]
