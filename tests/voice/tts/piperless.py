"""Piper's process on a machine where nobody installed Piper."""

import runpy
import sys

if __name__ == "__main__":
    sys.modules["piper"] = None  # what Python looks up first, and finds nothing in
    runpy.run_module("apps.voice.tts.piper_worker", run_name="__main__")
