"""A guest who rings a restaurant of the served application, over the network, and says what the test has them say."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

SECONDS = 20


class Guest:
    """On a typed line: what is said arrives as words, and the agent's are heard when `listens` lets them be."""

    def __init__(self, called: str, *, origin: str, folder: Path, caller: str) -> None:
        self.called, self.origin, self.folder, self.caller = called, origin, folder, caller
        self.line: Any = None
        self.journal: Any = None
        self.asked: list[Any] = []
        """What the server asked of the carrier."""
        self.url = ""
        """Where that is asked."""
        self._loop = asyncio.new_event_loop()
        self._there = threading.Event()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._ring(),), daemon=True)

    async def _ring(self) -> None:
        from apps.voice.carrier import office, transport
        from apps.voice.carrier.terms import Account, Dialling

        account = Account("AC" + "7" * 32, "guests")
        async with office.opened(
            transport.Network(),
            account=account,
            carrier_file=self.folder / "carrier.json",
            log_dir=self.folder / "calls",
        ) as here:
            self.asked, self.url = here.api.asked, here.api.url
            await here.place(Dialling(self.caller, self.called, self.origin, medium="typed"), self._conduct)

    async def _conduct(self, line: Any, journal: Any) -> None:
        self.line, self.journal = line, journal
        self._there.set()
        await self._over.wait()
        line.hang_up()

    def rings(self) -> Guest:
        self._thread.start()
        assert self._there.wait(SECONDS)
        return self

    def says(self, text: str) -> None:
        """Once the agent listens."""
        self._on_the_line(self._say(text)).result(SECONDS)

    async def _say(self, text: str) -> None:
        from apps.voice.carrier import callers

        await callers.until_listening(self.line, self.journal, lambda text: None)
        self.line.say(text.encode())
        await callers._until_answered(self.line, self.journal, lambda text: None)

    def interrupts(self, text: str) -> None:
        """Whatever the agent is doing."""
        self._loop.call_soon_threadsafe(self.line.say, text.encode())

    def does_not_listen(self) -> None:
        """The agent's words are being said until `listens`."""
        self.line.held = True

    def listens(self) -> None:
        self.line.held = False

    def hangs_up(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.is_gone()

    def is_gone(self) -> None:
        """The call is over, whoever ended it."""
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _on_the_line(self, work: Any) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


@pytest.fixture
def guest(port: int, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Guest]]:
    """`guest(place)` is on the line of that restaurant."""
    from apps.tenants import scope
    from apps.tenants.models import PhoneNumber

    settings.CARRIER_FILE, settings.CALL_LOG_DIR = tmp_path / "carrier.json", tmp_path / "calls"
    settings.RECORDINGS_URL = (tmp_path / "recordings").as_uri()
    settings.STT_PROVIDER = settings.TTS_PROVIDER = "typed"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "7" * 32, "guests"
    settings.PUBLIC_URL = f"http://localhost:{port}"
    made: list[Guest] = []

    def ring(place: Any, *, caller: str = "+15125550151") -> Guest:
        with scope.public():
            number = PhoneNumber.objects.get(restaurant_id=place.id).number
        made.append(Guest(number, origin=settings.PUBLIC_URL, folder=tmp_path, caller=caller))
        made[-1].rings()
        settings.TWILIO_API_URL = made[-1].url
        return made[-1]

    yield ring
    for each in made:
        each.listens()
        each.hangs_up()
