"""The calendar feed's address."""

from __future__ import annotations

from django.urls import path

from apps.reservations import feeds

urlpatterns = [
    path("feeds/reservations/<slug:slug>/<str:secret>.ics", feeds.reservations, name="reservations_feed"),
]
