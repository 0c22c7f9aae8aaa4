"""Asks the advisory service about every pinned package (pip-audit). Where it cannot be reached, or knows none of them,
says so and exits 0: that nothing was found would not be true."""

import json
import socket
import subprocess
import sys

SERVICE = ("pypi.org", 443)


def main(lock):
    try:
        socket.create_connection(SERVICE, timeout=5).close()
    except OSError as error:
        print("Not audited: the advisory service (%s) cannot be reached from here: %s." % (SERVICE[0], error))
        return 0
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", lock, "-f", "json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        print("Not audited: %s" % (done.stderr.strip().splitlines() or ["pip-audit said nothing."])[-1])
        return 1
    code, lines = verdict(report["dependencies"])
    print("\n".join(lines))
    return code


def verdict(packages):
    """Exit code and lines, from pip-audit's list of packages with their `vulns`, or why each was skipped."""
    asked = [each for each in packages if "skip_reason" not in each]
    if packages and not asked:
        return 0, ["Not audited: what answers for %s from here knows none of the packages." % SERVICE[0]]
    lines = [
        "%s %s: %s, mended in %s"
        % (each["name"], each["version"], weak["id"], ", ".join(weak["fix_versions"]) or "none")
        for each in asked
        for weak in each["vulns"]
    ]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if skipped:
        lines.append("Not audited, because it is not known there: %s." % ", ".join(skipped))
    known = sum(bool(each["vulns"]) for each in asked)
    lines.append("%d packages audited, %d with known weaknesses." % (len(asked), known))
    return (1 if known else 0), lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
