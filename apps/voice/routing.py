"""Addresses of sockets."""

from __future__ import annotations

from django.urls import URLPattern

sockets: list[URLPattern] = []
