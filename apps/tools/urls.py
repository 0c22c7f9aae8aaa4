"""Addresses of the tools: one per tool in the catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.tools.api import views

urlpatterns: list[URLPattern] = [path(f"tools/{name}", view, name=f"tool-{name}") for name, view in views()]
