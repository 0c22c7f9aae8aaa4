"""Money and times as pages write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_SIGNS = {"USD": "$", "CAD": "$", "MXN": "$", "AUD": "$", "NZD": "$", "EUR": "€", "GBP": "£"}
NOON = 12


def money(amount: Decimal, currency: str) -> str:
    """With the sign people know it by, else with its letters after it."""
    sign = _SIGNS.get(currency)
    return f"{sign}{amount}" if sign else f"{amount} {currency}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """As people say a time: 7:10 pm."""
    local = moment.astimezone(zone)
    return f"{local:%-I:%M} {_('am') if local.hour < NOON else _('pm')}"
