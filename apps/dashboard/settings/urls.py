"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import contacts, house, index, kitchen, listening, transfers

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("house/", house.show, name="settings-house"),
    path("listen/", listening.listen, name="settings-listen"),
    path("kitchen/", kitchen.show, name="settings-kitchen"),
    path("transfers/", transfers.show, name="settings-transfers"),
    path("contacts/", contacts.show, name="settings-contacts"),
]
