"""People and machines that may sign in, what each role may do, and the record of what they did."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"
