"""The bill of materials names everything the lock pins, with its hashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_pinned_package_is_a_component_with_all_its_hashes(tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    command = [sys.executable, "scripts/sbom.py", "requirements.txt", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60, capture_output=True)
    document, lock = json.loads(out.read_text()), (ROOT / "requirements.txt").read_text()
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    found = {(one["name"], one["version"]) for one in document["components"]}
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]+\])?==([^ ;\\]+)", lock, re.MULTILINE)
    assert found == {(name.replace(".", "-").replace("_", "-"), version) for name, version in pinned}
    assert ("django", "5.2.19") in found
    kept = [each for one in document["components"] for each in one["properties"] if each["name"] == "python:sha256"]
    assert len(kept) == lock.count("--hash=sha256:")
    references = [one["bom-ref"] for one in document["components"]]
    assert document["dependencies"][0]["dependsOn"] == references
