"""Addresses of the kitchen's board, below `/r/<slug>/orders/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.orders import pages, paper, tempo

urlpatterns: list[URLPattern] = [
    path("", pages.show, name="orders-board"),
    path("board", pages.part, name="orders-part"),
    path("since", pages.since, name="orders-since"),
    path("pause", tempo.pause, name="orders-pause"),
    path("quote", tempo.quote, name="orders-quote"),
    path("<uuid:order_id>/ticket", pages.one, name="order-ticket"),
    path("<uuid:order_id>/do", pages.do, name="order-do"),
    path("<uuid:order_id>/print", paper.show, name="order-paper"),
    path("<uuid:order_id>/not-printed", paper.failed, name="order-not-printed"),
]
