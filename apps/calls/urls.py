"""Addresses of tickets, of what text messages say and to whom they may go, and of callers who are not answered."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.calls import api, api_suppressions, api_templates, api_tickets

urlpatterns: list[URLPattern] = [
    path("api/v1/tickets", api_tickets.TicketsView.as_view(), name="tickets"),
    path("api/v1/tickets/<uuid:ticket_id>", api_tickets.TicketView.as_view(), name="ticket"),
    path(
        "api/v1/tickets/<uuid:ticket_id>/acknowledge",
        api_tickets.AcknowledgeView.as_view(),
        name="ticket-acknowledge",
    ),
    path("api/v1/tickets/<uuid:ticket_id>/close", api_tickets.CloseView.as_view(), name="ticket-close"),
    path("api/v1/tickets/<uuid:ticket_id>/reopen", api_tickets.ReopenView.as_view(), name="ticket-reopen"),
    path("api/v1/sms-suppressions", api_suppressions.SuppressionsView.as_view(), name="sms-suppressions"),
    path("api/v1/sms-suppressions/<str:digest>", api_suppressions.SuppressionView.as_view(), name="sms-suppression"),
    path("api/v1/sms-templates", api_templates.TemplatesView.as_view(), name="sms-templates"),
    path("api/v1/sms-templates/<str:template>", api_templates.TemplateView.as_view(), name="sms-template"),
    path("api/v1/blocked-numbers", api.BlockedNumbersView.as_view(), name="blocked-numbers"),
    path("api/v1/blocked-numbers/<uuid:id>", api.BlockedNumberView.as_view(), name="blocked-number"),
]
