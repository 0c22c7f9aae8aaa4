"""Which models a restaurant's calls are answered by, in which order, and with whose keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Literal

from django.conf import settings

from apps.llm.embedded import model as embedded
from apps.llm.vendors import ROUTES, Provider
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

log = logging.getLogger(__name__)

EMBEDDED = Provider(embedded.PROVIDER, embedded.MODEL)
Chain = tuple[Provider, ...]
Lacks = Literal["provider", "key", "name", "address"]


class Unconfigured(Exception):
    """This model cannot be asked as it is set. `lacks`: a `provider` of that name, a `key`, the `name` of a model, or
    the `address` of the server it is on."""

    def __init__(self, lacks: Lacks, provider: str) -> None:
        super().__init__(f"{provider} lacks a {lacks}")
        self.lacks = lacks
        self.provider = provider


def chain_of(chosen: RestaurantSettings) -> Chain:
    """A restaurant's models in the order they are asked."""
    return chain(*wanted(chosen), keys=own_keys(chosen))


def wanted(chosen: RestaurantSettings) -> list[str]:
    """`provider/model` in order: the restaurant's choice and its fall-backs, else the installation's."""
    if chosen.llm_provider:
        return [f"{chosen.llm_provider}/{chosen.llm_model}", *chosen.llm_fallbacks]
    return [f"{settings.LLM_PROVIDER}/{settings.LLM_MODEL}", *settings.LLM_FALLBACKS]


def first_of(chosen: RestaurantSettings) -> Provider:
    """The model that is chosen, and none in its place. Raises `Unconfigured`."""
    name, _, model = wanted(chosen)[0].strip().partition("/")
    return EMBEDDED if name in ("", embedded.PROVIDER) else _made(name, model, own_keys(chosen))


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
    try:
        return _made(name, model, own)
    except Unconfigured as why:
        if why.lacks == "provider":
            log.warning("unknown model provider", extra={"event": "llm.unknown_provider", "provider": name})
        else:
            log.warning("model provider is not configured", extra={"event": "llm.unconfigured", "provider": name})
        return None


def _made(name: str, model: str, own: Mapping[str, str]) -> Provider:
    """With its key and its address. Raises `Unconfigured`."""
    if name not in ROUTES:
        raise Unconfigured("provider", name)
    made = Provider(
        name=name,
        model=model,
        api_key=own.get(name) or str(getattr(settings, f"{name.upper()}_API_KEY", "")),
        api_base=str(getattr(settings, f"{name.upper()}_API_BASE", "")),
    )
    if not model:
        raise Unconfigured("name", name)
    if name == "ollama" and not made.api_base:
        raise Unconfigured("address", name)
    if name != "ollama" and not made.api_key:
        raise Unconfigured("key", name)
    return made
