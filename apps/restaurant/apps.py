"""A restaurant's own settings, people to call, and opening hours. In its schema."""

from django.apps import AppConfig


class RestaurantConfig(AppConfig):
    name = "apps.restaurant"
