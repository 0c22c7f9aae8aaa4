"""The two servers that `rest` compares, on the same uvicorn and the same handler: Loman, and a plain Django view that
has the same query written in one schema. Started as `python -m tests.bench.rest_server {plain,loman} PORT SCHEMA`."""

from __future__ import annotations

import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")


def plain(schema: str) -> Any:
    """No restaurants, no tokens, no permissions: a view, the query in the search path of its one schema, and the
    middleware that every new Django project begins with."""
    from loman import settings

    database = settings.DATABASES["default"]
    database["ENGINE"] = "django.db.backends.postgresql"
    database["OPTIONS"]["options"] = f"-c search_path={schema},public"
    settings.DATABASE_ROUTERS = []
    settings.INSTALLED_APPS = [f"django.contrib.{each}" for each in ("contenttypes", "auth", "sessions", "messages")]
    settings.AUTH_USER_MODEL = "auth.User"
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    settings.ROOT_URLCONF = "tests.bench.rest_server"
    import django

    django.setup()
    from loman.http import Handler

    return Handler()


def orders(request: Any) -> Any:
    import psycopg
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor():
        raw = connection.connection
        raw.prepare_threshold = 2
        count, results = psycopg.Cursor(raw).execute(os.environ["PLAIN_SQL"]).fetchone()
        raw.prepare_threshold = None
    body = f'{{"count":{count},"next":null,"previous":null,"results":[{results}]}}'
    return HttpResponse(body, content_type="application/json")


def addresses() -> list[Any]:
    from django.urls import path

    return [path("api/v1/orders", orders)]


def loman() -> Any:
    from loman.asgi import application

    return application


def main(which: str, port: int, schema: str) -> None:
    import uvicorn

    application = plain(schema) if which == "plain" else loman()
    uvicorn.run(
        application, host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False,
        log_level="error", lifespan="off",
    )  # fmt: skip


urlpatterns = addresses() if os.environ.get("PLAIN_SQL") else []

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
