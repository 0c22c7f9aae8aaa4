"""Addresses of signing in, for programs."""

from django.urls import path

from apps.accounts import api

urlpatterns = [
    path("api/v1/auth/token", api.TokenView.as_view(), name="token"),
    path("api/v1/auth/refresh", api.RefreshView.as_view(), name="refresh"),
    path("api/v1/auth/logout", api.LogoutView.as_view(), name="logout"),
]
