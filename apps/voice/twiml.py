"""The TwiML we answer with. Built from elements, never from text put together. Pure."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

UNKNOWN_NUMBER = "This number is not in service. Goodbye."
APOLOGY = "I'm sorry, we are having trouble with this line."
TAKE_MESSAGE = "Please leave a message after the tone, and we will call you back."
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


def nothing() -> str:
    return _text(Element("Response"))


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
