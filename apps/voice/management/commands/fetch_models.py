"""Fetches Whisper models and Piper voices, or lists them."""

from __future__ import annotations

import sys
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from apps.voice import fetching, models_on_disk
from apps.voice.models_on_disk import HOMES, MODELS, Model

SETTINGS = {"whisper": "STT_PROVIDER=whisper WHISPER_MODEL={}", "piper": "TTS_PROVIDER=piper PIPER_VOICE={}"}


class Command(BaseCommand):
    help = "Fetch speech models by name: fetch_models NAME ...; without a name, list them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--from", dest="home", metavar="URL", help="a mirror, with the same files below it")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [_named(name) for name in options["names"]]
        if not chosen:
            self._list()
        with httpx.Client(follow_redirects=True, timeout=fetching.TIMEOUT) as client:
            for model in chosen:
                self._fetch(model, home=options["home"] or HOMES[model.kind], client=client)

    def _list(self) -> None:
        for model in MODELS:
            state = models_on_disk.examine(model)
            self.stdout.write(f"{model.kind:8} {model.name:24} {model.size / 1e6:6.0f} MB  {state}")
        self.stdout.write(f"They lie in {models_on_disk.folder('whisper').parent}.")

    def _fetch(self, model: Model, *, home: str, client: httpx.Client) -> None:
        tqdm.monitor_interval = 0  # no thread for it
        line = tqdm(total=model.size, desc=model.name, unit="B", unit_scale=True, disable=not sys.stderr.isatty())
        try:
            with line:
                paths = fetching.fetch(model, home=home, client=client, progress=line.update)
        except fetching.NotFetched as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("Broken off; run the command again to go on.") from None
        self.stdout.write(f"{model.name} is here: {paths[0]}. Use it with {SETTINGS[model.kind].format(model.name)}.")
        if model.kind == "piper":
            card = f"{home.rstrip('/')}/{model.files[0].path.rpartition('/')[0]}/MODEL_CARD"
            self.stdout.write(f"Whose recordings it was made from, and their licence: {card}")


def _named(name: str) -> Model:
    for model in MODELS:
        if model.name == name:
            return model
    raise CommandError(f"There is no model {name!r}; run fetch_models without a name to see them.")
