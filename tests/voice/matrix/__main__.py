"""Prints the matrix: `python -m tests.voice.matrix`."""

from __future__ import annotations

import asyncio
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    django.setup()
    from tests.voice.matrix import listening, talking

    chosen = set(sys.argv[1:])
    for model in ("nova-3", "flux-general-en"):
        if not chosen or model in chosen:
            for condition, heard in asyncio.run(listening.all_of(model)).items():
                gap, answer = heard.gap_seconds, heard.answer_seconds
                print(f"{model:16} {condition:17} gap {gap:4.2f} s  final after {answer:4.2f} s  {heard}")
    for name in ("elevenlabs", "elevenlabs-http"):
        if not chosen or name in chosen:
            for condition, spoken in asyncio.run(talking.all_of(name)).items():
                print(f"{name:16} {condition:17} gap {spoken.gap_seconds:4.2f} s  {spoken}")


if __name__ == "__main__":
    main()
