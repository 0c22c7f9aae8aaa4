"""Prints the matrix: `python -m tests.voice.matrix`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    django.setup()
    from tests.voice.matrix import listening, local, talking

    chosen = set(sys.argv[1:])
    for model in ("nova-3", "flux-general-en"):
        if not chosen or model in chosen:
            for condition, heard in asyncio.run(listening.all_of(model)).items():
                gap, answer = heard.gap_seconds, heard.answer_seconds
                print(f"{model:16} {condition:17} gap {gap:4.2f} s  final after {answer:4.2f} s  {heard}")
    with tempfile.TemporaryDirectory() as folder:
        if not chosen or "whisper" in chosen:
            for condition, heard in asyncio.run(local.all_of_whisper(Path(folder))).items():
                gap, answer = heard.gap_seconds, heard.answer_seconds
                print(f"{'whisper':16} {condition:17} gap {gap:4.2f} s  final after {answer:4.2f} s  {heard}")
        if not chosen or "piper" in chosen:
            for condition, spoken in asyncio.run(local.all_of_piper(Path(folder))).items():
                print(f"{'piper':16} {condition:17} gap {spoken.gap_seconds:4.2f} s  {spoken}")
    for name in ("elevenlabs", "elevenlabs-http"):
        if not chosen or name in chosen:
            for condition, spoken in asyncio.run(talking.all_of(name)).items():
                print(f"{name:16} {condition:17} gap {spoken.gap_seconds:4.2f} s  {spoken}")


if __name__ == "__main__":
    main()
