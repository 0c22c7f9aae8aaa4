"""Addresses of sockets."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from apps.voice.consumers import MediaConsumer

media: Any = MediaConsumer.as_asgi()  # Channels routes ASGI applications with Django's `path`
sockets: list[URLPattern] = [path("ws/twilio/media", media)]
