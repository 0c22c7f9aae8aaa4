"""What the server serves: Django over HTTP, and the sockets of calls and dashboards."""

from __future__ import annotations

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter

from loman.gate import Gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")


def _application() -> Gate:
    django.setup(set_prefix=False)
    from apps.dashboard import routing as pages
    from apps.voice import routing as calls
    from apps.voice.lifespan import Lifespan
    from loman.http import Handler

    return Gate(
        ProtocolTypeRouter(
            {"http": Handler(), "websocket": URLRouter(calls.sockets + pages.sockets), "lifespan": Lifespan()}
        )
    )


application = _application()
