"""Serves Loman: migrates what is waiting, then HTTP and sockets in this process, jobs beside it, until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.outbox import sweeper
from apps.tenants import lock, migrating
from apps.tenants.management.commands import migrate_restaurants
from apps.voice import demo_restaurants, media
from loman import processes
from loman.server import BoundedProtocol

USUAL_PORT = 8000
DRAIN_SECONDS = 8
"""For calls and requests to end; the worker has as long again."""
NOTICE = "serve.json"
"""Says which process serves where, for `demo` and other tools on this machine."""


class Command(BaseCommand):
    help = "Serve Loman on http://localhost:8000 (PORT or --port moves it) until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=None)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = os.environ.get("PORT", "")
        if asked and not (asked.isdigit() and 0 < int(asked) < 65_436):
            raise CommandError(f"PORT={asked} is not a port.")
        wanted = options["port"] or int(asked or 0)
        port = self._free(options["host"], wanted)
        try:
            self._migrate()
        except lock.Impossible as reason:
            raise CommandError(str(reason)) from None
        if settings.DEBUG:
            demo_restaurants.create()
        connection.close()
        # uvicorn drains and then raises the signal again, so that whoever called it ends too: let that be an
        # exit that cleans up behind itself.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt), _jobs():
            try:
                self._serve(options["host"], port)
            finally:
                self._forget_notice()

    def _free(self, host: str, wanted: int) -> int:
        """The port asked for; when it is taken, the next free one, and that is said."""
        first = wanted or USUAL_PORT
        for port in range(first, first + 100):
            with contextlib.closing(socket.socket()) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with contextlib.suppress(OSError):
                    probe.bind((host, port))
                    if port != first:
                        self.stdout.write(f"Port {first} is taken; serving on {port}.")
                    return port
        raise CommandError(f"No port from {first} to {first + 99} is free.")

    def _migrate(self) -> None:
        """Nobody is served before it is done; whoever could not be migrated is not served, the others are."""
        failed = migrating.run(listener=migrate_restaurants.listener_for(self.stdout))
        if failed:
            names = ", ".join(each.restaurant.slug for each in failed)
            self.stderr.write(f"Not served until `manage.py migrate_restaurants` succeeds for them: {names}")

    def _forget_notice(self) -> None:
        path = settings.VAR_DIR / NOTICE
        with contextlib.suppress(OSError, ValueError):
            if json.loads(path.read_text())["pid"] == os.getpid():
                path.unlink()

    def _serve(self, host: str, port: int) -> None:
        config = uvicorn.Config(
            "loman.asgi:application",
            host=host,
            port=port,
            loop="uvloop",
            http=BoundedProtocol,
            ws="websockets-sansio",
            ws_per_message_deflate=False,  # 270 KiB a call instead of 23 (FACTS)
            ws_max_size=4 * media.LONGEST_FRAME,  # bytes of UTF-8 for characters; longer is closed by the server
            access_log=False,
            log_config=None,
            proxy_headers=bool(settings.TRUSTED_PROXIES),
            forwarded_allow_ips=settings.TRUSTED_PROXIES or None,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        server = _Server(config, started=self._announce)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve())

    def _announce(self, port: int) -> None:
        notice = {"pid": os.getpid(), "port": port, "url": f"http://127.0.0.1:{port}"}
        (settings.VAR_DIR / NOTICE).write_text(json.dumps(notice))
        self.stdout.write(f"Loman is at http://localhost:{port}")
        if settings.DEBUG:
            names = ", ".join(email for email, _, _ in demo_restaurants.LOGINS)
            self.stdout.write(f"Demo logins: {names}; password {demo_restaurants.PASSWORD}")
        self.stdout.flush()


class _Server(uvicorn.Server):
    """Says when it has begun to serve."""

    def __init__(self, config: uvicorn.Config, *, started: Callable[[int], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell_started(self.config.port)


@contextlib.contextmanager
def _jobs() -> Iterator[None]:
    """The outbox: always swept in this process; with Redis also by a Celery worker with its beat."""
    stop = sweeper.start()
    worker = _celery() if settings.REDIS_URL else None
    try:
        yield
    finally:
        stop.set()
        if worker is not None:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()


def _celery() -> subprocess.Popen[bytes]:
    """One small worker that dies with us, however we end."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "celery",
        "-A",
        "loman.celery",
        "worker",
        "--beat",
        "--pool",
        "threads",
    ]
    command += ["--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    command += ["--schedule", str(settings.VAR_DIR / "celery-beat")]
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        start_new_session=True,
        preexec_fn=processes.ends_with_us(),
        stdin=subprocess.DEVNULL,
    )
