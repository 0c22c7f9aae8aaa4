"""Addresses of the pages of settings, below `r/<slug>/settings/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.settings import (
    blocked,
    contacts,
    greeting,
    hooks,
    hours,
    house,
    index,
    keeping,
    kitchen,
    listening,
    own_keys,
    tables,
    team,
    texts,
    thinking,
    till,
    transfers,
    voice,
)

urlpatterns: list[URLPattern] = [
    path("", index.show, name="settings-page"),
    path("house/", house.show, name="settings-house"),
    path("greeting/", greeting.show, name="settings-greeting"),
    path("greeting/opening/", greeting.heard_first, name="settings-opening"),
    path("voice/", voice.show, name="settings-voice"),
    path("voice/next/", voice.next_call, name="settings-next-call"),
    path("voice/hear/", voice.hear, name="settings-hear"),
    path("models/", thinking.show, name="settings-models"),
    path("models/next/", thinking.next_call, name="settings-next-model"),
    path("models/try/", thinking.try_out, name="settings-try-model"),
    path("own-keys/", own_keys.change, name="settings-own-keys"),
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
    path("keeping/", keeping.show, name="settings-keeping"),
    path("hooks/", hooks.show, name="settings-hooks"),
    path("till/", till.show, name="settings-till"),
]
