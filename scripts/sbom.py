"""Writes a software bill of materials (CycloneDX 1.6, JSON) of what the lock pins: name, version, marker, hashes."""

import json
import os
import re
import sys

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read(lock):
    """A component for each pinned package, in the order of the lock."""
    components = []
    for line in lock.splitlines():
        found = PINNED.match(line)
        if found:
            name, version, marker = found.groups()
            name = re.sub(r"[-_.]+", "-", name).lower()
            purl = "pkg:pypi/%s@%s" % (name, version)
            components.append({"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl})
            if marker:
                marked = {"name": "python:marker", "value": marker.strip()}
                components[-1]["properties"] = [marked]
        for digest in HASH.findall(line):
            components[-1].setdefault("properties", []).append({"name": "python:sha256", "value": digest})
    return components


def document(components):
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "loman", "name": "loman"}},
        "components": components,
        "dependencies": [{"ref": "loman", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def main(lock, out):
    with open(lock) as file:
        components = read(file.read())
    os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
    with open(out, "w") as file:
        json.dump(document(components), file, indent=1)
        file.write("\n")
    print("%d components in %s" % (len(components), out))


if __name__ == "__main__":
    main(*sys.argv[1:3])
