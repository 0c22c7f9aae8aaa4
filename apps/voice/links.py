"""One provider that hears a call, or is about to, and how long it is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from apps.voice.speech import Provider, Transcriber, Unserved


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    open: float = 1.0
    """To connect in mid-call."""
    total: float = 1.5
    """In mid-call until the last in the line, which is here, takes over."""
    open_first: float = 3.0
    """To connect while the notice is said."""
    open_last: float = 20.0
    """For the last in the line, which may have to load something first."""
    news: float = 1.4
    """While somebody speaks, or words are not final yet: who then reports nothing at all is down."""
    deaf: float = 6.0
    """Of speech in which not a word was heard."""
    again: float = 10.0
    """Who broke off is asked again at once, but not twice within this time."""
    back: float = 10.0
    """After this time of a lesser provider a better one is tried; then after twice as long, and so on."""
    back_most: float = 120.0
    trial: float = 4.0
    """For one that is tried again to report anything: it hears along with the present one."""


PATIENCE = Patience()


@dataclass(slots=True, eq=False)
class Link:
    """One provider that hears the call, or is about to."""

    provider: Provider
    transcriber: Transcriber | None = None
    from_ms: int = 0
    """Where in the call's sound its first frame lies."""
    tried: bool = False
    """It heard along with another before it took over."""
    answered: bool = False
    words: bool = False
    """It has heard some that are not final yet."""
    failure: Unserved | None = None
