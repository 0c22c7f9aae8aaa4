"""Makes `first/`: the data of an installation as the first release leaves it, for the test that upgrades it.

Run with the code of that release, once; what it wrote is kept and never made anew:

    git worktree add /tmp/first 175cf11 && cd /tmp/first && python3 scripts/setup.py requirements.txt
    .venv/bin/python …/tests/upgrade/make_dump.py …/tests/upgrade/first

The calls are typed by the callers of `place_call` with fixed seeds, so that what is ordered is the same every time; ids
and moments are not. Numbers are fictitious (555-01xx). One plain SQL script per schema, rows as INSERT, without the
lines of a session: any server from 14 on takes them, through any driver. `manifest.json` says what is in them.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import ledger  # type: ignore[import-not-found]  # beside this file

BELLA, SAKURA = "+15125550101", "+15125550102"
TYPED = (
    (BELLA, "+15125550188", ["--seed", "7"]),
    (BELLA, "+15125550187", ["--seed", "21"]),
    (BELLA, "+15125550186", ["--seed", "42"]),
    (SAKURA, "+15125550185", ["--seed", "5"]),
)
BOOKING = """I'd like to book a table for four tomorrow at seven pm.
My name is Kate Miller.
Yes, please.
No, thank you. Goodbye.
"""
ENCRYPTION_KEY = "bG9tYW4gdXBncmFkZSB0ZXN0LCBubyBzZWNyZXQhISE="
"""For this dump only, so that the test can read the secrets that were stored under it."""
SESSION = re.compile(r"^(SET \w+ = .*;|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*|--.*|)\n?$")


def main(out: Path) -> None:
    checkout = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="loman-first-") as var:
        os.environ |= {"VAR_DIR": var, "ENCRYPTION_KEYS": ENCRYPTION_KEY, "DJANGO_SETTINGS_MODULE": "loman.settings"}
        sys.path.insert(0, str(checkout))
        from loman.embedded import keeper

        keeper.hold()
        manage("migrate_schemas", "--shared", "-v0")
        manage("create_demo")
        for called, caller, words in TYPED:
            manage("place_call", "--text", "--to", called, "--from", caller, *words)
        sentences = Path(var) / "booking.txt"
        sentences.write_text(BOOKING)
        for called in (BELLA, SAKURA):
            manage("place_call", "--text", "--to", called, "--from", "+15125550184", "--script", str(sentences))
        manage("create_restaurant", "Third Corner", "--timezone", "America/Denver", "--number", "+15125550103")
        manage("menu", "--restaurant", "sakura", "publish", "--note", "as we opened")
        work_a_shift()
        write(out)
        keeper.release()


def manage(*words: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *words], capture_output=True, text=True, check=False)
    print(f"manage.py {' '.join(words)}", done.stdout[-1500:], sep="\n")
    if done.returncode:
        sys.exit(done.stderr)


def work_a_shift() -> None:
    """What staff do between calls, through the release's own services."""
    import django

    django.setup()
    from datetime import timedelta

    from django.utils import timezone

    from apps.accounts import access, audit
    from apps.accounts.models import User
    from apps.accounts.permissions import Role
    from apps.calls import messages
    from apps.calls import services as calls
    from apps.menu import editions
    from apps.menu import services as menu
    from apps.menu.models import MenuItem, MenuModifier
    from apps.orders import lifecycle
    from apps.orders.models import Order
    from apps.outbox import webhooks
    from apps.reservations import services as reservations
    from apps.tenants import scope
    from apps.tenants.models import PhoneNumber

    now = timezone.now()
    PhoneNumber.objects.filter(number=BELLA).update(sms_registered_at=now)
    bella = scope.find_by_slug("bella-napoli")
    assert bella is not None
    ana = User.objects.get(email="ana@bella.test")
    webhooks.add(bella, url="https://example.com/loman", types=["order.placed", "ticket.opened"])
    webhooks.add(bella, url="https://example.net/all")
    access.new_key(bella, label="till", role=Role.STAFF_VIEWER, by=ana)
    audit.record("sign_in", actor=ana.email, place=bella, address="203.0.113.9")
    audit.record(
        "settings.changed", actor=ana.email, place=bella, before={"prep_minutes": 15}, after={"prep_minutes": 20}
    )
    audit.record("number.viewed", actor=ana.email, place=bella, number="+15125550188")
    with scope.enter(bella):
        menu.eighty_six(MenuItem.objects.order_by("name")[3], reason="out of mussels")
        menu.eighty_six(MenuModifier.objects.order_by("name", "pk")[2], until=now + timedelta(days=1))
        editions.keep(by=ana.email, note="as we opened", now=now)
        with editions.drafting(by=ana.email, now=now):
            MenuItem.objects.filter(name="Tiramisu").update(price="8.75")
        first, second = Order.objects.order_by("created_at")[:2]
        lifecycle.advance(first.pk, to="preparing", by=ana.email, place=bella, now=now)
        lifecycle.cancel(second.pk, reason="guest rang again", by=ana.email, place=bella, now=now)
        calls.open_ticket(type="callback", summary="Wants to talk about a party of thirty.", key="dump:1", now=now,
                          callback_number="+15125550187")  # fmt: skip
        closed = calls.open_ticket(type="complaint", summary="The pizza was cold.", key="dump:2", now=now)
        calls.close(closed.pk, reason="resolved", by=ana.email, now=now)
        messages.queue(place=bella, number="+15125550188", template="delay", key="dump:3", call_id=None,
                       facts={"number": first.number, "ready": "7:40 PM"})  # fmt: skip
        messages.receive(bella, number="+15125550186", text="STOP", sid="SM" + "0" * 32, now=now)
        reservations.join_waitlist(key="dump:4", party_size=2, wanted_at=now + timedelta(days=1), name="Omar",
                                   number="+15125550183", call_id=None)  # fmt: skip


def write(out: Path) -> None:
    from django.db import connection

    from apps.tenants.management.commands.make_blueprint import _pg_dump

    out.mkdir(parents=True, exist_ok=True)
    where = connection.get_connection_params()
    manifest: dict[str, Any] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'public' OR nspname LIKE 'r\\_%' ORDER BY 1")
        for (schema,) in cursor.fetchall():
            command = [_pg_dump(), "--no-owner", "--no-privileges", "--rows-per-insert=100", "--schema", schema]
            command += [
                "--host",
                str(where["host"]),
                "--username",
                str(where["user"]),
                "--dbname",
                str(where["dbname"]),
            ]
            dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            (out / f"{schema}.sql.gz").write_bytes(gzip.compress(plain(dump).encode(), 9, mtime=0))
            manifest[schema] = ledger.of(cursor, schema)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    sizes = {path.name: path.stat().st_size for path in sorted(out.iterdir())}
    print(sizes, sum(sizes.values()))


def plain(dump: str) -> str:
    """Statements only. A line within a text that happens to look like a session's must stay: those lie in an INSERT."""
    kept: list[str] = []
    inserting = False
    for line in dump.splitlines(keepends=True):
        inserting = inserting or line.startswith("INSERT INTO ")
        if inserting or not SESSION.match(line):
            kept.append(line)
        if inserting and line.endswith(");\n"):
            inserting = False
    return "".join(line for line in kept if not line.startswith("CREATE SCHEMA public"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
