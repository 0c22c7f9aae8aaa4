"""The shop and the clock of the cases."""

from __future__ import annotations

from tests.cases.conftest import at, guest, shop

__all__ = ["at", "guest", "shop"]
