"""A µ-law WAV file that can be played while it is still written, and after its writer was killed."""

from __future__ import annotations

from pathlib import Path

from apps.voice.audio import SILENCE, wav_header


class Writer:
    """Appends sound and keeps the header true after every write."""

    def __init__(self, path: Path, *, channels: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = path
        self._channels = channels
        self._bytes = 0
        self._file = path.open("wb")
        self._header_bytes = self._file.write(self._header())
        self._file.flush()

    def write(self, interleaved: bytes) -> None:
        """Append samples, the channels' taking turns."""
        self._file.seek(self._header_bytes + self._bytes)
        self._file.write(interleaved)
        self._bytes += len(interleaved)
        self._file.seek(0)
        self._file.write(self._header())
        self._file.flush()

    def silence(self, *, channel: int, first: int, last: int) -> None:
        """Put silence over what one channel has from one sample up to another."""
        begin, end = first * self._channels, last * self._channels
        with self._path.open("r+b") as file:
            file.seek(self._header_bytes + begin)
            sound = bytearray(file.read(max(0, end - begin)))
            sound[channel :: self._channels] = SILENCE * len(sound[channel :: self._channels])
            file.seek(self._header_bytes + begin)
            file.write(sound)

    def close(self) -> None:
        self._file.close()

    def _header(self) -> bytes:
        return wav_header(sound_bytes=self._bytes, channels=self._channels, encoding="mulaw")
