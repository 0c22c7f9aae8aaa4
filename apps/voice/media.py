"""Twilio Media Streams as values: frames decoded from text, and the texts of both sides encoded.

The protocol: https://www.twilio.com/docs/voice/media-streams/websocket-messages. One frame is 20 ms of one
call, so decoding and encoding stay around a microsecond.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import NoReturn

import msgspec

LONGEST_FRAME = 65_536
"""Characters. Twilio's own frames have about 350, a `start` with all its parameters a few thousand."""
LONGEST_OUTBOUND = 1_048_576
"""Characters. What we send at once is a burst of speech, at the very most some sentences."""
ENCODING, RATE = "audio/x-mulaw", 8000
"""The only sound there is on a Media Stream (Hertz)."""


class MalformedFrame(ValueError):
    """A sentence about a frame that cannot be read. It never quotes the frame: there may be a voice in it."""


class Connected(msgspec.Struct, frozen=True):
    """The socket speaks the protocol."""

    protocol: str = "Call"
    version: str = "1.0.0"


class Start(msgspec.Struct, frozen=True):
    """The stream begins."""

    stream_sid: str
    call_sid: str
    account_sid: str = ""
    parameters: dict[str, str] = {}
    """The `<Parameter>`s of the TwiML: the only way to bring values along, a URL's query does not arrive."""
    encoding: str = ENCODING
    rate: int = RATE
    """Hertz"""
    channels: int = 1


class Media(msgspec.Struct, frozen=True, gc=False):
    """A piece of sound."""

    mulaw: bytes
    timestamp_ms: int = 0
    """Since the stream's start."""
    chunk: int = 0
    stream_sid: str = ""
    track: str = "inbound"


class Mark(msgspec.Struct, frozen=True):
    """What was sent before this mark was played, or thrown away by a clear: the frame does not say which."""

    name: str
    stream_sid: str = ""


class Dtmf(msgspec.Struct, frozen=True):
    digit: str
    stream_sid: str = ""


class Stop(msgspec.Struct, frozen=True):
    """The stream is over."""

    stream_sid: str = ""


class Clear(msgspec.Struct, frozen=True):
    """To Twilio: throw away what is buffered, and return its marks."""

    stream_sid: str = ""


class Unknown(msgspec.Struct, frozen=True):
    """An event that the protocol did not have when this was written."""

    event: str


Frame = Connected | Start | Media | Mark | Dtmf | Stop | Unknown
"""From Twilio to us."""
OutboundFrame = Media | Mark | Clear | Unknown
"""From us to Twilio."""


# ---- as they are on the wire -------------------------------------------------------------------------


class _Wire(msgspec.Struct, tag_field="event", rename="camel", gc=False):
    pass


class _Format(msgspec.Struct, rename="camel", frozen=True):
    encoding: str = ENCODING
    sample_rate: int = RATE
    channels: int = 1


class _Beginning(msgspec.Struct, rename="camel"):
    stream_sid: str
    call_sid: str
    account_sid: str = ""
    custom_parameters: dict[str, str] = {}
    media_format: _Format = _Format()


class _Sound(msgspec.Struct, gc=False):
    payload: bytes
    timestamp: int = 0
    chunk: int = 0
    track: str = "inbound"


class _Name(msgspec.Struct):
    name: str


class _Key(msgspec.Struct):
    digit: str


class _Connected(_Wire, tag="connected"):
    protocol: str = "Call"
    version: str = "1.0.0"


class _Start(_Wire, tag="start"):
    start: _Beginning


class _Media(_Wire, tag="media"):
    media: _Sound
    stream_sid: str = ""


class _Mark(_Wire, tag="mark"):
    mark: _Name
    stream_sid: str = ""


class _Dtmf(_Wire, tag="dtmf"):
    dtmf: _Key
    stream_sid: str = ""


class _Stop(_Wire, tag="stop"):
    stream_sid: str = ""


class _Clear(_Wire, tag="clear"):
    stream_sid: str = ""


class _Event(msgspec.Struct):
    event: str


