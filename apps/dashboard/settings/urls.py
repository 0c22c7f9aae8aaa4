"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import house, index, kitchen, listening

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("house/", house.show, name="settings-house"),
    path("listen/", listening.listen, name="settings-listen"),
    path("kitchen/", kitchen.show, name="settings-kitchen"),
]
