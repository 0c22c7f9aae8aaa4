"""Addresses of sockets of open pages."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from apps.dashboard.live import LiveConsumer

live: Any = LiveConsumer.as_asgi()  # Channels routes ASGI applications with Django's `path`
sockets: list[URLPattern] = [path("ws/r/<slug:slug>/", live)]
