"""Work that must happen: a row written in the same transaction as its cause, done by whoever is free."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "apps.outbox"
