"""What the server serves: Django over HTTP, and the sockets of calls and dashboards."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
http = get_asgi_application()  # sets Django up; what follows needs its models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  (Django is set up by now)

from apps.voice.lifespan import Lifespan  # noqa: E402  (likewise)
from apps.voice.routing import sockets  # noqa: E402  (likewise)

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(sockets), "lifespan": Lifespan()})
