"""Addresses the carrier calls, and those of calls, their messages and figures."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.voice import api_calls, api_figures, api_messages, webhooks

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
urlpatterns += [
    path("api/v1/calls", api_calls.CallsView.as_view(), name="calls"),
    path("api/v1/calls/<uuid:call_id>", api_calls.CallView.as_view(), name="call"),
    path("api/v1/calls/<uuid:call_id>/transcript", api_calls.TranscriptView.as_view(), name="call-transcript"),
    path("api/v1/messages", api_messages.MessagesView.as_view(), name="messages"),
    path("api/v1/messages/<uuid:message_id>", api_messages.MessageView.as_view(), name="message"),
    path("api/v1/figures", api_figures.FiguresView.as_view(), name="figures"),
]
