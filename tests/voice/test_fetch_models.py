"""Fetching models, from a server of our own that does what servers do."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import resource
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.llm.reasons import Reason
from apps.voice import fetching, models_on_disk
from apps.voice.management.commands import fetch_models
from apps.voice.models_on_disk import File, Model
from apps.voice.speech import Unserved

CONTENT = os.urandom(700_000)
SHA256 = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
CONFIG = b'{"audio": {}}'
TINY = Model("whisper", "test.en", (File("ggml-test.en.bin", len(CONTENT), SHA256, "ggml-test.en.bin"),))
VOICE = Model(
    "piper",
    "xx_XX-test-low",
    (
        File("xx_XX-test-low.onnx", len(CONTENT), SHA256, "xx/xx_XX-test-low.onnx"),
        File("xx_XX-test-low.onnx.json", len(CONFIG), "md5:" + hashlib.md5(CONFIG).hexdigest(), "xx/config"),
    ),
)


class Server(ThreadingHTTPServer):
    """What it serves, and how it misbehaves."""

    files: dict[str, bytes]
    resumes = True
    sends: int | None = None
    """It breaks off after so many bytes."""
    shifted = 0
    """So far from where it was asked it goes on."""
    says_length = True
    asked: list[tuple[str, str | None]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.server.resumes else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        start += self.server.shifted if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.server.says_length:
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # who sees that it is too long hangs up
            self.wfile.write(content[start:][: self.server.sends])

    def log_message(self, *args: Any) -> None:
        """Not to the screen."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    server.files = {"/ggml-test.en.bin": CONTENT, "/xx/xx_XX-test-low.onnx": CONTENT, "/xx/config": CONFIG}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.VAR_DIR = tmp_path
    for module in (models_on_disk, fetch_models):
        monkeypatch.setattr(module, "MODELS", (TINY, VOICE))
    return tmp_path / "models"


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "whisper" / "ggml-test.en.bin"


def _fetch(server: Server, name: str = "test.en") -> str:
    out = StringIO()
    call_command("fetch_models", name, home=f"http://127.0.0.1:{server.server_port}/", stdout=out)
    return out.getvalue()


def _failure(server: Server, name: str = "test.en") -> str:
    with pytest.raises(CommandError) as failure:
        _fetch(server, name)
    assert failure.value.returncode == 1
    sentence = str(failure.value)
    assert re.fullmatch(r"[^\n]+\.", sentence), "one sentence"
    return sentence


def _part(file: Path) -> Path:
    return file.with_name(file.name + ".part")


# ---- fetching ----------------------------------------------------------------------------------------


def test_a_model_is_fetched_and_it_says_how_to_use_it(server: Server, file: Path) -> None:
    assert "WHISPER_MODEL=test.en" in _fetch(server)
    assert file.read_bytes() == CONTENT
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert models_on_disk.where("whisper", "test.en") == file


def test_a_voice_comes_with_its_description_and_where_its_licence_is(server: Server, folder: Path) -> None:
    assert "/xx/MODEL_CARD" in _fetch(server, VOICE.name)
    assert (folder / "piper" / "xx_XX-test-low.onnx").read_bytes() == CONTENT
    assert (folder / "piper" / "xx_XX-test-low.onnx.json").read_bytes() == CONFIG


def test_what_is_here_is_not_fetched_again(server: Server, file: Path) -> None:
    _fetch(server)
    _fetch(server)
    assert len(server.asked) == 1


def test_what_broke_off_goes_on_where_it_was(server: Server, file: Path) -> None:
    server.sends = 300_000
    assert "broke off after 0.3 of 0.7 MB" in _failure(server)
    assert not file.exists()
    kept = _part(file).stat().st_size
    assert 0 < kept <= 300_000
    server.sends = None
    _fetch(server)
    assert server.asked[1] == ("/ggml-test.en.bin", f"bytes={kept}-")
    assert file.read_bytes() == CONTENT
    assert not _part(file).exists()


