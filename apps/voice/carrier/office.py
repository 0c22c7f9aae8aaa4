"""The carrier at work: one account, its REST API, and any number of calls at once."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from apps.voice.carrier import rest
from apps.voice.carrier.journal import Journal
from apps.voice.carrier.terms import Account, Dialling
from apps.voice.carrier.transport import Exchange
from apps.voice.carrier.wire import Line

Conduct = Callable[[Line, Journal], Awaitable[None]]
"""What the caller does on the line. It may end before the call does, and is cancelled with it."""


def sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


@dataclass
class Office:
    api: rest.Api
    exchange: Exchange
    log_dir: Path

    async def place(
        self, dialling: Dialling, conduct: Conduct, *, background: npt.NDArray[np.int16] | None = None
    ) -> tuple[Line, Journal]:
        """One call from its first ring to its last callback."""
        line = Line(
            dialling,
            exchange=self.exchange,
            account=self.api.account,
            call_sid=sid("CA"),
            background=background,
        )
        journal = Journal(self.log_dir / f"{line.call_sid}.jsonl")
        self.api.lines[line.call_sid] = line
        calling = asyncio.create_task(line.run())
        conducting = asyncio.ensure_future(conduct(line, journal))
        try:
            await asyncio.wait({calling, conducting}, return_when=asyncio.FIRST_COMPLETED)
            if conducting.done():
                conducting.result()
            await calling
        finally:
            for task in (conducting, calling):
                task.cancel()
            await asyncio.wait({conducting, calling})
            del self.api.lines[line.call_sid]
        journal.news()
        return line, journal


@contextlib.asynccontextmanager
async def opened(
    exchange: Exchange, *, account: Account, carrier_file: Path, log_dir: Path, port: int = 0
) -> AsyncIterator[Office]:
    """An office with its API answering and its notice put up, until this ends."""
    api = rest.Api(account=account, exchange=exchange, sid=sid)
    try:
        async with rest.serving(api, port=port):
            with rest.advertised(api, file=carrier_file):
                yield Office(api, exchange, log_dir)
    finally:
        await exchange.close()


def account_for(*, carrier_file: Path, sid: str, token: str) -> Account:
    """The account the server expects: the configured one, that of a carrier already there, or a fresh one."""
    if token:
        return Account(sid or "AC" + "0" * 32, token)
    if there := rest.running(carrier_file):
        return Account(str(there["account_sid"]), str(there["auth_token"]))
    return Account("AC" + secrets.token_hex(16), secrets.token_hex(16))
