"""Addresses the carrier calls."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.voice import webhooks

urlpatterns: list[URLPattern] = [
    path(f"webhooks/twilio/{name}", view, name=f"twilio-{name}")
    for name, view in (
        ("voice", webhooks.voice),
        ("status", webhooks.status),
        ("stream", webhooks.stream),
        ("recording", webhooks.recording),
        ("transfer", webhooks.transfer),
        ("sms", webhooks.sms),
        ("sms-status", webhooks.sms_status),
        ("fallback", webhooks.fallback),
    )
]
