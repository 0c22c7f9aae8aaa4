"""ElevenLabs over plain HTTP, through its SDK: one streamed request per sentence. The only file that imports it.

No `previous_text` goes along: the wording of the last sentence is only known to have been spoken once it was heard, and
a sentence after an interruption would be intoned as the end of one that nobody finished.
https://elevenlabs.io/docs/api-reference/text-to-speech/stream
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

import httpx

from apps.llm.reasons import Reason
from apps.voice.speech import Provider, Synthesizer, Unserved
from apps.voice.tts import elevenlabs_terms as terms

if TYPE_CHECKING:
    from elevenlabs.client import AsyncElevenLabs

CHUNK_BYTES = 160
"""20 ms: the first sound goes on as soon as there is any."""
MOST_REQUESTS = 100
"""At once, of all calls in this process."""
KEPT_SECONDS = 50.0
"""A connection that nobody uses: longer than a caller thinks, shorter than the vendor's own patience."""
READ_SECONDS = 10.0
"""Between two pieces of an answer; whoever waits for sound has less patience."""


class HttpSynthesizer:
    """Speaks with one of the vendor's voices, over connections that all calls share."""

    def __init__(self, provider: Provider, client: AsyncElevenLabs) -> None:
        self._provider = provider
        self._model = provider.model or terms.DEFAULT_MODEL
        self._client = client
        self._closed = False

    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        if self._closed or not terms.has_words(text):
            return
        heard = False
        try:
            async with self._client.text_to_speech.with_raw_response.stream(
                terms.voice_in_path(self._provider.voice),
                text=text,
                model_id=self._model,
                output_format="ulaw_8000",
                request_options={"chunk_size": CHUNK_BYTES, "max_retries": 0},
                **_language(self._model, language),
            ) as answer:
                _expect_sound(answer.headers.get("content-type", ""))
                async for chunk in answer.data:
                    heard = True
                    yield chunk
        except Unserved:
            raise
        except Exception as error:  # whatever SDK and HTTP client raise for a refusal, a broken line, an odd body
            raise _unserved(error, heard=heard, key=self._provider.api_key) from None
        if not heard:
            raise Unserved(Reason.EMPTY, "it ended without a sound")

    async def close(self) -> None:
        """The connections stay, for other calls."""
        self._closed = True


def _language(model: str, language: str) -> dict[str, str]:
    code = terms.language_code(model, language)
    return {"language_code": code} if code else {}


def _expect_sound(content_type: str) -> None:
    """A page of somebody in between, sent with a 200, would be a loud noise."""
    if content_type.startswith(("text/", "application/json", "application/xml")):
        raise Unserved(Reason.MALFORMED, f"{content_type} instead of sound")


def _unserved(error: Exception, *, heard: bool, key: str) -> Unserved:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        headers = {name.lower(): value for name, value in (getattr(error, "headers", None) or {}).items()}
        body = terms.written(getattr(error, "body", ""))
        return terms.refused(status, body, key=key, retry_after=headers.get("retry-after", ""))
    words = terms.shortened(f"{type(error).__name__}: {error}", key=key)
    if isinstance(error, httpx.TransportError) and heard:
        return Unserved(Reason.BROKE_OFF, words)
    if isinstance(error, httpx.TimeoutException):
        return Unserved(Reason.SILENCE, words)
    if isinstance(error, httpx.HTTPError | OSError):
        return Unserved(Reason.OUTAGE, words)
    return Unserved(Reason.MALFORMED, words)


# ---- connections ---------------------------------------------------------------------------------------

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def _connections() -> httpx.AsyncClient:
    """This event loop's own, kept between sentences and calls. It follows no redirect: the key would go along."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = httpx.AsyncClient(
            verify=tls(),
            limits=httpx.Limits(
                max_connections=MOST_REQUESTS,
                max_keepalive_connections=MOST_REQUESTS,
                keepalive_expiry=KEPT_SECONDS,
            ),
        )
    return _clients[loop]


async def let_go() -> None:
    """Close the connections that were kept open on this event loop, before it ends."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()


@lru_cache(maxsize=1)
def tls() -> ssl.SSLContext:
    """Made once: reading all certificates takes tens of milliseconds."""
    return httpx.create_ssl_context()


# ---- the SDK -------------------------------------------------------------------------------------------


def load() -> None:
    """The SDK (about a second of CPU) and the certificates: in a thread, before the first call."""
    tls()
    _sdk()


@lru_cache(maxsize=1)
def _sdk() -> type[AsyncElevenLabs]:
    from elevenlabs.client import AsyncElevenLabs

    return AsyncElevenLabs


async def open_synthesizer(provider: Provider) -> Synthesizer:
    """Nothing is asked yet: the first sentence follows at once, and a handshake before it would take as long as one
    with it. Refusals are told by the first sentence."""
    if not (_sdk.cache_info().currsize and tls.cache_info().currsize):
        await asyncio.to_thread(load)
    timeout = httpx.Timeout(READ_SECONDS, connect=terms.CONNECT_SECONDS, pool=terms.CONNECT_SECONDS)
    client = _sdk()(
        api_key=provider.api_key,
        base_url=provider.url or terms.VENDOR,
        timeout=cast(float, timeout),  # handed to httpx as it is
        httpx_client=_connections(),
    )
    return HttpSynthesizer(provider, client)
