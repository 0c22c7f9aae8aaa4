"""Why somebody rang, from what was done in the call: one word per call, for lists and figures. Pure.

What a caller asks for first is why they rang: somebody who asks about an order and then places another rang about the
order. Looking things up is the reason only where nothing else was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]

QUESTION, PERSON, UNWANTED, OTHER = "question", "person", "unwanted", "other"
DEEDS = {
    "create_order": "order",
    "change_order": "order_change",
    "cancel_order": "order_change",
    "order_status": "order_status",
    "create_reservation": "reservation",
    "get_availability": "reservation",
    "join_waitlist": "reservation",
    "find_reservation": "reservation_change",
    "change_reservation": "reservation_change",
    "cancel_reservation": "reservation_change",
}
"""What a tool is used for; `create_ticket`, `transfer_call` and `end_call` say it in their arguments."""
LOOKING_UP = ("get_context", "search_menu", "send_sms")
LEFT = (("orders", "order"), ("reservations", "reservation"))
_ASKS = re.compile(
    r"\?|^(?:hi|hello|hey|yes|um|uh|so|and|,|\s)*(?:what|when|where|which|who|how|do|does|is|are|can|could)\b"
)


def reason(report: Record, *, kinds: frozenset[str], unwanted: frozenset[str]) -> str:
    """Of a call's report; `kinds` of tickets are reasons by themselves. Empty where the caller never said a word."""
    asked = next(_asked_for(report.get("tools", ()), kinds, unwanted), None)
    left = next((why for name, why in LEFT if report.get(name)), None)
    if asked or left:
        return str(asked or left)
    said = [str(turn["text"]) for turn in report.get("turns", ()) if turn["speaker"] == "caller"]
    if any(tool["name"] in LOOKING_UP for tool in report.get("tools", ())):
        return QUESTION
    if not said:
        return ""
    return QUESTION if any(_ASKS.search(words.lower()) for words in said) else OTHER


def _asked_for(tools: Any, kinds: frozenset[str], unwanted: frozenset[str]) -> Iterator[str]:
    """In the order in which it was done. What a tool refused was asked for all the same."""
    for tool in tools:
        name, given = tool["name"], tool.get("arguments")
        given = given if isinstance(given, dict) else {}
        if name in DEEDS:
            yield DEEDS[name]
        elif name == "create_ticket" and given.get("type") in kinds - {OTHER}:
            yield str(given["type"])
        elif name == "transfer_call":
            yield str(given["reason"]) if given.get("reason") in kinds - {OTHER} else PERSON
        elif name == "end_call" and given.get("reason") in unwanted:
            yield UNWANTED
