"""Addresses that payment providers and their guests call."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.orders import webhooks

urlpatterns: list[URLPattern] = [
    path("webhooks/pay/<slug:provider>/<slug:slug>", webhooks.pay, name="pay-webhook"),
    path("pay/thanks", webhooks.thanks, name="pay-thanks"),
]
