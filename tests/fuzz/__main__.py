"""`FUZZ=1000000 SEED=6 python -m tests.fuzz`: a long campaign; prints and writes var/fuzz/fuzz.json."""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ.setdefault("FUZZ", "1000000")
    code = pytest.main(["tests/fuzz/test_fuzz.py", "-q", "-s", "--tb=short", "--log-level=CRITICAL"])
    if code == 0:
        from tests.fuzz.test_fuzz import OUT

        print(OUT.read_text())
    sys.exit(code)
