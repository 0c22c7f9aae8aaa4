"""Pages for people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from apps.dashboard import door, shell, tickets
from apps.dashboard.figures import pages as figures
from apps.dashboard.menu import urls as menu
from apps.dashboard.restaurants import administration
from apps.dashboard.restaurants import listing as restaurants
from apps.dashboard.restaurants import opening as new_restaurant
from apps.dashboard.today import line
from apps.dashboard.today import pages as today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", door.home, name="home"),
    path("code", door.code, name="sign-in-code"),
    path("sign-out", door.sign_out, name="sign-out"),
    path("forgotten", door.forgotten, name="forgotten"),
    path("password/<str:token>", door.new_password, name="new-password"),
    path("invitation/<str:token>", door.invitation, name="invitation"),
    path("account", door.account, name="account"),
    path("restaurants/", restaurants.show, name="restaurants-page"),
    path("restaurants/new/", new_restaurant.new, name="restaurant-new"),
    path("restaurants/<uuid:tenant_id>/do", restaurants.do, name="restaurant-do"),
    path("r/<slug:slug>/admin/", administration.inside, name="restaurant-admin"),
    path("r/<slug:slug>/admin/<path:rest>", administration.inside),
    path("r/<slug:slug>/", today.today, name="today"),
    path("r/<slug:slug>/today", today.part, name="today-part"),
    path("r/<slug:slug>/side", shell.side, name="side"),
    path("r/<slug:slug>/bookings/", include("apps.dashboard.bookings.urls")),
    path("r/<slug:slug>/line", line.part, name="line-part"),
    path("r/<slug:slug>/line/<uuid:call_id>", line.one, name="line-one"),
    path("r/<slug:slug>/line/<uuid:call_id>/step-in", line.step_in, name="step-in"),
    path("r/<slug:slug>/calls/", include("apps.dashboard.history.urls")),
    path("r/<slug:slug>/figures/", figures.show, name="figures-page"),
    path("r/<slug:slug>/tickets/", tickets.show, name="tickets-page"),
    path("r/<slug:slug>/tickets/lists", tickets.part, name="tickets-part"),
    path("r/<slug:slug>/tickets/<uuid:ticket_id>/do", tickets.do, name="ticket-do"),
    path("r/<slug:slug>/orders/", include("apps.dashboard.orders.urls")),
    path("r/<slug:slug>/settings/", include("apps.dashboard.settings.urls")),
    *menu.urlpatterns,
]
