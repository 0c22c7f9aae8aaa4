"""Every stored secret, public and in each restaurant's schema: which key it stands under, and encrypting it anew.

A model says which of its columns are encrypted (`sealed`); a column holds one secret, a list or a dictionary of
them. So nothing above this room is imported, and a new column takes part by being named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from apps.accounts import keys
from apps.tenants import scope

Finding = tuple[str, str]
"""Where a secret lies (`webhook_endpoints.secret`, with the restaurant's name before it in its own schema), and how
it stands: `newest`, `older` or `unreadable`."""


def standing() -> Counter[Finding]:
    """How many secrets stand how, by place. Reads everything, changes nothing."""
    found: Counter[Finding] = Counter()
    for where, model in _everywhere():
        for row in model.objects.values_list(*_sealed(model)).iterator():
            for column, value in zip(_sealed(model), row, strict=True):
                found.update((f"{where}{model._meta.db_table}.{column}", _how(one)) for one in _secrets_in(value))
    return found


def encrypt_anew() -> int:
    """Put every secret under the newest key; how many were moved. Row by row, each in a transaction of its own:
    one that is cut off is simply begun again. What no key opens is left as it is."""
    moved = 0
    for _, model in _everywhere():
        for key in list(model.objects.values_list("pk", flat=True)):
            moved += _encrypt_row(model, key)
    return moved


@transaction.atomic
def _encrypt_row(model: Any, key: Any) -> int:
    row = model.objects.select_for_update().filter(pk=key).values(*_sealed(model)).first()
    changes: dict[str, Any] = {}
    moved = 0
    for column, value in (row or {}).items():
        old = [one for one in _secrets_in(value) if _how(one) == "older"]
        if old:
            moved += len(old)
            changes[column] = _mapped(value, lambda one: keys.encrypt_anew(one) if _how(one) == "older" else one)
    if changes:
        model.objects.filter(pk=key).update(**changes)
    return moved


def _how(secret: str) -> str:
    if keys.stands_under_newest(secret):
        return "newest"
    try:
        keys.decrypt(secret)
    except ValueError:
        return "unreadable"
    return "older"


def _everywhere() -> Iterator[tuple[str, Any]]:
    """Each model with secrets, entered where its rows lie."""
    holding = [model for model in apps.get_models() if _sealed(model)]
    own = [model for model in holding if f"apps.{model._meta.app_label}" in settings.TENANT_APPS]
    for model in holding:
        if model not in own:
            yield "", model
    for place in scope.all_places():
        with scope.enter(place):
            for model in own:
                yield f"{place.slug}: ", model


def _sealed(model: type[models.Model]) -> tuple[str, ...]:
    columns: tuple[str, ...] = getattr(model, "sealed", ())
    return columns


def _secrets_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for one in value.values() if one]
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: change(one) if one else one for name, one in value.items()}
    if isinstance(value, list):
        return [change(one) if one else one for one in value]
    return change(value)
