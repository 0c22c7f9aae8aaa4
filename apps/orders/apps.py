"""The Django application of this room."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "apps.orders"
