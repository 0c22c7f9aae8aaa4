"""The pages of the settings, in the order of their list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    label: str | Promise
    page: str
    """Its address' name; it takes the restaurant's slug."""
    permission: str


SECTIONS = (
    Section("house", _("The house"), "settings-house", "settings.view"),
    Section("hours", _("Hours"), "settings-hours", "settings.view"),
    Section("kitchen", _("Orders and taxes"), "settings-kitchen", "settings.view"),
    Section("tables", _("Tables and pacing"), "settings-tables", "settings.view"),
    Section("greeting", _("Greeting and notice"), "settings-greeting", "settings.view"),
    Section("voice", _("Voice and languages"), "settings-voice", "settings.view"),
    Section("models", _("Models"), "settings-models", "settings.view"),
    Section("transfers", _("Transfers"), "settings-transfers", "staff_contacts.view"),
    Section("contacts", _("Staff contacts"), "settings-contacts", "staff_contacts.view"),
    Section("team", _("Team"), "settings-team", "team.view"),
    Section("texts", _("Text messages"), "settings-texts", "settings.view"),
    Section("keeping", _("Keeping and deleting"), "settings-keeping", "exports.make"),
    Section("blocked", _("Blocked callers"), "settings-blocked", "callers.block"),
    Section("hooks", _("Webhooks and keys"), "settings-hooks", "webhooks.view"),
    Section("till", _("Cash register"), "settings-till", "settings.view"),
)


def listed(here: Any) -> list[dict[str, Any]]:
    """Those that somebody may open."""
    return [
        {"name": each.name, "label": each.label, "url": reverse(each.page, args=[here.place.slug])}
        for each in SECTIONS
        if here.may(each.permission)
    ]
