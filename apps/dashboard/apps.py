"""The Django application of this room."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "apps.dashboard"
