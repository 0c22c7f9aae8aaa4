"""Serves Loman: migrates what is waiting, then HTTP and sockets in this process, jobs beside it, until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.outbox import sweeper
from apps.voice import demo_restaurants, media

USUAL_PORT = 8000
DRAIN_SECONDS = 10
PR_SET_PDEATHSIG = 1
NOTICE = "serve.json"
"""Says which process serves where, for `demo` and other tools on this machine."""


class Command(BaseCommand):
    help = "Serve Loman on http://localhost:8000 (PORT or --port moves it) until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=None)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["port"] or int(os.environ.get("PORT") or 0)
        port = self._free(options["host"], wanted)
        self._migrate()
        if settings.DEBUG:
            demo_restaurants.create()
        connection.close()
        with _jobs(), self._noticed(options["host"], port):
            self._serve(options["host"], port)

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
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Migrating …")
            call_command("migrate_schemas", interactive=False, verbosity=0)

    @contextlib.contextmanager
    def _noticed(self, host: str, port: int) -> Iterator[None]:
        path = settings.VAR_DIR / NOTICE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"pid": os.getpid(), "port": port, "url": f"http://{host}:{port}"}))
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def _serve(self, host: str, port: int) -> None:
        config = uvicorn.Config(
            "loman.asgi:application",
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            ws_per_message_deflate=False,  # 270 KiB a call instead of 23 (FACTS)
            ws_max_size=4 * media.LONGEST_FRAME,  # bytes of UTF-8 for characters; longer is closed by the server
            access_log=False,
            log_config=None,
            proxy_headers=bool(settings.TRUSTED_PROXIES),
            forwarded_allow_ips=settings.TRUSTED_PROXIES or None,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        server = uvicorn.Server(config)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(self._run(server, f"http://localhost:{port}"))

    async def _run(self, server: uvicorn.Server, url: str) -> None:
        announcing = asyncio.create_task(self._announce(server, url))
        try:
            await server.serve()
        finally:
            announcing.cancel()

    async def _announce(self, server: uvicorn.Server, url: str) -> None:
        while not server.started:
            await asyncio.sleep(0.02)
        self.stdout.write(f"Loman is at {url}")
        if settings.DEBUG:
            names = ", ".join(email for email, _, _ in demo_restaurants.LOGINS)
            self.stdout.write(f"Demo logins: {names}; password {demo_restaurants.PASSWORD}")
        self.stdout.flush()


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
    libc = ctypes.CDLL(None)
    us = os.getpid()

    def die_with_us() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != us:
            os._exit(0)

    command = [sys.executable, "-m", "celery", "-A", "loman.celery", "worker", "--beat", "--pool", "threads"]
    command += ["--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    command += ["--schedule", str(settings.VAR_DIR / "celery-beat")]
    return subprocess.Popen(
        command, cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=die_with_us, stdin=subprocess.DEVNULL
    )
