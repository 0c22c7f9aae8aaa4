"""Where this restaurant may have people rung and texted: asked when a number is saved, and again when it is used."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings as installation
from django.core.exceptions import ValidationError

from apps.language import dialling
from apps.restaurant import services
from apps.tenants import scope
from apps.tenants.models import PhoneNumber


def countries() -> list[str]:
    """The restaurant's own, else the installation's."""
    return list(services.settings().dial_countries or installation.DIAL_COUNTRIES)


def why_not(number: str, *, allowed_in: Collection[str] | None = None) -> str:
    """As a sentence for staff; empty when the number may be rung and texted. For many numbers, `countries()` is asked
    once."""
    return dialling.why_not(number, countries=countries() if allowed_in is None else allowed_in)


def allowed(number: str, *, allowed_in: Collection[str] | None = None) -> bool:
    return bool(number) and not why_not(number, allowed_in=allowed_in)


def validate(number: str) -> None:
    """For fields that hold a number we would ring."""
    if number and (why := why_not(number)):
        raise ValidationError(why, code="not_dialled")
    if number and is_ours(number):
        raise ValidationError("Loman answers this number itself: it would ring in a circle.", code="loop")


@scope.public()
def is_ours(number: str) -> bool:
    """Whether it is a line that we answer, of whatever restaurant."""
    return PhoneNumber.objects.filter(number=number).exists()


def house() -> str:
    """The restaurant's own telephone, if it may be rung."""
    number = services.settings().transfer_number
    return number if allowed(number) else ""
