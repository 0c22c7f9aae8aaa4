"""Which recognisers hear a restaurant's calls and which voices speak in them, in which order, with whose keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Literal

from django.conf import settings

from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.voice.roster import SYNTHESIZERS, TRANSCRIBERS
from apps.voice.speech import Provider

log = logging.getLogger(__name__)

EMBEDDED = Provider("embedded")
VENDORS = ("deepgram", "elevenlabs")
"""Those that want a key."""
ON_DISK = ("whisper", "piper")
"""Those that read files of this machine."""
WITHOUT_SOUND = "typed"
Chain = tuple[Provider, ...]
Lacks = Literal["provider", "key", "name", "path"]


class Unconfigured(Exception):
    """This provider cannot be asked as it is set. `lacks`: a `provider` of that name, a `key`, the `name` of a model or
    voice, or the right to read that `path`."""

    def __init__(self, lacks: Lacks, provider: Provider) -> None:
        super().__init__(f"{provider.name} lacks a {lacks}")
        self.lacks = lacks
        self.provider = provider


def hearing(chosen: RestaurantSettings) -> Chain:
    """Who recognises a restaurant's callers, in the order they are tried."""
    return _chain(_to_hear(chosen), known=TRANSCRIBERS, own=restaurant.own_keys(chosen, VENDORS))


def speaking(chosen: RestaurantSettings) -> Chain:
    """Whose voice says our words, in the order they are tried."""
    return _chain(_to_speak(chosen), known=SYNTHESIZERS, own=restaurant.own_keys(chosen, VENDORS))


def first_ear(chosen: RestaurantSettings) -> Provider:
    """Who is chosen to hear, and nobody in their place. Raises `Unconfigured`."""
    return _made(_to_hear(chosen)[0], known=TRANSCRIBERS, own=restaurant.own_keys(chosen, VENDORS))


def first_voice(chosen: RestaurantSettings) -> Provider:
    """Who is chosen to speak, and nobody in their place. Raises `Unconfigured`."""
    return _made(_to_speak(chosen)[0], known=SYNTHESIZERS, own=restaurant.own_keys(chosen, VENDORS))


def _to_hear(chosen: RestaurantSettings) -> list[Provider]:
    first = chosen.stt_provider or settings.STT_PROVIDER
    model = chosen.stt_model if chosen.stt_provider else settings.STT_MODEL
    fallbacks = chosen.stt_fallbacks if chosen.stt_provider else settings.STT_FALLBACKS
    return [Provider(first, model=model), *(_read(each, kind="model") for each in fallbacks)]


def _to_speak(chosen: RestaurantSettings) -> list[Provider]:
    first = chosen.tts_provider or settings.TTS_PROVIDER
    model = chosen.tts_model if chosen.tts_provider else settings.TTS_MODEL
    fallbacks = chosen.tts_fallbacks if chosen.tts_provider else settings.TTS_FALLBACKS
    return [Provider(first, model=model, voice=chosen.voice), *(_read(each, kind="voice") for each in fallbacks)]


def _read(name: object, *, kind: str) -> Provider:
    """A fall-back as it is written: `deepgram/flux-general-en`, `piper/en_US-amy-medium`, `embedded`."""
    provider, _, choice = str(name).strip().partition("/")
    return Provider(provider, **{kind: choice})


def _chain(wanted: Sequence[Provider], *, known: Mapping[str, str], own: Mapping[str, str]) -> Chain:
    """Those that are configured, each once, ending in the embedded one, which is always there. What cannot be asked
    is left out, with a line in the log."""
    chain: list[Provider] = []
    for each in wanted:
        if each.name == WITHOUT_SOUND:
            return (each,)
        if each.name == EMBEDDED.name:
            return (*chain, each)
        made = _configured(each, known=known, own=own)
        if made is not None and made not in chain:
            chain.append(made)
            if made.name == "elevenlabs":  # where no WebSocket gets through, plain requests may
                chain.append(_over_http(made))
    return (*chain, EMBEDDED)


def _configured(wanted: Provider, *, known: Mapping[str, str], own: Mapping[str, str]) -> Provider | None:
    try:
        return _made(wanted, known=known, own=own)
    except Unconfigured as why:
        log.warning(_WARNINGS[why.lacks][0], extra={"event": _WARNINGS[why.lacks][1], "provider": wanted.name})
        return None


_WARNINGS: dict[Lacks, tuple[str, str]] = {
    "provider": ("unknown speech provider", "speech.unknown_provider"),
    "path": ("a restaurant names a path", "speech.path_refused"),
    "key": ("speech provider is not configured", "speech.unconfigured"),
    "name": ("speech provider is not configured", "speech.unconfigured"),
}


def _made(wanted: Provider, *, known: Mapping[str, str], own: Mapping[str, str]) -> Provider:
    """With its key, its address and what the installation has chosen of it. Raises `Unconfigured`."""
    name = wanted.name
    if name in (EMBEDDED.name, WITHOUT_SOUND):
        return wanted
    if name not in known:
        raise Unconfigured("provider", wanted)
    made = Provider(
        name=name,
        model=wanted.model or str(getattr(settings, f"{name.upper()}_MODEL", "")),
        voice=wanted.voice or str(getattr(settings, f"{name.upper()}_VOICE", "")),
        api_key=own.get(name) or str(getattr(settings, f"{name.upper()}_API_KEY", "")),
        url=str(getattr(settings, f"{name.upper()}_URL", "")),
    )
    if name in ON_DISK and not _may_be_read(made):
        raise Unconfigured("path", wanted)
    if name in VENDORS and not made.api_key:
        raise Unconfigured("key", wanted)
    if name not in VENDORS and not (made.model or made.voice):
        raise Unconfigured("name", wanted)
    return made


def _may_be_read(wanted: Provider) -> bool:
    """A path is the installation's to give: a restaurant names what was fetched, and looks at no other files."""
    fallbacks = [_read(each, kind="model").model for each in (*settings.STT_FALLBACKS, *settings.TTS_FALLBACKS)]
    given = {settings.WHISPER_MODEL, settings.PIPER_VOICE, settings.STT_MODEL, settings.TTS_MODEL, *fallbacks}
    return all("/" not in named or named in given for named in (wanted.model, wanted.voice))


def _over_http(socket: Provider) -> Provider:
    return Provider("elevenlabs-http", socket.model, socket.voice, socket.api_key, socket.url)
