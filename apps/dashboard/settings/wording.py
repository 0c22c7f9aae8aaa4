"""Days and times of day as the pages of settings say them."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

_MONDAY = date(2024, 1, 1)


def weekday(number: int) -> str:
    return date_format(_MONDAY + timedelta(days=number), "l")


def weekday_in_short(number: int) -> str:
    return date_format(_MONDAY + timedelta(days=number), "D")


def clock(at: time) -> str:
    """ "2:30 pm" """
    return _("%(hour)d:%(minute)02d am") % _twelve(at) if at.hour < 12 else _("%(hour)d:%(minute)02d pm") % _twelve(at)


def hour(of_day: int) -> str:
    """ "5 pm", on an axis"""
    return _("%(hour)d am") % _twelve(time(of_day)) if of_day < 12 else _("%(hour)d pm") % _twelve(time(of_day))


def day(on: date) -> str:
    """ "Thu 24 December" """
    return date_format(on, "D j F")


def _twelve(at: time) -> dict[str, int]:
    return {"hour": at.hour % 12 or 12, "minute": at.minute}