# Twilio writes numbers as strings ("timestamp": "102"): hence not strict.
_INBOUND = msgspec.json.Decoder(_Connected | _Start | _Media | _Mark | _Dtmf | _Stop, strict=False)
_OUTBOUND = msgspec.json.Decoder(_Media | _Mark | _Clear, strict=False)
_EVENT = msgspec.json.Decoder(_Event)
_INBOUND_EVENTS = frozenset({"connected", "start", "media", "mark", "dtmf", "stop"})
_OUTBOUND_EVENTS = frozenset({"media", "mark", "clear"})
_KEYS = frozenset("0123456789*#ABCD")
_UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises about a text that is no frame; a validation error is a kind of DecodeError."""


# ---- decoding ----------------------------------------------------------------------------------------


def decode(text: str | bytes) -> Frame:
    """What Twilio says. Raises `MalformedFrame`."""
    if type(text) is not str or len(text) > LONGEST_FRAME:
        _refuse(text, longest=LONGEST_FRAME)
    try:
        wire = _INBOUND.decode(text)
    except _UNREADABLE as error:
        return _unknown(text, error, known=_INBOUND_EVENTS)
    if type(wire) is _Media:
        sound = wire.media
        return Media(sound.payload, sound.timestamp, sound.chunk, wire.stream_sid, sound.track)
    match wire:
        case _Mark():
            return Mark(wire.mark.name, wire.stream_sid)
        case _Dtmf():
            return _dtmf(wire)
        case _Start():
            return _start(wire.start)
        case _Stop():
            return Stop(wire.stream_sid)
    return Connected(wire.protocol, wire.version)


def decode_outbound(text: str | bytes) -> OutboundFrame:
    """What we say, as our own carrier reads it. Raises `MalformedFrame`."""
    if type(text) is not str or len(text) > LONGEST_OUTBOUND:
        _refuse(text, longest=LONGEST_OUTBOUND)
    try:
        wire = _OUTBOUND.decode(text)
    except _UNREADABLE as error:
        return _unknown(text, error, known=_OUTBOUND_EVENTS)
    match wire:
        case _Media():
            return Media(wire.media.payload, stream_sid=wire.stream_sid, track="outbound")
        case _Mark():
            return Mark(wire.mark.name, wire.stream_sid)
    return Clear(wire.stream_sid)


def _start(beginning: _Beginning) -> Start:
    sound = beginning.media_format
    if (sound.encoding, sound.sample_rate, sound.channels) != (ENCODING, RATE, 1):
        raise MalformedFrame(f"A stream must be {ENCODING} at {RATE} Hz on one channel, and this one is not.")
    return Start(
        stream_sid=beginning.stream_sid,
        call_sid=beginning.call_sid,
        account_sid=beginning.account_sid,
        parameters=beginning.custom_parameters,
    )


def _dtmf(wire: _Dtmf) -> Dtmf:
    if wire.dtmf.digit not in _KEYS:
        raise MalformedFrame("A dtmf frame must carry one key of a telephone.")
    return Dtmf(wire.dtmf.digit, wire.stream_sid)


def _refuse(text: object, *, longest: int) -> NoReturn:
    if isinstance(text, str):
        raise MalformedFrame(f"A frame of {len(text)} characters; the longest allowed has {longest}.")
    raise MalformedFrame("A binary frame; Media Streams are made of text.")


def _unknown(text: str, error: Exception, *, known: frozenset[str]) -> Unknown:
    """A frame with an event of another name is only new to us; everything else is malformed."""
    try:
        event = _EVENT.decode(text).event
    except _UNREADABLE:
        event = None
    if event is None or event in known:
        # msgspec names the field and the type, not the content; Python's Unicode errors would quote it.
        reason = str(error) if isinstance(error, msgspec.DecodeError) else type(error).__name__
        raise MalformedFrame(f"A frame that cannot be read: {reason}.") from None
    return Unknown(event[:40])


# ---- encoding ----------------------------------------------------------------------------------------


class Outbound:
    """What we say on one stream: three messages, with everything but the payload made beforehand."""

    __slots__ = ("_clear", "_mark", "_media")

    def __init__(self, stream_sid: str) -> None:
        sid = _quoted(stream_sid)
        self._media = f'{{"event":"media","streamSid":{sid},"media":{{"payload":"'
        self._mark = f'{{"event":"mark","streamSid":{sid},"mark":{{"name":'
        self._clear = f'{{"event":"clear","streamSid":{sid}}}'

    def media(self, mulaw: bytes) -> str:
        return self._media + b2a_base64(mulaw, newline=False).decode("ascii") + '"}}'

    def mark(self, name: str) -> str:
        return f"{self._mark}{_quoted(name)}}}}}"

    def clear(self) -> str:
        return self._clear


def media(stream_sid: str, mulaw: bytes) -> str:
    return Outbound(stream_sid).media(mulaw)


def mark(stream_sid: str, name: str) -> str:
    return Outbound(stream_sid).mark(name)


def clear(stream_sid: str) -> str:
    return Outbound(stream_sid).clear()


class Inbound:
    """What Twilio says on one stream, for our own carrier. It counts frames and chunks as Twilio does."""

    def __init__(self, stream_sid: str, *, call_sid: str, account_sid: str) -> None:
        self._stream_sid = stream_sid
        self._call_sid = call_sid
        self._account_sid = account_sid
        self._sequence = 0
        self._chunk = 0

    def connected(self) -> str:
        return '{"event":"connected","protocol":"Call","version":"1.0.0"}'

    def start(self, *, parameters: dict[str, str]) -> str:
        beginning = {
            "accountSid": self._account_sid,
            "streamSid": self._stream_sid,
            "callSid": self._call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": ENCODING, "sampleRate": RATE, "channels": 1},
            "customParameters": parameters,
        }
        return self._encode("start", start=beginning)

    def media(self, mulaw: bytes, *, timestamp_ms: int) -> str:
        self._chunk += 1
        payload = b2a_base64(mulaw, newline=False).decode("ascii")
        sound = {
            "track": "inbound",
            "chunk": str(self._chunk),
            "timestamp": str(timestamp_ms),
            "payload": payload,
        }
        return self._encode("media", media=sound)

    def mark(self, name: str) -> str:
        return self._encode("mark", mark={"name": name})

    def dtmf(self, digit: str) -> str:
        return self._encode("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    def stop(self) -> str:
        return self._encode("stop", stop={"accountSid": self._account_sid, "callSid": self._call_sid})

    def _encode(self, event: str, **body: object) -> str:
        self._sequence += 1
        frame = {
            "event": event,
            "sequenceNumber": str(self._sequence),
            **body,
            "streamSid": self._stream_sid,
        }
        return msgspec.json.encode(frame).decode()


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
