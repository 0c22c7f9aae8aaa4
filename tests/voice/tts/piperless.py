"""Piper's process on a machine where nobody installed Piper."""

import sys

sys.modules["piper"] = None  # type: ignore[assignment]

from apps.voice.tts import piper_worker  # noqa: E402

if __name__ == "__main__":
    piper_worker.main()
