"""Addresses of sockets."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.voice.consumers import MediaConsumer

sockets: list[URLPattern] = [path("ws/twilio/media", MediaConsumer.as_asgi())]
