"""The Django application of this room."""

from django.apps import AppConfig


class MenuConfig(AppConfig):
    name = "apps.menu"
