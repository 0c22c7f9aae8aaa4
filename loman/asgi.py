"""What the server serves: Django over HTTP, and the sockets of calls and dashboards."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from loman.gate import Gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")


def _application() -> Gate:
    http = get_asgi_application()  # sets Django up; the sockets need its models
    from apps.voice.lifespan import Lifespan
    from apps.voice.routing import sockets

    return Gate(ProtocolTypeRouter({"http": http, "websocket": URLRouter(sockets), "lifespan": Lifespan()}))


application = _application()
