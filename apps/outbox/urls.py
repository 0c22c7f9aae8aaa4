"""Addresses of webhooks."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.outbox import api

ONE = "api/v1/webhooks/<uuid:webhook_id>"

urlpatterns: list[URLPattern] = [
    path("api/v1/webhooks", api.WebhooksView.as_view(), name="webhooks"),
    path(ONE, api.WebhookView.as_view(), name="webhook"),
    path(f"{ONE}/rotate", api.RotateView.as_view(), name="webhook-rotate"),
    path(f"{ONE}/test", api.TestView.as_view(), name="webhook-test"),
    path(f"{ONE}/deliveries", api.DeliveriesView.as_view(), name="webhook-deliveries"),
    path(f"{ONE}/deliveries/<uuid:delivery_id>/replay", api.ReplayView.as_view(), name="webhook-replay"),
]
