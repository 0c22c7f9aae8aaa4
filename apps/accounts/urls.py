"""Addresses of signing in, of the audit record, and of phone numbers, for programs."""

from django.urls import path

from apps.accounts import api, api_audit, api_phone_numbers

urlpatterns = [
    path("api/v1/auth/token", api.TokenView.as_view(), name="token"),
    path("api/v1/auth/refresh", api.RefreshView.as_view(), name="refresh"),
    path("api/v1/auth/logout", api.LogoutView.as_view(), name="logout"),
    path("api/v1/audit", api_audit.AuditView.as_view(), name="audit"),
    path("api/v1/phone-numbers", api_phone_numbers.PhoneNumbersView.as_view(), name="phone-numbers"),
    path("api/v1/phone-numbers/<uuid:number_id>", api_phone_numbers.PhoneNumberView.as_view(), name="phone-number"),
]
