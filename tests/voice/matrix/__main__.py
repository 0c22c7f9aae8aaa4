"""Prints the matrix: `python -m tests.voice.matrix`."""

from __future__ import annotations

import asyncio
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loman.settings")
    django.setup()
    from tests.voice.matrix import listening

    for model in sys.argv[1:] or ("nova-3", "flux-general-en"):
        for condition, outcome in asyncio.run(listening.all_of(model)).items():
            gap, answer = outcome.gap_seconds, outcome.answer_seconds
            print(f"{model:16} {condition:17} gap {gap:4.2f} s  final after {answer:4.2f} s  {outcome}")


if __name__ == "__main__":
    main()
