"""The Django application of this room."""

from importlib import import_module

from django.apps import AppConfig


class ToolsConfig(AppConfig):
    name = "apps.tools"

    def ready(self) -> None:
        """Importing the catalog fills the registry."""
        import_module("apps.tools.catalog")
