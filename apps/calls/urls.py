"""Addresses of what calls leave behind."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.calls import api

urlpatterns: list[URLPattern] = [
    path("api/v1/blocked-numbers", api.BlockedNumbersView.as_view(), name="blocked-numbers"),
    path("api/v1/blocked-numbers/<uuid:id>", api.BlockedNumberView.as_view(), name="blocked-number"),
]
