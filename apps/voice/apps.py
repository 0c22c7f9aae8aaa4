"""The Django application of this room."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "apps.voice"
