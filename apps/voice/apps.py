"""The Django application of this room."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "apps.voice"

    def ready(self) -> None:
        from apps.voice import ending  # noqa: F401  (importing it declares who finishes calls)
