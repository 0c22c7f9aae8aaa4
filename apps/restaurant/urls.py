"""Addresses of hours, the kitchen's evening, and who is rung."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.restaurant import api_hours, api_ordering, api_staff

urlpatterns: list[URLPattern] = [
    path("api/v1/hours", api_hours.HoursView.as_view(), name="hours"),
    path("api/v1/special-days", api_hours.SpecialDaysView.as_view(), name="special-days"),
    path("api/v1/special-days/<int:day_id>", api_hours.SpecialDayView.as_view(), name="special-day"),
    path("api/v1/ordering", api_ordering.OrderingView.as_view(), name="ordering"),
    path("api/v1/ordering/pause", api_ordering.PauseView.as_view(), name="ordering-pause"),
    path("api/v1/ordering/prep-time", api_ordering.PrepTimeView.as_view(), name="ordering-prep-time"),
    path("api/v1/staff-contacts", api_staff.ContactsView.as_view(), name="staff-contacts"),
    path("api/v1/staff-contacts/<uuid:contact_id>", api_staff.ContactView.as_view(), name="staff-contact"),
    path("api/v1/transfer-rules", api_staff.RulesView.as_view(), name="transfer-rules"),
    path("api/v1/transfer-rules/<int:rule_id>", api_staff.RuleView.as_view(), name="transfer-rule"),
]
