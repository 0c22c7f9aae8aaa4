"""The TwiML we answer with. Built from elements, never from text put together. Pure."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405  (it writes only)

from apps.calls.handover import Plan

UNKNOWN_NUMBER = "This number is not in service. Goodbye."
NOT_NOW = "This number cannot take calls at the moment. Goodbye."
APOLOGY = "I'm sorry, we are having trouble with this line."
TAKE_MESSAGE = "Please leave a message after the tone, and we will call you back."
NOBODY = "I'm sorry, nobody could take your call."
CALLED_BACK = "I'm sorry, nobody could take your call. Somebody will call you back. Goodbye."
BUSY = "All our lines are busy. I'll connect you with the restaurant."


def stream(
    *, url: str, token: str, fallback_number: str, ring_seconds: int, transfer_url: str, message_url: str
) -> str:
    """Connect the call to our media socket. What follows `<Connect>` runs when the socket dies: an apology,
    the restaurant's telephone, else a message."""
    response = Element("Response")
    streaming = SubElement(SubElement(response, "Connect"), "Stream", url=url)
    SubElement(streaming, "Parameter", name="token", value=token)
    _say(response, APOLOGY)
    if fallback_number:
        _dial(response, number=fallback_number, ring_seconds=ring_seconds, action=transfer_url)
    else:
        _take_message(response, message_url)
    SubElement(response, "Hangup")
    return _text(response)


def say_and_hang_up(words: str) -> str:
    response = Element("Response")
    _say(response, words)
    SubElement(response, "Hangup")
    return _text(response)


def forward(*, number: str, ring_seconds: int, action: str, words: str = "") -> str:
    """Ring a number of the restaurant; what becomes of it is posted to `action`."""
    response = Element("Response")
    if words:
        _say(response, words)
    _dial(response, number=number, ring_seconds=ring_seconds, action=action)
    SubElement(response, "Hangup")
    return _text(response)


def hand_over(plan: Plan, *, step: int, reason: str, origin: str, to: str = "") -> str:
    """Ring the plan's next target, which answers to the transfer webhook with the step after it; behind the last one
    comes its fallback. The step travels in the URL, which the carrier signs, and so does whom staff chose."""
    message_url = f"{origin}/webhooks/twilio/fallback"
    if step < len(plan.targets):
        target = plan.targets[step]
        following = urlencode({"reason": reason, "step": step + 1} | ({"to": to} if to else {}))
        action = f"{origin}/webhooks/twilio/transfer?{following}"
        return forward(number=target.number, ring_seconds=target.ring_seconds, action=action)
    if plan.fallback == "message":
        return take_message(message_url=message_url, words=NOBODY if plan.targets else "")
    return say_and_hang_up(CALLED_BACK if plan.fallback == "ticket" else NOBODY)


def reject() -> str:
    """Busy, without answering: whoever rings us goes on to their next step."""
    response = Element("Response")
    SubElement(response, "Reject", reason="busy")
    return _text(response)


def message(words: str) -> str:
    """Answer a text message; without words, do not."""
    response = Element("Response")
    if words:
        SubElement(response, "Message").text = words
    return _text(response)


def take_message(*, message_url: str, words: str = "") -> str:
    response = Element("Response")
    if words:
        _say(response, words)
    _take_message(response, message_url)
    SubElement(response, "Hangup")
    return _text(response)


def hang_up() -> str:
    response = Element("Response")
    SubElement(response, "Hangup")
    return _text(response)


def _say(parent: Element, words: str) -> None:
    SubElement(parent, "Say").text = words


def _dial(parent: Element, *, number: str, ring_seconds: int, action: str) -> None:
    dial = SubElement(parent, "Dial", timeout=str(ring_seconds), action=action, method="POST")
    SubElement(dial, "Number").text = number


def _take_message(parent: Element, message_url: str) -> None:
    _say(parent, TAKE_MESSAGE)
    SubElement(parent, "Record", maxLength="120", action=message_url, method="POST", playBeep="true")


def _text(response: Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>' + tostring(response, encoding="unicode")
