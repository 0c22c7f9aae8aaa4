"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import blocked, contacts, house, index, kitchen, listening, team, texts, transfers
from apps.dashboard.settings import contacts, hours, house, index, kitchen, listening, tables, transfers

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("house/", house.show, name="settings-house"),
    path("listen/", listening.listen, name="settings-listen"),
    path("hours/", hours.show, name="settings-hours"),
    path("hours/week", hours.change_week, name="settings-week"),
    path("hours/special-days", hours.change_special_day, name="settings-special-days"),
    path("kitchen/", kitchen.show, name="settings-kitchen"),
    path("tables/", tables.show, name="settings-tables"),
    path("tables/rows", tables.change, name="settings-table-rows"),
    path("transfers/", transfers.show, name="settings-transfers"),
    path("contacts/", contacts.show, name="settings-contacts"),
    path("team/", team.show, name="settings-team"),
    path("texts/", texts.show, name="settings-texts"),
    path("blocked/", blocked.show, name="settings-blocked"),
]
