"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import (
    blocked,
    contacts,
    hooks,
    house,
    index,
    keeping,
    kitchen,
    listening,
    team,
    texts,
    till,
    transfers,
)

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("house/", house.show, name="settings-house"),
    path("listen/", listening.listen, name="settings-listen"),
    path("kitchen/", kitchen.show, name="settings-kitchen"),
    path("transfers/", transfers.show, name="settings-transfers"),
    path("contacts/", contacts.show, name="settings-contacts"),
    path("team/", team.show, name="settings-team"),
    path("texts/", texts.show, name="settings-texts"),
    path("blocked/", blocked.show, name="settings-blocked"),
    path("keeping/", keeping.show, name="settings-keeping"),
    path("hooks/", hooks.show, name="settings-hooks"),
    path("till/", till.show, name="settings-till"),
]
