"""Which recognisers hear a restaurant's calls and which voices speak in them, in which order, with whose keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

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


def hearing(chosen: RestaurantSettings) -> Chain:
    """Who recognises a restaurant's callers, in the order they are tried."""
    first = chosen.stt_provider or settings.STT_PROVIDER
    model = chosen.stt_model if chosen.stt_provider else settings.STT_MODEL
    fallbacks = chosen.stt_fallbacks if chosen.stt_provider else settings.STT_FALLBACKS
    names = [Provider(first, model=model), *(_read(each, kind="model") for each in fallbacks)]
    return _chain(names, known=TRANSCRIBERS, own=restaurant.own_keys(chosen, VENDORS))


def speaking(chosen: RestaurantSettings) -> Chain:
    """Whose voice says our words, in the order they are tried."""
    first = chosen.tts_provider or settings.TTS_PROVIDER
    model = chosen.tts_model if chosen.tts_provider else settings.TTS_MODEL
    fallbacks = chosen.tts_fallbacks if chosen.tts_provider else settings.TTS_FALLBACKS
    names = [Provider(first, model=model, voice=chosen.voice), *(_read(each, kind="voice") for each in fallbacks)]
    return _chain(names, known=SYNTHESIZERS, own=restaurant.own_keys(chosen, VENDORS))


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
    name = wanted.name
    if name not in known:
        log.warning("unknown speech provider", extra={"event": "speech.unknown_provider", "provider": name})
        return None
    made = Provider(
        name=name,
        model=wanted.model or str(getattr(settings, f"{name.upper()}_MODEL", "")),
        voice=wanted.voice or str(getattr(settings, f"{name.upper()}_VOICE", "")),
        api_key=own.get(name) or str(getattr(settings, f"{name.upper()}_API_KEY", "")),
        url=str(getattr(settings, f"{name.upper()}_URL", "")),
    )
    if name in ON_DISK and not _may_be_read(made):
        log.warning("a restaurant names a path", extra={"event": "speech.path_refused", "provider": name})
        return None
    needed = made.api_key if name in VENDORS else made.model or made.voice
    if not needed:
        log.warning("speech provider is not configured", extra={"event": "speech.unconfigured", "provider": name})
        return None
    return made


def _may_be_read(wanted: Provider) -> bool:
    """A path is the installation's to give: a restaurant names what was fetched, and looks at no other files."""
    fallbacks = [_read(each, kind="model").model for each in (*settings.STT_FALLBACKS, *settings.TTS_FALLBACKS)]
    given = {settings.WHISPER_MODEL, settings.PIPER_VOICE, settings.STT_MODEL, settings.TTS_MODEL, *fallbacks}
    return all("/" not in named or named in given for named in (wanted.model, wanted.voice))


def _over_http(socket: Provider) -> Provider:
    return Provider("elevenlabs-http", socket.model, socket.voice, socket.api_key, socket.url)
