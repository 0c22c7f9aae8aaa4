"""What both ways to ElevenLabs share: names, languages, and what its refusals mean. Pure.

https://elevenlabs.io/docs/api-reference/text-to-speech
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from apps.llm import reasons
from apps.llm.reasons import Reason
from apps.voice.speech import Unserved

VENDOR = "https://api.elevenlabs.io"
DEFAULT_MODEL = "eleven_flash_v2_5"
"""The fastest: about 75 ms to first audio, by the vendor's account."""
DEFAULT_VOICE = "JBFqnCBsd6RMkjVDRZzb"
"""The one of the vendor's own examples; every account has it."""
FORMAT = "ulaw_8000"
"""The line's own: nothing is converted."""
CONNECT_SECONDS = 3.0
"""For name, connection, TLS and, of a WebSocket, the handshake."""
LONGEST_DETAIL = 200
_TAKE_A_LANGUAGE = ("eleven_flash_v2_5", "eleven_turbo_v2_5")
"""Others refuse the parameter, or tell the language from the text."""
_POLICY_VIOLATION = 1008
"""The code ElevenLabs closes a WebSocket with whenever it means the client."""


def language_code(model: str, language: str) -> str:
    """What the vendor is told of the language; empty: nothing, as this model does not take it."""
    return language.partition("-")[0].lower() if model in _TAKE_A_LANGUAGE else ""


def voice_in_path(voice: str) -> str:
    """A voice's name as one step of a path, whatever a restaurant wrote there: neither way adds or leaves a step."""
    return quote(voice or DEFAULT_VOICE, safe="")


def has_words(text: str) -> bool:
    """Whether there is anything to say: for dots alone no sound would come, and no end either."""
    return any(map(str.isalnum, text))


def shortened(words: str, *, key: str) -> str:
    """For the log: one line, not too long, and without the key, should somebody quote it."""
    line = " ".join(words.split())
    return (line.replace(key, "•••") if key else line)[:LONGEST_DETAIL]


# ---- refusals ------------------------------------------------------------------------------------------

_MEANT = (
    (re.compile(r"new text input within|inactivity", re.I), Reason.BROKE_OFF),
    (re.compile(r"character limit|output.?format|language", re.I), Reason.BAD_REQUEST),
    (
        re.compile(r"quota|credit|payment|billing|subscription|free (tier|user)|unusual activity|upgrade", re.I),
        Reason.NO_QUOTA,
    ),
    (re.compile(r"api.?key|permission|unauthori[sz]ed|authenticat|sign.?in", re.I), Reason.BAD_KEY),
    (re.compile(r"\b(voice|model)\b.{0,80}\b(not|denied|deprecated|invalid)\b", re.I | re.S), Reason.NO_SUCH_MODEL),
    (re.compile(r"\binvalid (id|uid|voice|model)\b", re.I), Reason.NO_SUCH_MODEL),
    (re.compile(r"busy|heavy traffic|high (demand|levels)|went wrong|internal|unavailable", re.I), Reason.OUTAGE),
    (re.compile(r"concurren|too many|rate.?limit|simultaneous", re.I), Reason.RATE_LIMITED),
)
"""What the vendor's words mean, by the first that fits; its names (`quota_exceeded`) are read as words, too."""
_OF_ANOTHER_ROOM = {Reason.TOO_LONG: Reason.BAD_REQUEST, Reason.REFUSED: Reason.BAD_REQUEST}
"""Reasons that a voice does not have."""


def refused(status: int, body: str, *, key: str, retry_after: str = "") -> Unserved:
    """An answer that is no sound: HTTP's, or that to a WebSocket's handshake. The vendor's own name goes before the
    status: a 401 is a wrong key or an empty account, a 429 too many calls or a vendor that is busy."""
    name, words = _told(body)
    reason = None if status >= 500 else _meant(name) or _meant(words)
    if reason is None or status == 402:
        reason = reasons.read(status, words)
    reason = _OF_ANOTHER_ROOM.get(reason, reason)
    return Unserved(reason, _detail(f"HTTP {status}", name, words, key=key), retry_after=_seconds(retry_after))


def objected(name: object, words: object, *, key: str) -> Unserved:
    """An error that came as a message of the stream: its name and its sentence, either of which may be missing."""
    said = (_line(name), _line(words))
    reason = _meant(said[0]) or _meant(said[1]) or Reason.OUTAGE
    return Unserved(reason, _detail("error", *said, key=key))


def closed(code: int | None, reason: str, *, key: str) -> Unserved:
    """The end of a WebSocket. Where the vendor says why, that is the reason; else it broke off."""
    name, words = _told(reason)
    meant = _meant(name) or _meant(words)
    if meant is None:
        meant = Reason.OUTAGE if code == _POLICY_VIOLATION and words else Reason.BROKE_OFF
    return Unserved(meant, _detail(f"closed with {code}", name, words, key=key))


def written(body: object) -> str:
    """An answer's body as it came over the wire, should somebody have read its JSON."""
    return body if isinstance(body, str) else json.dumps(body, default=str)


def _meant(words: str) -> Reason | None:
    read = words.replace("_", " ")
    return next((reason for pattern, reason in _MEANT if pattern.search(read)), None)


def _told(body: str) -> tuple[str, str]:
    """The vendor's name of what is wrong, and its sentence: from one of its forms of JSON, or as plain text."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return "", re.sub(r"<[^>]*>", " ", body)
    if isinstance(found, dict) and "detail" in found:
        found = found["detail"]
    if isinstance(found, list):  # validation: one entry for each field that is wrong
        return "", "; ".join(map(_of_field, found))
    if not isinstance(found, dict):
        return "", _line(found)
    name = next((found[key] for key in ("status", "code", "error", "type") if isinstance(found.get(key), str)), "")
    return name, _line(found.get("message") or found.get("msg") or found.get("error") or "")


def _of_field(entry: object) -> str:
    if not isinstance(entry, dict):
        return _line(entry)
    place = entry.get("loc")
    return f"{'.'.join(map(str, place)) if isinstance(place, list) else '?'}: {_line(entry.get('msg'))}"


def _line(said: object) -> str:
    return "" if said is None else written(said)


def _detail(where: str, name: str, words: str, *, key: str) -> str:
    told = words if name in words else f"{name} {words}"
    return shortened(f"{where}: {told}", key=key).rstrip(": ")


def _seconds(retry_after: str) -> float | None:
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        return None
