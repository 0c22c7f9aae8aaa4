"""The Django application of this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "apps.calls"

    def ready(self) -> None:
        from apps.calls import tasks  # noqa: F401  (importing it declares who does the work)
