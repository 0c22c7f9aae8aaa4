"""The recogniser's own process: it decodes for all calls, so that the server's loop never waits.

pocketsphinx holds Python's lock while it decodes, so a thread would stop every call's audio for as long.
Run as `python -m apps.voice.stt.worker DESCRIPTOR ACOUSTICS`, see `workroom`.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import cast

from apps.voice.speech import Expectation, Heard, Partial, SpeechStarted, Utterance
from apps.voice.stt.decoding import Listener, Shelf
from apps.voice.workroom import PING, PONG, message, received

STOCK, OPEN, SOUND, EXPECT, CLOSE = b"p", b"o", b"s", b"e", b"c"
STARTED, PARTIAL, UTTERANCE, READY = b"S", b"P", b"U", b"R"


def encode(call: int, heard: Heard) -> bytes:
    match heard:
        case SpeechStarted():
            return message(call, STARTED)
        case Partial(text=text):
            return message(call, PARTIAL, text.encode())
        case Utterance():
            fields: list[object] = [heard.text, heard.confidence, heard.started_ms, heard.ended_ms]
            return message(call, UTTERANCE, json.dumps(fields).encode())
    raise TypeError(f"The recogniser does not report {type(heard).__name__}.")


def decode(kind: bytes, body: bytes) -> Heard:
    if kind == STARTED:
        return SpeechStarted()
    if kind == PARTIAL:
        return Partial(text=body.decode())
    text, confidence, started_ms, ended_ms = json.loads(body)
    return Utterance(text=text, confidence=confidence, started_ms=started_ms, ended_ms=ended_ms)


def serve(connection: socket.socket, *, acoustics: Path) -> None:
    """Decode for every call on this connection until it closes."""
    shelf = Shelf(acoustics=acoustics)
    listeners: dict[int, Listener] = {}
    for call, kind, body in received(connection):
        listener = listeners.get(call)
        if kind == SOUND and listener is not None:
            for heard in listener.hear(body):
                connection.sendall(encode(call, heard))
        elif kind == EXPECT and listener is not None:
            listener.expect(cast(Expectation, body.decode()))
        elif kind == CLOSE and listener is not None:
            listeners.pop(call).close()
        elif kind == OPEN:
            listeners[call] = Listener(shelf=shelf, folder=Path(body.decode()))
            shelf.stock(Path(body.decode()))
        elif kind == STOCK:
            shelf.stock(Path(body.decode()))
            connection.sendall(message(call, READY))
        elif kind == PING:
            connection.sendall(message(call, PONG))


def main() -> None:
    descriptor, acoustics = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as connection:
        try:
            serve(connection, acoustics=Path(acoustics))
        except (BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
            return  # The server is gone, and with it everybody who waited for an answer.


if __name__ == "__main__":
    main()
