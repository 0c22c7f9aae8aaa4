"""The Django application of this room."""

from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "apps.reservations"
