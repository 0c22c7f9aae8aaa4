"""Fetches the files of a model: goes on where it was broken off, and gives a file its name only when it is whole."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import httpx

from apps.voice import models_on_disk
from apps.voice.models_on_disk import File, Model

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds of silence, not of the whole."""
_BLOCK: Final = 1 << 18
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_ROOM_LEFT: Final = 50_000_000
"""Bytes that are left free on the disk."""

Progress = Callable[[int], None]
"""Is told how many more bytes are here."""


class NotFetched(Exception):
    """Why not, as one sentence; what was fetched so far is kept."""


def fetch(model: Model, *, home: str, client: httpx.Client, progress: Progress) -> list[Path]:
    """Have all files of a model whole. Raises `NotFetched`."""
    folder = models_on_disk.folder(model.kind)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_fetch(file, folder / file.name, home=home, client=client, progress=progress) for file in model.files]
    except OSError as error:
        raise NotFetched(f"{folder} cannot be written to: {error.strerror or error}.") from None


def _fetch(file: File, path: Path, *, home: str, client: httpx.Client, progress: Progress) -> Path:
    if (
        path.is_file()
        and path.stat().st_size == file.size
        and models_on_disk.checksum(path, like=file) == file.checksum
    ):
        progress(file.size)
        return path
    part = path.with_name(f"{path.name}.part")
    with part.open("ab") as out:
        _hold(out, path)
        if out.tell() > file.size:
            _empty(out)
        if out.tell() < file.size:
            _download(file, out, url=f"{home.rstrip('/')}/{file.path}", client=client, progress=progress)
        else:
            progress(file.size)
        out.flush()
        os.fsync(out.fileno())
        if models_on_disk.checksum(part, like=file) != file.checksum:
            part.unlink()
            raise NotFetched(f"{file.name} arrived with another checksum than it should have; it was thrown away.")
        part.replace(path)
    return path


def _hold(out: BinaryIO, path: Path) -> None:
    """Two that fetch the same file would mix it up."""
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise NotFetched(f"{path.name} is being fetched by somebody else.") from None


def _download(file: File, out: BinaryIO, *, url: str, client: httpx.Client, progress: Progress) -> None:
    missing = file.size - out.tell()
    free = shutil.disk_usage(out.name).free - _ROOM_LEFT
    if free < missing:
        raise NotFetched(f"The disk is full: {file.name} needs {missing / 1e6:.0f} MB, and {free / 1e6:.0f} are free.")
    wanted = {"Accept-Encoding": "identity"}
    if out.tell():
        wanted["Range"] = f"bytes={out.tell()}-"
    try:
        with client.stream("GET", url, headers=wanted) as response:
            _begin(file, out, response=response)
            progress(out.tell())
            for block in response.iter_bytes(_BLOCK):
                if out.tell() + len(block) > file.size:
                    raise NotFetched(f"{url} is longer than {file.name} should be.")
                out.write(block)
                progress(len(block))
    except httpx.InvalidURL as error:
        raise NotFetched(f"{url} is no address: {error}.") from None
    except httpx.ConnectError as error:
        raise NotFetched(f"There is no way to {httpx.URL(url).host or url}: {error}.") from None
    except httpx.HTTPError as error:
        raise NotFetched(f"{_so_far(file, out)} ({type(error).__name__}); run the command again to go on.") from None
    if out.tell() < file.size:
        raise NotFetched(f"{_so_far(file, out)}; run the command again to go on.")


def _begin(file: File, out: BinaryIO, *, response: httpx.Response) -> None:
    """Decide whether what comes now is the rest or the whole."""
    if response.status_code not in (200, 206):
        if response.status_code == 416:
            _empty(out)
        raise NotFetched(f"{response.request.url} answers {response.status_code} {response.reason_phrase}.")
    if response.status_code == 200:
        _empty(out)
        whole = response.headers.get("Content-Length", "")
    else:
        resumed = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if resumed is None or int(resumed[1]) != out.tell():
            _empty(out)
            raise NotFetched(f"{response.request.url} went on at the wrong place; run the command again.")
        whole = resumed[2]
    if whole.isdigit() and int(whole) != file.size:
        _empty(out)
        raise NotFetched(f"{response.request.url} has {whole} bytes and {file.name} should have {file.size}.")


def _empty(out: BinaryIO) -> None:
    out.truncate(0)
    out.seek(0)


def _so_far(file: File, out: BinaryIO) -> str:
    return f"{file.name} broke off after {out.tell() / 1e6:.1f} of {file.size / 1e6:.1f} MB"
