"""Which models a restaurant's calls are answered by, and with whose keys."""

from __future__ import annotations

from django.conf import settings

from apps.accounts import keys
from apps.restaurant.models import RestaurantSettings


def wanted(chosen: RestaurantSettings) -> list[str]:
    """`provider/model` in order: the restaurant's choice and its fall-backs, else the installation's."""
    if chosen.llm_provider:
        return [f"{chosen.llm_provider}/{chosen.llm_model}", *chosen.llm_fallbacks]
    return [f"{settings.LLM_PROVIDER}/{settings.LLM_MODEL}", *settings.LLM_FALLBACKS]


def own_keys(chosen: RestaurantSettings) -> dict[str, str]:
    """The restaurant's own keys, opened."""
    return {name: keys.decrypt(sealed) for name, sealed in chosen.provider_keys.items() if sealed}
