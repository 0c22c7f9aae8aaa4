"""Work that must happen: a row written in the same transaction as its cause, done by whoever is free."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "apps.outbox"

    def ready(self) -> None:
        from loman import celery  # noqa: F401  (shared tasks belong to our application, with our broker)
