"""Addresses of orders, and those that payment providers and their guests call."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.orders import api, webhooks

urlpatterns: list[URLPattern] = [
    path("api/v1/orders", api.OrdersView.as_view(), name="orders"),
    path("api/v1/orders/<uuid:order_id>", api.OrderView.as_view(), name="order"),
    path("api/v1/orders/<uuid:order_id>/cancel", api.CancelView.as_view(), name="order-cancel"),
    path("api/v1/orders/<uuid:order_id>/delay", api.DelayView.as_view(), name="order-delay"),
    path("api/v1/orders/<uuid:order_id>/print", api.PrintView.as_view(), name="order-print"),
    path("api/v1/orders/<uuid:order_id>/print-failed", api.PrintFailedView.as_view(), name="order-print-failed"),
    path("webhooks/pay/<slug:provider>/<slug:slug>", webhooks.pay, name="pay-webhook"),
    path("pay/thanks", webhooks.thanks, name="pay-thanks"),
]
