"""Pages for people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from apps.dashboard import (
    door,
    figures,
    line,
    new_restaurant,
    orders,
    paper,
    restaurants,
    tempo,
    tickets,
    views,
)
from apps.dashboard.menu import urls as menu

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
    path("r/<slug:slug>/", views.today, name="today"),
    path("r/<slug:slug>/today", views.part, name="today-part"),
    path("r/<slug:slug>/line", line.part, name="line-part"),
    path("r/<slug:slug>/line/<uuid:call_id>", line.one, name="line-one"),
    path("r/<slug:slug>/line/<uuid:call_id>/step-in", line.step_in, name="step-in"),
    path("r/<slug:slug>/calls/", include("apps.dashboard.history.urls")),
    path("r/<slug:slug>/figures/", figures.show, name="figures-page"),
    path("r/<slug:slug>/tickets/", tickets.show, name="tickets-page"),
    path("r/<slug:slug>/tickets/lists", tickets.part, name="tickets-part"),
    path("r/<slug:slug>/tickets/<uuid:ticket_id>/do", tickets.do, name="ticket-do"),
    path("r/<slug:slug>/orders/", orders.show, name="orders-board"),
    path("r/<slug:slug>/orders/board", orders.part, name="orders-part"),
    path("r/<slug:slug>/orders/since", orders.since, name="orders-since"),
    path("r/<slug:slug>/orders/pause", tempo.pause, name="orders-pause"),
    path("r/<slug:slug>/orders/quote", tempo.quote, name="orders-quote"),
    path("r/<slug:slug>/orders/<uuid:order_id>/ticket", orders.one, name="order-ticket"),
    path("r/<slug:slug>/orders/<uuid:order_id>/do", orders.do, name="order-do"),
    path("r/<slug:slug>/orders/<uuid:order_id>/print", paper.show, name="order-paper"),
    path("r/<slug:slug>/orders/<uuid:order_id>/not-printed", paper.failed, name="order-not-printed"),
    path("r/<slug:slug>/settings/", include("apps.dashboard.settings.urls")),
    *menu.urlpatterns,
]
