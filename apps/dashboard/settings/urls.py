"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import index, kitchen

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("kitchen/", kitchen.show, name="settings-kitchen"),
]
