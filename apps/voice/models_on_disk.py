"""The files of Whisper and Piper on this machine: what there is to fetch, what is here, and where.

A provider asks `where` and gets a path or a sentence; nothing here, and nothing behind it, ever asks the network.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from django.conf import settings

from apps.llm.reasons import Reason
from apps.voice.speech import Unserved

Kind = Literal["whisper", "piper"]
State = Literal["missing", "damaged", "here"]

HOMES: Final[dict[Kind, str]] = {
    "whisper": "https://huggingface.co/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1",
    "piper": "https://huggingface.co/rhasspy/piper-voices/resolve/main",
}
_NAME: Final = re.compile(r"\w[\w.-]*", re.ASCII)
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    name: str
    size: int
    """Bytes."""
    checksum: str
    """`sha256:...` or `md5:...`, as whoever made the file publishes it."""
    path: str = ""
    """Where it lies below its home."""


@dataclass(frozen=True, slots=True)
class Model:
    """What is fetched under one name; its first file is the one a provider is given."""

    kind: Kind
    name: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def _ggml(name: str, size: int, sha256: str) -> Model:
    file = f"ggml-{name}.bin"
    return Model("whisper", name, (File(file, size, f"sha256:{sha256}", file),))


def _voice(name: str, size: int, md5: str, config_size: int, config_md5: str) -> Model:
    """Voices lie in folders of language, country, speaker and quality."""
    country, speaker, quality = name.split("-")
    folder = f"{country.partition('_')[0]}/{country}/{speaker}/{quality}"
    onnx, config = f"{name}.onnx", f"{name}.onnx.json"
    return Model(
        "piper",
        name,
        (
            File(onnx, size, f"md5:{md5}", f"{folder}/{onnx}"),
            File(config, config_size, f"md5:{config_md5}", f"{folder}/{config}"),
        ),
    )


# Sizes and SHA-256 of the ggml files as several projects pin them at the revision above; whisper.cpp's own table
# (models/README.md) has SHA-1. Sizes and MD5 of the voices from the catalogue of their home, voices.json.
# Two well-known American voices are not here: lessac and ryan were made from recordings that are not for business.
MODELS: Final[tuple[Model, ...]] = (
    _ggml("tiny.en", 77704715, "921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f"),
    _ggml("tiny.en-q5_1", 32166155, "c77c5766f1cef09b6b7d47f21b546cbddd4157886b3b5d6d4f709e91e66c7c2b"),
    _ggml("tiny", 77691713, "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21"),
    _ggml("base.en", 147964211, "a03779c86df3323075f5e796cb2ce5029f00ec8869eee3fdfb897afe36c6d002"),
    _ggml("base.en-q5_1", 59721011, "4baf70dd0d7c4247ba2b81fafd9c01005ac77c2f9ef064e00dcf195d0e2fdd2f"),
    _ggml("base", 147951465, "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"),
    _ggml("base-q5_1", 59707625, "422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898"),
    _ggml("small.en", 487614201, "c6138d6d58ecc8322097e0f987c32f1be8bb0a18532a3f88f734d1bbf9c41e5d"),
    _ggml("small.en-q5_1", 190098681, "bfdff4894dcb76bbf647d56263ea2a96645423f1669176f4844a1bf8e478ad30"),
    _ggml("small", 487601967, "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b"),
    _ggml("small-q5_1", 190085487, "ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb"),
    _voice("en_US-amy-medium", 63201294, "778d28aeb95fcdf8a882344d9df142fc", 4882, "7f37dadb26340c90ebc8088e0b252310"),
    _voice(
        "en_US-hfc_female-medium",
        63201294,
        "7abec91f1d6e19e913fbc4a333f62787",
        5033,
        "c3d00f54dac3b4068f2576c15c5da3bc",
    ),
    _voice("en_US-joe-medium", 63201294, "74fd6a4dc39e0aa9dce145d7f5acd4f6", 4794, "811036b9c1451545f9495fdc1baa0754"),
    _voice(
        "en_US-kristin-medium", 63531379, "5fed42d2296baca042e2bf74785db725", 4968, "70bc97d350c796c64ea5e4d08241afac"
    ),
    _voice(
        "en_US-ljspeech-medium", 63531379, "109d552e9dd78d92d1169a7edd6de38d", 4972, "0668112b8b3ac5bb4b12c2b1a366776a"
    ),
    _voice(
        "en_US-norman-medium", 63531379, "829cea515dc724d694b83b71e8083f9f", 4968, "975830d6f230f6eccf657d265de99eba"
    ),
    _voice("en_GB-alan-medium", 63201294, "8f6b35eeb8ef6269021c6cb6d2414c9b", 4888, "b11d9afd0a8f5372c42a52fbd6e021d4"),
    _voice("en_GB-alba-medium", 63201294, "c07f313752bb3aba8061041666251654", 4888, "dbb6f2ede31082710665221417906e13"),
    _voice("en_GB-cori-medium", 63531379, "f143307611eccea9d976235d0895f57c", 4966, "12b1dc45d8919f3475cf296d5f16a4c6"),
    _voice(
        "es_ES-davefx-medium", 63201294, "dc515cd4ecc5f6f72fe14a941188fc9c", 4817, "dd157b5eaf6930bf949cf416d9a9307a"
    ),
    _voice(
        "es_ES-sharvard-medium", 76733615, "77e6f9c26e92799fb04bb90b46bf1834", 4903, "e49cab310ce362145f7d94b347c291ff"
    ),
    _voice("es_MX-ald-medium", 63201294, "86374058e59b41ac3b7fe4181e1daad6", 4878, "aedc07cd37e61360144f04aebb05f7dd"),
    _voice("es_MX-claude-high", 63122309, "cb1966e0ff20ca3aa010f6c9a0ce296a", 4963, "36882201922fabb409f18d284af3eddd"),
)


def folder(kind: Kind) -> Path:
    return Path(settings.VAR_DIR) / "models" / kind


def known(kind: Kind, name: str) -> Model | None:
    return next((model for model in MODELS if (model.kind, model.name) == (kind, name)), None)


def where(kind: Kind, name_or_path: str) -> Path:
    """The file of a fetched model, or of a path somebody gave. Raises `Unserved` with what to do."""
    model = known(kind, name_or_path)
    if model is not None:
        state = glance(model)
        if state != "here":
            raise _unserved(f"{kind}'s {model.name} is {state}: run `manage.py fetch_models {model.name}`.")
        return folder(kind) / model.files[0].name
    path = Path(name_or_path).expanduser()
    if not path.is_absolute():
        path = folder(kind) / name_or_path if _NAME.fullmatch(name_or_path) else Path()
    if not path.is_file():
        names = ", ".join(model.name for model in MODELS if model.kind == kind)
        raise _unserved(f"There is no {kind} model {name_or_path!r}: give the whole path of a file, or one of {names}.")
    return path


def glance(model: Model) -> State:
    """By the sizes of its files: quick enough for every call."""
    sizes = [_size(folder(model.kind) / file.name) for file in model.files]
    if all(size == file.size for size, file in zip(sizes, model.files, strict=True)):
        return "here"
    return "missing" if None in sizes else "damaged"


def examine(model: Model) -> State:
    """By the checksums of its files, too: a second for a gigabyte."""
    state = glance(model)
    if state == "here" and any(
        checksum(folder(model.kind) / each.name, like=each) != each.checksum for each in model.files
    ):
        return "damaged"
    return state


def present() -> Iterator[Model]:
    """What is here whole, at a glance."""
    return (model for model in MODELS if glance(model) == "here")


def checksum(path: Path, *, like: File) -> str:
    """Of what lies there, in the way the file's own is given."""
    way = like.checksum.partition(":")[0]
    digest = hashlib.new(way, usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return f"{way}:{digest.hexdigest()}"


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _unserved(sentence: str) -> Unserved:
    return Unserved(Reason.NO_SUCH_MODEL, sentence)
