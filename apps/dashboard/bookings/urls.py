"""Addresses of the book, below `/r/<slug>/bookings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.bookings import desk, feed, pages, waiting

urlpatterns: list[URLPattern] = [
    path("", pages.show, name="bookings-page"),
    path("part", pages.part, name="bookings-part"),
    path("new", desk.new, name="booking-new"),
    path("times", desk.times, name="booking-times"),
    path("feed", feed.do, name="bookings-feed"),
    path("<uuid:booking_id>/", desk.one, name="booking-page"),
    path("<uuid:booking_id>/do", desk.do, name="booking-do"),
    path("waiting/<uuid:entry_id>/do", waiting.do, name="waiting-do"),
]
