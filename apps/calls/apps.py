"""The Django application of this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "apps.calls"
