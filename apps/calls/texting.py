"""Text messages before they are sent: their words, how many segments they take, and when nobody may be woken. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.restaurant import hours

GSM_SEGMENT, GSM_PART = 160, 153
UNICODE_SEGMENT, UNICODE_PART = 70, 67
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Take two places each."""
MOST_SEGMENTS = 4

_HOUSE = frozenset({"name", "address", "phone"})
BLANKS: Mapping[str, frozenset[str]] = {
    "address": _HOUSE,
    "hours": _HOUSE,
    "missed": _HOUSE,
    "order": _HOUSE | {"number", "ready", "total"},
    "delay": _HOUSE | {"number", "ready"},
    "cancelled": _HOUSE | {"number"},
    "changed": _HOUSE | {"number", "ready", "total"},
    "pay_link": _HOUSE | {"number", "total", "link"},
    "paid": _HOUSE | {"number", "ready", "total"},
    "reservation": _HOUSE | {"when", "party", "reference"},
    "table_free": _HOUSE | {"when", "party"},
    "unacknowledged": _HOUSE | {"number"},
    "ticket": _HOUSE | {"summary"},
}
"""What each template may speak of."""
WORDING: Mapping[str, str] = {
    "address": "{name}: {address}",
    "hours": "{name}: see you soon at {address}.",
    "missed": "{name}: sorry we missed your call. Please call again, we answer day and night.",
    "order": "{name}: we have your order {number}, ready at {ready}. Reply STOP for no more texts.",
    "delay": "{name}: your order {number} will be ready at {ready}. Sorry for the wait.",
    "cancelled": "{name}: your order {number} is cancelled.",
    "changed": "{name}: we have changed your order {number}. It is {total}, ready at {ready}.",
    "pay_link": "{name}: please pay {total} for order {number} here: {link}",
    "paid": "{name}: thank you, order {number} is paid. It will be ready at {ready}.",
    "reservation": "{name}: your table for {party} is booked, {when}. Reply STOP for no more texts.",
    "table_free": "{name}: a table for {party} has become free, {when}. Please call us if you want it.",
    "unacknowledged": "{name}: order {number} has not been acknowledged. Please look at the board.",
    "ticket": "{name}: somebody is waiting for you. {summary}",
}
NOTICES = frozenset({"delay", "cancelled", "missed", "table_free"})
"""Nobody waits for these at that moment: they keep the quiet hours."""
FOR_STAFF = frozenset({"unacknowledged", "ticket"})
_BLANK = re.compile(r"\{(\w*)\}")
_TELLS_TO_CANCEL = re.compile(r"\b(text|reply|send|write|answer)\b[^.]{0,20}\bcancel\b", re.IGNORECASE)


def filled(wording: str, facts: Mapping[str, Any]) -> str:
    """The template with its blanks filled; other braces are the restaurant's own business."""
    return _BLANK.sub(lambda blank: str(facts.get(blank[1], "")), wording)


def fault(template: str, wording: str) -> str:
    """What is wrong with a restaurant's own wording, as a sentence; empty when nothing is."""
    allowed = BLANKS.get(template)
    if allowed is None:
        return f"There is no text message called {template}."
    if not wording.strip():
        return "The text message is empty."
    unknown = sorted({blank for blank in _BLANK.findall(wording) if blank not in allowed})
    if unknown:
        blanks = ", ".join(f"{{{blank}}}" for blank in sorted(allowed))
        return f"{{{unknown[0]}}} is not known in this message. It may speak of {blanks}."
    if _TELLS_TO_CANCEL.search(wording):
        return "Guests must not be told to text CANCEL: to the carriers that word means no more texts at all."
    if segments(wording) > MOST_SEGMENTS:
        return f"The text message takes {segments(wording)} parts; {MOST_SEGMENTS} are the most."
    return ""


def segments(text: str) -> int:
    """How many SMS segments a text takes: GSM-7 160 or 153 a part, else UCS-2 70 or 67 (GSM 03.38)."""
    if all(letter in GSM or letter in GSM_EXTENDED for letter in text):
        length = sum(2 if letter in GSM_EXTENDED else 1 for letter in text)
        single, part = GSM_SEGMENT, GSM_PART
    else:
        length = len(text.encode("utf-16-le")) // 2
        single, part = UNICODE_SEGMENT, UNICODE_PART
    return 1 if length <= single else -(-length // part)


def after_quiet(moment: datetime, *, begins: time | None, ends: time | None, timezone: str) -> datetime:
    """This moment, or the end of the quiet hours it falls into. Quiet hours may pass midnight; none are set when
    either end is missing or both are the same."""
    if begins is None or ends is None or begins == ends:
        return moment
    here = moment.astimezone(ZoneInfo(timezone))
    if begins < ends:
        quiet = begins <= here.time() < ends
        day = here.date()
    else:
        quiet = here.time() >= begins or here.time() < ends
        day = here.date() + timedelta(days=here.time() >= begins)
    return max(moment, hours.local(day, ends, timezone=timezone)) if quiet else moment
