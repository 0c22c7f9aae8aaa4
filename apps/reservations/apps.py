"""The Django application of this room."""

from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "apps.reservations"

    def ready(self) -> None:
        from apps.reservations import tasks  # noqa: F401  (importing it declares who does the work)
