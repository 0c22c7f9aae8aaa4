"""Addresses of the book, its tables, and the calendar feed."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.reservations import api, api_day, api_tables, api_waitlist, feeds

BOOK = "api/v1/reservations"
ONE = f"{BOOK}/<str:reservation>"

urlpatterns: list[URLPattern] = [
    path(BOOK, api.ReservationsView.as_view(), name="reservations"),
    path(f"{BOOK}/availability", api_day.AvailabilityView.as_view(), name="reservations-availability"),
    path(f"{BOOK}/day", api_day.DayView.as_view(), name="reservations-day"),
    path(f"{BOOK}/feed", api_day.FeedView.as_view(), name="reservations-feed-link"),
    path(f"{BOOK}/waitlist", api_waitlist.WaitlistView.as_view(), name="waitlist"),
    path(f"{BOOK}/waitlist/<uuid:entry_id>", api_waitlist.WaitlistEntryView.as_view(), name="waitlist-entry"),
    path(f"{BOOK}/waitlist/<uuid:entry_id>/offer", api_waitlist.OfferView.as_view(), name="waitlist-offer"),
    path(ONE, api.ReservationView.as_view(), name="reservation"),
    path(f"{ONE}/confirm", api.ConfirmView.as_view(), name="reservation-confirm"),
    path(f"{ONE}/seat", api.SeatView.as_view(), name="reservation-seat"),
    path(f"{ONE}/finish", api.FinishView.as_view(), name="reservation-finish"),
    path(f"{ONE}/no-show", api.NoShowView.as_view(), name="reservation-no-show"),
    path(f"{ONE}/cancel", api.CancelView.as_view(), name="reservation-cancel"),
    path("api/v1/tables", api_tables.TablesView.as_view(), name="tables"),
    path("api/v1/tables/<uuid:table_id>", api_tables.TableView.as_view(), name="table"),
    path("api/v1/table-combinations", api_tables.CombinationsView.as_view(), name="table-combinations"),
    path(
        "api/v1/table-combinations/<uuid:combination_id>",
        api_tables.CombinationView.as_view(),
        name="table-combination",
    ),
    path("api/v1/blackouts", api_tables.BlackoutsView.as_view(), name="blackouts"),
    path("api/v1/blackouts/<uuid:blackout_id>", api_tables.BlackoutView.as_view(), name="blackout"),
    path("feeds/reservations/<slug:slug>/<str:secret>.ics", feeds.reservations, name="reservations_feed"),
]
