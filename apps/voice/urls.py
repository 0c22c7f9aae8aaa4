"""Addresses the carrier calls; calls, their messages and figures, settings and restaurants, for programs."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.voice import api_calls, api_figures, api_messages, api_settings, api_stepping_in, api_tenants, webhooks

urlpatterns: list[URLPattern] = [
    path("api/v1/settings", api_settings.SettingsView.as_view(), name="settings"),
    path("api/v1/tenants", api_tenants.TenantsView.as_view(), name="tenants"),
    path("api/v1/tenants/<uuid:tenant_id>", api_tenants.TenantView.as_view(), name="tenant"),
    path("api/v1/tenants/<uuid:tenant_id>/leave", api_tenants.LeaveView.as_view(), name="tenant-leave"),
    path("api/v1/owners", api_tenants.OwnersView.as_view(), name="owners"),
    path("api/v1/owners/<uuid:owner_id>", api_tenants.OwnerView.as_view(), name="owner"),
]
urlpatterns += [
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
urlpatterns += [
    path("api/v1/calls", api_calls.CallsView.as_view(), name="calls"),
    path("api/v1/calls/<uuid:call_id>", api_calls.CallView.as_view(), name="call"),
    path("api/v1/calls/<uuid:call_id>/transcript", api_calls.TranscriptView.as_view(), name="call-transcript"),
    path("api/v1/calls/<uuid:call_id>/say", api_stepping_in.SayView.as_view(), name="call-say"),
    path("api/v1/calls/<uuid:call_id>/transfer", api_stepping_in.TransferView.as_view(), name="call-transfer"),
    path("api/v1/calls/<uuid:call_id>/hang-up", api_stepping_in.HangUpView.as_view(), name="call-hang-up"),
    path("api/v1/messages", api_messages.MessagesView.as_view(), name="messages"),
    path("api/v1/messages/<uuid:message_id>", api_messages.MessageView.as_view(), name="message"),
    path("api/v1/figures", api_figures.FiguresView.as_view(), name="figures"),
]
