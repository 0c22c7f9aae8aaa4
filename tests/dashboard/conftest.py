"""Two of Bella Napoli's people, signed in to the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


def _signed_in(email: str) -> Client:
    from apps.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


@pytest.fixture
def ana(bella: Any) -> Client:
    """Its administrator."""
    return _signed_in("ana@bella.test")


@pytest.fixture
def sam(bella: Any) -> Client:
    """Of its staff."""
    return _signed_in("sam@bella.test")
