"""Reads a TwiML document into the steps a carrier performs, in order. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree  # nosec B405  (our own server's answers)
from dataclasses import dataclass


class Unreadable(ValueError):
    """Not a TwiML document, or a verb this carrier does not know."""


@dataclass(frozen=True, slots=True)
class Stream:
    url: str
    parameters: tuple[tuple[str, str], ...]
    status_callback: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Dial:
    numbers: tuple[str, ...]
    action: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class Record:
    action: str
    callback: str


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str


Step = Stream | Say | Dial | Record | Redirect | Pause | Hangup | Reject


def parse(document: str) -> list[Step]:
    try:
        root = ElementTree.fromstring(document)  # nosec B314  (our own server's answers)
    except ElementTree.ParseError as error:
        raise Unreadable(f"TwiML that is no XML: {error}") from error
    if root.tag != "Response":
        raise Unreadable(f"TwiML begins with <Response>, not with <{root.tag}>.")
    return [_step(verb) for verb in root]


def _step(verb: ElementTree.Element) -> Step:
    text = (verb.text or "").strip()
    match verb.tag:
        case "Connect":
            return _stream(verb.find("Stream"))
        case "Say":
            return Say(text)
        case "Dial":
            numbers = (text, *((number.text or "").strip() for number in verb.iter("Number")))
            seconds = int(verb.get("timeout", "30"))
            return Dial(tuple(filter(None, numbers)), verb.get("action", ""), seconds)
        case "Record":
            return Record(verb.get("action", ""), verb.get("recordingStatusCallback", ""))
        case "Redirect":
            return Redirect(text)
        case "Pause":
            return Pause(float(verb.get("length", "1")))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(verb.get("reason", "rejected"))
    raise Unreadable(f"This carrier does not know the verb <{verb.tag}>.")


def _stream(stream: ElementTree.Element | None) -> Stream:
    if stream is None:
        raise Unreadable("<Connect> without <Stream>.")
    url = stream.get("url", "")
    if "?" in url:
        raise Unreadable("Twilio refuses a stream URL with a query string.")
    parameters = tuple((p.get("name", ""), p.get("value", "")) for p in stream.iter("Parameter"))
    return Stream(url, parameters, stream.get("statusCallback", ""))
