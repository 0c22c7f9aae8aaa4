"""The bases of REST's resources, where a race cannot be had by asking politely."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.rest import views
from apps.reservations.models import DiningTable


def refused(**facts: Any) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        DiningTable.objects.create(**facts)
    return caught.value


def test_whoever_loses_a_race_for_a_name_is_told_so_and_a_bug_stays_one(in_bella: Any) -> None:
    twice = refused(name="2-1", seats=2)
    assert isinstance(views._taken(twice), views.Conflict)
    broken = refused(name="nobody checked", seats=0)
    assert views._taken(broken) is broken
