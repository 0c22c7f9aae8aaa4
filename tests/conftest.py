"""The run: an embedded PostgreSQL when none is configured, the cast, and no skip that hides a failure."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from loman import settings
from loman.embedded import keeper
from tests import leftovers

hypothesis.settings.register_profile("loman", deadline=None)  # how long one example takes, a busy machine decides
hypothesis.settings.load_profile("loman")

pytest_plugins = ["tests.browsing", "tests.cast", "tests.line"]
HONEST = "not on this machine:"
"""How the reason of a skip begins that says what cannot run here, and why."""

if not (settings.env.str("DATABASE_URL", default="") and settings.env.str("REDIS_URL", default="")):
    keeper.hold()

configured.RECORDS_DIR = Path(tempfile.mkdtemp(prefix="loman-records-"))
"""Of the tests' databases: beside the installation's, `verify_audit` would miss what they had."""
atexit.register(shutil.rmtree, configured.RECORDS_DIR, ignore_errors=True)
os.environ["RECORDS_DIR"] = str(configured.RECORDS_DIR)
configured.PASSWORD_HASHERS = ["tests.hashing.QuickHasher", *settings.PASSWORD_HASHERS[1:]]
configured.RATE_LIMITS |= dict.fromkeys(("address", "restaurant", "key"), "1000000/minute")
"""All tests ask from one address. Those of the limits set their own."""
settings.CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"  # runs beside each other count apart


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A database of this run's own, always: pytest-django makes none when the chosen tests ask for it only through
    fixtures like `installation`, and they would then write into the real one. Two runs at once do not meet."""
    run = os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()
    test = connection.settings_dict["TEST"]
    test["NAME"] = f"{test['NAME'] or 'test_' + connection.settings_dict['NAME']}_run{run}"
    with django_db_blocker.unblock():
        _drop_what_killed_runs_left()
        leftovers.drop_roles_of_dropped_databases()
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:  # threads that a test left behind may still hold theirs
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        teardown_databases(made, verbosity=0)
        leftovers.drop_roles_of_dropped_databases()


def _drop_what_killed_runs_left() -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_.*_run[0-9]+$'")
        for (name,) in cursor.fetchall():
            if not Path(f"/proc/{name.rpartition('_run')[2]}").exists():
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """The same for whole modules that skip themselves."""
    report: pytest.CollectReport = yield
    if os.environ.get("CI") == "true" and report.skipped and HONEST not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped although it could run: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """In CI a test that could run and was skipped is a failure, however it was skipped."""
    report: pytest.TestReport = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(HONEST):
            report.outcome = "failed"
            report.longrepr = f"skipped although it could run: {reason}"
    return report
