"""The restaurants themselves: rows of the public schema, and the one door into each one's data."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "apps.tenants"
