"""Giving a restaurant a phone line. From outside of any restaurant, whose own role cannot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.tenants.models import PhoneNumber

IN_USE = gettext_noop("This number cannot be taken: it is in use.")
"""It does not say whose: which restaurants there are is nobody's to find out."""


class Refusal(Exception):
    """Why it cannot be, as a sentence."""


def is_free(number: str) -> bool:
    return not PhoneNumber.objects.filter(number=number).exists()


def give(restaurant_id: UUID, *, number: str, **facts: Any) -> PhoneNumber:
    """An E.164 number that nobody has yet."""
    try:
        with transaction.atomic():
            if not is_free(number):
                raise Refusal(_(IN_USE))
            return PhoneNumber.objects.create(restaurant_id=restaurant_id, number=number, **facts)
    except IntegrityError:
        raise Refusal(_(IN_USE)) from None
