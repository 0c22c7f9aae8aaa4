"""What is forgotten and given out: retention, erasure and export."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "apps.privacy"