def test_what_is_all_there_but_has_no_name_is_not_asked_for_again(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    _part(file).write_bytes(CONTENT)
    _fetch(server)
    assert server.asked == []
    assert file.read_bytes() == CONTENT


def test_a_server_that_does_not_resume_sends_the_whole(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    _part(file).write_bytes(CONTENT[:1000])
    server.resumes = False
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_a_server_that_resumes_at_the_wrong_place_is_not_believed(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    _part(file).write_bytes(CONTENT[:1000])
    server.shifted = 1
    assert "wrong place" in _failure(server)
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_a_damaged_beginning_is_noticed_at_the_end_and_not_resumed_from(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    _part(file).write_bytes(bytes(1000))
    assert "checksum" in _failure(server)
    assert list(file.parent.iterdir()) == []
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_more_than_there_should_be_begins_anew(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    _part(file).write_bytes(CONTENT + b"more")
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_another_content_never_gets_the_name(server: Server, file: Path) -> None:
    server.files["/ggml-test.en.bin"] = os.urandom(len(CONTENT))
    assert "checksum" in _failure(server)
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("says_length", [True, False])
@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b""])
def test_another_length_never_gets_the_name(server: Server, file: Path, content: bytes, says_length: bool) -> None:
    server.files["/ggml-test.en.bin"] = content
    server.says_length = says_length
    _failure(server)
    assert not file.exists()


def test_a_damaged_file_is_replaced(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(len(CONTENT)))
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_what_a_server_does_not_have_is_said_with_its_address(server: Server) -> None:
    server.files.clear()
    sentence = _failure(server)
    assert "/ggml-test.en.bin answers 404" in sentence


def test_without_a_network_it_says_whom_it_cannot_reach(server: Server) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(CommandError, match=r"There is no way to 127\.0\.0\.1"):
            call_command("fetch_models", "test.en", home=f"http://127.0.0.1:{nobody.getsockname()[1]}")


def test_a_full_disk_is_known_before(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_ROOM_LEFT", 1 << 62)
    assert "The disk is full" in _failure(server)
    assert server.asked == []


def test_a_disk_that_takes_no_more_is_said_and_what_is_there_is_kept(server: Server, file: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        assert f"{file.parent} cannot be written to: File too large." in _failure(server)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not file.exists()
    _fetch(server)
    assert file.read_bytes() == CONTENT


def test_a_folder_that_cannot_be_written_to_is_named(server: Server, folder: Path) -> None:
    folder.write_text("a file where a folder should be")
    assert str(folder / "whisper") in _failure(server)


def test_two_at_once_do_not_mix(server: Server, file: Path) -> None:
    file.parent.mkdir(parents=True)
    with _part(file).open("ab") as other:
        fetching._hold(other, file)
        assert "somebody else" in _failure(server)


def test_an_unknown_name_is_refused(server: Server) -> None:
    assert "no model 'nonsense'" in _failure(server, "nonsense")


# ---- what is here ------------------------------------------------------------------------------------


def test_the_list_says_what_is_here_missing_and_damaged(server: Server, file: Path) -> None:
    def listed() -> str:
        out = StringIO()
        call_command("fetch_models", stdout=out)
        return out.getvalue()

    assert re.search(r"test\.en +1 MB  missing", listed())
    _fetch(server)
    assert re.search(r"test\.en +1 MB  here", listed())
    assert list(models_on_disk.present()) == [TINY]
    file.write_bytes(bytes(len(CONTENT)))
    assert re.search(r"test\.en +1 MB  damaged", listed())
    assert re.search(r"xx_XX-test-low +1 MB  missing", listed())


def test_a_name_that_is_not_here_says_how_to_fetch_it(file: Path) -> None:
    with pytest.raises(Unserved, match=r"missing: run `manage.py fetch_models test\.en`") as refusal:
        models_on_disk.where("whisper", "test.en")
    assert refusal.value.reason is Reason.NO_SUCH_MODEL
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT[:-1])
    with pytest.raises(Unserved, match="damaged"):
        models_on_disk.where("whisper", "test.en")


def test_a_path_is_taken_as_it_is_and_a_name_never_leaves_the_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.bin"
    outside.write_bytes(b"x")
    (folder / "whisper").mkdir(parents=True)
    own = folder / "whisper" / "ggml-own.bin"
    own.write_bytes(b"x")
    assert models_on_disk.where("whisper", str(outside)) == outside
    assert models_on_disk.where("whisper", "ggml-own.bin") == own
    for name in ("../../secret.bin", "..", ".", "", "../whisper/ggml-own.bin", "a/../ggml-own.bin", "x\0y"):
        with pytest.raises(Unserved, match="There is no whisper model"):
            models_on_disk.where("whisper", name)


def test_every_known_model_has_a_checksum_of_its_kind_and_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    lengths = {"sha256": 64, "md5": 32}
    for model in models_on_disk.MODELS:
        for each in model.files:
            way, _, digest = each.checksum.partition(":")
            assert len(digest) == lengths[way]
            assert int(digest, 16)
            assert each.size > 1000
            assert each.path.endswith(each.name)
    names = [model.name for model in models_on_disk.MODELS]
    assert len(set(names)) == len(names) > 20
    digests = [each.checksum for model in models_on_disk.MODELS for each in model.files]
    assert len(set(digests)) == len(digests)
