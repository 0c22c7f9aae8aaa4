"""The Django application of this room."""

from django.apps import AppConfig


class LlmConfig(AppConfig):
    name = "apps.llm"
