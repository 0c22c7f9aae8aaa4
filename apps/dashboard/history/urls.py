"""Addresses of the history of calls, below `/r/<slug>/calls/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.history import flags, listing, one

urlpatterns: list[URLPattern] = [
    path("", listing.show, name="calls-page"),
    path("list", listing.part, name="calls-part"),
    path("flags/", flags.listed, name="flags-page"),
    path("flags/cases.jsonl", flags.cases, name="flag-cases"),
    path("flags/menu.json", flags.menu, name="flag-menu"),
    path("flags/<uuid:flag_id>/do", flags.do, name="flag-do"),
    path("<uuid:call_id>/", one.show, name="call-page"),
    path("<uuid:call_id>/listen", one.listen, name="call-listen"),
    path("<uuid:call_id>/number", one.number, name="call-number"),
    path("<uuid:call_id>/flag", flags.flag, name="call-flag"),
]
