#!/usr/bin/env python3
"""Makes `.venv` with the pinned packages. Standard library only, runs under any Python 3, twice in no time.

python3 scripts/setup.py requirements.txt
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv

VERSIONS = ((3, 11), (3, 12), (3, 13))
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOME = os.path.join(ROOT, ".venv")
UV = "uv==0.13.9"


def main(requirements):
    if sys.version_info[:2] not in VERSIONS:
        other = find_python()
        if other is None:
            sys.exit("Loman needs Python 3.11, 3.12 or 3.13; this is %d.%d." % sys.version_info[:2])
        os.execv(other, [other, os.path.abspath(__file__), requirements])  # nosec B606  (no shell is what is wanted)
    stamp, wanted = os.path.join(HOME, "installed-" + requirements), fingerprint(requirements)
    if read(stamp) == wanted:
        return
    python = os.path.join(HOME, "bin", "python")
    if not works(python):
        print("Making .venv with Python %d.%d …" % sys.version_info[:2], flush=True)
        shutil.rmtree(HOME, ignore_errors=True)
        try:
            venv.create(HOME, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("Python's own pip is missing: install the package python3-venv (or python3-full) and try again.")
    print("Installing %s …" % requirements, flush=True)
    install(python, os.path.join(ROOT, requirements))
    with open(stamp, "w") as file:
        file.write(wanted)


def install(python, requirements):
    """With uv, ten times faster; with pip where uv is not to be had or does not reach the index."""
    quiet = {"stdin": subprocess.DEVNULL}
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    uv = os.path.join(HOME, "bin", "uv")
    if not works(uv):
        subprocess.run([*pip, UV], stderr=subprocess.DEVNULL, **quiet)
    if works(uv):
        command = [uv, "pip", "install", "--quiet", "--system-certs", "--python", python]
        command += ["--no-deps", "--require-hashes", "-r", requirements]  # the lock is whole
        if subprocess.run([*command, *index_of_pip(python)], **quiet).returncode == 0:
            return
        print("uv could not install; trying pip.", flush=True)
    if subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", requirements], **quiet).returncode:
        sys.exit("The packages could not be installed: is the package index reachable?")


def index_of_pip(python):
    """uv does not read pip's configuration; where pip was told another index, uv is told the same."""
    asked = [python, "-m", "pip", "config", "get", "global.index-url"]
    done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    url = done.stdout.strip()
    return ["--index-url", url] if done.returncode == 0 and url else []


def find_python():
    for major, minor in reversed(VERSIONS):
        found = shutil.which("python%d.%d" % (major, minor))
        if found and works(found):
            return found
    return None


def works(program):
    """Whether it is there and starts: version managers leave shims that only print an error."""
    try:
        return subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def fingerprint(requirements):
    with open(os.path.join(ROOT, requirements), "rb") as file:
        return hashlib.sha256(file.read() + HOME.encode() + sys.version.encode()).hexdigest()


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "requirements.txt")
