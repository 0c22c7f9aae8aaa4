"""The Django application of this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "apps.orders"

    def ready(self) -> None:
        from apps.orders import tasks  # noqa: F401  (importing it declares who does the work)
