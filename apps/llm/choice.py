"""Which models a restaurant's calls are answered by, in which order, and with whose keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.conf import settings

from apps.llm.embedded import model as embedded
from apps.llm.vendors import ROUTES, Provider
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

log = logging.getLogger(__name__)

EMBEDDED = Provider(embedded.PROVIDER, embedded.MODEL)
Chain = tuple[Provider, ...]


def chain_of(chosen: RestaurantSettings) -> Chain:
    """A restaurant's models in the order they are asked."""
    return chain(*wanted(chosen), keys=own_keys(chosen))


def wanted(chosen: RestaurantSettings) -> list[str]:
    """`provider/model` in order: the restaurant's choice and its fall-backs, else the installation's."""
    if chosen.llm_provider:
        return [f"{chosen.llm_provider}/{chosen.llm_model}", *chosen.llm_fallbacks]
    return [f"{settings.LLM_PROVIDER}/{settings.LLM_MODEL}", *settings.LLM_FALLBACKS]


def own_keys(chosen: RestaurantSettings) -> dict[str, str]:
    """The restaurant's own keys for models, opened; what it has for its till and its payments stays sealed."""
    return restaurant.own_keys(chosen, ROUTES)


def chain(*names: str, keys: Mapping[str, str] | None = None) -> Chain:
    """The providers for `provider/model` names, in order, each once, ending in the embedded model. `keys` are a
    restaurant's own. Names we do not know and providers without a key are left out, with a line in the log."""
    providers: list[Provider] = []
    for each in names:
        name, _, model = str(each).strip().partition("/")
        if name in ("", embedded.PROVIDER):
            break  # it always answers: nothing after it would ever be asked
        made = _provider(name, model, keys or {})
        if made is not None and made not in providers:
            providers.append(made)
    return (*providers, EMBEDDED)


def _provider(name: str, model: str, own: Mapping[str, str]) -> Provider | None:
    if name not in ROUTES:
        log.warning("unknown model provider", extra={"event": "llm.unknown_provider", "provider": name})
        return None
    made = Provider(
        name=name,
        model=model,
        api_key=own.get(name) or str(getattr(settings, f"{name.upper()}_API_KEY", "")),
        api_base=str(getattr(settings, f"{name.upper()}_API_BASE", "")),
    )
    reachable = made.api_base if name == "ollama" else made.api_key
    if not model or not reachable:
        log.warning("model provider is not configured", extra={"event": "llm.unconfigured", "provider": name})
        return None
    return made
