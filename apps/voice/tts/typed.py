"""A synthesizer that writes instead of speaking: the bytes are the text. For demo and test."""

from __future__ import annotations

from collections.abc import AsyncIterator

from apps.voice.speech import Provider, Synthesizer


class TypedSynthesizer:
    async def speak(self, text: str, *, language: str = "en") -> AsyncIterator[bytes]:
        if text:
            yield text.encode()

    async def close(self) -> None:
        """Nothing is held."""


async def open_synthesizer(provider: Provider) -> Synthesizer:
    return TypedSynthesizer()
