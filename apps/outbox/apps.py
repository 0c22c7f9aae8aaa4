"""Work that must happen: a row written in the same transaction as its cause, done by whoever is free."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "apps.outbox"

    def ready(self) -> None:
        """Every room's `tasks` declares what it handles; shared tasks belong to our application, with our broker."""
        import_module("loman.celery")
        autodiscover_modules("tasks")
