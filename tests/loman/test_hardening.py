"""An installation that others can reach: what it refuses to start without, and what its answers tell a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.tenants.scope import Place

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "hX3-mQ9_vT7kLw2RzYc8bNf5PdJs6GaEuK4oMiVq1WtZxCnB0pAyDjHe",
    "ALLOWED_HOSTS": "loman.example.com",
    "PUBLIC_URL": "https://loman.example.com",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",  # is not asked
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_deployment_check_finds_nothing() -> None:
    ran = manage("check", "--deploy", "--tag", "security", "--fail-level", "WARNING", **PRODUCTION)
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL"])
def test_without_a_key_hosts_or_an_origin_it_does_not_start_and_says_so_in_a_sentence(name: str) -> None:
    ran = manage("check", **{**PRODUCTION, name: ""})
    assert ran.returncode != 0
    assert ran.stderr == f"With DEBUG=false, set {name} too (.env.example says how).\n"


def test_an_origin_that_is_not_https_is_refused() -> None:
    ran = manage("check", **{**PRODUCTION, "PUBLIC_URL": "http://loman.example.com"})
    assert ran.returncode != 0
    assert ran.stderr == "With DEBUG=false, PUBLIC_URL has to be an https:// origin.\n"


def test_a_page_tells_the_browser_what_it_may_do(client: Client, bella: Place) -> None:
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]


def test_what_is_no_page_may_do_nothing(client: Client, bella: Place) -> None:
    assert client.get("/health")["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert client.post("/tools/get_context")["Content-Security-Policy"].startswith("default-src 'none'")


def test_no_template_of_ours_carries_a_script_a_style_or_a_handler() -> None:
    import re

    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", text), path


def test_over_https_the_browser_is_told_to_stay_there(client: Client, bella: Place, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    assert client.get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
