"""The Django application of this room."""

from django.apps import AppConfig


class PosConfig(AppConfig):
    name = "apps.pos"
