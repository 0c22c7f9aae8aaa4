"""Where this restaurant may have people rung and texted: asked when a number is saved, and again when it is used."""

from __future__ import annotations

from django.conf import settings as installation
from django.core.exceptions import ValidationError

from apps.language import dialling
from apps.restaurant import services


def countries() -> list[str]:
    """The restaurant's own, else the installation's."""
    return list(services.settings().dial_countries or installation.DIAL_COUNTRIES)


def why_not(number: str) -> str:
    """As a sentence for staff; empty when the number may be rung and texted."""
    return dialling.why_not(number, countries=countries())


def allowed(number: str) -> bool:
    return bool(number) and not why_not(number)


def validate(number: str) -> None:
    """For fields that hold a number we would ring."""
    if number and (why := why_not(number)):
        raise ValidationError(why, code="not_dialled")


def house() -> str:
    """The restaurant's own telephone, if it may be rung."""
    number = services.settings().transfer_number
    return number if allowed(number) else ""
